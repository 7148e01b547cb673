import Custody
import Roster
import Testing

extension InvariantTests {
  @Test("V17: times along a chain do not run backwards beyond the clock errors")
  func v17_timesDoNotRunBackwards() throws {
    let convoy = try Convoy()
    var office = Office(convoy.coalition.syr, of: convoy.coalition)
    try office.register(convoy.intake)
    func judged(before seconds: Int64, clockError: UInt64) throws -> Judgement {
      try office.judge(
        convoy.scribe.handover(
          .release, of: convoy.intake, from: convoy.coalition.syr, to: convoy.coalition.irq, in: office.ledger
        ) { event in
          let time = OffsetTime(unix: convoy.intake.event.occurred.at.unix - seconds, offsetMinutes: 180)
          event.occurred = OccurredTime(at: time, source: .manual, clockError: clockError)
        })
    }
    #expect(try judged(before: 3600, clockError: 60).refusedCodes.contains(.v17))
    #expect(try judged(before: 3600, clockError: 3600).isClean)
  }

  @Test("V18: what has not happened yet is not recorded, what is late is flagged")
  func v18_nothingIsRecordedBeforeItHappens() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    let office = Office(coalition.syr, of: coalition)
    func offer(occurred: UnixTime, recorded: UnixTime) throws -> Judgement {
      var known = office
      let intake = try scribe.intake(by: coalition.syr)
      try known.register(intake)
      return try known.judge(
        scribe.handover(.offer, of: intake, from: coalition.syr, to: coalition.irq, in: known.ledger) { event in
          event.occurred = OccurredTime(at: OffsetTime(unix: occurred, offsetMinutes: 180))
          event.recordedAt = OffsetTime(unix: recorded, offsetMinutes: 180)
        })
    }
    let now = Coalition.now
    #expect(try offer(occurred: now + 3600, recorded: now + 3600).refusedCodes.contains(.v18))
    #expect(try offer(occurred: now, recorded: now - 3600).refusedCodes.contains(.v18))
    #expect(try offer(occurred: now, recorded: now).isClean)
    let late = try scribe.intake(by: coalition.syr) { event in
      event.occurred = OccurredTime(at: OffsetTime(unix: Coalition.start - 864_000))
    }
    let judgement = try office.judge(late)
    #expect(judgement.isRegistered && judgement.flaggedCodes.contains(.v18))
  }

  @Test("V19: a release that is not answered by its accept_by is an alarm, and moves nobody")
  func v19_whatIsOverdueIsAnAlarm() throws {
    var convoy = try Convoy(3)
    let due = try #require(convoy.release.event.acceptBy).unix
    func alarms(_ time: UnixTime) -> [Violation] {
      TimerChecks(checks: checksInForce).alarms(convoy.syr.ledger.overdueReleases(at: time))
    }
    #expect(alarms(due).isEmpty)
    let late = alarms(due + 1)
    #expect(late.map(\.code) == [.v19] && late.allSatisfy { $0.detail.contains("\(convoy.release.id)") })
    #expect(convoy.syr.ledger.overdueReleases(at: due + 1).map(\.lines) == [3])
    #expect(convoy.syr.custodians(of: convoy.intake) == [convoy.coalition.syr.name])
    _ = try convoy.answerAll(.missing)
    #expect(alarms(due + 1).isEmpty)
    // One that names no time, or one in 2099, is due all the same.
    for (acceptBy, seconds) in [
      (nil, OverdueRelease.secondsWithoutDeadline), (4_102_358_400, OverdueRelease.longestSeconds),
    ]
      as [(UnixTime?, Int64)]
    {
      var syr = Office(convoy.coalition.syr, of: convoy.coalition)
      try syr.register(convoy.intake)
      let release = try convoy.scribe.handover(
        .release, of: convoy.intake, from: convoy.coalition.syr, to: convoy.coalition.irq, in: syr.ledger
      ) { $0.acceptBy = acceptBy.map { OffsetTime(unix: $0) } }
      try syr.register(release)
      let last = release.event.occurred.latest + seconds
      #expect(syr.ledger.overdueReleases(at: last).isEmpty)
      #expect(syr.ledger.overdueReleases(at: last + 1).map(\.statement) == [release.id])
    }
    // And so it is with an inquiry.
    let asked = Inquiry(
      statement: convoy.release.id, from: convoy.coalition.tur.name, to: convoy.coalition.syr.name, due: due, lines: 1,
      open: 1, answers: [])
    let timers = TimerChecks(checks: checksInForce)
    #expect(timers.alarms([asked], at: due).isEmpty && timers.alarms([asked], at: due + 1).map(\.code) == [.v19])
  }

  @Test("V31: whoever must be told and was not in time is an alarm, until the last of them is")
  func v31_dutiesAreDischargedOrOverdue() throws {
    var convoy = try Convoy(2)
    let due = convoy.intake.event.occurred.at.unix + 604_800
    let (syr, intake) = (convoy.coalition.syr, convoy.intake)
    func alarms(_ time: UnixTime) -> [Violation] {
      TimerChecks(checks: checksInForce).alarms(convoy.syr.ledger.openDuties, at: time)
    }
    #expect(alarms(due).isEmpty)
    let late = alarms(due + 1)
    #expect(late.map(\.code) == [.v31, .v31] && late.allSatisfy { $0.detail.hasPrefix(TimerChecks.dutyMark) })
    try convoy.syr.register(convoy.scribe.notice(of: intake, only: [intake.subjects[0]], by: syr))
    #expect(alarms(due + 1) == late, "one is told, and one is not")
    try convoy.syr.register(convoy.scribe.notice(of: intake, by: syr))
    try convoy.syr.register(convoy.scribe.notice(of: intake, duty: "neutral-agency", by: syr))
    #expect(alarms(due + 1).isEmpty)
  }
}
