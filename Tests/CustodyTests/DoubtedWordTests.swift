import COSE
import Custody
import Roster
import Testing

/// What whoever took a key says: it is on record, and nobody's chain or handover ends by it.
@Suite("Words that others may have signed") struct DoubtedWordTests {
  @Test("V4: a death that others may have signed ends nobody; our own outcome waits, a partner's is flagged")
  func v4_doubtedDeathEndsNobody() throws {
    var convoy = try Convoy(2)
    let (scribe, irq, release) = (convoy.scribe, convoy.coalition.irq, convoy.release)
    let line = release.lines[0]
    let subject = try #require(line.leaf.subject)
    let death = try scribe.incident(
      .death, of: [subject], by: convoy.coalition.syr, in: convoy.syr.ledger, road: release)
    try convoy.syr.register(death)
    try convoy.irq.register(death)
    let ended = try scribe.ended([line.index], of: release, by: death, irq)
    #expect(try convoy.irq.judge(ended).isClean)
    convoy.irq.ledger.doubt([death.id])
    convoy.syr.ledger.doubt([death.id])
    #expect(try convoy.irq.judge(ended).refusedCodes == [.v4])
    let heard = try convoy.syr.judge(ended)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v4])
  }

  @Test("V10: a closing that others may have signed closes nothing")
  func v10_doubtedClosing() throws {
    var convoy = try Convoy(2)
    let (scribe, syr, release) = (convoy.scribe, convoy.coalition.syr, convoy.release)
    let refused = try convoy.answerAll(.refused)
    let closed = try scribe.closed(release, citing: [refused], by: syr)
    try convoy.syr.register(closed)
    let again = try scribe.closed(release, citing: [refused], by: syr)
    #expect(try convoy.syr.judge(again).refusedCodes == [.v10])
    convoy.syr.ledger.doubt([closed.id])
    #expect(try convoy.syr.judge(again).isClean)
  }

  @Test("V3: an agreement to an offer of others redirects nobody else")
  func v3_agreementIsToItsOffer() throws {
    var convoy = try Convoy(2)
    let (scribe, syr, tur) = (convoy.scribe, convoy.coalition.syr, convoy.coalition.tur)
    let refused = try convoy.answerAll(.refused)
    let offered = convoy.intake.subjects[0]
    let offer = try scribe.handover(
      .offer, of: convoy.release, only: [offered], from: syr, to: tur, in: convoy.syr.ledger)
    let agreed = try scribe.agreement(to: offer, by: tur)
    for act in [offer, agreed] { try convoy.syr.register(act) }
    let both = try scribe.redirect(
      convoy.release, from: syr, to: tur, agreement: agreed, answers: [refused], in: convoy.syr.ledger)
    let kept = [convoy.intake, convoy.release, refused, offer, agreed]
    let judgement = try convoy.syr.judge(both, keeping: kept)
    #expect(judgement.refusedCodes == [.v3] && judgement.refusals.count == 1, "\(judgement.refusals)")
    let line = try #require(judgement.refusals.first?.line)
    #expect(both.lines.first { $0.index == line }?.leaf.subject == convoy.intake.subjects[1])
  }

  @Test("That somebody is not themself tears no links of theirs")
  func notThemself() {
    func reference(_ number: UInt8) -> SubjectReference {
      SubjectReference(unchecked: [UInt8](repeating: number, count: 16))
    }
    func link(_ first: UInt8, _ second: UInt8, _ isSame: Bool) -> Link {
      Link(
        statement: StatementID(unchecked: [UInt8](repeating: first, count: 32)), subject: reference(first),
        other: reference(second), isSame: isSame, basis: "document")
    }
    let (true12, false11) = (link(1, 2, true), link(1, 1, false))
    let links = Links([true12, false11])
    #expect(!links.isContradicted(true12) && links.isContradicted(false11))
  }
}
