import COSE
import Custody
import OpenSSL
import Roster
import Testing
import TransparencyLog

/// Whose cosignatures count, and what they date (custody.md, Which roster, which time).
@Suite("Cosignatures under the roster")
struct CosignatureVerifierTests {
  private let convoy: Convoy
  private let coalition: Coalition
  private let logs: LogVerifier
  private let verifier: StatementVerifier
  private let other = TreeHash.leaf([7])
  /// Long after the keys and their grace have ended.
  private let late = Coalition.notAfter + Policy.standard.graceSeconds + 1

  init() throws {
    convoy = try Convoy()
    coalition = convoy.coalition
    logs = LogVerifier(roster: coalition.roster)
    verifier = StatementVerifier(roster: coalition.roster, policy: .standard, revocations: [])
  }

  private func name(_ party: Party) -> String { "\(party.uri.dropFirst("https://".count))/witness" }

  /// A checkpoint of SYR's log with the intake as its first leaf of two.
  private func checkpoint(_ root: TreeHash? = nil) throws -> SignedNote {
    let origin = "\(coalition.syr.uri.dropFirst("https://".count))/log/1"
    let root = root ?? .node(convoy.intake.signed.entry.leafHash, other)
    return try Checkpoint.sign(
      Checkpoint(origin: origin, size: 2, root: root), key: coalition.syr.key(.checkpoint))
  }

  private func cosigned(_ party: Party, at time: UnixTime = Coalition.now, key: PrivateKey? = nil, name: String? = nil)
    throws -> SignedNote
  {
    try checkpoint().cosigned(
      at: UInt64(time), name: name ?? self.name(party), key: key ?? party.key(.witness))
  }

  private func witnesses(_ note: SignedNote) throws -> [AuthorityName] {
    try logs.cosignatures(in: SignedCheckpoint(note)).map(\.witness.name)
  }

  @Test("A listed witness key of another member counts, by its own name and within its validity, and nothing else")
  func whose() throws {
    let (tur, irq) = (coalition.tur, coalition.irq)
    #expect(try witnesses(checkpoint()) == [])
    #expect(try witnesses(cosigned(tur)) == [tur.name])
    let both = try cosigned(tur).cosigned(at: UInt64(Coalition.now), name: name(irq), key: irq.key(.witness))
    #expect(try witnesses(both) == [tur.name, irq.name])
    // The log's own member's organs watch nobody for others.
    #expect(try witnesses(cosigned(coalition.police)) == [])
    #expect(try witnesses(cosigned(coalition.syr)) == [])
    #expect(try witnesses(cosigned(tur, key: .generate(.ed25519))) == [])
    #expect(try witnesses(cosigned(tur, key: tur.key(.checkpoint))) == [])
    #expect(try witnesses(cosigned(tur, key: irq.key(.witness))) == [])
    #expect(try witnesses(cosigned(tur, name: name(irq))) == [])
    #expect(try witnesses(cosigned(tur, name: "witness.example")) == [])
    #expect(try witnesses(cosigned(tur, at: Coalition.notBefore - 1)) == [])
    #expect(try witnesses(cosigned(tur, at: Coalition.notAfter + 1)) == [])
    let moved = try SignedNote(text: checkpoint(other).text, signatures: cosigned(tur).signatures)
    #expect(try witnesses(moved) == [])
  }

  @Test("It dates what the checkpoint covers: the earliest by whoever is no organ of the issuer's member")
  func dates() throws {
    let (signed, now) = (convoy.intake.signed, Coalition.now)
    func time(_ notes: [SignedNote]) throws -> UnixTime? {
      verifier.cosignedAt(signed, try notes.flatMap { logs.cosignatures(in: try SignedCheckpoint($0)) })
    }
    #expect(try time([checkpoint()]) == nil)
    #expect(try time([cosigned(coalition.tur)]) == now)
    #expect(try time([cosigned(coalition.tur), cosigned(coalition.irq, at: now - 5)]) == now - 5)
    // A cosignature of IRQ's log by SYR dates what is not SYR's own.
    let origin = "\(coalition.irq.uri.dropFirst("https://".count))/log/1"
    let theirs = try Checkpoint.sign(
      Checkpoint(origin: origin, size: 2, root: other), key: coalition.irq.key(.checkpoint)
    ).cosigned(at: UInt64(now), name: name(coalition.syr), key: coalition.syr.key(.witness))
    #expect(try witnesses(theirs) == [coalition.syr.name])
    #expect(try time([theirs]) == nil)
  }

  private func report(_ note: SignedNote, leaf: TreeHash? = nil) throws -> BundleReport.Line {
    var writer = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: true)
    writer.roster(coalition.roster.bytes)
    writer.policy(.standard)
    writer.checkpoint(note.encoded())
    let signed = convoy.intake.signed
    writer.statement(signed.attaching([]))
    writer.proof(
      Bundle.Proof(entry: signed.entry, proof: InclusionProof(size: 2, index: 0, path: [leaf ?? other])))
    writer.content(convoy.intake.content, of: convoy.intake.id)
    let bundle = try Bundle(decoding: writer.bytes)
    let report = BundleVerifier().verify(bundle, pinned: coalition.roster.digest, now: late)
    return try #require(report.lines.first)
  }

  @Test(
    "V13: in a bundle a statement stays valid offline when its key has long ended, if a cosigned checkpoint covers it")
  func offline() throws {
    #expect(try report(checkpoint()).code == "V13")
    #expect(try report(cosigned(coalition.police)).code == "V13")
    #expect(try report(cosigned(coalition.tur)).refusal == nil)
    // A proof that leads to another root shows nothing.
    #expect(try report(cosigned(coalition.tur), leaf: .leaf([8])).code == "V13")
  }

  @Test("A policy that waits for witnesses is another policy; one that does not keeps its bytes and digest")
  func policy() throws {
    let standard = Policy.standard
    let waiting = Policy(
      toleranceSeconds: standard.toleranceSeconds, lateAfterSeconds: standard.lateAfterSeconds,
      graceSeconds: standard.graceSeconds, twoUsers: standard.twoUsers, awaitsWitnesses: true)
    let plain = standard.encoded()
    #expect(try CBOR.decode(plain[...]).map?["await_witnesses"] == nil)
    #expect(try !Policy(decoding: plain[...]).awaitsWitnesses)
    #expect(try Policy(decoding: waiting.encoded()[...]) == waiting && waiting.digest != standard.digest)
    for wrong: CBOR in [.bool(false), 1, "yes", .null] {
      var map = try #require(try CBOR.decode(plain[...]).map)
      map["await_witnesses"] = wrong
      #expect(throws: DecodeError.self) { try Policy(decoding: CBOR.map(map).encoded()[...]) }
    }
  }
}
