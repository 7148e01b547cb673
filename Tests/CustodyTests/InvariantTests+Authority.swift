import Custody
import OpenSSL
import Roster
import Testing

extension InvariantTests {
  @Test("V11: under a stale roster an intention is refused and a fact flagged")
  func v11_aStaleRosterStopsIntentions() throws {
    let convoy = try Convoy()
    let later = Coalition.nextUpdate + 1
    var office = Office(convoy.coalition.syr, of: convoy.coalition)
    let fact = try office.register(convoy.intake, now: later)
    #expect(fact.isRegistered && fact.flaggedCodes.contains(.v11))
    #expect(try office.judge(convoy.release, now: later).refusedCodes.contains(.v11))
    #expect(try office.judge(convoy.release, now: Coalition.nextUpdate).isClean)
  }

  @Test("V12: only the receiver named in a release answers it")
  func v12_onlyTheNamedPartyAnswers() throws {
    let convoy = try Convoy()
    let stranger = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.tur)
    #expect(try convoy.syr.judge(stranger).refusedCodes.contains(.v12))
    #expect(try convoy.irq.judge(stranger).refusedCodes.contains(.v12))
    let named = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.irq)
    #expect(try convoy.irq.judge(named).isClean)
  }

  @Test("V13: the key was the authority's statement key and valid when it signed")
  func v13_theKeyWasValidWhenItSigned() throws {
    let convoy = try Convoy()
    let party = convoy.coalition.syr
    let verifier = StatementVerifier(
      roster: convoy.coalition.roster, policy: .standard, checks: checksInForce, revocations: [])
    var drill = convoy.intake.event
    drill.exercise = true
    func code(
      _ purpose: KeyPurpose, _ time: UnixTime, anchored: UnixTime? = nil, issuer: String? = nil, event: Event? = nil
    ) throws -> String? {
      let signed = try SignedStatement.sign(
        event ?? convoy.intake.event, issuer: issuer ?? party.uri, at: time, with: try party.key(purpose))
      do throws(StatementRefusal) {
        _ = try verifier.verify(signed, anchoredAt: anchored ?? time)
        return nil
      } catch {
        return error.code
      }
    }
    let grace = Policy.standard.graceSeconds
    #expect(try code(.statement, Coalition.notBefore - 1) == "V13")
    #expect(try code(.statement, Coalition.notAfter + 1) == "V13")
    #expect(try code(.statement, Coalition.start, anchored: Coalition.notAfter + grace + 1) == "V13")
    #expect(try code(.receipt, Coalition.start) == "V13")
    #expect(try code(.statement, Coalition.start, issuer: convoy.coalition.irq.uri) == "V13")
    #expect(try code(.statement, Coalition.start, event: drill) == "V13", "an exercise's statement under a real roster")
    #expect(try code(.statement, Coalition.notBefore) == nil)
    #expect(try code(.statement, Coalition.notAfter, anchored: Coalition.notAfter + grace) == nil)
  }

  @Test("V14: two officers are two keys and two numbers")
  func v14_twoOfficersApprove() throws {
    let convoy = try Convoy()
    let party = convoy.coalition.syr
    var office = Office(party, of: convoy.coalition)
    try office.register(convoy.intake)
    func judged(_ officers: [PrivateKey]) throws -> Judgement {
      try office.judge(
        convoy.scribe.handover(
          .release, of: convoy.intake, from: party, to: convoy.coalition.irq, in: office.ledger, officers: officers))
    }
    #expect(try judged([]).refusedCodes.contains(.v14))
    #expect(try judged([party.officerKey(1)]).refusedCodes.contains(.v14))
    #expect(try judged([party.officerKey(2), party.officerKey(2, 1)]).refusedCodes.contains(.v14))
    #expect(try judged([party.officerKey(1), party.officerKey(4)]).refusedCodes.contains(.v14))
    #expect(try judged([party.officerKey(1), party.officerKey(2, 1)]).isClean)
  }

  @Test("V15: what an exposed key signed counts only if somebody else had seen it before")
  func v15_anExposedKeyCountsOnlyWhereItWasSeenBefore() throws {
    let convoy = try Convoy()
    let party = convoy.coalition.syr
    let time = Coalition.start + 3600
    let roster = try convoy.coalition.roster { key in
      key.key == party.keys[.statement]?.publicKey
        ? key.revoked([Revocation(reason: .compromised, effectiveFrom: time)]) : key
    }
    let verifier = StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
    #expect(throws: Never.self) { try verifier.verify(convoy.intake.signed, anchoredAt: time - 1) }
    let error = #expect(throws: StatementRefusal.self) { try verifier.verify(convoy.intake.signed, anchoredAt: time) }
    #expect(error?.code == "V15")
  }

  @Test("V16: a key that the roster does not list is answered \"not listed\"")
  func v16_anUnlistedKeyIsNotListed() throws {
    let convoy = try Convoy()
    let verifier = StatementVerifier(
      roster: convoy.coalition.roster, policy: .standard, checks: checksInForce, revocations: [])
    let stranger = try SignedStatement.sign(
      convoy.intake.event, issuer: convoy.coalition.syr.uri, at: Coalition.start, with: .generate(.p256))
    let error = #expect(throws: StatementRefusal.self) {
      try verifier.verify(stranger, anchoredAt: Coalition.start)
    }
    #expect(error?.code == "V16" && error?.description.contains("not listed") == true)
    #expect(throws: Never.self) { try verifier.verify(convoy.intake.signed, anchoredAt: Coalition.start) }
  }
}
