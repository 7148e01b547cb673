import Custody
import Roster
import TestSupport
import Testing

/// V21: while nobody knows what a restored log did next, what it held, had released or was to answer is contested.
@Suite struct RestoredLogTests {
  private let irq = Line.irq
  private let syr = Line.syr
  private let tur = Line.tur
  private let line = Line()

  private var intake: StatementID { line.steps[0].id }

  @Test("What a restored log held is contested from its last step on, and between nobody else")
  func held() throws {
    let before = try line.chain()
    let (chain, log) = try line.restoring(syr)
    #expect(log == RestoredLog(authority: syr, after: intake))
    let contest = try #require(chain.contest)
    #expect(contest.heads == [intake] && contest.parties == [syr] && contest.round == 1 && contest.signed.isEmpty)
    #expect(chain.custodian == syr && chain.head == intake && chain.heads == [intake])
    #expect(before.restoring(irq) == nil && before.sealing() == nil)
    for name in Line.names { #expect(chain.restoring(name) == nil, "\(name): it is restored already") }
    #expect(chain.sealing() == before)
  }

  @Test("What it had released, or was to answer, is contested between both, whichever log was restored")
  func released() throws {
    var line = line
    let release = line.release(to: irq, by: syr)
    let before = try line.chain()
    for name in [syr, irq] {
      let (chain, log) = try line.restoring(name)
      #expect(log == RestoredLog(authority: name, after: before.head))
      #expect(chain.contest?.heads == [release] && chain.contest?.parties == [irq, syr])
      #expect(chain.custodian == syr && chain.openRelease == nil && chain.sealing() == before)
    }
    #expect(before.restoring(tur) == nil)
  }

  @Test("Who was missing is missing again when it is sealed")
  func missing() throws {
    var line = line
    line.release(to: irq, by: syr)
    let answer = line.add(.answer(.missing), by: irq)
    let (chain, _) = try line.restoring(syr)
    #expect(chain.contest?.heads == [answer] && chain.contest?.parties == [syr])
    #expect(try chain.sealing()?.phase == .missing && chain.sealing() == line.chain())
    #expect(try line.chain().restoring(irq) == nil)
  }

  @Test("What was settled before is contested from the last signature on")
  func settledBefore() throws {
    var line = line
    line.add(.intake, by: irq)
    let last = try line.settle(line.chain().contest, custodian: irq)
    let before = try line.chain()
    #expect(before.head == last && before.custodian == irq && before.contest == nil)
    let (chain, log) = try line.restoring(irq)
    #expect(log.after == last && chain.contest?.heads == [last] && chain.contest?.parties == [irq])
    #expect(chain.sealing() == before && before.restoring(syr) == nil)
    // And settled again, over that signature.
    let again = try line.settle(chain.contest, custodian: irq)
    let settled = try line.chain(restored: log)
    #expect(settled.contest == nil && settled.head == again && settled.custodian == irq)
  }

  @Test("What it had signed before and a partner's signature completes now may have gone on in the lost part")
  func halfSettled() throws {
    var line = line
    line.add(.intake, by: irq)
    let contest = try line.chain().contest
    let own = try line.settle(contest, by: [irq], custodian: irq)
    let log = try line.restoring(irq).log
    #expect(log.signed == [own])
    let last = try line.settle(contest, by: [syr], custodian: irq)
    let chain = try line.chain(restored: log)
    #expect(chain.contest?.parties == [irq] && chain.contest?.heads == [max(own, last)])
    #expect(chain.sealing()?.contest == nil && chain.sealing()?.custodian == irq)
    // What it signs anew counts, as on paper.
    let again = try line.settle(chain.contest, custodian: irq)
    let settled = try line.chain(restored: log)
    #expect(settled.contest == nil && settled.head == again && settled.custodian == irq)
    // Whose custody it ended is in no doubt.
    var other = self.line
    other.add(.intake, by: irq)
    let theirs = try other.chain().contest
    try other.settle(theirs, by: [irq], custodian: syr)
    let lost = try other.restoring(irq).log
    try other.settle(theirs, by: [syr], custodian: syr)
    #expect(try other.chain(restored: lost).contest == nil)
  }

  @Test("What is contested already stays as it is, and is still lost when that contest ends by itself")
  func contested() throws {
    var line = line
    line.add(.intake, by: irq)
    let before = try line.chain()
    #expect(before.contest?.parties == [irq, syr])
    for name in [irq, syr] {
      let chain = try #require(before.restoring(name))
      #expect(chain.contest == before.contest && chain.sealing() == before)
    }
    // A release that was doubted, and is doubted no more.
    line = self.line
    let release = line.release(to: irq, by: syr)
    let doubted = try #require(try line.chain().doubting([release], true))
    let lost = try #require(doubted.restoring(syr))
    #expect(lost.contest == doubted.contest)
    let later = try #require(lost.doubting([release], false))
    #expect(later.contest?.heads == [release] && later.sealing()?.openRelease?.statement == release)
  }

  @Test(
    "A lost release that comes back is contested until its answer moves the line away, and when it comes home again")
  func movedAway() throws {
    var line = line
    let (_, log) = try line.restoring(syr)
    let release = line.release(to: irq, by: syr)
    #expect(try line.chain(restored: log).contest?.heads == [release])
    #expect(try line.chain(restored: log).contest?.parties == [irq, syr])
    var refused = line
    let refusal = refused.add(.answer(.refused), by: irq)
    #expect(try refused.chain(restored: log).contest?.heads == [refusal])
    let accepted = line.add(.answer(.accepted), by: irq)
    let away = try line.chain(restored: log)
    #expect(away.phase == .held && away.custodian == irq && away.head == accepted && away.restored == log)
    let onward = line.release(to: tur, by: irq)
    #expect(try line.chain(restored: log).openRelease?.statement == onward)
    line.add(.answer(.refused), by: tur)
    let home = line.release(to: syr, by: irq)
    #expect(try line.chain(restored: log).contest?.heads == [home])
    #expect(try line.chain(restored: log).contest?.parties == [irq, syr])
  }

  @Test("A lost acceptance of its own that comes back leaves it alone in doubt about what it did next")
  func ownAcceptance() throws {
    var line = line
    line.release(to: irq, by: syr)
    let (_, log) = try line.restoring(irq)
    let accepted = line.add(.answer(.accepted), by: irq)
    let chain = try line.chain(restored: log)
    #expect(chain.custodian == irq && chain.contest?.heads == [accepted] && chain.contest?.parties == [irq])
    #expect(chain.sealing()?.phase == .held)
  }

  @Test("Who acts in the place of a restored authority that ended has what it had")
  func succeeded() throws {
    let (chain, _) = try line.restoring(syr)
    let successions = Successions(pairs: [(predecessor: syr, successor: tur)])
    let followed = try #require(chain.under(successions))
    #expect(followed.contest?.parties == [tur] && followed.custodian == tur)
    #expect(try followed.sealing() == line.chain().under(successions))
    #expect(try line.chain().under(successions)?.restoring(syr) == followed)
  }
}
