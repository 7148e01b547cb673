import COSE
import Custody
import Roster
import Testing

/// One test for each row of the table, named after its code; each fails when that check alone is off
/// (Tests/check-mutants.sh). A neighbour that is in order passes in each.
@Suite struct InvariantTests {
  @Test("V1: whoever is in custody is not taken in again")
  func v01_nobodyIsTakenInTwice() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var office = Office(coalition.syr, of: coalition)
    let first = try scribe.intake(by: coalition.syr)
    try #require(try office.register(first).isClean)
    let again = try scribe.intake(by: coalition.syr, subjects: [first.subjects[0]])
    #expect(try office.judge(again).refusedCodes.contains(.v1))
    #expect(try office.judge(scribe.intake(by: coalition.syr)).isClean)
  }

  @Test("V2: a release without its history is registered and flagged")
  func v02_aGapIsFlagged() throws {
    let convoy = try Convoy()
    var fresh = Office(convoy.coalition.irq, of: convoy.coalition)
    let alone = try fresh.judge(convoy.release)
    #expect(alone.isRegistered && alone.flaggedCodes.contains(.v2))
    try fresh.register(convoy.intake)
    #expect(try fresh.judge(convoy.release).isClean)
  }

  @Test("V3: only the custodian releases, and not twice while a release is open")
  func v03_onlyTheCustodianReleases() throws {
    var convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let second = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: convoy.syr.ledger)
    #expect(try convoy.syr.judge(second).refusedCodes.contains(.v3))
    _ = try convoy.answerAll(.accepted)
    let past = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: convoy.syr.ledger)
    #expect(try convoy.syr.judge(past).refusedCodes.contains(.v3))
    let onward = try scribe.handover(
      .release, of: convoy.release, from: coalition.irq, to: coalition.tur, in: convoy.irq.ledger)
    #expect(try convoy.irq.judge(onward).isClean)
  }

  @Test("V4: a line of a release is answered once")
  func v04_anOutcomeAnswersEachLineOnce() throws {
    var convoy = try Convoy()
    let line = convoy.release.lines[0].index
    let first = try convoy.answer([(line, .refused)])
    #expect(first.1.isClean && first.2.isClean)
    let second = try convoy.scribe.outcome(of: convoy.release, [(line, .accepted)], by: convoy.coalition.irq)
    #expect(try convoy.irq.judge(second).refusedCodes.contains(.v4))
    let other = convoy.release.lines[1].index
    let next = try convoy.scribe.outcome(of: convoy.release, [(other, .accepted)], by: convoy.coalition.irq)
    #expect(try convoy.irq.judge(next).isClean)
  }

  @Test("V5: nobody is counted twice in one outcome")
  func v05_nobodyIsCountedTwice() throws {
    let convoy = try Convoy()
    let line = convoy.release.lines[0].index
    let twice = try convoy.scribe.outcome(
      of: convoy.release, [(line, .accepted), (line, .accepted)], by: convoy.coalition.irq)
    #expect(try convoy.irq.judge(twice).refusedCodes.contains(.v5))
    let once = try convoy.scribe.outcome(of: convoy.release, [(line, .accepted)], by: convoy.coalition.irq)
    #expect(try convoy.irq.judge(once).isClean)
  }

  @Test("V6: counts are those of the lines")
  func v06_countsComeFromLines() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    let office = Office(coalition.syr, of: coalition)
    let inflated = try scribe.intake(by: coalition.syr, 12) { event in
      event.counts = Counts(lines: 13, cells: [:])
    }
    #expect(try office.judge(inflated).refusedCodes.contains(.v6))
    #expect(try office.judge(scribe.intake(by: coalition.syr, 12)).isClean)
  }

  @Test("V7: a contested chain is settled before it moves")
  func v07_aContestedChainDoesNotMove() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var office = Office(coalition.syr, of: coalition)
    let intake = try scribe.intake(by: coalition.syr, 2)
    try office.register(intake)
    try office.register(scribe.intake(by: coalition.tur, subjects: [intake.subjects[0]]))
    func release(_ subject: SubjectReference) throws -> Judgement {
      try office.judge(
        scribe.handover(
          .release, of: intake, only: [subject], from: coalition.syr, to: coalition.irq, in: office.ledger))
    }
    #expect(try release(intake.subjects[0]).refusedCodes.contains(.v7))
    #expect(try release(intake.subjects[1]).isClean)
    // And of a recall and an answer, the later one is void.
    var convoy = try Convoy(2)
    let recall = try scribe.recall(of: convoy.release, by: coalition.syr)
    try convoy.irq.register(recall)
    let agreed = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: coalition.irq)
    #expect(try convoy.irq.judge(agreed).isClean)
    _ = try convoy.answerAll(.accepted)
    #expect(try convoy.irq.judge(agreed).refusedCodes == [.v7])
  }

  @Test("V10: what is closed is not redirected, and is released anew instead")
  func v10_completedIsNotCancelled() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let refused = try convoy.answerAll(.refused)
    let offer = try scribe.handover(
      .offer, of: convoy.release, from: coalition.syr, to: coalition.tur, in: convoy.syr.ledger)
    let agreed = try scribe.agreement(to: offer, by: coalition.tur)
    for act in [offer, agreed] { try convoy.syr.register(act) }
    let redirect = try scribe.redirect(
      convoy.release, from: coalition.syr, to: coalition.tur, agreement: agreed, answers: [refused],
      in: convoy.syr.ledger)
    #expect(try convoy.syr.judge(redirect).isClean)
    #expect(try convoy.syr.register(scribe.closed(convoy.release, citing: [refused], by: coalition.syr)).isClean)
    #expect(try convoy.syr.judge(redirect).refusedCodes == [.v10])
    let anew = try scribe.handover(
      .release, of: convoy.release, from: coalition.syr, to: coalition.tur, in: convoy.syr.ledger)
    #expect(try convoy.syr.judge(anew).isClean)
  }

  @Test("V8: a correction cites its original and changes neither custodian nor subject")
  func v08_aCorrectionMovesNobody() throws {
    let convoy = try Convoy(2)
    func judged(_ fields: CBORMap, _ change: Scribe.Change = { _ in }) throws -> Judgement {
      try convoy.syr.judge(
        convoy.scribe.correction(of: [convoy.intake], fields, by: convoy.coalition.syr, change: change))
    }
    #expect(try judged(["age": "child"]).isClean)
    #expect(try judged(["subject_ref": .bytes([UInt8](repeating: 1, count: 16))]).refusedCodes == [.v8])
    #expect(try judged(["age": "child"]) { $0.references = [] }.refusedCodes == [.v8])
  }

  @Test("V9: a release moves no responsibility")
  func v09_onlyAnOutcomeMovesResponsibility() throws {
    let convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    var office = Office(coalition.syr, of: coalition)
    try office.register(convoy.intake)
    let grabbing = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.irq, in: office.ledger
    ) { $0.responsibleCustodian = coalition.irq.name }
    #expect(try office.judge(grabbing).refusedCodes.contains(.v9))
    #expect(try office.judge(convoy.release).isClean)
  }
}
