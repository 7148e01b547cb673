import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster

/// Sends our view of everybody's keys to every other authority when the log has adopted a further roster: once for each,
/// as a message of the daemon's own.
struct KeyViewSending: Sendable {
  let offices: OfficeInForce
  let store: ReceiptStore
  let sequencer: Sequencer
  let uploads: Uploads
  let settings: LiveSettings
  /// Whose the file is that waits for its message: nobody's who may ask for it.
  private static let user = UInt32.max

  /// What stands in the way holds up nothing else: it is tried again at the next reload or start.
  func send() async {
    guard settings.current.rosterSendView == "on-adoption" else { return }
    do { try await sendOnce() } catch {
      Logger.amanad.record(.internalError, "our view of the keys was not sent: \(error)", code: "key-view")
    }
  }

  private func sendOnce() async throws {
    let office = offices.current
    let id = Self.message(office)
    let isNew = try await store.read { try $0.rosterCount() > 1 && $0.draft(id) == nil }
    let readers = office.peers.map(\.name).sorted()
    guard isNew, !readers.isEmpty else { return }
    let view = KeyView(of: office.roster, at: currentTime())
    let bytes = view.encoded()
    guard bytes.count <= KeyView.maximumByteCount else {
      return Logger.amanad.notice("our view of the keys is not sent: the roster lists more than a view may hold")
    }
    let messages = Messages(office: office, store: store, sequencer: sequencer, uploads: uploads)
    let file = try await spool(bytes)
    let attachment = MessageContent.Attachment(
      payloadID: PayloadKind.attachment(1).id, name: KeyViewMessage.fileName(view), mediaType: KeyView.mediaType,
      size: file.size)
    let content = MessageContent(subject: KeyViewMessage.subject(view), text: [], attachments: [attachment])
    do {
      _ = try await messages.send(
        Messages.Plan(id: id, readers: readers, content: content, files: [file], about: nil),
        SHA256.hash(content.encoded() + bytes))
    } catch {
      await uploads.forget([file.id], of: Self.user)
      throw error
    }
    Logger.amanad.notice(
      "our view of the keys of roster version \(view.version) is sent to \(readers.count) authorities")
  }

  private func spool(_ bytes: [UInt8]) async throws -> SpooledFile {
    let writer = try await uploads.begin(Self.user, limit: UInt64(bytes.count))
    do {
      try await writer.write(bytes)
      let file = try await writer.finish()
      await uploads.keep(file)
      return file
    } catch {
      await uploads.abandon(writer.id)
      throw error
    }
  }

  /// The message's id, the same however often it is tried for one roster.
  private static func message(_ office: Office) -> RecordID {
    let seed = SHA256.hash(Array("amana key view \(office.authority.name) ".utf8) + office.roster.digest)
    return RecordID(
      milliseconds: UInt64(clamping: office.roster.body.issuedAt) * 1000, random: Array(seed.prefix(10)))
  }
}
