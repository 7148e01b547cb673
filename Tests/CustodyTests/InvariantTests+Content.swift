import COSE
import Custody
import Roster
import Testing

/// V25 to V29: what must be said of whom moves. An intention of ours is refused for it; a fact, and whatever a partner
/// signed, is recorded with the flag.
extension InvariantTests {
  /// What SYR's own log says to a release of these to IRQ, and what IRQ's says.
  private func released(
    _ kind: Kind, _ changes: [String: String], to: Party? = nil, change: Scribe.Change = { _ in }
  ) throws -> (own: Judgement, received: Judgement) {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    let to = to ?? coalition.irq
    var (syr, other) = (Office(coalition.syr, of: coalition), Office(to, of: coalition))
    let intake = try scribe.intake(of: { Scribe.entry($0, of: kind).with(changes) }, by: coalition.syr, 2)
    try syr.register(intake)
    try other.register(intake)
    let release = try scribe.handover(
      .release, of: intake, from: coalition.syr, to: to, in: syr.ledger, change: change)
    return (try syr.judge(release), try other.judge(release))
  }

  @Test("V25: a code that its list does not have stops an intention and flags a fact")
  func v25_codesStandInTheirLists() throws {
    let convoy = try Convoy()
    let (syr, irq) = (convoy.coalition.syr, convoy.coalition.irq)
    func recall(_ reason: String) throws -> Act {
      try convoy.scribe.recall(of: convoy.release, by: syr) { $0.reason = reason }
    }
    #expect(try convoy.syr.judge(recall("felt-like-it")).refusedCodes == [.v25])
    #expect(try convoy.syr.judge(recall("road-closed")).isClean)
    let theirs = try convoy.irq.judge(recall("felt-like-it"))
    #expect(theirs.isRegistered && theirs.flaggedCodes == [.v25])
    let fact = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: irq) { $0.reason = "felt-like-it" }
    let judgement = try convoy.irq.judge(fact)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25])
    let wrong = try released(.detaineeTransfer, ["vulnerability": "tall"])
    #expect(wrong.own.refusedCodes == [.v25])
    #expect(wrong.received.isRegistered && wrong.received.flaggedCodes == [.v25])
    #expect(try released(.detaineeTransfer, [:]).own.isClean)
  }

  @Test("V26: whoever is not free has the block of Article 17(3), or unknown with a reason")
  func v26_deprivationIsStated() throws {
    let wrong = try released(.familyReturn, ["grounds": ""])
    #expect(wrong.own.refusedCodes == [.v26])
    #expect(wrong.received.isRegistered && wrong.received.flaggedCodes == [.v26])
    #expect(try released(.familyReturn, ["grounds": "unknown:not-asked"]).own.isClean)
    #expect(try released(.familyReturn, ["grounds": ""]) { $0.libertyStatus = .atLiberty }.own.isClean)
  }

  @Test("V26: whoever was free when released, and is not where they arrive, is accepted with the basis, or flagged")
  func v26_deprivedAtArrival() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var irq = Office(coalition.irq, of: coalition)
    let intake = try scribe.intake(of: { Scribe.entry($0, of: .familyReturn) }, by: coalition.syr, 2)
    try irq.register(intake)
    let release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: irq.ledger) {
      $0.libertyStatus = .atLiberty
    }
    try irq.register(release)
    func flags(_ status: LibertyStatus?, _ basis: Basis? = nil, code: OutcomeCode = .accepted) throws -> Set<CheckCode>
    {
      let outcome = try scribe.outcome(of: release, all: code, by: coalition.irq) {
        ($0.libertyStatus, $0.basis) = (status, basis)
      }
      let judgement = try irq.judge(outcome, keeping: [intake, release])
      #expect(judgement.isRegistered)
      return judgement.flaggedCodes
    }
    #expect(try flags(.detained) == [.v26] && flags(nil) == [.v26])
    #expect(try flags(.atLiberty).isEmpty && flags(.detained, Basis(code: "arrest-warrant")).isEmpty)
    #expect(try flags(.detained, code: .refused).isEmpty)
  }

  @Test("V27: a child goes with somebody, not to a place for adults, and with the approval of who protects children")
  func v27_childrenAreProtected() throws {
    let child = ["age": "child_presumed", "unaccompanied": "yes"]
    #expect(try released(.detaineeTransfer, child).own.isClean)
    for wrong in [["unaccompanied": "no"], ["destination_regime": "adults-only"]] {
      let judged = try released(.detaineeTransfer, child.merging(wrong) { $1 })
      #expect(judged.own.refusedCodes == [.v27], "\(wrong)")
      #expect(judged.received.isRegistered && judged.received.flaggedCodes == [.v27], "\(wrong)")
    }
    #expect(try released(.familyReturn, child.merging(["child_views": ""]) { $1 }).own.refusedCodes == [.v27])
    let bare = child.merging(["best_interests": ""]) { $1 }
    #expect(try released(.thirdCountryRepatriation, bare).own.refusedCodes == [.v27])
  }

  @Test("The approval of a child-protection officer is asked for, and its lack is flagged by the receiver")
  func anApprovalIsAskedForAChild() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var (syr, irq) = (Office(coalition.syr, of: coalition), Office(coalition.irq, of: coalition))
    let child = ["age": "child", "unaccompanied": "yes"]
    let intake = try scribe.intake(of: { Scribe.person($0).with(child) }, by: coalition.syr, 2)
    try syr.register(intake)
    try irq.register(intake)
    let officers = try [coalition.syr.officerKey(1), coalition.syr.officerKey(2)]
    let release = try scribe.handover(
      .release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger, officers: officers)
    #expect(try syr.judge(release).refusedCodes == [.v27])
    let received = try irq.judge(release)
    #expect(received.isRegistered && received.flaggedCodes == [.v27])
  }

  @Test("V28: a border is crossed with an assessment and assurances, and onward with consent")
  func v28_bordersAskForAssessment() throws {
    for wrong in [["assessment": "", "assessed_by": "", "assessed_on": ""], ["assurances": ""]] {
      var cleared = wrong
      if cleared["assessment"] != nil {
        cleared["assessment_informed"] = ""
        cleared["assessment_challenge"] = ""
      }
      let judged = try released(.detaineeTransfer, cleared)
      #expect(judged.own.refusedCodes == [.v28], "\(wrong)")
      #expect(judged.received.isRegistered && judged.received.flaggedCodes == [.v28], "\(wrong)")
      #expect(try released(.detaineeTransfer, cleared, to: Coalition.shared().police).own.isClean)
    }
    // The stories happen in November 2026.
    for (until, isOver) in [
      ("2026-10", true), ("2026-10-31?", true), ("2026-11", false), ("2026", false), ("202X", false),
    ] {
      let judged = try released(.detaineeTransfer, ["assurances_until": until])
      #expect(judged.own.refusedCodes == (isOver ? [.v28] : []) && judged.received.isRegistered, "\(until)")
    }
    var convoy = try Convoy(2)
    _ = try convoy.answerAll(.accepted)
    let onward = try convoy.scribe.handover(
      .release, of: convoy.release, from: convoy.coalition.irq, to: convoy.coalition.tur, in: convoy.irq.ledger)
    #expect(try convoy.irq.judge(onward).isClean)
    let without = try convoy.scribe.handover(
      .release, of: convoy.release, from: convoy.coalition.irq, to: convoy.coalition.tur, in: Ledger())
    #expect(try convoy.irq.judge(without).refusedCodes.contains(.v28))
  }

  @Test("V28: who handed them over is asked again after a release that was refused, and after one within the member")
  func consentIsAskedAgain() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    for isWithin in [false, true] {
      var syr = Office(coalition.syr, of: coalition)
      let intake = try scribe.intake(by: coalition.irq, 2)
      try syr.register(intake)
      let release = try scribe.handover(
        .release, of: intake, from: coalition.irq, to: coalition.syr, in: syr.ledger)
      try syr.register(release)
      let accepted = try scribe.outcome(of: release, all: .accepted, by: coalition.syr)
      try syr.register(accepted)
      let receiver = isWithin ? coalition.police : coalition.tur
      let attempt = try scribe.handover(
        .release, of: release, from: coalition.syr, to: receiver, in: syr.ledger)
      #expect(try syr.register(attempt).isClean)
      let outcome = try scribe.outcome(of: attempt, all: isWithin ? .accepted : .refused, by: receiver)
      try syr.register(outcome)
      var holder = syr
      if isWithin {
        holder = Office(coalition.police, of: coalition)
        for act in [intake, release, accepted, attempt, outcome] { try holder.register(act) }
      }
      func judge(_ consent: AuthorityName?) throws -> Set<CheckCode> {
        try holder.judge(
          scribe.handover(
            .release, of: attempt, from: holder.party, to: coalition.tur, in: holder.ledger, consent: consent)
        ).refusedCodes
      }
      #expect(try judge(coalition.syr.name) == [.v28], "\(isWithin)")
      #expect(try judge(nil).isEmpty, "\(isWithin)")
    }
  }

  @Test("V29: who has not consented, or no longer, does not return")
  func v29_adultsConsent() throws {
    for status in ["", "refused", "withdrawn"] {
      var changes = ["consent": status]
      if status.isEmpty {
        for column in Kind.familyReturn.row.names where column.hasPrefix("consent_") { changes[column] = "" }
      }
      let judged = try released(.familyReturn, changes)
      #expect(judged.own.refusedCodes == [.v29], "\(status)")
      #expect(judged.received.isRegistered && judged.received.flaggedCodes == [.v29], "\(status)")
      #expect(try released(.thirdCountryRepatriation, changes).own.refusedCodes == [.v29], "\(status)")
    }
    #expect(try released(.familyReturn, [:]).own.isClean)
    let ordered = ["consent": "", "legal_basis": "deportation-order"]
    #expect(try released(.thirdCountryRepatriation, ordered).own.isClean)
  }

  @Test("What stood in a log before these rules stays there: judged again, it is flagged and still moves")
  func whatIsOnRecordStays() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var syr = Office(coalition.syr, of: coalition)
    let intake = try scribe.intake(of: { Scribe.person($0).with(["assurances": ""]) }, by: coalition.syr, 2)
    try syr.register(intake)
    let release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger)
    #expect(try syr.judge(release).refusedCodes == [.v28])
    var proposal = try syr.proposal(release)
    proposal.isOnRecord = true
    let judgement = try Judge(checks: checksInForce).judge(proposal, in: syr.ledger)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v28] && judgement.effects.opened.count == 2)
  }
}
