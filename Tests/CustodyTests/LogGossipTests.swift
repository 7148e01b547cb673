import Custody
import Testing
import TransparencyLog

/// What a log shows is judged by what was seen of it before: doubts are told from convictions.
@Suite struct LogGossipTests {
  private let leaves = (0..<20).map { TreeHash.leaf([UInt8($0)]) }
  private let others = (0..<20).map { TreeHash.leaf([UInt8($0), 1]) }

  private func checkpoint(_ size: Int, _ leaves: [TreeHash]) -> Checkpoint {
    Checkpoint(
      origin: "irq.example/log/1", size: UInt64(size), root: MerkleTree.root(of: Array(leaves.prefix(size))))
  }

  private func proof(_ old: Int, _ new: Int, _ leaves: [TreeHash]) throws -> ConsistencyProof {
    let path = try #require(MerkleTree.consistencyPath(from: old, in: Array(leaves.prefix(new))))
    return ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), path: path)
  }

  /// Against these sizes, all genuine, of which the last is proven newest.
  private func judge(_ new: Checkpoint, _ proof: ConsistencyProof?, known sizes: [Int]) -> LogVerdict {
    let kept = sizes.map { checkpoint($0, leaves) }
    return LogChecks().judge(new, known: kept.last, proof: proof, kept: kept)
  }

  @Test("Every pair of sizes: a tree that goes on is proven, the same again is known, the first is taken")
  func good() throws {
    #expect(judge(checkpoint(7, leaves), nil, known: []) == .first)
    for old in 1...12 {
      #expect(judge(checkpoint(old, leaves), nil, known: [old]) == .known)
      for new in old + 1...13 {
        #expect(judge(checkpoint(new, leaves), try proof(old, new, leaves), known: [old]) == .continues)
      }
    }
  }

  @Test("Two roots for one size convict, with or without proof, also when the size is not the newest known")
  func fork() throws {
    for size in [3, 7, 12] {
      let verdict = judge(checkpoint(size, others), nil, known: [3, 7, 12])
      guard case .fork(let violation) = verdict else {
        Issue.record("\(size): \(verdict)")
        continue
      }
      #expect(violation.code == .v20 && violation.detail.contains("two different roots for size \(size)"))
      #expect(!LogVerdict.isDoubt(violation.detail, about: "irq.example/log/1"))
    }
  }

  @Test("A larger tree without a link is no accusation; with a proof that proves nothing it is a doubt")
  func unproven() throws {
    #expect(judge(checkpoint(12, others), nil, known: [7]) == .unlinked)
    let wrong: [ConsistencyProof] = [
      try proof(7, 12, others), try proof(6, 12, leaves), try proof(7, 11, leaves),
      ConsistencyProof(oldSize: 7, newSize: 12, path: []),
      ConsistencyProof(oldSize: 7, newSize: 12, path: Array(repeating: leaves[0], count: 64)),
      ConsistencyProof(oldSize: 0, newSize: 12, path: []),
    ]
    for proof in wrong {
      let verdict = judge(checkpoint(12, others), proof, known: [7])
      guard case .unproven(let violation) = verdict else {
        Issue.record("\(verdict)")
        continue
      }
      #expect(LogVerdict.isDoubt(violation.detail, about: "irq.example/log/1"), "\(violation.detail)")
      #expect(!LogVerdict.isDoubt(violation.detail, about: "irq.example/log/11"))
    }
  }

  @Test("Who asked when less was known comes late and accuses nobody")
  func late() throws {
    #expect(judge(checkpoint(9, leaves), try proof(7, 9, leaves), known: [7, 12]) == .late)
    #expect(judge(checkpoint(15, leaves), try proof(7, 15, leaves), known: [7, 12]) == .unlinked)
  }

  @Test("A smaller tree as the newest is a rollback, though it was seen before (F14)")
  func rollback() throws {
    for (sizes, new) in [([12], 9), ([9, 12], 9), ([1, 12], 1)] {
      guard case .rollback(let violation) = judge(checkpoint(new, leaves), nil, known: sizes) else {
        Issue.record("\(sizes) \(new)")
        continue
      }
      #expect(violation.detail.contains("shows \(new) entries and had 12"))
      #expect(LogVerdict.isDoubt(violation.detail, about: "irq.example/log/1"))
    }
  }

  @Test("A receipt's root is held against checkpoints of its size; one that is another checkpoint's root is innocent")
  func receipts() throws {
    let kept = [3, 7].map { checkpoint($0, leaves) }
    func judge(_ size: Int, _ leaves: [TreeHash], shown: UInt64) -> Violation? {
      LogChecks().judge(
        receipt: checkpoint(size, leaves).root, size: shown, origin: "irq.example/log/1", kept: kept)
    }
    #expect(judge(7, leaves, shown: 7) == nil)
    #expect(judge(8, others, shown: 8) == nil, "nothing is known of this size")
    // The size of a receipt is not signed: whoever alters it must not make a fork of it.
    #expect(judge(7, leaves, shown: 3) == nil)
    #expect(judge(7, others, shown: 7)?.code == .v20)
  }
}
