import ArgumentParser
import ControlAPI
import Custody

/// Takes persons or things into custody from a file.
struct Intake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take persons or things into custody from a file, CSV or JSON.",
    discussion: """
      The columns stand in docs/manifest.md, and `amana template KIND` writes them. What the file is taken for is said. Everything wrong with it is reported at \
      once, with row and column, and nothing is sent then; amana check does the same without a daemon. Two officers must \
      approve before it is signed.
      """)

  @OptionGroup var options: FileOptions
  @OptionGroup var kind: KindOption
  @OptionGroup var site: SiteOption
  @Option(name: .long, help: "direct, inherited, non-member, unlisted-arrival or born-in-transit.")
  var provenance = "direct"
  @Option(
    name: .long,
    help: "Of a newborn the birth, of an unlisted arrival the release: the beginning of its statement's or record's id."
  )
  var citing: String?
  @Option(name: .long, help: "With --citing a birth of several: which of its lines, in the order of the file.")
  var births: String?
  @Option(name: .long, help: "detained, restricted or at_liberty. Default: that of the kind; things have none.")
  var liberty: String?
  @OptionGroup var annexes: AnnexOptions
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var offline: OfflineOptions
  @OptionGroup var connection: Connection

  func validate() throws {
    guard births == nil || citing != nil else { throw usage(.usageGoesWith, "--births", "--citing") }
  }

  func run() async throws {
    let language = connection.language
    let kind = kind.kind ?? .detaineeTransfer
    let file = try options.read(kind, leavesCodes: true)
    let taken = file.form.lines(visible(options.file), in: language) + file.warningLines(in: language)
    guard file.problems.count == 0 else {
      printError(taken)
      throw file.refusal(options.file, language)
    }
    var request = event.request("intake")
    place.put(into: &request)
    request.kind = kind.rawValue
    request.provenance = provenance
    request.libertyStatus = liberty
    request.annexes = try annexes.read(language)
    request.put(file)
    request.site = try site.read(language)
    let desk = try offline.desk(connection)
    if let citing {
      request.statement = try await desk.source(citing, events: ["incident", "redirect", "release"]).statement
      request.lines = try births.map { text in
        try text.split(separator: ",").map { part in
          guard let line = Int(part) else { throw CommandFailure(Exit.usage, say(.noLine, in: language, text)) }
          return line
        }
      }
    }
    // Beside the answer, which programs may read; and behind it, when it is known whether this is an exercise.
    defer { printError(taken) }
    try await desk.make(request)
  }
}
