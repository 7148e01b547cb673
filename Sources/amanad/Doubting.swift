import COSE
import Custody
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// V15 for what is on record: which statements a later roster says others may have signed, and nobody else had seen before.
struct Doubts {
  let roster: VerifiedRoster
  let policy: Policy
  /// The revocation lists at hand: a time stamp by an authority that was taken back proves nothing any more.
  let revocations: [RevocationList]
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
    found.merge(try byApprovals(before: index)) { first, _ in first }
    for seal in verifier.sealedLogs.all {
      try reader.eachStatement(of: seal.authority, ownOrSince: .min, before: index) { stored in
        if try found[stored.id] == nil && isBeyondSeal(stored) { found[stored.id] = Self.beyondSeal }
      }
    }
    return found
  }

  /// What stands for the moment of exposure where a log was sealed before a statement (V21).
  static let beyondSeal: UnixTime = 0

  var verifier: StatementVerifier {
    StatementVerifier(roster: roster, policy: policy, revocations: revocations)
  }

  /// Why a statement on record is in doubt, as the moment from which that is so; nil when it is not.
  func doubt(of stored: StoredStatement) throws -> UnixTime? {
    try exposure(of: stored) ?? approvalsExposure(of: stored) ?? (isBeyondSeal(stored) ? Self.beyondSeal : nil)
  }

  private func isBeyondSeal(_ stored: StoredStatement) throws -> Bool {
    guard verifier.sealedLogs.seal(of: stored.summary.issuer) != nil else { return false }
    let signed = try SignedStatement(decoding: stored.bytes)
    let witnessed = try witnessedAt(signed, stored)
    return try verifier.isBeyondSeal(
      stored.entry, of: stored.summary.issuer, isOwn: stored.isOwn,
      anchoredAt: min(witnessed ?? stored.registeredAt, stored.registeredAt), reader)
  }

  /// The moment from which others may have the key of a statement on record, if nobody but its issuer is known to have seen
  /// it before; else nil.
  func exposure(of stored: StoredStatement) throws -> UnixTime? {
    let signed = try SignedStatement(decoding: stored.bytes)
    guard let exposedFrom = roster.holder(of: signed.keyID)?.record.exposedFrom,
      stored.isOwn || stored.registeredAt >= exposedFrom
    else { return nil }
    return try witnessedAt(signed, stored).map { $0 < exposedFrom } == true ? nil : exposedFrom
  }

  func witnessedAt(_ signed: SignedStatement, _ stored: StoredStatement) throws -> UnixTime? {
    let logs = LogVerifier(roster: roster)
    let receipts = try reader.receipts(stored.entry).compactMap {
      try? logs.verify(receipt: $0.bytes, for: stored.entry)
    }
    let stamps = TimeStampVerifier(roster: roster, revocations: revocations)
    let stamp = try reader.timeStamp(stored.entry).flatMap { try? stamps.verify($0, for: signed) }
    return verifier.witnessedAt(signed, receipts, stamp)
  }
}

extension Registrar {
  var doubts: Doubts {
    Doubts(
      roster: office.roster, policy: office.policy, revocations: office.revocations, reader: transaction.reader)
  }

  /// Looks again at what is doubted, after a roster was adopted.
  mutating func doubt() throws {
    let (known, found) = (try transaction.reader.doubts(), try doubts.found())
    for id in known.keys.sorted() where found[id] == nil { try endDoubt(of: id) }
    for (id, time) in found.sorted(by: { $0.key < $1.key }) where known[id] != time {
      if known[id] != nil { try endDoubt(of: id) }
      try begin(doubtOf: id, from: time, evidence: transaction.reader.statement(id)?.bytes ?? [])
    }
  }

  /// A statement of a log that ended before is registered: it moves nobody by itself.
  mutating func doubt(beyondSeal signed: SignedStatement) throws {
    try begin(doubtOf: signed.id, from: Doubts.beyondSeal, evidence: signed.attaching([]))
  }

  mutating func begin(doubtOf id: StatementID, from time: UnixTime, evidence: [UInt8]) throws {
    try transaction.doubt(id, exposedFrom: time)
    let (version, since) = (office.roster.body.version, OffsetTime(unix: time))
    let isSealed = time == Doubts.beyondSeal
    let why =
      isSealed
      ? "its issuer's log has ended, and the final checkpoint is not known to hold it"
      : "others may have \(try exposedKeys(of: id)) since \(since)"
    let detail =
      "\(id) is in doubt: by roster version \(version) \(why), and nobody else is known to have seen it before. What it "
      + "moved is contested until its parties settle it"
    try raise(alarm: Violation(isSealed ? .v21 : .v15, detail), evidence: evidence, about: id)
  }

  /// A receipt or a time stamp may prove that a doubted statement was seen in time.
  mutating func easeDoubt(of entry: LogEntry) throws {
    guard let stored = try transaction.reader.doubted(entry), try doubts.doubt(of: stored) == nil else { return }
    try endDoubt(of: stored.id)
  }

  private func endDoubt(of id: StatementID) throws {
    try transaction.endDoubt(id)
    for code in [CheckCode.v15, .v21] { try transaction.endAlarms(of: code, beginning: "\(id) ", at: now) }
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
