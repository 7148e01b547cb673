import ArgumentParser
import ControlAPI

/// What the three answers have in common.
struct OutcomeOptions: ParsableArguments {
  @Argument(help: "The release: the beginning of its id or its record's id.") var release: String
  @Option(name: .long, help: "Only these lines: numbers, ranges or register references, by comma.") var lines: String?
  @Flag(name: .long, help: "Every line that has no answer yet.") var all = false
  @Option(name: .long, help: "With --all: but not these.") var except: String?
  @Option(name: .long, help: "LINE=CODE or LINE=age:OBSERVED, e.g. HSK-0041=age:child; may be repeated.")
  var discrepancy: [String] = []
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var liberty: LibertyOption
  @OptionGroup var site: SiteOption
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var offline: OfflineOptions
  @OptionGroup var connection: Connection

  func validate() throws {
    guard all != (lines != nil) else { throw usage(.usageEither, "--lines", "--all") }
    guard except == nil || all else { throw usage(.usageGoesWith, "--except", "--all") }
  }

  func run(_ outcome: String) async throws {
    let desk = try offline.desk(connection)
    let statement = try await desk.source(release, events: ["redirect", "release"]).statement
    let shown = try await desk.lines(of: statement)
    var selected =
      try lines.map { try LineSelection($0).indexes(in: shown) } ?? shown.filter { $0.answer == nil }.map(\.line)
    if let except {
      let left = Set(try LineSelection(except).indexes(in: shown))
      selected.removeAll(where: left.contains)
    }
    var answers = Dictionary(
      selected.map { ($0, DraftRequest.Answer(line: $0, outcome: outcome, discrepancies: [])) }
    ) { first, _ in first }
    for text in discrepancy { try add(text, to: &answers, shown) }
    var request = event.request("outcome")
    place.put(into: &request)
    request.statement = statement
    request.libertyStatus = liberty.liberty
    request.site = try site.read(desk.language)
    request.answers = answers.values.sorted { $0.line < $1.line }.map { answer in
      var answer = answer
      answer.reason = reason
      return answer
    }
    try await desk.make(request)
  }

  private func add(_ text: String, to answers: inout [Int: DraftRequest.Answer], _ shown: [LineView]) throws {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { throw CommandFailure(Exit.usage, say(.noDiscrepancy, in: connection.language, text)) }
    let finding = parts[1].split(separator: ":", maxSplits: 1).map(String.init)
    for line in try LineSelection(String(parts[0])).indexes(in: shown) {
      guard answers[line] != nil else {
        throw CommandFailure(Exit.usage, say(.lineNotAnswered, in: connection.language, String(line)))
      }
      answers[line]?.discrepancies?.append(finding[0])
      guard finding.count == 2 else { continue }
      guard finding[0] == "age" else {
        throw CommandFailure(Exit.usage, say(.noDiscrepancy, in: .chosen, text))
      }
      answers[line]?.observedAge = finding[1]
    }
  }
}

/// Accepts lines: responsibility becomes yours.
struct Accept: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accept lines of a release: you become responsible for them. May be repeated for those who come later.")
  @OptionGroup var options: OutcomeOptions

  func run() async throws { try await options.run("accepted") }
}

/// Refuses lines: responsibility stays with the releaser.
struct Refuse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Refuse lines of a release: the releaser stays responsible and may release again.")
  @OptionGroup var options: OutcomeOptions

  func run() async throws { try await options.run("refused") }
}

/// Says that people of a release did not arrive.
struct Missing: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer lines whose people did not arrive: the releaser stays responsible.")
  @OptionGroup var options: OutcomeOptions

  func run() async throws { try await options.run("missing") }
}
