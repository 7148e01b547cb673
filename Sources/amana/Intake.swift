import ArgumentParser
import ControlAPI
import Custody

/// Takes persons into custody from a file.
struct Intake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take persons into custody from a CSV file.",
    discussion: """
      The columns stand in docs/manifest.md. Everything wrong with the file is reported at once, with row and column, \
      and nothing is sent then. Two officers must approve before it is signed.
      """)

  @Argument(help: "The CSV file.") var file: String
  @Option(name: .long, help: "direct, inherited, non-member, unlisted-arrival or born-in-transit.")
  var provenance = "direct"
  @Option(name: .long, help: "detained, restricted or at_liberty.") var liberty = "detained"
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    let bytes = try readFile(file, limit: PersonFile.maximumByteCount)
    let persons: [PersonRecord]
    do throws(Problems) { persons = try PersonFile(bytes).persons } catch {
      throw error.failure(file, connection.language)
    }
    var request = event.request("intake")
    request.kind = Kind.detaineeTransfer.rawValue
    request.provenance = provenance
    request.libertyStatus = liberty
    request.persons = persons.map(\.values)
    let session = connection.session
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}
