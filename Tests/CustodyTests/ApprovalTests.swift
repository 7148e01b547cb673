import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// What officers approve stays theirs: an approval cannot be stripped, moved, reused or counted twice.
@Suite struct ApprovalTests {
  let convoy: Convoy
  let office: Office
  var party: Party { convoy.coalition.syr }

  init() throws {
    convoy = try Convoy(2)
    var office = Office(convoy.coalition.syr, of: convoy.coalition)
    try office.register(convoy.intake)
    self.office = office
  }

  /// Signs the release's event as the authority with these approvals in it, and says why V14 does not hold.
  private func failings(_ approvals: [[UInt8]], change: (inout Event) -> Void = { _ in }) throws -> [String] {
    var event = convoy.release.event
    change(&event)
    event.approvals = approvals
    let signed = try SignedStatement.sign(
      event, issuer: party.uri, at: event.recordedAt.unix, with: party.key(.statement))
    let judgement = try office.judge(Act(signed: signed, content: convoy.release.content))
    return judgement.refusals.filter { $0.code == .v14 }.map(\.detail)
  }

  private func approvals(_ keys: [PrivateKey], role: ApprovalRole = .officer, change: (inout Event) -> Void = { _ in })
    throws -> [[UInt8]]
  {
    var event = convoy.release.event
    change(&event)
    return try convoy.scribe.approvals(of: event, by: party, role: role, keys)
  }

  @Test func twoOfficersAreEnough() throws {
    #expect(try failings(convoy.release.event.approvals).isEmpty)
    #expect(try failings(approvals([party.officerKey(1), party.officerKey(2), party.officerKey(3)])).isEmpty)
  }

  @Test func noneCanBeStripped() throws {
    #expect(try !failings(Array(convoy.release.event.approvals.dropLast())).isEmpty)
    var event = convoy.release.event
    event.approvals.removeLast()
    let message = convoy.release.signed.message
    let payload = try #require(message.payloadRange)
    var encoder = CBOREncoder()
    encoder.byteString(event.encoded())
    let head = message.bytes[..<payload.lowerBound].dropLast(3)
    let stripped = Array(head) + encoder.bytes + message.bytes[payload.upperBound...]
    let signed = try SignedStatement(decoding: stripped)
    #expect(throws: StatementRefusal.signatureInvalid) {
      try StatementVerifier(roster: convoy.coalition.roster, policy: .standard, revocations: [])
        .verify(signed, anchoredAt: Coalition.now)
    }
  }

  @Test func noneMovesToAnotherRecordOrDraft() throws {
    let others: [(inout Event) -> Void] = [
      { $0.recordID = RecordID(unchecked: [UInt8](repeating: 9, count: 16)) },
      { $0.to = convoy.coalition.tur.name }, { $0.acceptBy = nil }, { $0.flags = [Flag(statement: nil, code: .v18)] },
      { $0.recordedAt = OffsetTime(unix: Coalition.start + 7) }, { $0.roster = [UInt8](repeating: 1, count: 32) },
    ]
    for change in others { #expect(try failings(convoy.release.event.approvals, change: change).count == 3) }
    let given = try convoy.scribe.approvals(
      of: convoy.release.event, by: convoy.coalition.irq, [party.officerKey(1), party.officerKey(2)])
    #expect(try failings(given).contains { $0.contains("another authority") })
  }

  @Test func noneCountsTwice() throws {
    let one = try approvals([party.officerKey(1)])
    #expect(try failings(one + one).contains { $0.contains("1 officers with 1 keys") })
    let again = try approvals([party.officerKey(1), party.officerKey(1)])
    #expect(try failings(again).contains { $0.contains("1 officers with 1 keys") })
    let twoKeys = try approvals([party.officerKey(2), party.officerKey(2, 1)])
    #expect(try failings(twoKeys).contains { $0.contains("1 officers with 2 keys") })
    #expect(try failings(approvals([party.officerKey(1), party.officerKey(2)]).reversed()).isEmpty == false)
  }

  @Test func onlyThoseWhoMayDo() throws {
    let first = try party.officerKey(1)
    func with(_ second: PrivateKey, role: ApprovalRole = .officer) throws -> [String] {
      let both = try approvals([first]) + approvals([second], role: role)
      let sorted = try both.sorted {
        try Approval(decoding: $0).keyID.lexicographicallyPrecedes(Approval(decoding: $1).keyID)
      }
      return try failings(sorted)
    }
    #expect(try with(party.officerKey(2)).isEmpty)
    #expect(try with(party.officerKey(2), role: .medical).contains { $0.contains("may not approve as medical") })
    #expect(try with(party.officerKey(4)).contains { $0.contains("may not approve as officer") })
    #expect(try with(party.officerKey(4), role: .medical).contains { $0.contains("1 officers") })
    #expect(try with(party.key(.statement)).contains { $0.contains("no officer's") })
    #expect(try with(convoy.coalition.irq.officerKey(1)).contains { $0.contains("no officer's") })
    #expect(try with(.generate(.p256)).contains { $0.contains("not listed") })
  }

  @Test func aKeyMustBeValidWhenItApproves() throws {
    let event = convoy.release.event
    let late = try Approval.sign(
      draft: event.encoded(includingApprovals: false), record: event.recordID, issuer: party.uri,
      at: Coalition.notAfter + 1, with: party.officerKey(1))
    #expect(try failings([late]).contains { $0.contains("was not valid when it approved") })
  }

  @Test(
    "V14: an approval is given to a draft that is there, and before it is signed: no key that has ended is dated back")
  func v14_approvalsAreOfTheTimeOfTheirDraft() throws {
    let event = convoy.release.event
    let (drafted, most) = (event.recordedAt.unix, VerifiedApproval.longestClockDifference)
    func given(_ times: [UnixTime]) throws -> [String] {
      let approvals = try times.enumerated().map { index, time in
        try Approval(
          decoding: Approval.sign(
            draft: event.encoded(includingApprovals: false), record: event.recordID, issuer: party.uri, at: time,
            with: party.officerKey(index + 1)))
      }
      return try failings(
        approvals.sorted { $0.keyID.lexicographicallyPrecedes($1.keyID) }.map(\.message.bytes))
    }
    #expect(try given([drafted - most, drafted + most]).isEmpty)
    #expect(try given([drafted - most - 1, drafted]).contains { $0.contains("before the draft was recorded") })
    #expect(try given([drafted, drafted + most + 1]).contains { $0.contains("after it was signed") })
  }

  @Test func anApprovalIsNoStatementAndHasOneForm() throws {
    let approval = try #require(convoy.release.event.approvals.first)
    #expect(throws: DecodeError.self) { try SignedStatement(decoding: approval) }
    #expect(throws: DecodeError.self) { try Approval(decoding: convoy.release.signed.message.bytes) }
    #expect(throws: DecodeError.self) { try Approval(decoding: approval + [0]) }
    let message = try Sign1(decoding: approval)
    #expect(throws: DecodeError.self) { try Approval(decoding: message.replacingUnprotected([394: 1])) }
    #expect(try Approval(decoding: message.replacingUnprotected([:])).role == .officer)
    #expect(try failings([[1, 2, 3]]).contains { $0.contains("cannot be read") })
  }
}
