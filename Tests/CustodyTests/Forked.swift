import COSE
import Custody
import OpenSSL
import Roster
import Testing
import TransparencyLog

/// What logs of a test coalition signed twice, and a verifier who has nothing but the roster.
struct Forked {
  let convoy: Convoy
  var scribe: Scribe { convoy.scribe }
  var coalition: Coalition { convoy.coalition }

  init(_ persons: Int = 2, seed: UInt64 = 1) throws { convoy = try Convoy(persons, seed: seed) }

  func verifier(_ roster: VerifiedRoster? = nil) -> ForkVerifier {
    ForkVerifier(
      StatementVerifier(roster: roster ?? coalition.roster, policy: .standard, revocations: []), now: Coalition.now)
  }

  /// The statement with a receipt of its issuer's own log, of some epoch, beside another log's where one is named.
  func receipted(_ act: Act, by party: Party, epoch: UInt64 = 1, and other: Party? = nil) throws -> SignedStatement {
    let own = try Receipt.issue(
      root: act.signed.entry.leafHash, proofs: [InclusionProof(size: 1, index: 0, path: [])], issuer: party.uri,
      origin: party.authority().origin(epoch: epoch), issuedAt: Coalition.now, key: party.key(.receipt))
    let others = try other.map { try $0.receipt(of: act.signed, at: Coalition.now - 60) }
    return try SignedStatement(decoding: act.signed.attaching(own + [others].compactMap(\.self)))
  }

  /// SYR releases the same people again, as a copied disk would.
  func second() throws -> Act {
    var copy = Office(coalition.syr, of: coalition)
    try copy.register(convoy.intake)
    return try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: copy.ledger)
  }

  /// A checkpoint of these leaves, signed by a party's log.
  func note(_ leaves: [LogEntry], of party: Party, epoch: UInt64 = 1, key: PrivateKey? = nil) throws -> SignedNote {
    try Checkpoint.sign(
      Checkpoint(
        origin: party.authority().origin(epoch: epoch), size: UInt64(leaves.count),
        root: MerkleTree.root(of: leaves.map(\.leafHash))), key: key ?? party.key(.checkpoint))
  }

  func cosigned(_ note: SignedNote, by party: Party, at time: UnixTime) throws -> SignedNote {
    try note.cosigned(
      at: UInt64(time), name: "\(party.uri.dropFirst("https://".count))/witness", key: party.key(.witness))
  }

  /// Entries that are no statement's.
  func leaves(_ count: Int, _ seed: UInt8 = 0) -> [LogEntry] {
    (0..<count).compactMap { LogEntry([UInt8](repeating: UInt8($0) &+ seed, count: 32)) }
  }

  func path(_ index: Int, _ leaves: [LogEntry]) throws -> [TreeHash] {
    try #require(MerkleTree.inclusionPath(of: index, in: leaves.map(\.leafHash)))
  }

  func leaf(_ index: Int, _ leaves: [LogEntry]) throws -> ForkProof.Leaf {
    ForkProof.Leaf(entry: leaves[index], path: try path(index, leaves))
  }

  /// What is found of these, each with the lines and slots that stand beside it.
  func find(_ acts: [(signed: SignedStatement, content: Content)]) -> ForkSearch.Result {
    var material = ForkMaterial()
    for act in acts {
      material.statements.append(act.signed)
      material.slots[act.signed.id] = act.content.slots
      if let manifest = act.content.manifest { material.manifests[manifest.root.bytes] = manifest }
    }
    return ForkSearch.find(in: material, by: verifier())
  }

  /// A proof of each kind, by what it is of.
  func everyKind() throws -> [String: ForkProof] {
    let (syr, irq, tur) = (coalition.syr, coalition.irq, coalition.tur)
    let (first, other) = (leaves(5), leaves(5, 9))
    let longer = other + leaves(2, 40)
    let seen = try cosigned(note(first, of: syr), by: tur, at: Coalition.now - 30)
    let openings = try (0..<2).map { _ in try scribe.opening(by: irq, epoch: 3, follows: 2).signed }
    let releases = try [convoy.release, second()]
    let answers = try [
      scribe.outcome(of: convoy.release, all: .accepted, by: irq),
      scribe.outcome(of: convoy.release, all: .refused, by: irq),
    ]
    let slots = find(try releases.map { (try receipted($0, by: syr), Content(slots: $0.content.slots)) })
    let released = find(try releases.map { (try receipted($0, by: syr), Content(manifest: $0.content.manifest)) })
    let answered = find(try answers.map { (try receipted($0, by: irq), $0.content) })
    return [
      "roots": ForkProof(.roots(Pair(try SignedCheckpoint(seen), try SignedCheckpoint(note(other, of: syr))))),
      "sequences": ForkProof(
        .sequences(
          Pair(try SignedCheckpoint(seen), try SignedCheckpoint(note(longer, of: syr))), index: 2,
          Pair(try leaf(2, first), try leaf(2, longer)))),
      "openings": ForkProof(.openings(Pair(openings[0], openings[1]))),
      "slots": try #require(slots.proofs.first), "releases": try #require(released.proofs.first),
      "answers": try #require(answered.proofs.first),
    ]
  }
}
