import ArgumentParser
import ControlAPI

/// Erases what stands beside statements.
struct Erase: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Erase what stands beside statements here: lines, names, annexes, attachments. It can't be undone.",
    discussion: """
      The statements, their commitments and who is responsible for whom stay; nothing can be shown, disclosed or handed \
      over from them any more, and no backup brings it back. It is refused before retention ends (unless --reason is \
      court-order or mistake), while a release is open, custody is disputed or contested, or a draft or an inquiry needs \
      it. What only others can end is a flag and no refusal any more two years after retention. Everybody else who has it is told; `amana show` says who of them has erased it too. Two officers must approve.
      """)
  @Argument(help: "The statements: the beginning of each one's id.") var statements: [String]
  @Option(name: .long, help: "Why: retention-ended, court-order, data-subject-request or mistake.") var reason: String
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    var request = event.request("erased")
    request.reason = reason
    request.statements = try await session.identified(statements)
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}

/// Holds what stands beside statements against erasure.
struct Hold: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a legal hold on what stands beside a statement: it is not erased until the hold is lifted.",
    discussion: """
      The hold is a signed statement of its own. Naming it lifts it, which two officers must approve. `amana show` says \
      what is held.
      """)
  @Argument(help: "The statements, or the one hold that is lifted: the beginning of each one's id.")
  var statements: [String]
  @Option(name: .long, help: "Why: a code of list reason.") var reason: String
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    var request = event.request("observed")
    (request.reason, request.hold) = (reason, true)
    request.statements = try await session.identified(statements)
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}

extension Session {
  /// The full id of each one statement that is meant.
  func identified(_ texts: [String]) async throws -> [String] {
    var ids: [String] = []
    for text in texts {
      let found = try await statements(text)
      guard let only = found.first, found.count == 1 else { throw ambiguous(text, found) }
      ids.append(only.statement)
    }
    return ids
  }
}
