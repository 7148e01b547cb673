import Custody
import OpenSSL
import Testing
import TransparencyLog

/// What an observer who has all leaves says of a note (V20).
@Suite("A copied log and the notes that are shown of it")
struct CopiedLogTests {
  /// Tiles in memory.
  private struct Tiles: TileSource {
    let all: [TileAddress: [TreeHash]]
    func hashes(of tile: TileAddress) -> [TreeHash] { all[tile] ?? [] }
  }

  private let key: PrivateKey
  private let leaves = (0..<600).map { TreeHash.leaf([UInt8($0 % 256), UInt8($0 / 256)]) }
  /// The same but for one leaf.
  private var others: [TreeHash] {
    var changed = leaves
    changed[5] = .leaf([1, 2, 3])
    return changed
  }

  init() throws { key = try .generate(.ed25519) }

  private func note(_ size: Int, _ leaves: [TreeHash], origin: String = "irq.example/log/1") throws -> SignedCheckpoint
  {
    let root = MerkleTree.root(of: Array(leaves.prefix(size)))
    return try SignedCheckpoint(
      Checkpoint.sign(Checkpoint(origin: origin, size: UInt64(size), root: root), key: key))
  }

  private func log(_ size: Int, _ leaves: [TreeHash]) throws -> CopiedLog<Tiles> {
    var writer = TileWriter()
    for leaf in leaves.prefix(size) { writer.append(leaf) }
    return CopiedLog(newest: try note(size, leaves), tiles: Tiles(all: writer.takeChanged()))
  }

  private func proof(_ sighting: LogSighting) -> LogForkProof? {
    guard case .fork(let proof) = sighting else { return nil }
    return proof
  }

  @Test("Every state that the tree went through is known or earlier, and a larger one waits")
  func honest() throws {
    let log = try log(600, leaves)
    for size in [0, 1, 2, 5, 6, 255, 256, 257, 512, 599] {
      #expect(try log.judge(note(size, leaves)) == .earlier, "\(size)")
    }
    #expect(try log.judge(note(600, leaves)) == .known)
    #expect(try self.log(300, leaves).judge(note(600, others)) == .later)
  }

  @Test(
    "V20: a note of another tree convicts at every size, and its proof needs the two notes and its own hashes alone")
  func fork() throws {
    let log = try log(600, leaves)
    for size in [6, 7, 255, 256, 257, 512, 599, 600] {
      let found = try #require(try proof(log.judge(note(size, others))), "\(size)")
      #expect(found.holds && (found.consistency == nil) == (size == 600), "\(size)")
      #expect(found.first.checkpoint.size == UInt64(size) && found.second == log.newest)
    }
    // Before the leaf that differs the trees are one.
    #expect(try log.judge(note(5, others)) == .earlier)
    let empty = Checkpoint(origin: "irq.example/log/1", size: 0, root: leaves[0])
    let odd = try SignedCheckpoint(Checkpoint.sign(empty, key: key))
    #expect(try proof(log.judge(odd))?.holds == true)
  }

  @Test("Tiles that do not reach as far as the note are no proof of anything")
  func damaged() throws {
    let short = CopiedLog(newest: try note(600, leaves), tiles: Tiles(all: [:]))
    #expect(throws: ProofRefusal.self) { try short.judge(note(300, others)) }
  }

  @Test("A finding has one name for the same proofs, and another for others")
  func identity() throws {
    func finding(_ bytes: [UInt8], _ values: [String] = []) -> MonitorFinding {
      MonitorFinding(.fork, of: "a", values, proofs: [.init(name: "first.note", bytes: bytes)])
    }
    #expect(finding([1]).id == finding([1], ["more"]).id && finding([1]).id != finding([2]).id)
    #expect(finding([1]).id.wholeMatch(of: #/fork-[0-9a-f]{16}/#) != nil)
    // What passes keeps its name whatever shows it.
    func passing(_ bytes: [UInt8], _ log: String = "b") -> MonitorFinding {
      MonitorFinding(.notInLog, of: "a", and: log, [], proofs: [.init(name: "shown.note", bytes: bytes)])
    }
    #expect(passing([1]).id == passing([2]).id && passing([1]).id != passing([1], "c").id)
  }
}
