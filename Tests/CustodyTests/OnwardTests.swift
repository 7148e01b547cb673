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

  @Test("The last word counts, in whatever order the words come") func order() throws {
    var story = try Story()
    let (scribe, coalition) = (story.scribe, story.coalition)
    let given = try scribe.consent(.given, of: story.convoy.release, by: coalition.syr)
    let withdrawn = try scribe.consent(.withdrawn, of: story.convoy.release, by: coalition.syr)
    for act in [withdrawn, given] { try story.convoy.irq.register(act) }
    #expect(try story.onward().refusedCodes == [.v28])
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
