import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

/// A log of one authority in memory: entries, receipts and a signed checkpoint.
struct TestLog {
  let party: Party
  let origin: String
  let entries: [LogEntry]

  init(_ party: Party, _ entries: [LogEntry]) throws {
    self.party = party
    self.entries = entries
    origin = try party.authority().origin(epoch: 1)
  }

  var root: TreeHash { MerkleTree.root(of: entries.map(\.leafHash)) }

  func proof(of index: Int) -> InclusionProof {
    InclusionProof(
      size: UInt64(entries.count), index: UInt64(index),
      path: MerkleTree.inclusionPath(of: index, in: entries.map(\.leafHash)) ?? [])
  }

  func receipts(at time: UnixTime) throws -> [[UInt8]] {
    try Receipt.issue(
      root: root, proofs: entries.indices.map { proof(of: $0) }, issuer: party.uri, origin: origin, issuedAt: time,
      key: party.key(.receipt))
  }

  func checkpoint() throws -> SignedNote {
    try Checkpoint.sign(
      Checkpoint(origin: origin, size: UInt64(entries.count), root: root), key: party.key(.checkpoint))
  }
}

extension Party {
  /// A receipt of a log of one entry.
  func receipt(of signed: SignedStatement, at time: UnixTime) throws -> [UInt8] {
    try #require(TestLog(self, [signed.entry]).receipts(at: time).first)
  }
}

/// A bundle of what a log holds, each item where it can be left out or replaced.
struct TestBundle {
  var exercise = false
  var rosters: [[UInt8]]
  var policies: [Policy] = [.standard]
  var notes: [[UInt8]]
  var items: [(statement: [UInt8], proof: Bundle.Proof, content: Content, id: StatementID)]
  let coalition: Coalition

  /// SYR's log of these statements, with SYR's receipts attached.
  init(_ acts: [Act], of coalition: Coalition) throws {
    let log = try TestLog(coalition.syr, acts.map(\.signed.entry))
    let receipts = try log.receipts(at: Coalition.now)
    rosters = [coalition.roster.bytes]
    notes = [try log.checkpoint().encoded()]
    items = acts.enumerated().map { index, act in
      (
        act.signed.attaching([receipts[index]]),
        Bundle.Proof(entry: act.signed.entry, proof: log.proof(of: index)), act.content, act.id
      )
    }
    self.coalition = coalition
  }

  var header: [UInt8] { BundleWriter(exercise: exercise, created: OffsetTime(unix: Coalition.now), clear: true).bytes }

  var bytes: [UInt8] {
    var writer = BundleWriter(exercise: exercise, created: OffsetTime(unix: Coalition.now), clear: true)
    for roster in rosters { writer.roster(roster) }
    for policy in policies { writer.policy(policy) }
    for note in notes { writer.checkpoint(note) }
    for item in items {
      writer.statement(item.statement)
      writer.proof(item.proof)
      writer.content(item.content, of: item.id)
    }
    return writer.bytes
  }

  static func verify(_ bytes: [UInt8], pinned: [UInt8]?) throws(DecodeError) -> BundleReport {
    BundleVerifier(checks: checksInForce)
      .verify(try Bundle(decoding: bytes, checks: checksInForce), pinned: pinned, now: Coalition.now)
  }

  func report(pinned: [UInt8]? = nil) throws -> BundleReport {
    try Self.verify(bytes, pinned: pinned ?? coalition.roster.digest)
  }
}
