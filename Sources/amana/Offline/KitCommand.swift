import ArgumentParser
import ControlAPI

/// Writes what is needed to draft without a daemon.
struct KitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kit", abstract: "Write a kit: what an officer needs to draft where no daemon is.",
    discussion: """
      A bundle with the lines and names of whom this authority holds, who is released to it or by it and not answered, \
      its open offers, and what it is asked and has not answered; with what it corrected, what was said of their going on, \
      their history, receipts, checkpoint, roster and code lists. It holds them IN CLEAR, and writing it is logged as a \
      read. `amana release`, `offer`, `accept`, `refuse`, `missing`, `incident`, `release-to-liberty`, `recall`, and \
      `agree` to a recall or a return take it with --offline and --kit; an intake that cites nothing needs none. Delete \
      it when the drafts are imported.
      """)
  @Argument(help: "The file to write, e.g. monday.amana.") var file: String
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let bytes = try await session.send(.get, "/v1/bundle?kit=true")
    try writeFile(file, bytes, mode: 0o600)
    print(say(.kitWritten, in: session.language, visible(file), String(bytes.count)))
  }
}
