import ArgumentParser
import COSE
import ControlAPI
import Custody
import Roster

/// Shows, compares and publishes a view of everybody's keys.
struct RosterViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Show, compare or publish a view of everybody's keys.",
    discussion: """
      The keys of every authority and officer by the daemon's roster, or by one that you name. Published, it is a signed \
      message, and the others' daemons raise an alarm where theirs differ; `amana roster views` shows what they published. \
      With --against, exit code 1 when the other differs, 3 when it is of a version that cannot be compared.
      """)
  @Option(name: .long, help: "The roster it comes from; without one, the daemon's.") var roster: String?
  @Option(name: .long, help: "Compare with this file: a roster, or a view as a message brought it.") var against:
    String?
  @Option(name: .long, help: "Write the view to this file, as a message carries it.") var output: String?
  @ArgumentParser.Flag(name: .long, help: "Publish the daemon's view as a message.") var send = false
  @Option(name: .long, help: "With --send, to this authority alone, MEMBER/authority; once for each.") var to:
    [String] =
      []
  @Option(name: .long, help: "With --send, a UUID; the same one again has no second effect. Default: a new one.")
  var message: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.roster.view or amana.roster.view.send of docs/json.md.")
  var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !send || (roster == nil && against == nil && output == nil) else {
      throw usage(.usageOwnView, "--roster, --against, --output")
    }
    guard send || (to.isEmpty && message == nil) else { throw usage(.usageGoesWith, "--to, --message", "--send") }
  }

  func run() async throws {
    let language = connection.language
    let trusted =
      if let roster { try readRoster(roster, in: language) } else { try await connection.session.roster() }
    if trusted.body.exercise { Screen.beginExercise(in: language) }
    let view = Roster.KeyView(of: trusted, at: now())
    if send { return try await publish(view) }
    if let output { try writeFile(output, view.encoded()) }
    guard let against else { return try show(view) }
    let other = try Self.read(against, in: language)
    let comparison = KeyViewComparison(against, other, trusted, view)
    if json {
      try printJSON(.rosterView, Merged(KeyViewDocument(view), ["against": comparison]))
    } else {
      KeyViewScreen(language: language).show(comparison, here: view.version)
    }
    switch comparison.standing {
    case KeyViewStanding.agrees.rawValue: break
    case KeyViewStanding.newer.rawValue, KeyViewStanding.unknown.rawValue: throw CommandFailure(Exit.cannotTell)
    default: throw CommandFailure(Exit.doesNotHold)
    }
  }

  private func show(_ view: Roster.KeyView) throws {
    if json { return try printJSON(.rosterView, KeyViewDocument(view)) }
    KeyViewScreen(language: connection.language).show(view)
    if let output { print(say(.keyViewWritten, in: connection.language, output)) }
  }

  private func publish(_ view: Roster.KeyView) async throws {
    let session = connection.session
    let language = session.language
    let readers = try to.map { try authority($0, of: "--to", language).description }
    let bytes = view.encoded()
    guard bytes.count <= Roster.KeyView.maximumByteCount else {
      throw CommandFailure(Exit.doesNotHold, say(.keyViewTooLarge, in: language))
    }
    let upload = try session.decode(
      UploadView.self,
      try await session.send(.post, "/v1/attachments", body: bytes, contentType: "application/octet-stream"))
    let sent = try await session.post(
      "/v1/messages",
      MessageRequest(
        messageID: message ?? newDraftID(), to: readers.isEmpty ? nil : readers,
        subject: KeyViewMessage.subject(view), text: nil,
        attachments: [
          MessageRequest.Attachment(
            attachment: upload.attachment, name: KeyViewMessage.fileName(view), mediaType: Roster.KeyView.mediaType)
        ]), as: SentView.self)
    if json { return try printJSON(.rosterViewSend, sent) }
    let names = sent.to.joined(separator: separator(in: language))
    print(say(.keyViewSent, in: language, String(view.version), names, sent.messageID))
  }

  /// The view in a file, or that of the roster in it.
  private static func read(_ path: String, in language: Language) throws -> Roster.KeyView {
    let bytes = try readFile(path, limit: Sign.maximumByteCount)
    let view: Roster.KeyView
    if let own = try? Roster.KeyView(decoding: bytes) {
      view = own
    } else {
      do throws(RosterRefusal) {
        view = .init(of: try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes)), at: now())
      } catch {
        throw CommandFailure(Exit.usage, say(.keyViewUnreadable, in: language, path, sentence(error, in: language)))
      }
    }
    if view.exercise { Screen.beginExercise(in: language) }
    return view
  }
}

/// The newest view of each partner.
struct RosterViews: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "views", abstract: "Show what each partner published of everybody's keys, and whether it agrees.",
    discussion: "Exit code 1 when one differs. What differs is named key by key, and stands as an alarm too.")
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.roster.views of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let views = try await session.get("/v1/key-views", as: [KeyViewSummary].self)
    if json {
      try printJSON(.rosterViews, ["views": views])
    } else {
      KeyViewScreen(language: session.language).show(views)
    }
    let good = Set(["none", "agrees", "newer", "unknown"])
    if views.contains(where: { !good.contains($0.standing) }) { throw CommandFailure(Exit.doesNotHold) }
  }
}
