import COSE
import ControlAPI
import Custody
import Logging
import ReceiptStore
import Roster

/// Reads the views of the keys that partners' messages bring, and holds them against our rosters.
struct KeyViews: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer

  /// Reads what waits. A message is what it is whatever it brings, so nothing here refuses or undoes anything.
  func look() async {
    do {
      for id in try await store.read({ try $0.dueKeyViews() }) { try await take(id) }
    } catch {
      Logger.amanad.record(.internalError, "views of the keys wait to be read: \(error)", code: "key-view")
    }
  }

  private func take(_ id: StatementID) async throws {
    let found = try await read(id)
    try await sequencer.submit { registrar in
      guard try registrar.transaction.settle(keyViewIn: id), case .success(let view) = found,
        registrar.office.peers.contains(where: { $0.name == view.issuer })
      else { return }
      // Whoever dates it ahead gains nothing: what comes later is newer.
      let stored = StoredKeyView(
        issuer: view.issuer, statement: id, signedAt: min(view.signedAt, registrar.now), receivedAt: registrar.now,
        bytes: view.bytes)
      if try registrar.transaction.keep(keyView: stored) { try registrar.judge(keyView: stored) }
    }
    guard case .failure(let why) = found else { return }
    Logger.amanad.record(
      .keyViewUnreadable, "the view of the keys in \(id) is none: \(why)", code: "key-view",
      ["statement": id.description])
  }

  /// A view as a message brings it: its issuer signed the message at that time.
  private struct Brought: Sendable {
    let issuer: AuthorityName
    let signedAt: UnixTime
    let bytes: [UInt8]
  }

  private func read(_ id: StatementID) async throws -> Result<Brought, Unreadable> {
    let (stored, content) = try await store.read { reader in
      (try reader.statement(id), try reader.content(owner: id.bytes))
    }
    guard let stored, let attachment = Self.attachment(in: content) else { return .failure("it is not here") }
    let signed = try SignedStatement(decoding: stored.bytes)
    guard let reference = signed.event.sealed.first(where: { $0.id == attachment.payloadID }) else {
      return .failure("its message seals no such attachment")
    }
    let size = try await store.read { try $0.object(reference.ciphertextDigest)?.size } ?? .max
    guard attachment.size <= UInt64(KeyView.maximumByteCount), size <= Self.largestCiphertext else {
      return .failure("it is larger than any view")
    }
    guard let ciphertext = try await Objects(store: store).read(reference.ciphertextDigest),
      let bytes = opened(ciphertext, signed, reference)
    else { return .failure("it does not open") }
    do { _ = try KeyView(decoding: bytes) } catch { return .failure(Unreadable(description: "\(error)")) }
    return .success(Brought(issuer: stored.summary.issuer, signedAt: signed.issuedAt, bytes: bytes))
  }

  private func opened(_ ciphertext: [UInt8], _ signed: SignedStatement, _ reference: SealedReference) -> [UInt8]? {
    let context = SealContext(issuer: signed.issuer, recordID: signed.event.recordID, of: reference)
    for key in office.sealKeys.all {
      let payload = try? Seal.open(
        ciphertext, with: key, in: context, digest: reference.ciphertextDigest, commitment: reference.commitment)
      if let payload { return payload.content }
    }
    return nil
  }

  private static let largestCiphertext =
    Seal.ciphertextByteCount(contentByteCount: UInt64(KeyView.maximumByteCount)) ?? 0

  /// The one attachment of a message that says it is a view; further ones are only files.
  static func attachment(in content: Content) -> MessageContent.Attachment? {
    let annex = content.annexes.first { $0.id == PayloadKind.message.id }
    let message = annex.flatMap { try? MessageContent(decoding: $0.content) }
    return message?.attachments.first { $0.mediaType == KeyView.mediaType }
  }

  /// Why what calls itself a view is none.
  private struct Unreadable: Error, ExpressibleByStringLiteral, CustomStringConvertible {
    let description: String
    init(description: String) { self.description = description }
    init(stringLiteral value: String) { description = value }
  }
}

extension Registrar {
  /// Notes that a received message which is whole brings a view of the keys: it is read when this batch is on disk.
  func note(keyViewIn signed: SignedStatement, _ content: Content) throws {
    guard signed.event.type == .message, KeyViews.attachment(in: content) != nil else { return }
    try transaction.note(keyViewIn: signed.id)
  }

  /// Holds every partner's view against the rosters known here, after another one was adopted. Whoever has left publishes
  /// no other, so that its view would stand for ever.
  mutating func judgeKeyViews() throws {
    let partners = Set(office.peers.map(\.name))
    for view in try transaction.reader.keyViews() {
      if partners.contains(view.issuer) { try judge(keyView: view) } else { try drop(keyViewOf: view.issuer) }
    }
  }

  /// The alarms end with the view; they stay in the store, as ended ones do.
  private func drop(keyViewOf issuer: AuthorityName) throws {
    for code in [CheckCode.v16, .v20] {
      try transaction.endAlarms(of: code, beginning: KeyViewChecks.mark(issuer), at: now)
    }
    try transaction.drop(keyViewOf: issuer)
  }

  /// Raises what a view says that our rosters do not, and ends what an earlier one said.
  mutating func judge(keyView stored: StoredKeyView) throws {
    let view = try KeyView(decoding: stored.bytes)
    let finding = try transaction.reader.finding(view, office.roster)
    let alarms = KeyViewChecks().alarms(finding, of: view, by: stored.issuer)
    let mark = KeyViewChecks.mark(stored.issuer)
    let open = try transaction.reader.alarms().filter {
      [CheckCode.v16.rawValue, CheckCode.v20.rawValue].contains($0.code) && $0.detail.hasPrefix(mark)
    }
    let going = Set(alarms.map(\.detail))
    for alarm in open where !going.contains(alarm.detail) {
      try transaction.end(alarm: alarm.detail, of: alarm.code, at: now)
    }
    let known = Set(open.map(\.detail))
    let evidence = try transaction.reader.statement(stored.statement)?.bytes ?? []
    for alarm in alarms where !known.contains(alarm.detail) {
      // The statement is on record: with one alarm it is kept whole, with the others its id.
      let bytes = alarm == alarms.first ? evidence : stored.statement.bytes
      try raise(alarm: alarm, evidence: bytes, about: stored.statement)
      tell(ExchangeNews(.peerAlarm, stored.issuer, code: alarm.code.rawValue))
    }
  }
}

extension StoreReader {
  /// What a view is beside the rosters that this log adopted.
  func finding(_ view: KeyView, _ newest: VerifiedRoster) throws -> KeyViewFinding {
    try view.compared(with: newest) { version in
      try roster(version: version).map { try VerifiedRoster.verify($0.bytes, pinned: $0.digest) }
    }
  }
}
