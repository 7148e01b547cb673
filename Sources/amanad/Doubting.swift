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
  /// Of our own log.
  let origin: String
  private let verifier: StatementVerifier

  init(
    roster: VerifiedRoster, policy: Policy, revocations: [RevocationList], reader: StoreReader, origin: String
  ) {
    self.origin = origin
    self.roster = roster
    self.policy = policy
    self.revocations = revocations
    self.reader = reader
    verifier = StatementVerifier(roster: roster, policy: policy, revocations: revocations)
  }

  /// Why a statement on record is in doubt.
  struct Exposure: Hashable {
    enum Cause {
      /// By the roster others may have its key.
      case key
      /// By a revocation list, of a key that the roster does not list.
      case list
      /// By the roster others may have the keys of so many officers who approved it that too few are left.
      case approvals
      /// Its log had ended before (V21).
      case end
    }

    let cause: Cause
    /// From when on; of a log that ended `StoreReader.sealedBefore`.
    let since: UnixTime

    init(_ cause: Cause, since: UnixTime) {
      self.cause = cause
      self.since = since
    }

    /// What a statement that is registered now is doubted for; nil when it is not.
    init?(_ proposal: Proposal) {
      if let since = proposal.approvalsExposedFrom {
        self.init(.approvals, since: since)
      } else if proposal.isBeyondSeal {
        self.init(.end, since: StoreReader.sealedBefore)
      } else {
        return nil
      }
    }
  }

  /// From when on others may have a key that certificates are for: a path is built once for each certificate.
  private typealias Paths = [[Certificate]: UnixTime?]

  /// Every statement on record that is in doubt.
  func found() throws -> [StatementID: Exposure] {
    var found: [StatementID: Exposure] = [:]
    for authority in roster.body.authorities {
      guard let earliest = earliest(authority) else { continue }
      var paths: Paths = [:]
      try reader.eachStatement(of: authority.name, ownOrSince: earliest) { stored in
        if let exposure = try exposure(of: stored, &paths) { found[stored.id] = exposure }
        return true
      }
    }
    return found
  }

  /// The first moment from which anything of an authority may be in doubt.
  private func earliest(_ authority: Authority) -> UnixTime? {
    let keys = authority.keys.filter { $0.purpose == .statement } + authority.officers.flatMap(\.keys)
    let lists = authority.anchors.statements.isEmpty ? [] : revocations.compactMap(\.earliestExposure)
    let end = verifier.sealedLogs.seal(of: authority.name)?.effectiveFrom
    return (keys.compactMap(\.exposedFrom) + lists + [end].compactMap(\.self)).min()
  }

  /// Why a statement on record is in doubt; nil when it is not.
  func exposure(of stored: StoredStatement) throws -> Exposure? {
    var paths: Paths = [:]
    return try exposure(of: stored, &paths)
  }

  private func exposure(of stored: StoredStatement, _ paths: inout Paths) throws -> Exposure? {
    let signed = try SignedStatement(decoding: stored.bytes)
    let isListed = roster.holder(of: signed.keyID) != nil
    let exposed = isListed ? verifier.exposure(of: signed) : paths[signed.certificates] ?? verifier.exposure(of: signed)
    if !isListed { paths[signed.certificates] = .some(exposed) }
    if let exposed, try isUnseen(signed, stored, exposed) { return Exposure(isListed ? .key : .list, since: exposed) }
    if let since = verifier.approvalsExposedFrom(signed), try isUnseen(signed, stored, since) {
      return Exposure(.approvals, since: since)
    }
    return try isBeyondSeal(signed, stored) ? Exposure(.end, since: StoreReader.sealedBefore) : nil
  }

  private func isBeyondSeal(_ signed: SignedStatement, _ stored: StoredStatement) throws -> Bool {
    guard verifier.sealedLogs.seal(of: stored.summary.issuer) != nil else { return false }
    let witnessed = try witnessedAt(signed, stored) ?? stored.registeredAt
    return try verifier.isBeyondSeal(
      signed, of: stored.summary.issuer, isOwn: stored.isOwn, anchoredAt: min(witnessed, stored.registeredAt), reader)
  }

  /// Whether nobody but its issuer is known to have seen a statement before a moment.
  private func isUnseen(_ signed: SignedStatement, _ stored: StoredStatement, _ exposedFrom: UnixTime) throws -> Bool {
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
    let cosigned = stored.isOwn ? try cosignedAt(signed, stored.entry) : nil
    return [verifier.witnessedAt(signed, receipts, stamp), cosigned].compactMap(\.self).min()
  }

  /// When the first witness cosigned a checkpoint of our log that covers a statement of ours.
  private func cosignedAt(_ signed: SignedStatement, _ entry: LogEntry) throws -> UnixTime? {
    guard let leaf = try reader.leaf(of: entry) else { return nil }
    let logs = LogVerifier(roster: roster)
    for checkpoint in try reader.cosigned(origin: origin, covering: leaf, limit: 16)
    where try reader.publishedRoot(at: checkpoint.size) == checkpoint.root {
      let cosignatures = try reader.cosignatures(of: checkpoint).compactMap { kept in
        roster.authority(kept.witness).flatMap { logs.cosignature(kept.line, over: checkpoint.noteText, by: $0) }
      }
      if let time = verifier.cosignedAt(signed, cosignatures) { return time }
    }
    return nil
  }
}

extension Registrar {
  private var doubts: Doubts {
    Doubts(
      roster: office.roster, policy: office.policy, revocations: office.revocations, reader: transaction.reader,
      origin: office.origin)
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

  /// Puts a statement in doubt, and tells why.
  mutating func begin(doubtOf id: StatementID, _ exposure: Doubts.Exposure, evidence: [UInt8]) throws {
    try transaction.doubt(id, exposedFrom: exposure.since)
    let source = exposure.cause == .list ? "a revocation list" : "roster version \(office.roster.body.version)"
    let since = OffsetTime(unix: exposure.since)
    let why =
      switch exposure.cause {
      case .key, .list: "others may have its key since \(since)"
      case .approvals: "others may have the keys of officers who approved it since \(since)"
      case .end: "its issuer's log has ended, and the final checkpoint is not known to hold it"
      }
    let detail =
      "\(id) is in doubt: by \(source) \(why), and nobody else is known to have seen it before. What it "
      + "moved is contested until its parties settle it"
    try raise(alarm: Violation(exposure.cause == .end ? .v21 : .v15, detail), evidence: evidence, about: id)
  }

  /// A receipt or a time stamp may prove that a doubted statement was seen in time.
  mutating func easeDoubt(of entry: LogEntry) throws {
    guard let stored = try transaction.reader.doubted(entry), try doubts.exposure(of: stored) == nil else { return }
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
