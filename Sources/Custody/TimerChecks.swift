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

/// V19: what is due and has not come is an alarm; nothing is returned or moved in silence.
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

  /// An alarm for each inquiry that is overdue.
  public func alarms(_ inquiries: [Inquiry], at time: UnixTime) -> [Violation] {
    guard checks.applies(.v19) else { return [] }
    return inquiries.filter { $0.isOverdue(at: time) }.map { inquiry in
      Violation(
        .v19,
        "\(inquiry.to) has not answered the inquiry \(inquiry.statement) of \(inquiry.from) in time: whoever is asked says what its log knows, also where that is nothing"
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
