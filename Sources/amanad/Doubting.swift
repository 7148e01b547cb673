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
      let exposed = authority.keys.compactMap { $0.purpose == .statement ? $0.exposedFrom : nil }
      guard let earliest = exposed.min() else { continue }
      try reader.eachStatement(of: authority.name, ownOrSince: earliest, before: index) { stored in
        if let time = try exposure(of: stored) { found[stored.id] = time }
      }
    }
    return found
  }

  /// The moment from which others may have the key of a statement on record, if nobody but its issuer is known to have seen
  /// it before; else nil.
  func exposure(of stored: StoredStatement) throws -> UnixTime? {
    let signed = try SignedStatement(decoding: stored.bytes)
    guard let exposedFrom = roster.holder(of: signed.keyID)?.record.exposedFrom,
      stored.isOwn || stored.registeredAt >= exposedFrom
    else { return nil }
    let logs = LogVerifier(roster: roster)
    let receipts = try reader.receipts(stored.entry).compactMap {
      try? logs.verify(receipt: $0.bytes, for: stored.entry)
    }
    let stamps = TimeStampVerifier(roster: roster)
    let stamp = try reader.timeStamp(stored.entry).flatMap { try? stamps.verify($0, for: signed) }
    let witnessed = StatementVerifier(roster: roster, policy: policy).witnessedAt(signed, receipts, stamp)
    return witnessed.map { $0 < exposedFrom } == true ? nil : exposedFrom
  }
}

extension Registrar {
  private var doubts: Doubts { Doubts(roster: office.roster, policy: office.policy, reader: transaction.reader) }

  /// Looks again at what is doubted, after a roster was adopted.
  mutating func doubt() throws {
    let (known, found) = (try transaction.reader.doubts(), try doubts.found())
    for id in known.keys.sorted() where found[id] == nil { try endDoubt(of: id) }
    for (id, time) in found.sorted(by: { $0.key < $1.key }) where known[id] != time {
      if known[id] != nil { try endDoubt(of: id) }
      try transaction.doubt(id, exposedFrom: time)
      let (version, since) = (office.roster.body.version, OffsetTime(unix: time))
      let detail =
        "\(id) is in doubt: by roster version \(version) others may have its key since \(since), and nobody else is known "
        + "to have seen it before. What it moved is contested until its parties settle it"
      try raise(alarm: Violation(.v15, detail), evidence: transaction.reader.statement(id)?.bytes ?? [], about: id)
    }
  }

  /// A receipt or a time stamp may prove that a doubted statement was seen in time.
  mutating func easeDoubt(of entry: LogEntry) throws {
    guard let stored = try transaction.reader.doubted(entry), try doubts.exposure(of: stored) == nil else { return }
    try endDoubt(of: stored.id)
  }

  private func endDoubt(of id: StatementID) throws {
    try transaction.endDoubt(id)
    try transaction.endAlarms(of: .v15, beginning: "\(id) ", at: now)
  }

  /// Keeps what a partner's exposed key signed as evidence: it is no fact, and does not vanish either.
  /// - Returns: where it is registered, if it is on record, and in doubt there.
  mutating func keep(doubtful signed: SignedStatement, _ violation: Violation) throws -> UInt64? {
    if let known = try transaction.reader.statement(entry: signed.entry) { return known.index }
    guard let issuer = office.roster.authority(uri: signed.issuer) else { return nil }
    try raise(
      refusal: Violation(violation.code, "refused \(signed.id): \(violation.detail)"), of: signed, by: issuer.name)
    return nil
  }
}
