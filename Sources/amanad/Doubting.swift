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
  let verifier: StatementVerifier

  init(roster: VerifiedRoster, policy: Policy, revocations: [RevocationList], reader: StoreReader) {
    self.roster = roster
    self.policy = policy
    self.revocations = revocations
    self.reader = reader
    verifier = StatementVerifier(roster: roster, policy: policy, revocations: revocations)
  }

  /// Why a statement is doubted.
  struct Exposure: Hashable {
    /// From when on others may have its key.
    let since: UnixTime
    /// Whether a revocation list says so, of a key that the roster does not list.
    let isByList: Bool
  }

  /// Every such statement registered before an entry.
  func found(before index: UInt64 = .max) throws -> [StatementID: Exposure] {
    var found = try byRoster(before: index)
    for (id, exposure) in try byLists(before: index) where (found[id]?.since ?? 0) == Self.beyondSeal {
      found[id] = exposure
    }
    return found
  }

  /// Those whose key the roster lists, and those of logs that have ended.
  func byRoster(before index: UInt64 = .max) throws -> [StatementID: Exposure] {
    var found: [StatementID: Exposure] = [:]
    for authority in roster.body.authorities {
      let exposed = authority.keys.compactMap { $0.purpose == .statement ? $0.exposedFrom : nil }
      guard let earliest = exposed.min() else { continue }
      try reader.eachStatement(of: authority.name, ownOrSince: earliest, before: index) { stored in
        let signed = try SignedStatement(decoding: stored.bytes)
        guard let since = roster.holder(of: signed.keyID)?.record.exposedFrom else { return }
        if try isUnseen(signed, stored, since) { found[stored.id] = Exposure(since: since, isByList: false) }
      }
    }
    found.merge(try byApprovals(before: index)) { first, _ in first }
    for seal in verifier.sealedLogs.all {
      try reader.eachStatement(of: seal.authority, ownOrSince: seal.effectiveFrom, before: index) { stored in
        guard try found[stored.id] == nil && isBeyondSeal(stored) else { return }
        found[stored.id] = Exposure(since: Self.beyondSeal, isByList: false)
      }
    }
    return found
  }

  /// Those whose key a certificate is for that a revocation list takes back. A path is built once for each certificate.
  func byLists(before index: UInt64 = .max) throws -> [StatementID: Exposure] {
    guard let earliest = revocations.compactMap(\.earliestExposure).min() else { return [:] }
    var found: [StatementID: Exposure] = [:]
    for authority in roster.body.authorities where !authority.anchors.statements.isEmpty {
      var known: [[Certificate]: UnixTime?] = [:]
      try reader.eachStatement(of: authority.name, ownOrSince: earliest, before: index) { stored in
        let signed = try SignedStatement(decoding: stored.bytes)
        guard !signed.certificates.isEmpty, roster.holder(of: signed.keyID) == nil else { return }
        let since = known[signed.certificates] ?? verifier.exposure(of: signed)
        known[signed.certificates] = .some(since)
        guard let since, try isUnseen(signed, stored, since) else { return }
        found[stored.id] = Exposure(since: since, isByList: true)
      }
    }
    return found
  }

  /// What stands for the moment of exposure where a log was sealed before a statement (V21).
  static let beyondSeal = StoreReader.sealedBefore

  /// Why a statement on record is in doubt, as the moment from which that is so; nil when it is not.
  func doubt(of stored: StoredStatement) throws -> UnixTime? {
    try exposure(of: stored) ?? approvalsExposure(of: stored) ?? (isBeyondSeal(stored) ? Self.beyondSeal : nil)
  }

  private func isBeyondSeal(_ stored: StoredStatement) throws -> Bool {
    guard verifier.sealedLogs.seal(of: stored.summary.issuer) != nil else { return false }
    let signed = try SignedStatement(decoding: stored.bytes)
    let witnessed = try witnessedAt(signed, stored)
    return try verifier.isBeyondSeal(
      signed, of: stored.summary.issuer, isOwn: stored.isOwn,
      anchoredAt: min(witnessed ?? stored.registeredAt, stored.registeredAt), reader)
  }

  /// The moment from which others may have the key of a statement on record, if nobody but its issuer is known to have seen
  /// it before; else nil.
  func exposure(of stored: StoredStatement) throws -> UnixTime? {
    let signed = try SignedStatement(decoding: stored.bytes)
    guard let since = verifier.exposure(of: signed), try isUnseen(signed, stored, since) else { return nil }
    return since
  }

  /// Whether nobody but its issuer is known to have seen a statement before a moment.
  func isUnseen(_ signed: SignedStatement, _ stored: StoredStatement, _ exposedFrom: UnixTime) throws -> Bool {
    guard stored.isOwn || stored.registeredAt >= exposedFrom else { return false }
    return try witnessedAt(signed, stored).map { $0 >= exposedFrom } ?? true
  }

  private func witnessedAt(_ signed: SignedStatement, _ stored: StoredStatement) throws -> UnixTime? {
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

  /// Looks again at what is doubted, after a roster was adopted or revocation lists came.
  mutating func doubt() throws {
    let (known, found) = (try transaction.reader.doubts(), try doubts.found())
    for id in known.keys.sorted() where found[id] == nil { try endDoubt(of: id) }
    for (id, exposure) in found.sorted(by: { $0.key < $1.key }) where known[id] != exposure.since {
      if known[id] != nil { try endAlarms(about: id) }
      try begin(doubtOf: id, exposure, evidence: transaction.reader.statement(id)?.bytes ?? [])
    }
  }

  /// A statement of a log that ended before is registered: it moves nobody by itself.
  mutating func doubt(beyondSeal signed: SignedStatement) throws {
    let exposure = Doubts.Exposure(since: Doubts.beyondSeal, isByList: false)
    try begin(doubtOf: signed.id, exposure, evidence: signed.attaching([]))
  }

  mutating func begin(doubtOf id: StatementID, _ exposure: Doubts.Exposure, evidence: [UInt8]) throws {
    try transaction.doubt(id, exposedFrom: exposure.since)
    let isSealed = exposure.since == Doubts.beyondSeal
    let source = exposure.isByList ? "a revocation list" : "roster version \(office.roster.body.version)"
    let why =
      isSealed
      ? "its issuer's log has ended, and the final checkpoint is not known to hold it"
      : "others may have \(try exposedKeys(of: id)) since \(OffsetTime(unix: exposure.since))"
    let detail =
      "\(id) is in doubt: by \(source) \(why), and nobody else is known to have seen it before. What it "
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
    try endAlarms(about: id)
  }

  private func endAlarms(about id: StatementID) throws {
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
