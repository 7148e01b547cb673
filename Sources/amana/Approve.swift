import ArgumentParser
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Approves a draft with an officer's own key, here in this process.
struct Approve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Approve a draft with your own key; the daemon never sees the key.",
    discussion: """
      Prints what the draft says, and whom its lines are about, before it is approved. The last approval needed makes the authority sign and register \
      the statement. A draft FILE.draft is approved here without a daemon: the approval is written into the file. A passphrase is read from $AMANA_KEY_PASSPHRASE_FILE, a file, or asked for at a terminal, never taken from arguments.
      """)

  @Argument(help: "The draft: the beginning of its id, or a file NAME.draft.") var draft: String
  @Option(name: .long, help: "Your officer key, PEM.") var key: String
  @Option(name: .long, help: "In what office: officer, medical, child-protection, witness or person.")
  var role = ApprovalRole.officer.rawValue
  @OptionGroup var connection: Connection

  func run() async throws {
    guard let role = ApprovalRole(rawValue: role), role != .authorityPQ else {
      throw CommandFailure(Exit.usage, say(.noRole, in: connection.language, self.role))
    }
    if isDraftFile(draft) { return try approve(file: draft, as: role, connection.language) }
    let session = connection.session
    let view = try await session.draft(draft)
    guard let content = decodeHexadecimal(view.content) else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: session.language))
    }
    // What is approved is what stands in the bytes, not what the daemon says about them.
    let event: Event
    do { event = try Event(decoding: content[...]) } catch {
      throw CommandFailure(Exit.doesNotHold, say(.draftUnreadable, in: session.language), "  \(error)")
    }
    // An officer who is shown an exercise must not sign real custody, whatever the daemon says.
    guard event.exercise == Screen.isExercise else {
      throw CommandFailure(
        Exit.doesNotHold, say(event.exercise ? .draftIsExercise : .draftIsReal, in: session.language))
    }
    let lines = try await session.lines(of: view)
    try DraftScreen(language: session.language).showApproving(event) { screen in screen.show(lines, of: view) }
    let bytes = try Approval.sign(
      draft: content, record: event.recordID, issuer: view.issuer, role: role,
      at: Int64(Date().timeIntervalSince1970), with: readKey(key, in: session.language))
    let after = try await session.post(
      "/v1/drafts/\(view.draftID)/approvals", ApprovalRequest(approval: hexadecimal(bytes)), as: DraftView.self)
    let needed = after.officersNeeded + (after.rolesNeeded ?? []).count
    let taken = [String(needed - after.approvalsMissing), String(needed)]
    print(
      role == .officer
        ? say(.approvalTaken, in: session.language, taken)
        : say(.approvalTakenAs, in: session.language, taken + [word(role.rawValue, in: session.language)]))
    if after.statement != nil { session.report(after) }
  }
}

/// Discards a draft that waits for approvals.
struct Discard: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Discard a draft that waits for approvals.")
  @Argument(help: "The draft: the beginning of its id.") var draft: String
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let view = try await session.draft(draft)
    _ = try await session.send(.delete, "/v1/drafts/\(view.draftID)")
    print(say(.discarded, in: session.language, view.draftID))
  }
}
