import ControlAPI
import Custody
import HTTPTypes
import Hummingbird
import ReceiptStore
import Roster

/// What concerns peers, messages and sealed content.
extension Routes {
  private var messageQuestions: MessageQuestions { MessageQuestions(office: office, store: store) }
  private var sealedReads: SealedReads { SealedReads(office: office, store: store) }

  func addPeer(_ call: Call) async throws -> Reply {
    let added = try await peers.add(decode(PeerRequest.self, call.body), by: call.caller)
    // It may have waited for this.
    sequencer.changes.tell(.grown)
    return try .json(added.view, status: added.isNew ? .created : .ok)
  }

  func removePeer(_ call: Call) async throws -> Reply {
    guard let name = try call.query.authority("authority") else {
      throw Query.invalid("authority", "must name the peer, MEMBER/authority")
    }
    try await peers.remove(name, by: call.caller)
    return .empty
  }

  func retryOutbox(_ call: Call) async throws -> Reply {
    let request = try decode(OutboxRetryRequest.self, call.body)
    let view = try await OutboxRetrying(store: store).retry(request, by: call.caller)
    // Couriers that wait are told at once.
    sequencer.changes.tell(.grown)
    return try .json(view)
  }

  func sendMessage(_ call: Call) async throws -> Reply {
    let request = try decode(MessageRequest.self, call.body)
    return try .json(
      await messages.send(request, by: call.caller, otherwise: call.draftID), status: .created)
  }

  func addAttachment(_ call: Call) async throws -> Reply {
    guard let body = call.upload else { throw badRequest("body", "is missing") }
    let limit = MessageContent.maximumAttachment
    let writer = try await uploads.begin(call.caller.userID, limit: min(body.length ?? limit, limit))
    do {
      try await body.stream { try await writer.write($0) }
      let file = try await writer.finish()
      await uploads.keep(file)
      return try .json(
        UploadView(attachment: file.id, size: file.size, until: currentTime() + Uploads.keptSeconds), status: .created)
    } catch {
      await uploads.abandon(writer.id)
      throw error
    }
  }

  func listMessages(_ call: Call) async throws -> Reply {
    let page = try await messageQuestions.list(call.query, by: call.caller)
    // A subject is sealed like the rest.
    try await readLog.note(page.opened, by: call.caller, call.operation)
    return try .json(page.views, link: page.next.map { call.query.next("/v1/messages", cursor: String($0)) })
  }

  func readMessage(_ call: Call) async throws -> Reply {
    let id = try await questions.statementID(call.id)
    let view = try await messageQuestions.message(id)
    try await readLog.note([id], by: call.caller, call.operation)
    return try .json(view)
  }

  func attachment(_ call: Call) async throws -> Reply {
    let id = try await questions.statementID(call.id)
    let payload = try await sealedReads.payload(call.query.text("payload"), of: id)
    guard payload.isAttachment else { throw MessageQuestions.notMessage(id) }
    let body = try await sealedReads.opened(payload)
    try await readLog.note([id], by: call.caller, call.operation)
    return Reply(mediaType: call.operation.route.answers, stream: body)
  }

  func sealed(_ call: Call) async throws -> Reply {
    let id = try await questions.statementID(call.id)
    let payload = try await sealedReads.payload(call.query.text("payload"), of: id)
    try await readLog.note([id], by: call.caller, call.operation)
    return Reply(mediaType: call.operation.route.answers, stream: sealedReads.sealed(payload))
  }
}
