import Custody
import Roster
import Testing

/// V29, where consent was there and was taken back.
@Suite struct WithdrawalTests {
  private let coalition: Coalition
  private let scribe: Scribe
  private let intake: Act
  private let release: Act
  private let syr: Office
  private let irq: Office

  init() throws { try self.init(.familyReturn, [:]) }

  private init(_ kind: Kind, _ changes: [String: String]) throws {
    coalition = try .shared()
    scribe = Scribe(coalition)
    intake = try scribe.intake(
      of: { Scribe.entry($0, of: kind).with(["consent_reconfirmed_on": "2026-11-10"].merging(changes) { $1 }) },
      by: coalition.syr, 2)
    var (syr, irq) = (Office(coalition.syr, of: coalition), Office(coalition.irq, of: coalition))
    try syr.register(intake)
    try irq.register(intake)
    release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger)
    try syr.register(release)
    try irq.register(release)
    (self.syr, self.irq) = (syr, irq)
  }

  private func recall(_ reason: String) throws -> Act {
    try scribe.recall(of: release, [release.lines[0].index], by: coalition.syr) { $0.reason = reason }
  }

  /// The same people as somebody describes them now.
  private func described(_ consent: [String: String]) throws -> Act {
    try scribe.intake(
      of: { Scribe.entry($0, of: .familyReturn).with(consent) }, by: coalition.syr, subjects: intake.subjects)
  }

  @Test("Who is accepted although the releaser had recalled them because they do not want to go is flagged, alone")
  func accepted() throws {
    let before = try scribe.outcome(of: release, all: .accepted, by: coalition.irq)
    let recall = try recall("consent-withdrawn")
    let after = try scribe.outcome(of: release, all: .accepted, by: coalition.irq)
    for office in [irq, syr] {
      var office = office
      #expect(try office.register(recall).isClean)
      let judgement = try office.judge(after, keeping: [release, recall])
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v29] && judgement.flags.count == 1)
      #expect(judgement.flags[0].detail.contains("by the recall \(recall.id)"))
      let line = try #require(judgement.flags[0].line)
      #expect(after.lines.first { $0.index == line }?.leaf.subject == release.lines[0].leaf.subject)
      #expect(try office.judge(before, keeping: [release, recall]).isClean, "they had come before")
    }
  }

  @Test("V29: whoever departs after the releaser had recalled them for that is flagged, once for all of them")
  func departed() throws {
    let before = try scribe.transit(.departed, of: release, by: coalition.syr)
    let recall = try scribe.recall(of: release, by: coalition.syr) { $0.reason = "consent-withdrawn" }
    let after = try scribe.transit(.departed, of: release, by: coalition.syr)
    let line = release.lines[0].index
    for office in [irq, syr] {
      var office = office
      try office.register(recall)
      let judgement = try office.judge(after, keeping: [release, recall])
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v29] && judgement.flags.count == 1)
      #expect(judgement.flags[0].detail.hasPrefix("consent of 2 of the release \(release.id)"))
      #expect(try office.judge(before, keeping: [release, recall]).isClean, "they had left before")
      // Of whom no line is here nothing can be said.
      #expect(try office.judge(after, keeping: []).isClean)
      // Whom the receiver has given back is not on the road.
      let agreed = try scribe.answer(.recallAgreed, to: recall, of: release, [line], by: coalition.irq)
      try office.register(agreed)
      let others = try office.judge(after, keeping: [release, recall])
      #expect(others.flaggedCodes == [.v29] && others.flags[0].detail.hasPrefix("consent of 1 of"))
    }
    var office = irq
    let closed = try scribe.recall(of: release, by: coalition.syr) { $0.reason = "road-closed" }
    try office.register(closed)
    let later = try scribe.transit(.departed, of: release, by: coalition.syr)
    #expect(try office.judge(later, keeping: [release, closed]).isClean)
  }

  @Test("A recall for another reason takes no consent back, and where none was needed there is nothing to take back")
  func otherReasons() throws {
    let closed = try recall("road-closed")
    let outcome = try scribe.outcome(of: release, all: .accepted, by: coalition.irq)
    var office = irq
    try office.register(closed)
    #expect(try office.judge(outcome, keeping: [release, closed]).isClean)
    let ordered = try Self(.thirdCountryRepatriation, ["consent": "", "legal_basis": "deportation-order"])
    let withdrawn = try ordered.recall("consent-withdrawn")
    let accepted = try ordered.scribe.outcome(of: ordered.release, all: .accepted, by: coalition.irq)
    office = ordered.irq
    try office.register(withdrawn)
    #expect(try office.judge(accepted, keeping: [ordered.release, withdrawn]).isClean)
  }

  @Test("V29: who took consent back, as a recall or a refusal says, is released again only after consenting anew")
  func releasedAgain() throws {
    let refused = try scribe.outcome(of: release, all: .refused, by: coalition.irq, "reason", "consent-withdrawn")
    let asked = try scribe.recall(of: release, by: coalition.syr) { $0.reason = "consent-withdrawn" }
    let agreed = try scribe.answer(.recallAgreed, to: asked, of: release, by: coalition.irq)
    for acts in [[refused], [asked, agreed]] {
      var (own, other) = (syr, irq)
      for act in acts {
        #expect(try own.register(act).isRegistered && other.register(act).isRegistered)
      }
      func again(_ source: Act) throws -> Act {
        try scribe.handover(.release, of: source, from: coalition.syr, to: coalition.irq, in: own.ledger)
      }
      let kept = [intake, release] + acts
      let same = try again(release)
      let judgement = try own.judge(same, keeping: kept)
      #expect(judgement.refusedCodes == [.v29] && judgement.refusals.count == 2, "\(judgement)")
      #expect(judgement.refusals.allSatisfy { $0.detail.contains("by \(acts[0].id)") })
      let forgotten = try own.judge(same, keeping: kept, erasing: acts)
      #expect(forgotten.refusedCodes == [.v29] && forgotten.refusals.count == 2, "it stays when the content is erased")
      let heard = try other.judge(same, keeping: kept)
      #expect(heard.isRegistered && heard.flaggedCodes == [.v29])
      let day = String(refused.event.occurred.at.text.prefix(10))
      #expect(try own.judge(again(described(["consent_reconfirmed_on": day])), keeping: kept).isClean)
      let future = try again(described(["consent_reconfirmed_on": "2099-01-01"]))
      #expect(try own.judge(future, keeping: kept).refusedCodes == [.v29], "nobody has consented in 2099")
      let vague = try again(described(["consent_reconfirmed_on": "2026"]))
      #expect(try own.judge(vague, keeping: kept).refusedCodes == [.v29], "a year may lie before it")
    }
  }

  @Test("A refusal for another reason takes no consent back")
  func refused() throws {
    let refused = try scribe.outcome(of: release, all: .refused, by: coalition.irq, "reason", "no-capacity")
    var office = syr
    try office.register(refused)
    let again = try scribe.handover(
      .release, of: release, from: coalition.syr, to: coalition.irq, in: office.ledger)
    #expect(try office.judge(again, keeping: [intake, release, refused]).isClean)
  }

  @Test("A recall dated into the future holds somebody until they consent anew today, and not for good")
  func dated() throws {
    let recall = try scribe.recall(of: release, by: coalition.syr) {
      $0.reason = "consent-withdrawn"
      $0.occurred = OccurredTime(at: OffsetTime(unix: 4_102_358_400, offsetMinutes: 180))
    }
    let refused = try scribe.outcome(of: release, all: .refused, by: coalition.irq, "reason", "no-capacity")
    var office = irq
    for act in [recall, refused] { #expect(try office.register(act).isRegistered) }
    let kept = [intake, release, recall, refused]
    func again(_ source: Act) throws -> Judgement {
      let act = try scribe.handover(
        .release, of: source, from: coalition.syr, to: coalition.irq, in: office.ledger)
      return try office.judge(act, keeping: kept)
    }
    #expect(try again(release).flaggedCodes == [.v29], "it is a withdrawal all the same")
    let today = String(OffsetTime(unix: Coalition.now, offsetMinutes: 180).text.prefix(10))
    #expect(try again(described(["consent_reconfirmed_on": today])).isClean)
  }
}
