import Custody
import ReceiptStore
import Roster

/// Verifies stored statements again from their bytes, each under the roster and policy it was judged under.
struct Replay {
  let office: Office
  let reader: StoreReader
  private var rosters: [[UInt8]: VerifiedRoster] = [:]
  private(set) var ledger = Ledger()
  /// Where doubts began and ended, the last first; nil until asked.
  private var ahead: [(at: UInt64, statement: StatementID, begins: Bool)]?
  private var doubted: Set<StatementID> = []

  init(office: Office, reader: StoreReader) {
    self.office = office
    self.reader = reader
    rosters[office.roster.digest] = office.roster
  }

  /// One of those that this log adopted, each by the digest it was kept under.
  private mutating func roster(_ digest: [UInt8]) throws -> VerifiedRoster? {
    if let known = rosters[digest] { return known }
    guard let bytes = try reader.roster(digest: digest) else { return nil }
    rosters[digest] = try VerifiedRoster.verify(bytes, pinned: digest)
    return rosters[digest]
  }

  /// One statement, judged again as it was when it was registered.
  struct Judged {
    let anchored: AnchoredStatement
    let judgement: Judgement
  }

  /// A stored statement verified again, under the roster and policy that were in force when it was registered.
  /// - Returns: nil when one of them is missing.
  mutating func proposal(of stored: StoredStatement, _ content: Content, _ arrival: Proposal.Arrival) throws -> (
    AnchoredStatement, Proposal
  )? {
    let signed = try SignedStatement(decoding: stored.bytes)
    guard let roster = try roster(stored.roster), let policyBytes = try reader.policy(digest: stored.policy) else {
      return nil
    }
    let policy = try Policy(decoding: policyBytes[...])
    let logs = LogVerifier(roster: roster)
    // Later ones may be signed by logs or keys that only a later roster lists.
    let receipts = try reader.receipts(signed.entry).map(\.bytes)
      .compactMap { try? logs.verify(receipt: $0, for: signed.entry) }
    // Without revocation lists: what they say later changes nothing of what was registered.
    let stamps = TimeStampVerifier(roster: roster, revocations: [])
    let stamp = try reader.timeStamp(signed.entry).flatMap { try? stamps.verify($0, for: signed) }
    let verifier = StatementVerifier(roster: roster, policy: policy, revocations: [])
    let seenAt =
      try verifier.sealedLogs.isEmpty
      ? stored.registeredAt
      : verifier.seen(signed, at: stored.registeredAt, provenBy: reader.sealedProofs(of: signed.entry))
    let anchored = try verifier.verify(signed, verified: receipts, timeStamp: stamp, seenAt: seenAt)
    var proposal = Proposal(
      anchored.statement, content: content, stage: stored.isOwn ? .own : .received, arrival: arrival,
      roster: roster, policy: policy, now: stored.registeredAt)
    proposal.codeBook = office.codeBook
    proposal.isUnderKnownRoster = try reader.knowsRoster(of: proposal)
    proposal.isOnRecord = true
    proposal.isErased = try reader.erasure(of: stored.id) != nil
    proposal.isBeyondSeal = try verifier.isBeyondSeal(
      signed, of: anchored.statement.issuer.name, isOwn: stored.isOwn, anchoredAt: anchored.anchoredAt, reader)
    return (anchored, proposal)
  }

  /// What stands beside a statement, or what stays of its lines.
  private func derivable(_ id: StatementID) throws -> Content {
    guard try reader.erasure(of: id) != nil else { return try reader.content(owner: id.bytes) }
    return Content(manifest: try reader.custodyLines(of: id))
  }

  /// - Returns: nil when the roster or policy it was judged under is missing.
  mutating func register(_ stored: StoredStatement) throws -> Judged? {
    try doubt(before: stored.index)
    let arrival: Proposal.Arrival = try cameWithoutLines(stored.id) ? .awaited : .whole
    let content = arrival == .whole ? try derivable(stored.id) : Content()
    guard let (anchored, proposal) = try proposal(of: stored, content, arrival) else { return nil }
    let judgement = try ledger.register(proposal, by: Judge())
    if stored.isOwn, stored.summary.type == .rosterAdopted, let roster = try roster(stored.roster) {
      ledger.follow(roster.successions)
    }
    return Judged(anchored: anchored, judgement: judgement)
  }

  /// To be called behind the last entry: what was put in doubt since then counts too, or is doubted no more.
  mutating func finish() throws { try doubt(before: .max) }

  /// Doubts come and go between entries: by rosters, lists, receipts, proofs. What was signed while one lasted, a settlement
  /// above all, was judged by it, whatever is known since.
  private mutating func doubt(before index: UInt64) throws {
    if ahead == nil {
      ahead = try reader.doubtPeriods().flatMap { period in
        [(period.from, period.statement, true)] + (period.to.map { [($0, period.statement, false)] } ?? [])
      }
      // At one place the end of the earlier one goes before the beginning of the next.
      .sorted { ($0.0, $0.2 ? 1 : 0, $0.1) > ($1.0, $1.2 ? 1 : 0, $1.1) }
    }
    var isChanged = false
    while let next = ahead?.last, next.at <= index {
      if next.begins { doubted.insert(next.statement) } else { doubted.remove(next.statement) }
      ahead?.removeLast()
      isChanged = true
    }
    if isChanged { ledger.doubt(doubted) }
  }

  private func cameWithoutLines(_ id: StatementID) throws -> Bool {
    try reader.isBare(id) || reader.isIncomplete(id) || reader.isCompleted(id)
  }

  /// Judges the lines that came while the log had this size, in the order in which they came.
  mutating func completions(at size: UInt64) throws -> [(stored: StoredStatement, judgement: Judgement)] {
    try doubt(before: size)
    return try reader.completions(after: size...size).compactMap { completion in
      let content = try derivable(completion.statement)
      guard let stored = try reader.statement(completion.statement),
        let (_, proposal) = try proposal(
          of: stored, content, reader.isBare(completion.statement) ? .lines : .whole)
      else { return nil }
      return (stored, try ledger.complete(proposal, by: Judge()))
    }
  }
}

/// The custody projection is derived: an older one is built again from the statements before anything is answered.
enum Projection {
  /// Raised whenever the rules of derivation or the shape of the projection change.
  static let version = "22"

  /// - Returns: whether it was built again.
  static func rebuildIfOld(office: Office, store: ReceiptStore) async throws -> Bool {
    guard try await store.read({ try $0.projection() }) != version else { return false }
    try await store.write { transaction in
      var replay = Replay(office: office, reader: transaction.reader)
      try transaction.emptyProjection()
      var next: UInt64 = 0
      while true {
        let page = try transaction.reader.statements(from: next, limit: 500)
        guard let last = page.last else { break }
        for stored in page {
          guard let judged = try replay.register(stored) else {
            throw StartError("entry \(stored.index) was judged under a roster or policy that is not here")
          }
          try transaction.keep(parties: judged.anchored.statement.event.parties, of: stored.id)
          try transaction.keep(placeOf: judged.anchored.statement.event, of: stored.id)
          try transaction.keep(inquiryOf: judged.anchored.statement.event, of: stored.id)
          try transaction.keep(linesOf: transaction.reader.custodyLines(of: stored.id), of: stored.id)
          _ = try replay.completions(at: stored.index + 1)
        }
        next = last.index + 1
      }
      try replay.finish()
      var effects = Effects()
      effects.chains = Array(replay.ledger.chains.values)
      effects.opened = replay.ledger.releases.values.flatMap(\.values)
      try transaction.apply(effects)
      try transaction.keep(replay.ledger.occurrences, replay.ledger.closings)
      try transaction.keep(transits: replay.ledger.transits)
      try transaction.keep(consents: replay.ledger.consents.values.flatMap(\.values))
      try transaction.keep(duties: replay.ledger.duties.values.flatMap(\.values))
      try transaction.keep(notices: replay.ledger.notices.values.flatMap(\.self))
      try transaction.set(projection: version)
    }
    return true
  }
}
