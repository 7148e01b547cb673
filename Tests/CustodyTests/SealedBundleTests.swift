import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

@Suite struct SealedBundleTests {
  let convoy: SealedConvoy

  init() throws { convoy = try SealedConvoy(3) }

  private var acts: [SealedAct] { [convoy.intake, convoy.release, convoy.outcome] }

  /// SYR's bundle for IRQ: the intake as a bare envelope, everything else with its ciphertexts.
  private func bytes(without digests: Set<[UInt8]> = [], slots: Bool = true) throws -> [UInt8] {
    var bundle = try TestBundle(acts.map(\.act), of: convoy.coalition)
    for index in bundle.items.indices { bundle.items[index].content = Content() }
    var writer = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: false)
    let start = writer.bytes.count
    if slots { writer.content(Content(slots: convoy.release.act.content.slots), of: convoy.release.act.id) }
    for act in acts where act.act.id != convoy.intake.act.id {
      for reference in act.act.event.sealed where !digests.contains(reference.ciphertextDigest) {
        writer.sealed(reference.ciphertextDigest, try #require(act.ciphertexts[reference.ciphertextDigest]))
      }
    }
    return bundle.bytes + writer.bytes.dropFirst(start)
  }

  private func verify(_ bytes: [UInt8], key: PrivateKey? = nil) throws -> BundleReport {
    BundleVerifier(checks: checksInForce).verify(
      try Bundle(decoding: bytes, checks: checksInForce), pinned: convoy.coalition.roster.digest, now: Coalition.now,
      key: key)
  }

  @Test("V32 A sealed bundle holds without a key, and says of which statements it recounted nothing")
  func withoutKey() throws {
    let report = try verify(bytes())
    #expect(report.holds, "\(report.failures)")
    #expect(report.lines.map(\.isUnread) == [true, true, true] && report.ledger.chains.isEmpty)
  }

  @Test("With a party's key it is recounted, the intake's lines from the release's history")
  func withKey() throws {
    let report = try verify(bytes(), key: try convoy.coalition.irq.key(.seal))
    #expect(report.holds, "\(report.failures) \(report.lines.map(\.refusal))")
    #expect(report.lines.map(\.isUnread) == [false, false, false])
    #expect(report.ledger.chains == convoy.syr.ledger.chains)
    #expect(report.lines.allSatisfy { $0.flags.isEmpty })
  }

  @Test("A key that opens nothing recounts nothing, and that is no failure")
  func foreignKey() throws {
    let report = try verify(bytes(), key: try convoy.coalition.tur.key(.seal))
    #expect(report.holds && report.lines.allSatisfy { $0.isUnread })
  }

  @Test("A bundle that lacks a manifest's ciphertext or the slots holds, but recounts less")
  func lacking() throws {
    let manifest = try #require(convoy.outcome.act.event.sealed(.manifest)?.ciphertextDigest)
    let report = try verify(bytes(without: [manifest]), key: try convoy.coalition.irq.key(.seal))
    #expect(report.holds && report.lines.map(\.isUnread) == [false, false, true])
    #expect(try verify(bytes(slots: false), key: try convoy.coalition.irq.key(.seal)).holds)
  }

  @Test("A flipped bit of a ciphertext, a ciphertext under another digest and one of no statement are refused")
  func changed() throws {
    let good = try bytes()
    let ciphertext = try #require(convoy.release.ciphertexts.values.first)
    let start = try #require(good.firstRange(of: ciphertext)).lowerBound
    var bad = good
    bad[start + 100] ^= 1
    #expect(throws: DecodeError.self) { try verify(bad) }
    var stray = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: false)
    let head = stray.bytes.count
    stray.sealed(SHA256.hash([1, 2, 3]), [1, 2, 3])
    let report = try verify(good + stray.bytes.dropFirst(head))
    #expect(!report.holds && report.failures.count == 1)
  }

  @Test("What an issuer sealed wrongly does not hold for whoever can open it")
  func lying() throws {
    let other = try convoy.scribe.intake(by: convoy.coalition.syr, 3)
    let lie = try convoy.scribe.seal(
      Act(signed: convoy.intake.act.signed, content: other.content), by: convoy.coalition.syr)
    var bundle = try TestBundle([lie.act], of: convoy.coalition)
    bundle.items[0].content = Content()
    var writer = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: false)
    let start = writer.bytes.count
    for (digest, ciphertext) in lie.ciphertexts { writer.sealed(digest, ciphertext) }
    let bytes = bundle.bytes + writer.bytes.dropFirst(start)
    #expect(try verify(bytes).holds)
    let report = try verify(bytes, key: try convoy.coalition.syr.key(.seal))
    #expect(!report.holds && report.failures.contains { $0.contains("\"manifest\"") }, "\(report.failures)")
  }
}
