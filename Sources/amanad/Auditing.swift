import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// Re-verifies the whole store from its bytes alone and compares the projection with what the bytes say.
struct Auditing: Sendable {
  let office: Office
  let store: ReceiptStore

  func run() async throws -> AuditReport {
    let office = office
    return try await store.read { reader in
      // The lists that this snapshot was judged by, should one have come in this moment.
      let lists = try reader.revocationLists()
      var audit = Audit(office: office.with(fetched: lists), reader: reader)
      try audit.replay()
      try audit.readLeaves()
      try audit.compareTree()
      try audit.compareEndedLogs()
      try audit.compareDoubts()
      try audit.compareProjection()
      return audit.report
    }
  }
}

/// One audit under way, over one snapshot.
private struct Audit {
  let office: Office
  let reader: StoreReader
  var frontier = Frontier()
  var roots: [UInt64: TreeHash] = [:]
  var replayed: Replay
  var report = AuditReport(entries: 0, signatures: 0, receipts: 0, chains: 0, problems: [])

  init(office: Office, reader: StoreReader) {
    self.office = office
    self.reader = reader
    replayed = Replay(office: office, reader: reader)
  }

  mutating func replay() throws {
    while true {
      let page = try reader.statements(from: report.entries, limit: 500)
      guard !page.isEmpty else { return try replayed.finish() }
      for stored in page {
        if stored.index != report.entries { report.problems.append("entry \(report.entries) is missing") }
        report.entries = stored.index + 1
        do { try check(stored) } catch { report.problems.append("entry \(stored.index): \(error)") }
        do { try checkCompletions() } catch { report.problems.append("after entry \(stored.index): \(error)") }
      }
    }
  }

  /// The tree as its leaves say: each statement's own entry, or a padding entry.
  mutating func readLeaves() throws {
    let sizes = Set(
      try reader.checkpoints(origin: office.origin).compactMap { try? SignedCheckpoint(decoding: $0).checkpoint.size })
    let size = try reader.size()
    var next: UInt64 = 0
    while next < size {
      let page = try reader.leaves(from: next, limit: 500)
      if page.isEmpty { break }
      for leaf in page {
        if leaf.index != next { report.problems.append("leaf \(next) is missing") }
        let isItsOwn = try leaf.statement.map { try reader.statement(entry: leaf.entry)?.index == $0 } ?? true
        if !isItsOwn { report.problems.append("leaf \(leaf.index) is not the entry of its statement") }
        frontier.append(leaf.entry.leafHash)
        next = leaf.index + 1
        if sizes.contains(next) { roots[next] = frontier.root }
      }
    }
  }

  private mutating func check(_ stored: StoredStatement) throws {
    let signed = try SignedStatement(decoding: stored.bytes)
    if let violation = LogChecks().kept(signed, entry: stored.entry, id: stored.id) {
      report.problems.append("entry \(stored.index): \(violation)")
    }
    guard let judged = try replayed.register(stored) else {
      report.problems.append("entry \(stored.index): the roster or policy it was judged under is missing")
      return
    }
    let anchored = judged.anchored
    try checkReceipts(of: stored, anchored.receipts)
    report.signatures += 1 + anchored.statement.approvals.count
    for violation in judged.judgement.refusals { report.problems.append("entry \(stored.index): \(violation)") }
  }

  /// Those that the roster of then does not verify must hold under the one in force.
  private mutating func checkReceipts(of stored: StoredStatement, _ verified: [VerifiedReceipt]) throws {
    let logs = LogVerifier(roster: office.roster)
    let known = Set(verified.map(\.receipt.message.bytes))
    var origins = Set(verified.map(\.receipt.origin))
    let held = try reader.receipts(stored.entry)
    for (origin, bytes, _) in held where !known.contains(bytes) {
      do throws(ProofRefusal) {
        origins.insert(try logs.verify(receipt: bytes, for: stored.entry).receipt.origin)
      } catch {
        report.problems.append("entry \(stored.index): the receipt of \(origin): \(error)")
      }
    }
    report.receipts += held.count
    if try reader.leaf(of: stored.entry) != nil, !origins.contains(office.origin) {
      report.problems.append("\(stored.id) has no receipt of this log")
    }
  }

  /// What came later must be what was found then: a flag that nobody raised at the time is a change.
  private mutating func checkCompletions() throws {
    for (stored, judgement) in try replayed.completions(at: report.entries) {
      let known = Set(try reader.flags(stored.id))
      for violation in judgement.refusals where !known.contains(violation) {
        report.problems.append("entry \(stored.index): \(violation)")
      }
    }
  }

  mutating func compareTree() throws {
    let size = try reader.size()
    if try size > 0 && TileReader(source: reader).root(size: size) != frontier.root {
      report.problems.append("the stored tree is not the tree of the stored statements")
    }
    for note in try reader.checkpoints(origin: office.origin) {
      try compare(SignedCheckpoint(decoding: note), with: roots)
    }
  }

  private mutating func compare(_ signed: SignedCheckpoint, with roots: [UInt64: TreeHash]) throws {
    let (origin, size) = (signed.checkpoint.origin, signed.checkpoint.size)
    if !office.signedCheckpoint(signed) {
      report.problems.append("a checkpoint of \(origin) of size \(size) is not signed by it")
    }
    if let violation = LogChecks().extends(signed.checkpoint, rootAt: { roots[$0] }) {
      report.problems.append("\(origin): \(violation)")
    }
  }

  /// The trees of our logs that ended must still reach what was signed of them. What lies beyond them was lost.
  mutating func compareEndedLogs() throws {
    for origin in try reader.endedLogs() {
      let signed = try reader.checkpoints(origin: origin).map { try SignedCheckpoint(decoding: $0) }
      let sizes = Set(signed.map(\.checkpoint.size))
      var (tree, roots) = (Frontier(), [UInt64: TreeHash]())
      while true {
        let page = try reader.endedLeaves(origin: origin, from: tree.size, limit: 500)
        if page.isEmpty { break }
        for entry in page {
          tree.append(entry.leafHash)
          if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        }
      }
      for note in signed where note.checkpoint.size <= tree.size { try compare(note, with: roots) }
    }
  }

  /// The doubts noted as the log grew must be those that the roster in force, the lists, receipts and proofs give now.
  mutating func compareDoubts() throws {
    let found = try Doubts(
      roster: office.roster, policy: office.policy, revocations: office.revocations, reader: reader,
      origin: office.origin
    ).found()
    let differing = Set(found.keys).symmetricDifference(try reader.doubts().keys)
    for id in differing.sorted().prefix(20) {
      report.problems.append(
        "\(id) \(found[id] == nil ? "is" : "is not") in doubt on record, against what is known of it")
    }
  }

  mutating func compareProjection() throws {
    let ledger = replayed.ledger
    let chains = try reader.allChains()
    report.chains = chains.count
    let stored = Dictionary(chains.map { ($0.subject, $0) }) { first, _ in first }
    let differing = Set(stored.keys).union(ledger.chains.keys).filter { stored[$0] != ledger.chains[$0] }
    for subject in differing.sorted().prefix(20) {
      report.problems.append("the projection of line \(subject) is not what its statements say")
    }
    for subject in try reader.differingChains().prefix(20) {
      report.problems.append("the columns of line \(subject) are not what its history adds up to")
    }
    if try reader.allOccurrences() != ledger.occurrences || reader.allClosings() != Set(ledger.closings.values.joined())
    {
      report.problems.append("what befell people, or what is closed, is not in the projection as the statements say it")
    }
    if try reader.allTransits() != ledger.transits || reader.allConsents() != ledger.consents {
      report.problems.append(
        "what is told of roads, or who may go on, is not in the projection as the statements say it")
    }
    if try reader.allDuties() != Set(ledger.duties.values.flatMap(\.values))
      || reader.allNotices() != Set(ledger.notices.values.joined())
    {
      report.problems.append("who must be told, or was, is not in the projection as the statements say it")
    }
    let lines = Set(try reader.allReleaseLines())
    let rebuilt = Set(ledger.releases.values.flatMap(\.values))
    if lines != rebuilt {
      let count = lines.symmetricDifference(rebuilt).count
      report.problems.append("\(count) release lines of the projection are not what the statements say")
    }
  }
}
