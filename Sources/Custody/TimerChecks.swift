public import Roster

/// A release with lines whose answer is due.
public struct OverdueRelease: Hashable, Sendable {
  public let statement: StatementID
  public let to: AuthorityName
  public let acceptBy: UnixTime
  /// How many lines have no answer.
  public let lines: Int

  public init(statement: StatementID, to: AuthorityName, acceptBy: UnixTime, lines: Int) {
    self.statement = statement
    self.to = to
    self.acceptBy = acceptBy
    self.lines = lines
  }
}

/// V19 and V31: what is due and has not come is an alarm; nothing is returned or moved in silence.
public struct TimerChecks: Sendable {
  let checks: Checks

  public init(checks: Checks = .all) { self.checks = checks }

  /// An alarm for each release that is overdue.
  public func alarms(_ overdue: [OverdueRelease]) -> [Violation] {
    guard checks.applies(.v19) else { return [] }
    return overdue.map { release in
      Violation(
        .v19,
        "\(release.to) has not answered the release \(release.statement) by its accept_by: the receiver answers; the releaser asks, or recalls it"
      )
    }
  }

  /// How many alarms of one asker's inquiries stand at once.
  static let maximumOfAsker = 100

  /// An alarm for each inquiry that is overdue; of one asker's many, the first ones and one for the rest, so that nobody
  /// hides other alarms behind inquiries.
  public func alarms(_ inquiries: [Inquiry], at time: UnixTime) -> [Violation] {
    guard checks.applies(.v19) else { return [] }
    var told: [AuthorityName: Int] = [:]
    return inquiries.filter { $0.isOverdue(at: time) }.compactMap { inquiry in
      let count = told[inquiry.from, default: 0]
      told[inquiry.from] = count + 1
      if count > Self.maximumOfAsker { return nil }
      if count == Self.maximumOfAsker {
        return Violation(
          .v19,
          "more than \(count) inquiries of \(inquiry.from) are not answered in time: `amana inquiries` shows the rest")
      }
      return Violation(
        .v19,
        "\(inquiry.to) has not answered the inquiry \(inquiry.statement) of \(inquiry.from) in time: whoever is asked says what its log knows, and looks for whom the inquiry only describes"
      )
    }
  }
}

extension TimerChecks {
  /// How the alarms about duties to notify begin.
  public static let dutyMark = "duty: "

  /// V31: an alarm for each duty to notify that is overdue.
  public func alarms(_ duties: [OpenDuty], at time: UnixTime) -> [Violation] {
    guard checks.applies(.v31) else { return [] }
    return duties.filter { $0.isOverdue(at: time) }.map { duty in
      Violation(
        .v31,
        "\(Self.dutyMark)\(duty.owner) has not notified \(duty.duty.rawValue) of everybody in \(duty.statement) in "
          + "time: tell them and record it (`amana notified`), also where nobody was reached"
      )
    }
  }
}

extension Ledger {
  /// Releases with unanswered lines past their accept_by, by statement.
  public func overdueReleases(at time: UnixTime) -> [OverdueRelease] {
    releases.compactMap { id, lines in
      let open = lines.values.count { $0.answer == nil }
      guard open > 0, let summary = summaries[id], let acceptBy = summary.acceptBy, acceptBy < time,
        let to = summary.to
      else { return nil }
      return OverdueRelease(statement: id, to: to, acceptBy: acceptBy, lines: open)
    }.sorted { $0.statement < $1.statement }
  }
}
