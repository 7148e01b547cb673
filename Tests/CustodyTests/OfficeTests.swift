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
