import ControlAPI
import Custody
import Foundation
import Roster

extension Session {
  /// Keeps a verified CMS message and its event as attachments of a message that says what was verified.
  func send(foreign message: ForeignMessage, to readers: [String]) async throws -> SentView {
    var attachments: [MessageRequest.Attachment] = []
    let parts = [
      ("event.cbor", Event.mediaType, message.signature.content), ("event.p7s", "application/cms", message.bytes),
    ]
    for (name, type, bytes) in parts {
      let body = try await send(.post, "/v1/attachments", body: bytes, contentType: "application/octet-stream")
      attachments.append(
        MessageRequest.Attachment(attachment: try decode(UploadView.self, body).attachment, name: name, mediaType: type)
      )
    }
    let request = MessageRequest(
      messageID: newDraftID(), to: readers, subject: "CMS: \(message.signature.authority.name)",
      text: message.lines(.en), attachments: attachments)
    return try await post("/v1/messages", request, as: SentView.self)
  }
}
