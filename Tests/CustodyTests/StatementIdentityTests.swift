import COSE
import Custody
import Roster
import TestSupport
import Testing

/// A statement is what was signed, not how it was wrapped.
@Suite struct StatementIdentityTests {
  static let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")

  /// The other signature of the same ECDSA key over the same bytes: (r, n − s).
  static func twin(of signed: SignedStatement) throws -> [UInt8] {
    var bytes = signed.message.bytes
    let start = signed.message.signatureRange.lowerBound + 32
    var borrow = 0
    for index in (0..<32).reversed() {
      var digit = Int(order[index]) - Int(bytes[start + index]) - borrow
      borrow = digit < 0 ? 1 : 0
      digit += borrow * 256
      bytes[start + index] = UInt8(digit)
    }
    return bytes
  }

  @Test func aTwinHasTheSameIdAndAnEntryOfItsOwn() throws {
    let convoy = try Convoy(1)
    let signed = convoy.intake.signed
    let twin = try SignedStatement(decoding: Self.twin(of: signed))
    #expect(twin.id == signed.id && twin.entry != signed.entry && twin != signed)
    let verifier = StatementVerifier(roster: convoy.coalition.roster, policy: .standard, revocations: [])
    #expect(try verifier.verify(twin, anchoredAt: Coalition.now).id == signed.id)
  }

  @Test func aTwinHasNoSecondEffect() throws {
    var convoy = try Convoy(2)
    let before = (convoy.syr.ledger.chains, convoy.syr.ledger.releases)
    let twin = Act(signed: try SignedStatement(decoding: Self.twin(of: convoy.release.signed)), content: Content())
    let judgement = try convoy.syr.register(twin)
    #expect(judgement.isClean && judgement.effects == Effects())
    #expect(convoy.syr.ledger.chains == before.0 && convoy.syr.ledger.releases == before.1)
  }

  @Test func attachingReceiptsChangesNeitherIdNorEntry() throws {
    let signed = try Convoy(1).intake.signed
    let with = try SignedStatement(decoding: signed.attaching([[1, 2], [3]]))
    #expect(with.id == signed.id && with.entry == signed.entry && with.receipts == [[1, 2], [3]] && with != signed)
    #expect(try SignedStatement(decoding: with.attaching([])) == signed)
  }

  @Test func anotherIssuerOfTheSameTextIsRefused() throws {
    let convoy = try Convoy(1)
    let irq = convoy.coalition.irq
    // The Kelvin sign is canonically equivalent to K, and so the same text to Swift.
    let lookalike = irq.uri.dropLast() + "\u{212a}"
    #expect(lookalike == irq.uri)
    let signed = try SignedStatement.sign(
      convoy.intake.event, issuer: String(lookalike), at: Coalition.start, with: irq.key(.statement))
    let verifier = StatementVerifier(roster: convoy.coalition.roster, policy: .standard, revocations: [])
    let error = #expect(throws: StatementRefusal.self) {
      try verifier.verify(signed, anchoredAt: Coalition.start)
    }
    #expect(error?.code == "V13")
    #expect(convoy.coalition.roster.authority(uri: String(lookalike)) == nil)
    #expect(convoy.coalition.roster.authority(uri: irq.uri)?.name == irq.name)
  }
}
