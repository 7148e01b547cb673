import COSE
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// V15 for what is on record: which statements a later roster says others may have signed, and nobody else had seen before.
struct Doubts {
  let roster: VerifiedRoster
  let policy: Policy
  let reader: StoreReader

  /// Every such statement registered before an entry, with the moment from which its key is exposed.
  func found(before index: UInt64 = .max) throws -> [StatementID: UnixTime] {
    var found: [StatementID: UnixTime] = [:]
    for authority in roster.body.authorities {
      let exposed = Dictionary(
        authority.keys.compactMap { key in
          key.purpose == .statement ? key.exposedFrom.map { (key.kid, $0) } : nil
        }
      ) { first, _ in first }
      guard let earliest = exposed.values.min() else { continue }
      for stored in try reader.statements(of: authority.name, ownOrSince: earliest) where stored.index < index {
        let signed = try SignedStatement(decoding: stored.bytes)
        if let time = exposed[signed.keyID], try isDoubted(signed, stored, time) { found[stored.id] = time }
      }
    }
    return found
  }

  /// Whether nobody but its issuer is known to have seen a statement before its key was exposed.
  private func isDoubted(_ signed: SignedStatement, _ stored: StoredStatement, _ exposedFrom: UnixTime) throws -> Bool {
    if !stored.isOwn, stored.registeredAt < exposedFrom { return false }
    let logs = LogVerifier(roster: roster)
    let receipts = try reader.receipts(stored.entry).compactMap {
      try? logs.verify(receipt: $0.bytes, for: stored.entry)
    }
    let stamps = TimeStampVerifier(roster: roster)
    let stamp = try reader.timeStamp(stored.entry).flatMap { try? stamps.verify($0, for: signed) }
    let witnessed = StatementVerifier(roster: roster, policy: policy).witnessedAt(signed, receipts, stamp)
    return witnessed.map { $0 >= exposedFrom } ?? true
  }
}

extension Registrar {
  /// Looks again at what is doubted: after a roster was adopted, or a receipt came that may prove that one was seen in time.
  mutating func doubt() throws {
    let (reader, name) = (transaction.reader, office.roster.body.version)
    let (known, found) = (
      try reader.doubts(), try Doubts(roster: office.roster, policy: office.policy, reader: reader).found()
    )
    for id in known.keys.sorted() where found[id] == nil {
      try transaction.endDoubt(id)
      try transaction.endAlarms(of: .v15, beginning: "\(id) ", at: now)
    }
    for (id, time) in found.sorted(by: { $0.key < $1.key }) where known[id] != time {
      try transaction.doubt(id, exposedFrom: time)
      let detail =
        "\(id) is in doubt: by roster version \(name) others may have its key since \(OffsetTime(unix: time)), and nobody "
        + "else is known to have seen it before. What it moved is contested until its parties settle it"
      try raise(alarm: Violation(.v15, detail), evidence: transaction.reader.statement(id)?.bytes ?? [], about: id)
    }
  }

  /// A receipt may prove that a doubted statement was seen in time.
  mutating func easeDoubt(of entry: LogEntry) throws {
    guard let id = try transaction.reader.statement(entry: entry)?.id, try transaction.reader.doubt(id) != nil else {
      return
    }
    try doubt()
  }

  /// Keeps what a partner's exposed key signed as evidence: it is no fact, and does not vanish either.
  mutating func keep(doubtful signed: SignedStatement, _ violation: Violation) throws {
    guard let issuer = office.roster.authority(uri: signed.issuer) else { return }
    try raise(
      refusal: Violation(violation.code, "refused \(signed.id): \(violation.detail)"), of: signed, by: issuer.name)
  }
}
