import Roster
import TestSupport
import Testing

@testable import Custody

/// What is entered from paper takes effect where it fits; where it does not it is on record, and contests and frees nobody
/// (custody.md, Lifecycle; decision 54).
@Suite("Late entries that do not fit") struct LateEvidenceTests {
  private var syr: AuthorityName { Line.syr }
  private var irq: AuthorityName { Line.irq }
  private var tur: AuthorityName { Line.tur }

  private func isParted(_ chain: ChainState, _ parties: [AuthorityName]) -> Bool {
    chain.contest?.parties == parties.sorted()
  }

  @Test("One that fits takes effect as any step") func fits() throws {
    var line = Line()
    let release = line.add(.release(to: irq, acceptBy: nil), by: syr, isLateEntry: true)
    #expect(try line.chain().openRelease?.statement == release)
    let accepted = line.add(.answer(.accepted), by: irq, isLateEntry: true)
    let chain = try line.chain()
    #expect(chain.custodian == irq && chain.head == accepted && chain.phase == .held && chain.unfitting.isEmpty)
  }

  @Test("A release from paper beside one that was answered opens nothing, and has no time that counts")
  func release() throws {
    var line = Line()
    let intake = try line.chain().head
    line.release(to: irq, by: syr)
    var unanswered = line
    unanswered.add(.release(to: tur, acceptBy: nil), by: syr, after: intake, isLateEntry: true)
    // Until anybody relies on one of the two, either may have been first.
    #expect(isParted(try unanswered.chain(), [syr, irq, tur]))
    line.add(.answer(.accepted), by: irq)
    let before = try line.chain()
    var with = line
    let paper = with.add(.release(to: tur, acceptBy: nil), by: syr, after: intake, isLateEntry: true)
    let chain = try with.chain()
    #expect(chain.unfitting == [paper] && chain.contest == nil && chain.custodian == irq && chain.head == before.head)
    #expect(chain.lastEarliest(by: .max) == before.lastEarliest(by: .max) && chain.takenIn == before.takenIn)
    #expect(chain.steps.count == before.steps.count + 1)
    // Whom nobody came to says so, and nothing is contested by that; who holds them is named beside the others.
    var refused = with
    let answer = refused.add(.answer(.refused), by: tur, after: paper)
    #expect(try refused.chain().unfitting == [paper, answer] && refused.chain().contest == nil)
    for isLate in [false, true] {
      var accepted = with
      accepted.add(.answer(.accepted), by: tur, after: paper, isLateEntry: isLate)
      #expect(isParted(try accepted.chain(), [syr, irq, tur]))
    }
    // So does whoever went on with them.
    var onward = refused
    onward.add(.release(to: irq, acceptBy: nil), by: syr, after: answer)
    #expect(isParted(try onward.chain(), [syr, irq, tur]))
  }

  @Test("What it was not its signer's to decide is evidence at once") func stranger() throws {
    var line = Line()
    for effect: Step.Effect in [.release(to: irq, acceptBy: nil), .end, .suspend] {
      var other = line
      other.add(effect, by: tur, isLateEntry: true)
      #expect(try other.chain().phase == .held && other.chain().custodian == syr && other.chain().unfitting.count == 1)
    }
    line.add(.end, by: syr)
    var late = line
    late.add(.release(to: irq, acceptBy: nil), by: syr, isLateEntry: true)
    #expect(try late.chain().phase == .ended)
    // Who was recorded dead and is there is contested all the same.
    line.add(.resume, by: syr, isLateEntry: true)
    #expect(isParted(try line.chain(), [syr]))
  }

  @Test("An acceptance from paper after a refusal is evidence once somebody relies on that; an intake never is")
  func claims() throws {
    var line = Line()
    let release = line.release(to: irq, by: syr)
    let refused = line.add(.answer(.refused), by: irq)
    var early = line
    early.add(.answer(.accepted), by: irq, after: release, isLateEntry: true)
    #expect(isParted(try early.chain(), [syr, irq]))
    line.release(to: tur, by: syr, after: refused)
    let paper = line.add(.answer(.accepted), by: irq, after: release, isLateEntry: true)
    #expect(try line.chain().unfitting == [paper] && line.chain().openRelease?.to == tur)
    var onward = line
    onward.release(to: tur, by: irq, after: paper)
    #expect(isParted(try onward.chain(), [syr, irq, tur]))
    line.add(.intake, by: irq, isLateEntry: true)
    #expect(isParted(try line.chain(), [syr, irq, tur]))
  }

  @Test("Of two from paper neither is set aside, and what parties signed about is settled by them alone")
  func signed() throws {
    var line = Line()
    let intake = try line.chain().head
    let first = line.add(.release(to: irq, acceptBy: nil), by: syr, isLateEntry: true)
    let second = line.add(.release(to: tur, acceptBy: nil), by: syr, after: intake, isLateEntry: true)
    let contest = try #require(try line.chain().contest)
    #expect(Set(contest.heads) == [first, second])
    try line.settle(contest, custodian: tur)
    let settled = try line.chain()
    #expect(settled.custodian == tur && settled.contest == nil)
    // A third piece of paper that nobody signed about opens no round.
    line.add(.release(to: irq, acceptBy: nil), by: syr, after: intake, isLateEntry: true)
    #expect(try line.chain().custodian == tur && line.chain().head == settled.head)
    // One that is no paper does.
    line.add(.release(to: irq, acceptBy: nil), by: syr, after: intake)
    #expect(try line.chain().contest?.round == 2)
  }

  @Test("Whatever paper comes, the line is as it was without it, or as if it were no paper: so it frees nobody")
  func property() throws {
    var random = SeededGenerator(named: "late evidence")
    var (apart, alike) = (0, 0)
    for _ in 0..<1500 {
      var line = Line(SeededGenerator(seed: random.next()))
      for _ in 0..<Int.random(in: 0...8, using: &random) { try line.grow() }
      let paper = try Paper(of: line, &random)
      let (before, late) = (try line.chain(), try paper.chain(of: line))
      let plain = try paper.chain(of: line, isLate: false)
      #expect(paper.isSame(late, before) || paper.isSame(late, plain), "\(paper): \(late.phase), not \(plain.phase)")
      if paper.isSame(late, plain) { alike += 1 } else { apart += 1 }
      #expect(try paper.chain(of: line, isShuffled: true) == late)
    }
    #expect(apart > 50 && alike > 50, "\(apart) \(alike)")
  }
}

/// Some step that somebody may enter from paper, rightfully or not.
private struct Paper {
  let effect: Step.Effect
  let issuer: AuthorityName
  let previous: StatementID

  init(of line: Line, _ random: inout SeededGenerator) throws {
    previous = try #require((line.steps.map(\.id) + line.resolutions.map(\.id)).randomElement(using: &random))
    let name = try #require(Line.names.randomElement(using: &random))
    if case .release(let to, _) = line.steps.first(where: { [previous] in $0.id == previous })?.effect {
      let answers: [AnswerCode] = [.accepted, .accepted, .refused, .missing, .recalled]
      (effect, issuer) = (.answer(try #require(answers.randomElement(using: &random))), to)
    } else {
      let effects: [Step.Effect] = [.release(to: Line.tur, acceptBy: nil), .end, .suspend, .resume, .intake]
      (effect, issuer) = (try #require(effects.randomElement(using: &random)), name)
    }
  }

  func chain(of line: Line, isLate: Bool = true, isShuffled: Bool = false) throws -> ChainState {
    var line = line
    line.add(effect, by: issuer, after: previous, isLateEntry: isLate)
    return try line.chain(isShuffled: isShuffled)
  }

  func isSame(_ one: ChainState, _ other: ChainState) -> Bool {
    one.phaseName == other.phaseName && one.custodian == other.custodian && one.head == other.head
      && one.heads == other.heads && one.claimants == other.claimants && one.contest?.round == other.contest?.round
  }
}
