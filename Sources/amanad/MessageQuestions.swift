import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What people ask of messages: GET /v1/messages and below.
struct MessageQuestions: Sendable {
  let office: Office
  let store: ReceiptStore
  /// Rows looked at for one page, however few of them fit.
  private static let maximumScan = 10_000

  /// A page and the messages whose subject it shows.
  struct Page: Sendable {
    let views: [MessageSummary]
    let opened: [StatementID]
    let next: UInt64?
  }

  func list(_ query: Query, by caller: Caller) async throws -> Page {
    let name = office.authority.name
    let direction = try query.value("direction", "sent or received") {
      ["sent": MessageDirection.sent(name), "received": .received(name)][$0]
    }
    let peer = try query.authority("peer")
    let limit = try query.limit()
    let before = try query.number("cursor", 0...UInt64(Int64.max)) ?? UInt64(Int64.max)
    let user = caller.userID
    return try await store.read { reader in
      var (views, opened, place, seen) = ([MessageSummary](), [StatementID](), before, 0)
      while seen < Self.maximumScan {
        let found = try reader.messages(
          direction, before: place, limit: 200, readBy: user, operation: ControlOperation.readMessage.rawValue)
        for message in found {
          seen += 1
          place = message.statement.index
          let event = try SignedStatement(decoding: message.statement.bytes).event
          if let peer, message.statement.summary.issuer != peer, !event.addressees.contains(peer) { continue }
          let view = try summary(message, event, reader)
          views.append(view)
          if view.subject != nil { opened.append(message.statement.id) }
          if views.count == limit { return Page(views: views, opened: opened, next: place) }
        }
        if found.isEmpty { return Page(views: views, opened: opened, next: nil) }
      }
      return Page(views: views, opened: opened, next: place)
    }
  }

  private func summary(_ message: StoredMessage, _ event: Event, _ reader: StoreReader) throws
    -> MessageSummary
  {
    let stored = message.statement
    let content = try Self.content(of: stored.id, reader)
    let isSent = stored.summary.issuer == office.authority.name
    let delivered = try isSent ? reader.outbox(of: stored.entry).count { $0.state == .delivered } : nil
    return MessageSummary(
      statement: stored.id.description, messageID: stored.summary.recordID.uuid, index: stored.index,
      direction: isSent ? "sent" : "received", from: stored.summary.issuer.description,
      to: event.addressees.map(\.description), subject: content?.subject, occurredAt: event.occurred.at.text,
      attachments: max(event.sealed.count - 1, 0), complete: try !reader.isIncomplete(stored.id),
      delivered: delivered, readAt: isSent ? nil : message.readAt)
  }

  func message(_ id: StatementID) async throws -> MessageView {
    try await store.read { reader in
      let (stored, event) = try Self.stored(id, reader)
      try reader.refuseErased(id)
      guard let content = try Self.content(of: id, reader) else {
        throw try reader.isIncomplete(id) ? Self.incomplete(id) : Self.unreadable(id)
      }
      return MessageView(
        statement: id.description, messageID: stored.summary.recordID.uuid, index: stored.index,
        from: stored.summary.issuer.description, to: event.addressees.map(\.description), subject: content.subject,
        text: content.text, occurredAt: event.occurred.at.text,
        attachments: try content.attachments.map { attachment in
          let object = event.sealed.first { $0.id == attachment.payloadID }
          return MessageView.AttachmentView(
            payload: attachment.payloadID, name: attachment.name, mediaType: attachment.mediaType,
            size: attachment.size,
            complete: try object.map { try reader.object($0.ciphertextDigest) != nil } ?? false)
        }, about: event.references.first?.statement.description)
    }
  }

  private static func stored(_ id: StatementID, _ reader: StoreReader) throws -> (StoredStatement, Event) {
    guard let stored = try reader.statement(id), stored.summary.type == .message else { throw notMessage(id) }
    return (stored, try SignedStatement(decoding: stored.bytes).event)
  }

  /// Nil when it is not here or is none.
  private static func content(of id: StatementID, _ reader: StoreReader) throws -> MessageContent? {
    let annex = try reader.content(owner: id.bytes).annexes.first { $0.id == PayloadKind.message.id }
    return annex.flatMap { try? MessageContent(decoding: $0.content) }
  }

  static func notMessage(_ id: StatementID) -> Problem {
    Problem(
      status: 404, code: "not-found", title: "This is no message", detail: "\(id) is a statement of another event",
      next: "list the messages with `amana message list`")
  }

  static func incomplete(_ id: StatementID) -> Problem {
    Problem(
      status: 409, code: "content-missing", title: "Its content has not arrived",
      detail: "\(id) is registered, and what is sealed beside it is still on its way",
      next: "see what is missing with `amana inbox`, and ask again later")
  }

  private static func unreadable(_ id: StatementID) -> Problem {
    Problem(
      status: 409, code: "content-unreadable", title: "Its content cannot be read",
      detail: "what is sealed beside \(id) does not open with this authority's key, or is no message",
      next: "ask its sender to send it again")
  }
}
