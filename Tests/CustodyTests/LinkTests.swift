import COSE
import Custody
import Roster
import Testing

/// Links, protests: what stands beside chains and changes none.
@Suite("Links and protests") struct LinkTests {
  private func reference(_ number: UInt8) -> SubjectReference {
    SubjectReference(unchecked: [UInt8](repeating: number, count: 16))
  }

  private func link(_ first: UInt8, _ second: UInt8, _ isSame: Bool = true) -> Link {
    Link(
      statement: StatementID(unchecked: [UInt8](repeating: first &* 16 &+ second &+ (isSame ? 0 : 128), count: 32)),
      subject: reference(first), other: reference(second), isSame: isSame, basis: "document")
  }

  @Test("A is B and B is C, and A is not C: all three are contradicted, and what has no part in it is not")
  func contradicted() {
    let (ab, bc, notAC, de, notDF) = (link(1, 2), link(2, 3), link(1, 3, false), link(4, 5), link(4, 6, false))
    for order in [[ab, bc, notAC, de, notDF], [notDF, notAC, de, bc, ab], [bc, notAC, ab, notDF, de]] {
      let links = Links(order)
      #expect([ab, bc, notAC].allSatisfy(links.isContradicted), "whatever came first")
      #expect(![de, notDF].contains(where: links.isContradicted))
      #expect(Set(links.links(of: reference(2))) == [ab, bc])
      #expect(links.links(of: reference(9)).isEmpty)
    }
    #expect(!Links([ab, bc]).isContradicted(ab) && !Links([notAC]).isContradicted(notAC))
    let both = Links([link(1, 2), link(2, 1, false)])
    #expect(both.all.allSatisfy(both.isContradicted))
  }

  @Test("A long row of links is one group, in whatever order it was told") func row() {
    let row = (1..<40).map { link(UInt8($0), UInt8($0 + 1)) }
    let links = Links(row.reversed() + [link(1, 40, false)])
    #expect(row.allSatisfy(links.isContradicted))
  }

  @Test("A link merges nothing: both chains stay as they are, and so do the counts") func merge() throws {
    var convoy = try Convoy(2)
    let other = try convoy.scribe.intake(by: convoy.coalition.syr, 1)
    try convoy.syr.register(other)
    let before = convoy.syr.ledger.chains
    for type in [EventType.sameAs, .notSameAs] {
      let act = try convoy.scribe.link(
        [(convoy.intake.subjects[0], other.subjects[0])], as: type, by: convoy.coalition.syr)
      #expect(try convoy.syr.register(act).isClean)
      #expect(
        convoy.syr.ledger.isAbout(act.id, other.subjects[0])
          && convoy.syr.ledger.isAbout(act.id, convoy.intake.subjects[0]))
    }
    #expect(convoy.syr.ledger.chains == before)
  }

  @Test(
    "Anybody may sign a link that knows of it; whoever never had either person is flagged, and so is what is not known")
  func signers() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let pair = [(convoy.intake.subjects[0], convoy.intake.subjects[1])]
    let receiver = try convoy.syr.judge(scribe.link(pair, by: coalition.irq))
    #expect(receiver.isClean, "they are released to it")
    let stranger = try convoy.syr.register(scribe.link(pair, by: coalition.tur))
    #expect(stranger.isRegistered && stranger.flaggedCodes == [.v3])
    let unknown = [(convoy.intake.subjects[0], reference(7))]
    let half = try convoy.syr.judge(scribe.link(unknown, by: coalition.syr))
    #expect(half.isRegistered && half.flaggedCodes == [.v2])
    let nobody = try Office(coalition.tur, of: coalition).judge(scribe.link(pair, by: coalition.syr))
    #expect(nobody.isRegistered && nobody.flaggedCodes == [.v2])
  }

  @Test("A party of a statement protests against it; a stranger's protest and one against nothing here are flagged")
  func protests() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let before = convoy.irq.ledger.chains
    for result in [
      try convoy.irq.register(scribe.protest(against: convoy.release, by: coalition.irq)),
      try convoy.syr.judge(scribe.protest(against: convoy.release, by: coalition.irq)),
    ] { #expect(result.isClean) }
    #expect(convoy.irq.ledger.chains == before)
    let outcome = try convoy.answerAll(.accepted)
    #expect(
      try convoy.irq.judge(scribe.protest(against: outcome, by: coalition.irq)).isClean, "accepting is not agreeing")
    let stranger = try convoy.syr.judge(scribe.protest(against: convoy.release, by: coalition.tur))
    #expect(stranger.isRegistered && stranger.flaggedCodes == [.v3])
    let unseen = try Office(coalition.tur, of: coalition).judge(
      scribe.protest(against: convoy.release, by: coalition.irq))
    #expect(unseen.isRegistered && unseen.flaggedCodes == [.v2])
    let code = try convoy.irq.judge(scribe.protest(against: convoy.release, by: coalition.irq, reason: "just-because"))
    #expect(code.isRegistered && code.flaggedCodes == [.v25])
  }
}
