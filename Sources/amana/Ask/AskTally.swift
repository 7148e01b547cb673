import ArgumentParser
import ControlAPI
import Custody
import Foundation
import Roster

/// An operation in numbers, beside those of others.
struct AskTally: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tally",
    abstract: "An operation in numbers: what was released by whom to whom, and how it was answered.",
    discussion: """
      Lines, not persons. Under 10 nothing is said, and cells under 5 are withheld together with others, so that none can \
      be computed. Tallies of other authorities (their --json, as it came with a signed message) are shown beside this \
      log's: where they differ both stand, and nothing is summed or averaged. Exit code 1 when they differ.
      """)
  @Argument(help: "The case, a UUID.") var operation: String
  @Option(name: .long, help: "A file with another authority's tally of it. May be given more than once.")
  var beside: [String] = []
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.ask.tally of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  private struct Printed: Decodable {
    let type: String
    let exercise: Bool
    let tallies: [TallyView]
  }

  func run() async throws {
    let session = connection.session
    let language = session.language
    let own = try await session.get("/v1/questions/tally?case=\(inQuery(operation))", as: TallyView.self)
    let tallies = try [own] + beside.flatMap { try read($0, own, language) }
    let differing = Self.differing(tallies)
    if json {
      try printJSON(.askTally, ["tallies": tallies])
    } else {
      show(tallies, differing, language)
    }
    if !differing.isEmpty { throw ExitCode(Exit.doesNotHold) }
  }

  private func read(_ path: String, _ own: TallyView, _ language: Language) throws -> [TallyView] {
    let bytes = try readFile(path, limit: 1 << 20)
    guard let printed = try? JSONDecoder().decode(Printed.self, from: Data(bytes)),
      printed.type == DocumentType.askTally.rawValue, printed.exercise == Screen.isExercise,
      printed.tallies.allSatisfy({ $0.caseID == own.caseID && Self.isSound($0) })
    else { throw CommandFailure(Exit.usage, say(.askNoTally, in: language, visible(path))) }
    return printed.tallies
  }

  /// Every way to answer, and none.
  private static let answers = AnswerCode.allCases.map(\.rawValue) + ["unanswered"]

  /// Whether a tally of somebody else's says nothing but names, known answers and numbers that can be counted, each once:
  /// a second row of the same pair would neither be shown nor compared.
  static func isSound(_ tally: TallyView) -> Bool {
    let isNumber = { (number: Int?) in 0...Int(UInt32.max) ~= number ?? 0 }
    return isNumber(tally.absent) && AuthorityName(tally.authority) != nil
      && Set(tally.rows.map { [$0.from, $0.to] }).count == tally.rows.count
      && tally.rows.allSatisfy { row in
        AuthorityName(row.from) != nil && AuthorityName(row.to) != nil && isNumber(row.released)
          && Set(row.answers.map(\.answer)).count == row.answers.count
          && row.answers.allSatisfy { answers.contains($0.answer) && isNumber($0.lines) }
      }
  }

  /// From and to of which two tallies say different things; what one of them withholds is no difference.
  static func differing(_ tallies: [TallyView]) -> [[String]] {
    let pairs = Set(tallies.flatMap { $0.rows.map { [$0.from, $0.to] } })
    return pairs.filter { pair in
      let rows = tallies.compactMap { tally in tally.rows.first { [$0.from, $0.to] == pair }.map(said) }
      if rows.count < tallies.count { return true }
      return Set(rows.flatMap(\.keys)).contains { cell in Set(rows.compactMap { $0[cell] }).count > 1 }
    }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The numbers of a row. Where those that are shown make the total, what is withheld is none.
  private static func said(_ row: TallyView.Row) -> [String: Int] {
    let isWhole = row.answers.reduce(0) { $0 + ($1.lines ?? 0) } == row.released
    var numbers = ["released": row.released].compactMapValues(\.self)
    for answer in row.answers { numbers[answer.answer] = answer.lines ?? (isWhole ? 0 : nil) }
    return numbers
  }

  private func show(_ tallies: [TallyView], _ differing: [[String]], _ language: Language) {
    let answers = Self.answers
    var table = Table(
      [.headBy, .headFrom, .headTo, .wordReleased].map { say($0, in: language) }
        + answers.map { $0 == "unanswered" ? say(.headOpen, in: language) : word($0, in: language) })
    let pairs = Set(tallies.flatMap { $0.rows.map { [$0.from, $0.to] } })
    for pair in pairs.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      for tally in tallies {
        guard let row = tally.rows.first(where: { [$0.from, $0.to] == pair }) else { continue }
        table.add(
          [tally.authority, row.from, row.to, row.released.map(String.init) ?? "<10"]
            + answers.map { name in
              row.answers.first { $0.answer == name }?.lines.map(String.init) ?? "·"
            })
      }
    }
    for tally in tallies {
      print(
        say(.askTallyAsOf, in: language, tally.authority, String(tally.size), tally.asOf.map(localTime) ?? "-"))
      if tally.absent > 0 {
        print(say(.askTallyAbsent, in: language, tally.authority, String(tally.absent)))
      }
    }
    printTable(table, in: language)
    if tallies.contains(where: { $0.rows.contains { $0.answers.contains { $0.lines == nil } } }) {
      print(say(.askWithheld, in: language))
    }
    for pair in differing { print(say(.askDiffers, in: language, pair[0], pair[1])) }
  }
}
