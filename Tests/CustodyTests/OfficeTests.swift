import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// In what offices one officer approves (decision 0031).
@Suite struct OfficeTests {
  @Test("V14: nobody approves in two offices, not with two keys either")
  func twoOffices() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    let roster = try coalition.changedRoster { authority in
      Authority(
        name: authority.name, uri: authority.uri, names: authority.names, role: authority.role,
        status: authority.status, competence: authority.competence, keys: authority.keys,
        officers: authority.officers.map { officer in
          officer.number == 2
            ? Officer(number: 2, roles: ["officer", "witness"], status: officer.status, keys: officer.keys) : officer
        })
    }
    let party = coalition.syr
    let intake = try scribe.intake(by: party, 1)
    var office = Office(party, of: coalition)
    try office.register(intake)
    let ledger = office.ledger
    func judged(_ witness: PrivateKey) throws -> Judgement {
      let free = try scribe.liberty(of: intake.subjects, .refused, by: party, in: ledger, offices: []) {
        $0.roster = roster.digest
      }
      var event = free.event
      let approvals =
        try scribe.approvals(of: event, by: party, [party.officerKey(1), party.officerKey(2)])
        + scribe.approvals(of: event, by: party, role: .witness, [witness])
      event.approvals = try approvals.map { (try Approval(decoding: $0).keyID, $0) }
        .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
      let signed = try SignedStatement.sign(
        event, issuer: party.uri, at: event.recordedAt.unix, with: try party.key(.statement))
      let verified = try StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
        .verify(signed, anchoredAt: Coalition.now)
      return try Judge(checks: checksInForce).judge(
        Proposal(
          verified, content: free.content, stage: .own, roster: roster, policy: .standard, now: Coalition.now),
        in: ledger)
    }
    #expect(try judged(party.officerKey(5)).isClean)
    let twice = try judged(party.officerKey(2, 1))
    #expect(twice.isRegistered && twice.flaggedCodes == [.v14] && twice.flags.count == 1)
    #expect(twice.flags[0].detail.contains("officer 2 approved as officer and as witness"))
  }
}

/// What is approved by whoever left before it was signed (F5, F27).
@Suite struct LeavingTests {
  private let convoy: Convoy

  init() throws { convoy = try Convoy(2) }

  /// How SYR's own log judges an act of its own under a roster that says something of some of its officers' keys.
  private func judged(_ act: Act, _ revocations: [Revocation], of keys: [PrivateKey]) throws -> Judgement {
    let roster = try convoy.coalition.roster { record in
      keys.contains { $0.publicKey == record.key } ? record.revoked(revocations) : record
    }
    let verified = try StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
      .verify(act.signed, anchoredAt: Coalition.now)
    var office = Office(convoy.coalition.syr, of: convoy.coalition)
    if act.id != convoy.intake.id { try office.register(convoy.intake) }
    return try Judge(checks: checksInForce).judge(
      Proposal(
        verified, content: act.content, stage: .own, roster: roster, policy: .standard, now: Coalition.now),
      in: office.ledger)
  }

  @Test("V14: whoever had left when it was signed approves no intention; what they say happened is flagged")
  func left() throws {
    let party = convoy.coalition.syr
    let first = try party.officerKey(1)
    for (act, isIntention) in [(convoy.intake, false), (convoy.release, true)] {
      let signed = act.signed.issuedAt
      let gone = [Revocation(reason: .retired, effectiveFrom: signed)]
      let late = try judged(act, gone, of: [first])
      #expect(late.isRegistered != isIntention)
      #expect((isIntention ? late.refusedCodes : late.flaggedCodes) == [.v14], "\(late)")
      let after = [Revocation(reason: .retired, effectiveFrom: signed + 1)]
      #expect(try judged(act, after, of: [first]).isClean, "in office when it was signed")
    }
  }

  @Test("V14: an officer with another key has not left, and a key that took over from it is no leaving")
  func stays() throws {
    let (party, act) = (convoy.coalition.syr, convoy.release)
    let signed = act.signed.issuedAt
    // Approved before, retired since, signed by the authority then.
    let later = Act(
      signed: try SignedStatement.sign(act.event, issuer: party.uri, at: signed + 10, with: party.key(.statement)),
      content: act.content)
    func codes(_ reason: Revocation.Reason, _ keys: [PrivateKey]) throws -> Set<CheckCode> {
      try judged(later, [Revocation(reason: reason, effectiveFrom: signed + 5)], of: keys).refusedCodes
    }
    #expect(try codes(.retired, [party.officerKey(1)]) == [.v14])
    #expect(try codes(.superseded, [party.officerKey(1)]).isEmpty)
    #expect(try codes(.retired, [party.officerKey(2)]).isEmpty, "officer 2 has another key")
    #expect(try codes(.retired, [party.officerKey(2), party.officerKey(2, 1)]) == [.v14])
  }
}
