import Custody
import OpenSSL
import Roster
import Testing

/// What counts as proof that somebody else had seen a statement while its key was good (custody.md, Which time).
@Suite("Anchored time")
struct AnchorTests {
  private let convoy: Convoy
  private let verifier: StatementVerifier
  /// Long after the keys and their grace have ended.
  private let late = Coalition.notAfter + Policy.standard.graceSeconds + 1

  init() throws {
    convoy = try Convoy()
    verifier = StatementVerifier(roster: convoy.coalition.roster, policy: .standard, revocations: [])
  }

  private func holds(_ signed: SignedStatement, receiptedBy parties: [Party]) throws -> Bool {
    let receipts = try parties.map { try $0.receipt(of: signed, at: Coalition.now) }
    do {
      return try verifier.verify(signed, receipts: receipts, seenAt: late).anchoredAt == Coalition.now
    } catch let refusal as StatementRefusal {
      #expect(refusal.code == "V13")
      return false
    }
  }

  @Test("F20: a statement that another member receipted in time stays valid when its key has long ended")
  func anotherMember() throws {
    #expect(try holds(convoy.intake.signed, receiptedBy: [convoy.coalition.tur]))
    #expect(try !holds(convoy.intake.signed, receiptedBy: []))
  }

  @Test("The issuer's own log and its own member's organs are no witnesses of it, except as its counterparty")
  func ownOrgans() throws {
    let coalition = convoy.coalition
    #expect(try !holds(convoy.intake.signed, receiptedBy: [coalition.syr, coalition.police]))
    var event = convoy.intake.event
    event.to = coalition.police.name
    event.approvals = []
    let addressed = try SignedStatement.sign(
      event, issuer: coalition.syr.uri, at: Coalition.start, with: coalition.syr.key(.statement))
    #expect(try holds(addressed, receiptedBy: [coalition.police]))
  }

  @Test("A receipt dated after the statement came here does not move its time")
  func datedLater() throws {
    let signed = convoy.intake.signed
    let receipts = [try convoy.coalition.irq.receipt(of: signed, at: Coalition.now)]
    #expect(try verifier.verify(signed, receipts: receipts, seenAt: Coalition.start).anchoredAt == Coalition.start)
  }
}
