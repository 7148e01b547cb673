import COSE
import Roster
import Testing

@testable import Custody

/// Content is erased when nothing needs it, and what derives custody stays.
@Suite("Erasure") struct ErasureTests {
  /// A log in which something stands in the way.
  private struct Blocked: LedgerView {
    let ledger: Ledger
    /// What is said while retention lasts, and what is said in any case.
    var untilThen: [String] = []
    var always: [String] = []
    /// What only others can end.
    var ofOthers: [ErasureObstacle] = []

    func obstacles(toErasing id: StatementID, at time: UnixTime?) -> [ErasureObstacle] {
      (always + (time == nil ? [] : untilThen)).map { ErasureObstacle($0) } + ofOthers
    }
  }

  private func erasure(
    of ids: [StatementID], by party: Party, _ scribe: Scribe, reason: String? = "retention-ended"
  ) throws -> Act {
    var event = scribe.draft(.erased)
    event.references = ids.map { Reference(.about, $0) }
    event.reason = reason
    return try scribe.sign(event, by: party)
  }

  private func judge(_ act: Act, _ office: Office, _ view: any CustodyView, as stage: Proposal.Stage? = nil) throws
    -> Judgement
  {
    try Judge(checks: checksInForce).judge(office.proposal(act, as: stage), in: view)
  }

  @Test("V30: an own one is refused while anything needs the content; a court or a mistake does not wait for retention")
  func gated() throws {
    let convoy = try Convoy(2)
    let (syr, scribe) = (convoy.coalition.syr, convoy.scribe)
    let act = try erasure(of: [convoy.intake.id], by: syr, scribe)
    #expect(try judge(act, convoy.syr, convoy.syr.ledger).isClean)
    let kept = Blocked(ledger: convoy.syr.ledger, untilThen: ["it is to be kept"])
    #expect(try judge(act, convoy.syr, kept).refusedCodes == [.v30])
    for reason in ["court-order", "mistake"] {
      let exempt = try erasure(of: [convoy.intake.id], by: syr, scribe, reason: reason)
      #expect(try judge(exempt, convoy.syr, kept).isClean, "\(reason)")
      let held = Blocked(ledger: convoy.syr.ledger, always: ["it is held"])
      #expect(try judge(exempt, convoy.syr, held).refusedCodes == [.v30], "\(reason)")
    }
    let asked = try erasure(of: [convoy.intake.id], by: syr, scribe, reason: "data-subject-request")
    #expect(try judge(asked, convoy.syr, kept).refusedCodes == [.v30])
  }

  @Test("V30: what only others could end is waited for so long, and then flagged; what this authority can end never is")
  func patience() throws {
    let convoy = try Convoy(2)
    let (syr, scribe) = (convoy.coalition.syr, convoy.scribe)
    let act = try erasure(of: [convoy.intake.id], by: syr, scribe, reason: "court-order")
    func judgement(until: UnixTime, always: [String] = []) throws -> Judgement {
      let dispute = ErasureObstacle("somebody is in dispute", until: until)
      return try judge(act, convoy.syr, Blocked(ledger: convoy.syr.ledger, always: always, ofOthers: [dispute]))
    }
    let early = try judgement(until: Coalition.now + 1)
    #expect(early.refusedCodes == [.v30] && early.refusals[0].detail.contains("does not stand in the way any more"))
    let late = try judgement(until: Coalition.now)
    #expect(late.isRegistered && late.flaggedCodes == [.v30] && late.flags.count == 1)
    #expect(late.flags[0].detail.contains("somebody is in dispute; erased all the same"))
    #expect(try judgement(until: Coalition.now, always: ["it is held"]).refusedCodes == [.v30])
  }

  @Test("It names what it erases, which is here, and says by a code of its own list why") func named() throws {
    let convoy = try Convoy(2)
    let (syr, scribe) = (convoy.coalition.syr, convoy.scribe)
    func codes(_ ids: [StatementID], _ reason: String?) throws -> Set<CheckCode> {
      try judge(erasure(of: ids, by: syr, scribe, reason: reason), convoy.syr, convoy.syr.ledger).refusedCodes
    }
    #expect(try codes([], "mistake") == [.v30])
    #expect(try codes([convoy.intake.id], nil) == [.v30])
    #expect(try codes([StatementID(unchecked: scribe.bytes(32))], "mistake") == [.v30])
    #expect(try codes([convoy.intake.id], "weather") == [.v25])
  }

  @Test("A partner's is a fact: registered whatever stands in the way here, and it moves nobody") func received() throws
  {
    var convoy = try Convoy(2)
    let act = try erasure(of: [convoy.release.id], by: convoy.coalition.irq, convoy.scribe)
    let held = Blocked(ledger: convoy.syr.ledger, always: ["it is held"])
    #expect(try judge(act, convoy.syr, held, as: .received).isClean)
    let before = convoy.syr.ledger.chains
    #expect(try convoy.syr.register(act, as: .received).isClean)
    #expect(convoy.syr.ledger.chains == before)
  }

  @Test("A hold cites what it holds, which is here, and says why; no place is asked of it, and a sight is no hold")
  func holds() throws {
    let convoy = try Convoy(2)
    let (scribe, party) = (convoy.scribe, convoy.coalition.syr)
    func observed(_ refs: [Reference], _ reason: String? = "court-order", at place: Place? = nil) throws -> Act {
      var event = scribe.draft(.observed)
      (event.references, event.reason, event.place) = (refs, reason, place)
      return try scribe.sign(event, by: party)
    }
    let held = Reference(.held, convoy.intake.id)
    let hold = try observed([held, Reference(.held, convoy.release.id)])
    #expect(hold.event.isHold)
    #expect(try judge(hold, convoy.syr, convoy.syr.ledger).isClean)
    let sight = try observed([Reference(.about, convoy.intake.id)], at: Place(siteID: "M5"))
    #expect(!sight.event.isHold)
    #expect(try judge(sight, convoy.syr, convoy.syr.ledger).isClean)
    for wrong in [
      try observed([held], nil), try observed([held, Reference(.about, convoy.release.id)]),
      try observed([Reference(.held, StatementID(unchecked: scribe.bytes(32)))]),
      try observed([Reference(.about, convoy.intake.id)]),
    ] {
      let judgement = try judge(wrong, convoy.syr, convoy.syr.ledger)
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v2], "\(judgement)")
    }
    var other = scribe.draft(.logAnswered)
    other.references = [held]
    #expect(!other.isHold, "what is handed back of a restored log is held in another sense")
  }

  @Test("One officer under an own one is refused") func officers() throws {
    let convoy = try Convoy(2)
    var event = convoy.scribe.draft(.erased)
    (event.references, event.reason) = ([Reference(.about, convoy.intake.id)], "mistake")
    let key = try convoy.coalition.syr.officerKey(1)
    let act = try convoy.scribe.sign(event, by: convoy.coalition.syr, officers: [key])
    #expect(try judge(act, convoy.syr, convoy.syr.ledger).refusedCodes == [.v14])
  }

  @Test("From what stays of erased lines every chain is derived again, and nothing else stands in them") func lines()
    throws
  {
    var convoy = try Convoy(4)
    let outcome = try convoy.answer([
      (convoy.release.lines[0].index, .accepted), (convoy.release.lines[1].index, .missing),
    ])
    #expect(outcome.1.isClean)
    var replayed = Ledger()
    for act in [convoy.intake, convoy.release, outcome.0] {
      let manifest = try #require(act.content.manifest)
      let alone = manifest.custodyAlone
      #expect(try Manifest(decoding: alone.encoded()[...]) == alone)
      #expect(alone.root != manifest.root && alone.subjects == manifest.subjects)
      #expect(alone.leaves.allSatisfy { $0.seed.allSatisfy { $0 == 0 } })
      for field in ["age", "sex", "nationalities", "vulnerabilities", "health", "condition", "discrepancies", "reason"]
      {
        guard let position = alone.schema.position(of: field) else { continue }
        #expect(alone.lines.allSatisfy { $0.leaf.fields[position] == .null }, "\(field)")
      }
      var proposal = try convoy.syr.proposal(Act(signed: act.signed, content: Content(manifest: alone)))
      proposal.isOnRecord = true
      proposal.isErased = true
      #expect(try replayed.register(proposal, by: Judge(checks: checksInForce)).isRegistered)
    }
    #expect(replayed.chains == convoy.syr.ledger.chains)
    // Without saying that they were erased they are not what the statement commits to.
    var wrong = Ledger()
    let bare = Act(
      signed: convoy.intake.signed, content: Content(manifest: convoy.intake.content.manifest?.custodyAlone))
    #expect(try !wrong.register(convoy.syr.proposal(bare), by: Judge(checks: checksInForce)).isRegistered)
  }

  @Test("What stays of erased lines is also that consent was taken back, and whom somebody was found to be")
  func wordsThatStay() throws {
    var convoy = try Convoy(2)
    let (scribe, irq) = (convoy.scribe, convoy.coalition.irq)
    for (reason, stays) in [("consent-withdrawn", true), ("no-capacity", false)] {
      let refused = try scribe.outcome(of: convoy.release, all: .refused, by: irq, "reason", reason)
      let alone = try #require(refused.content.manifest?.custodyAlone)
      let expected: CBOR = stays ? .text(reason) : .null
      #expect(alone.lines.count == 2 && alone.lines.allSatisfy { alone.value("reason", of: $0.leaf) == expected })
    }
    let pair = convoy.intake.subjects
    let act = try scribe.link([(pair[0], pair[1])], by: convoy.coalition.syr)
    try convoy.syr.register(act)
    let links = try #require(act.content.manifest?.custodyAlone).lines.compactMap {
      Link($0.leaf, of: act.id, isSame: true)
    }
    #expect(links == [Link(statement: act.id, subject: pair[0], other: pair[1], isSame: true, basis: "document")])
  }
}
