import COSE
import Roster
import Testing
import TransparencyLog

@testable import Custody

/// Equivocation proofs of each kind.
extension SampleMaker {
  func forks() throws -> [Sample] {
    let origin = "prisons.syr.example/custody/log/1"
    func leaves(_ name: String, _ count: Int) -> [LogEntry] {
      (0..<count).compactMap { LogEntry(sampleDigest("\(name) \($0)")) }
    }
    func note(_ leaves: [LogEntry]) throws -> SignedCheckpoint {
      let tree = Checkpoint(
        origin: origin, size: UInt64(leaves.count), root: MerkleTree.root(of: leaves.map(\.leafHash)))
      return try SignedCheckpoint(Checkpoint.sign(tree, key: key(.checkpoint)))
    }
    func leaf(_ leaves: [LogEntry]) throws -> ForkProof.Leaf {
      ForkProof.Leaf(
        entry: leaves[1], path: try #require(MerkleTree.inclusionPath(of: 1, in: leaves.map(\.leafHash))))
    }
    func receipted(_ event: Event) throws -> SignedStatement {
      let signed = try signed(event, with: key(.statement))
      return try SignedStatement(
        decoding: signed.attaching([receipt(for: signed.entry, size: 5, key: key(.receipt))]))
    }
    let (first, longer) = (leaves("one", 5), leaves("other", 7))
    let persons = personManifest(12)
    let listed = try slots(persons)
    let place = ForkProof.Place(
      index: 0, path: try #require(MerkleTree.inclusionPath(of: 0, in: listed.map { TreeHash.leaf($0) })))
    func twice(_ event: Event) throws -> Pair<SignedStatement> {
      var other = event
      other.caseID = nil
      return Pair(try receipted(event), try receipted(other))
    }
    func lines(_ type: EventType, _ manifest: Manifest, _ positions: Set<Int>) throws -> ForkProof.Evidence {
      // Whoever decides a step cites what it is decided after.
      let line = try #require(
        manifest.lines.first { line in positions.allSatisfy { line.leaf.fields[$0] != .null } }
      ).index
      let proof = try LineProof(of: manifest, line: line, positions: positions)
      return .lines(try twice(full(type, manifest: manifest)), Pair(proof, proof))
    }
    let opened = try full(.logOpened, manifest: persons)
    let release = try full(.release, manifest: persons)
    let made: [(String, ForkProof.Evidence)] = [
      ("roots", .roots(Pair(try note(first), try note(leaves("other", 5))))),
      (
        "sequences",
        .sequences(Pair(try note(first), try note(longer)), index: 1, Pair(try leaf(first), try leaf(longer)))
      ),
      ("openings", .openings(try twice(opened))),
      ("slots", .slots(try twice(release), slot: listed[0], Pair(place, place))),
      ("releases", try lines(.release, persons, [1])),
      ("answers", try lines(.outcome, outcomeManifest(), [2, 3])),
      ("settlements", try lines(.disputeResolved, disputeManifest(), [2, 3])),
    ]
    let roster = try body(version: 1, previous: nil).signed(by: roots).bytes
    return made.map { name, evidence in
      let proof = ForkProof(evidence, roster: name == "roots" || name == "slots" ? roster : nil)
      return Sample(name: "fork-\(name).cbor", bytes: proof.encoded()) { bytes in
        try expectSame(ForkProof(decoding: bytes).encoded(), bytes)
      }
    }
  }
}
