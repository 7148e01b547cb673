import Custody
import Roster
import Testing

/// Whoever handed people over asks for them back, and the answers. All of them are facts and move nobody.
@Suite struct ReturnTests {
  @Test("A request and its answers are clean at both ends, move nobody, and a release back follows")
  func whole() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    _ = try convoy.answerAll(.accepted)
    let before = convoy.irq.ledger.chains
    let request = try scribe.returning(.returnRequested, of: release, by: coalition.syr)
    let refused = try scribe.returning(.returnRefused, of: release, request: request, by: coalition.irq)
    // Whoever refused may think better of it.
    let agreed = try scribe.returning(.returnAgreed, of: release, request: request, by: coalition.irq)
    for act in [request, refused, agreed] {
      #expect(try convoy.syr.register(act).isClean, "\(act.event.type)")
      #expect(try convoy.irq.register(act).isClean, "\(act.event.type)")
    }
    #expect(convoy.irq.ledger.chains == before && convoy.syr.ledger.chains == before)
    let back = try scribe.handover(
      .release, of: release, from: coalition.irq, to: coalition.syr, in: convoy.irq.ledger)
    #expect(try convoy.irq.register(back).isClean)
  }

  @Test("V2: whoever is not accepted is recalled, and what the release does not have comes not back: flagged")
  func gaps() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let early = try convoy.syr.judge(scribe.returning(.returnRequested, of: release, by: coalition.syr))
    #expect(early.isRegistered && early.flaggedCodes == [.v2] && early.flags.compactMap(\.line).count == 2)
    _ = try convoy.answer([(release.lines[0].index, .accepted), (release.lines[1].index, .refused)])
    let mixed = try convoy.syr.judge(scribe.returning(.returnRequested, of: release, by: coalition.syr))
    #expect(mixed.isRegistered && mixed.flaggedCodes == [.v2] && mixed.flags.compactMap(\.line).count == 1)
    let one = try scribe.returning(.returnRequested, of: release, [release.lines[0].index], by: coalition.syr)
    #expect(try convoy.syr.judge(one).isClean)
    // Elsewhere the release is not known.
    var tur = Office(coalition.tur, of: coalition)
    let unknown = try tur.register(one)
    #expect(unknown.isRegistered && unknown.flaggedCodes == [.v2])
    let answer = try scribe.returning(
      .returnAgreed, of: release, [release.lines[0].index], request: one, by: coalition.irq)
    let unseen = try convoy.syr.judge(answer)
    #expect(unseen.isRegistered && unseen.flaggedCodes == [.v2], "the request is not here")
    let uncited = try scribe.returning(.returnRefused, of: release, by: coalition.irq)
    #expect(try convoy.syr.judge(uncited).flaggedCodes == [.v2])
  }

  @Test("V3: who has gone on, or whose chain has ended, is asked for elsewhere: flagged and recorded")
  func holders() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    _ = try convoy.answerAll(.accepted)
    let onward = try scribe.handover(
      .release, of: release, from: coalition.irq, to: coalition.tur, in: convoy.irq.ledger)
    let taken = try scribe.outcome(of: onward, all: .accepted, by: coalition.tur)
    for act in [onward, taken] {
      try convoy.irq.register(act)
      try convoy.syr.register(act)
    }
    let request = try scribe.returning(.returnRequested, of: release, by: coalition.syr)
    for office in [convoy.syr, convoy.irq] {
      let judgement = try office.judge(request)
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v3])
    }
  }

  @Test("V12: only the two of the release ask and answer") func parties() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    _ = try convoy.answerAll(.accepted)
    let claimed = try scribe.returning(.returnRequested, of: release, by: coalition.tur) {
      $0.from = coalition.tur.name
    }
    #expect(try convoy.irq.judge(claimed).refusedCodes.contains(.v12))
    let forged = try scribe.returning(.returnRequested, of: release, by: coalition.tur)
    #expect(try convoy.irq.judge(forged).refusedCodes.contains(.v12))
    let request = try scribe.returning(.returnRequested, of: release, by: coalition.syr)
    try convoy.syr.register(request)
    let stranger = try scribe.returning(.returnAgreed, of: release, request: request, by: coalition.tur) {
      $0.to = coalition.tur.name
    }
    #expect(try convoy.syr.judge(stranger).refusedCodes.contains(.v12))
  }

  @Test("V9: who holds them stays the receiver; whoever names another is refused") func custodian() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    _ = try convoy.answerAll(.accepted)
    let expected: [(AuthorityName, Set<CheckCode>)] = [(coalition.irq.name, []), (coalition.syr.name, [.v9])]
    for (name, codes) in expected {
      let request = try scribe.returning(.returnRequested, of: release, by: coalition.syr) {
        $0.responsibleCustodian = name
      }
      #expect(try convoy.syr.judge(request).refusedCodes == codes)
    }
  }
}
