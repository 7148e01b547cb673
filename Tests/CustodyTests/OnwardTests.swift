import COSE
import Custody
import Roster
import Testing

/// Whoever handed people over says whether they may go on to a third, and V28 looks at it.
@Suite struct OnwardTests {
  /// A convoy that IRQ has accepted, and the onward release to TUR that claims no consent in its lines.
  private struct Story {
    var convoy: Convoy
    var coalition: Coalition { convoy.coalition }
    var scribe: Scribe { convoy.scribe }

    init() throws {
      convoy = try Convoy(1)
      _ = try convoy.answerAll(.accepted)
    }

    func onward(to party: Party? = nil, claiming: Bool = false) throws -> Judgement {
      let (irq, tur) = (coalition.irq, party ?? coalition.tur)
      let act = try scribe.handover(.release, of: convoy.release, from: irq, to: tur, in: convoy.irq.ledger)
      guard !claiming else { return try convoy.irq.judge(act) }
      return try convoy.irq.judge(scribe.unclaimed(act, by: irq))
    }

    mutating func say(
      _ status: OnwardConsent.Status, to receiver: Party? = nil, until: UnixTime? = nil, by party: Party? = nil,
      change: Scribe.Change = { _ in }
    ) throws {
      let act = try scribe.consent(
        status, of: convoy.release, to: receiver?.name, conditions: ["monitoring"], until: until,
        by: party ?? coalition.syr, change: change)
      for judgement in [try convoy.syr.register(act), try convoy.irq.register(act)] {
        #expect(judgement.isClean, "\(judgement.flags) \(judgement.refusals)")
      }
    }
  }

  @Test("V28: without a word nobody goes on; a consent lets them; a later refusal or withdrawal does not")
  func statements() throws {
    var story = try Story()
    let before = story.convoy.irq.ledger.chains
    #expect(try story.onward().refusedCodes == [.v28])
    #expect(try story.onward(claiming: true).isClean, "on paper")
    try story.say(.given)
    #expect(try story.onward().isClean)
    try story.say(.withdrawn)
    #expect(try story.onward().refusedCodes == [.v28])
    #expect(try story.onward(claiming: true).refusedCodes == [.v28], "what it says itself counts more than a claim")
    try story.say(.given, to: story.coalition.tur)
    #expect(try story.onward().isClean)
    try story.say(.refused)
    #expect(try story.onward().refusedCodes == [.v28])
    #expect(story.convoy.irq.ledger.chains == before)
    #expect(story.convoy.irq.ledger.consents == story.convoy.syr.ledger.consents)
  }

  @Test("V28: a consent is for its receiver alone and for its time") func terms() throws {
    var story = try Story()
    try story.say(.given, to: story.coalition.police)
    #expect(try story.onward().refusedCodes == [.v28])
    try story.say(.given, until: Coalition.start)
    #expect(try story.onward().refusedCodes == [.v28])
    try story.say(.given, until: Coalition.now)
    #expect(try story.onward().isClean)
  }

  @Test("V28: a consent is of the last release of another member, whatever was refused or handed on within since")
  func lastOfAnother() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    for isWithin in [false, true] {
      let between = isWithin ? coalition.police : coalition.tur
      var syr = Office(coalition.syr, of: coalition)
      let intake = try scribe.intake(by: coalition.irq, 1)
      try syr.register(intake)
      let release = try scribe.handover(.release, of: intake, from: coalition.irq, to: coalition.syr, in: syr.ledger)
      try syr.register(release)
      let accepted = try scribe.outcome(of: release, all: .accepted, by: coalition.syr)
      try syr.register(accepted)
      let attempt = try scribe.handover(.release, of: release, from: coalition.syr, to: between, in: syr.ledger)
      #expect(try syr.register(attempt).isClean)
      let outcome = try scribe.outcome(of: attempt, all: isWithin ? .accepted : .refused, by: between)
      try syr.register(outcome)
      var holder = syr
      if isWithin {
        holder = Office(coalition.police, of: coalition)
        for act in [intake, release, accepted, attempt, outcome] { try holder.register(act) }
      }
      func onward() throws -> Set<CheckCode> {
        let act = try scribe.handover(
          .release, of: attempt, from: holder.party, to: coalition.tur, in: holder.ledger)
        return try holder.judge(scribe.unclaimed(act, by: holder.party)).refusedCodes
      }
      #expect(try onward() == [.v28], "\(isWithin)")
      let given = try scribe.consent(.given, of: release, by: coalition.irq)
      #expect(try holder.register(given).isRegistered)
      #expect(try onward().isEmpty, "\(isWithin)")
      let withdrawn = try scribe.consent(.withdrawn, of: release, by: coalition.irq)
      #expect(try holder.register(withdrawn).isRegistered)
      #expect(try onward() == [.v28], "\(isWithin)")
    }
  }

  @Test("V28: a settlement sheds nobody's consent, also where a later step builds on it") func settledWithin() throws {
    let (second, third) = (try #require(AuthorityName("IRQ/d")), try #require(AuthorityName("IRQ/e")))
    var line = Line()
    let release = line.release(to: Line.irq, by: Line.syr)
    line.add(.answer(.accepted), by: Line.irq)
    line.release(to: second, by: Line.irq)
    let taken = line.add(.answer(.accepted), by: second)
    for to in [Line.irq, third] { line.release(to: to, by: second, after: taken) }
    let expected = ForeignHandover(from: Line.syr, release: release)
    func found() throws -> ForeignHandover? {
      let chain = try line.chain()
      return try Ledger().handover(of: chain, after: chain.head, to: "IRQ")
    }
    try line.settle(line.chain().contest, custodian: second)
    #expect(try line.chain().contest == nil && found() == expected)
    line.release(to: third, by: second, after: try line.chain().head)
    line.add(.answer(.accepted), by: third)
    #expect(try found() == expected)
  }

  @Test(
    "V28: of releases that competed it is the one to whom it was settled for, accepted or not",
    arguments: [false, true])
  func settledBetween(isAccepted: Bool) throws {
    var line = Line()
    let intake = try line.chain().head
    let ours = line.release(to: Line.irq, by: Line.syr)
    if isAccepted { line.add(.answer(.accepted), by: Line.irq) }
    let theirs = line.release(to: Line.tur, by: Line.syr, after: intake)
    line.add(.answer(.accepted), by: Line.tur, after: theirs)
    try line.settle(line.chain().contest, custodian: Line.irq)
    let chain = try line.chain()
    #expect(chain.contest == nil && chain.custodian == Line.irq)
    #expect(try Ledger().handover(of: chain, after: chain.head, to: "IRQ") == .init(from: Line.syr, release: ours))
    #expect(try Ledger().handover(of: chain, after: chain.head, to: "SYR") == nil, "it took them in itself")
  }

  @Test("V28: an attempt that was refused brought nobody, and what was released to a member last is the handover")
  func settledLast() throws {
    var line = Line()
    line.release(to: Line.irq, by: Line.syr)
    line.add(.answer(.accepted), by: Line.irq)
    line.release(to: Line.tur, by: Line.irq)
    let taken = line.add(.answer(.accepted), by: Line.tur)
    line.release(to: Line.irq, by: Line.tur)
    line.add(.answer(.refused), by: Line.irq)
    let back = line.release(to: Line.irq, by: Line.tur)
    line.release(to: Line.syr, by: Line.tur, after: taken)
    try line.settle(line.chain().contest, custodian: Line.irq)
    let chain = try line.chain()
    #expect(try Ledger().handover(of: chain, after: chain.head, to: "IRQ") == .init(from: Line.tur, release: back))
  }

  @Test("The last word counts, in whatever order the words come") func order() throws {
    var story = try Story()
    let (scribe, coalition) = (story.scribe, story.coalition)
    let given = try scribe.consent(.given, of: story.convoy.release, by: coalition.syr)
    let withdrawn = try scribe.consent(.withdrawn, of: story.convoy.release, by: coalition.syr)
    for act in [withdrawn, given] { try story.convoy.irq.register(act) }
    #expect(try story.onward().refusedCodes == [.v28])
  }

  @Test("V28: where the clocks do not say which came last, a refusal counts and a consent does not") func clocks()
    throws
  {
    let story = try Story()
    let (scribe, syr) = (story.scribe, story.coalition.syr)
    let said = story.convoy.release.event.occurred.at.unix + 3600
    func at(_ seconds: Int64, error: UInt64) -> Scribe.Change {
      { $0.occurred = OccurredTime(at: OffsetTime(unix: said + seconds), source: .manual, clockError: error) }
    }
    func codes(_ given: @escaping Scribe.Change, _ withdrawn: @escaping Scribe.Change) throws -> Set<CheckCode> {
      var irq = story.convoy.irq
      for (status, change) in [(OnwardConsent.Status.given, given), (.withdrawn, withdrawn)] {
        try irq.register(scribe.consent(status, of: story.convoy.release, by: syr, change: change))
      }
      let act = try scribe.handover(
        .release, of: story.convoy.release, from: story.coalition.irq, to: story.coalition.tur, in: irq.ledger)
      return try irq.judge(act).refusedCodes
    }
    #expect(try codes(at(0, error: 2), at(10_800, error: 14_400)) == [.v28], "three hours later, by a clock hours off")
    #expect(try codes(at(10_800, error: 14_400), at(0, error: 2)) == [.v28], "it may have been said before")
    for _ in 0..<8 { #expect(try codes(at(0, error: 0), at(0, error: 0)) == [.v28], "in the same second") }
    #expect(try codes(at(10_800, error: 2), at(0, error: 2)).isEmpty, "later beyond doubt")
  }

  @Test("V28: nobody goes on after a consent has ended because of a clock that may be off") func endedByClock() throws {
    let story = try Story()
    let (scribe, irq, tur) = (story.scribe, story.coalition.irq, story.coalition.tur)
    func codes(error: UInt64) throws -> Set<CheckCode> {
      var office = story.convoy.irq
      let until = story.convoy.release.event.occurred.at.unix + 1800
      try office.register(scribe.consent(.given, of: story.convoy.release, until: until, by: story.coalition.syr))
      let act = try scribe.handover(.release, of: story.convoy.release, from: irq, to: tur, in: office.ledger) {
        $0.occurred = OccurredTime(at: $0.occurred.at, source: .manual, clockError: error)
      }
      return try office.judge(act).refusedCodes
    }
    #expect(try codes(error: 2).isEmpty)
    #expect(try codes(error: 3600) == [.v28])
  }

  @Test("V28: a word of whoever handed them over whose lines are not here is told, and holds nobody") func unread()
    throws
  {
    var story = try Story()
    let act = try story.scribe.consent(.withdrawn, of: story.convoy.release, by: story.coalition.syr)
    let awaited = try story.convoy.irq.proposal(act, arrival: .awaited)
    let judge = Judge(checks: checksInForce)
    #expect(try story.convoy.irq.ledger.register(awaited, by: judge).isRegistered)
    let onward = try story.onward(claiming: true)
    #expect(onward.isRegistered && onward.flaggedCodes == [.v28])
    #expect(onward.flags.contains { $0.detail.contains(act.id.description) })
    _ = try story.convoy.irq.ledger.complete(story.convoy.irq.proposal(act), by: judge)
    #expect(try story.onward(claiming: true).refusedCodes == [.v28], "now it is read")
  }

  @Test("A partner's release against a refusal is registered and flagged") func partner() throws {
    var story = try Story()
    try story.say(.refused)
    let act = try story.scribe.handover(
      .release, of: story.convoy.release, from: story.coalition.irq, to: story.coalition.tur,
      in: story.convoy.irq.ledger)
    let heard = try story.convoy.syr.register(act)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v28])
  }

  @Test("V12: only whoever released them consents; V25: an unknown condition is flagged and recorded")
  func signer() throws {
    let story = try Story()
    let (scribe, coalition, release) = (story.scribe, story.coalition, story.convoy.release)
    let other = try scribe.consent(.given, of: release, by: coalition.tur) { $0.from = coalition.tur.name }
    #expect(try story.convoy.irq.judge(other).refusedCodes.contains(.v12))
    let odd = try scribe.consent(.given, of: release, conditions: ["by-moonlight"], by: coalition.syr)
    let judgement = try story.convoy.syr.judge(odd)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25])
  }

  @Test("What others may have signed does not count (V15)") func doubted() throws {
    var story = try Story()
    let act = try story.scribe.consent(.given, of: story.convoy.release, by: story.coalition.syr)
    try story.convoy.irq.register(act)
    #expect(try story.onward().isClean)
    story.convoy.irq.ledger.doubt([act.id])
    #expect(try story.onward().refusedCodes == [.v28])
  }
}

extension Scribe {
  /// The same release with nobody's consent in its lines.
  func unclaimed(_ act: Act, by party: Party) throws -> Act {
    let schema = LineSchema.person
    guard let manifest = act.content.manifest, let position = schema.position(of: "onward_consent") else { return act }
    let lines = manifest.lines.map { _, leaf in
      var fields = leaf.fields
      fields[position] = .null
      return fields
    }
    var event = act.event
    event.approvals = []
    let content = content(schema, event, lines, identities: [:])
    describe(content, in: &event)
    return try sign(event, content, by: party)
  }
}
