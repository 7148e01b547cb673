import Custody
import OpenSSL
import Roster
import Testing

@Suite("What one statement's envelope shows to be wrong") struct EnvelopeFlagsTests {
  private func judge(_ signed: SignedStatement, _ verifier: StatementVerifier) throws -> ([Violation], officers: Int) {
    let anchored = try verifier.verify(signed, seenAt: Coalition.now)
    return (try verifier.envelopeFlags(of: anchored), anchored.statement.officerCount)
  }

  private func verifier(_ coalition: Coalition) -> StatementVerifier {
    StatementVerifier(roster: coalition.roster, policy: .standard, revocations: [])
  }

  @Test("Officers are counted for a statement alone, as in a bundle, and what its signer flagged is reported")
  func officers() throws {
    let convoy = try Convoy(2)
    let (scribe, syr, verifier) = (convoy.scribe, convoy.coalition.syr, verifier(convoy.coalition))
    let whole = try scribe.certificate(of: convoy.intake, convoy.syr.ledger, by: syr)
    let (none, two) = try judge(whole.signed, verifier)
    #expect(none.isEmpty && two == 2, "\(none)")
    for count in 0...1 {
      var event = whole.event
      event.approvals = []
      event.flags = [Flag(statement: nil, code: .v18), Flag(statement: convoy.intake.id, code: .v25)]
      let keys = try (0..<count).map { try syr.officerKey($0 + 1) }
      let (flags, approved) = try judge(scribe.sign(event, by: syr, officers: keys).signed, verifier)
      #expect(flags.map(\.code) == [.v14, .v18, .v25] && approved == count, "\(flags)")
      #expect(flags.last?.detail == "its signer flagged statement \(convoy.intake.id)")
    }
  }

  @Test("What an authority that is not active signed is flagged")
  func inactive() throws {
    let coalition = try Coalition(irqStatus: .suspended)
    let act = try Scribe(coalition).intake(by: coalition.irq, 2)
    let (flags, _) = try judge(act.signed, verifier(coalition))
    #expect(flags.map(\.code) == [.v11], "\(flags)")
  }

  @Test("What a log that ended signed is flagged, unless somebody else had seen it before")
  func ended() throws {
    let coalition = try Coalition.shared()
    let verifier = try Succeeded(coalition).verifier()
    let act = try Scribe(coalition).intake(by: coalition.irq, 2)
    #expect(try judge(act.signed, verifier).0.map(\.code).contains(.v21))
    let receipt = try coalition.tur.receipt(of: act.signed, at: Succeeded.since - 60)
    let seen = try SignedStatement(decoding: act.signed.attaching([receipt]))
    // The one in its place is no witness; SYR is.
    #expect(try judge(seen, verifier).0.map(\.code).contains(.v21))
    let other = try coalition.syr.receipt(of: act.signed, at: Succeeded.since - 60)
    let witnessed = try SignedStatement(decoding: act.signed.attaching([other]))
    #expect(try !judge(witnessed, verifier).0.map(\.code).contains(.v21))
  }
}
