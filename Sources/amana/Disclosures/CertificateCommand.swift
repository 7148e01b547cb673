import ArgumentParser
import ControlAPI
import Custody

/// Certifies who is responsible for a person.
struct CertificateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate",
    abstract: "Draft a signed statement of who is responsible for a person as of this log's newest checkpoint.",
    discussion: """
      For a court or a family. The daemon writes what its log knows: custodian, state, to whom released, who else claims \
      them. Two officers must approve. Nobody's name is in it. What is signed stays here; give `amana disclose` of it to \
      whoever asks, and `amana verify` says in a sentence what it certifies.
      """)
  @Argument(help: "A statement with this line: the beginning of its id or its record's id.") var id: String
  @Option(name: .long, help: "The line: its number, or a reference of your register.") var line: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    var request = event.request("certificate")
    request.reason = reason
    request.statement = try await session.statement(id, events: bearingLines).statement
    request.lines = try await session.selected(line, of: request.statement)
    guard let lines = request.lines, lines.count == 1 else {
      throw CommandFailure(Exit.usage, say(.certificateOneLine, in: session.language, line))
    }
    let draft = try await session.post("/v1/drafts", request, as: DraftView.self)
    session.report(draft)
    // Addressed to nobody, it gets no other log's receipt.
    print(say(.stampAdvised, in: session.language, draft.recordID))
    print(say(.certificateNext, in: session.language, draft.recordID, Self.onlyLine))
  }

  /// Whichever of the leaves it is: a certificate's one line stands anywhere among the fewest leaves that there are.
  static let onlyLine = "line:0-\(Manifest.smallestBucket - 1)"
}

/// Events whose lines are people, those that describe them first.
let bearingLines = [
  "intake", "release", "redirect", "outcome", "recall-agreed", "dispute-resolved", "offer", "recall", "disputed",
  "incident", "released-to-liberty", "return-requested", "return-agreed", "onward-consent",
]
