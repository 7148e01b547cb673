public import Roster

/// A release with lines whose answer is due.
public struct OverdueRelease: Hashable, Sendable {
  /// How long an answer may take where the release does not say: 30 days.
  public static let secondsWithoutDeadline: Int64 = 2_592_000
  /// And how long at most, whatever it says: 90 days. A deadline of 2099 would be none.
  public static let longestSeconds: Int64 = 7_776_000

  public let statement: StatementID
  public let from: AuthorityName
  public let to: AuthorityName
  /// By when it was to be answered.
  public let acceptBy: UnixTime
  /// How many lines have no answer.
  public let lines: Int

  public init(statement: StatementID, from: AuthorityName, to: AuthorityName, acceptBy: UnixTime, lines: Int) {
    self.statement = statement
    self.from = from
    self.to = to
    self.acceptBy = acceptBy
    self.lines = lines
  }

  /// By when a release is to be answered.
  public static func due(_ acceptBy: UnixTime?, registeredAt: UnixTime) -> UnixTime {
    min(acceptBy ?? registeredAt + secondsWithoutDeadline, registeredAt + longestSeconds)
  }
}

/// V19 and V31: what is due and has not come is an alarm; nothing is returned or moved in silence.
public struct TimerChecks: Sendable {
  let checks: Checks

  public init(checks: Checks = .all) { self.checks = checks }

  /// How many alarms about releases of one authority to another stand at once.
  static let maximumOfReleaser = 100

  /// An alarm for each release that is overdue; of one releaser's many to the same receiver, those due first and one for the
  /// rest, so that nobody hides other alarms behind releases.
  public func alarms(_ overdue: [OverdueRelease]) -> [Violation] {
    guard checks.applies(.v19) else { return [] }
    var told: [[AuthorityName]: Int] = [:]
    return overdue.sorted { ($0.acceptBy, $0.statement) < ($1.acceptBy, $1.statement) }.compactMap { release in
      let count = told[[release.from, release.to], default: 0]
      told[[release.from, release.to]] = count + 1
      if count > Self.maximumOfReleaser { return nil }
      if count == Self.maximumOfReleaser {
        return Violation(
          .v19,
          "more than \(count) releases of \(release.from) to \(release.to) are not answered in time: `amana ask transit` shows "
            + "the rest")
      }
      return Violation(
        .v19,
        "\(release.to) has not answered the release \(release.statement) in time: the receiver answers; the releaser asks, or recalls it"
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
  /// Releases with lines that were to be answered before a time, by statement. Without a store, what counts as when it was
  /// registered is when it says that it occurred.
  public func overdueReleases(at time: UnixTime) -> [OverdueRelease] {
    releases.compactMap { id, lines in
      let open = lines.values.count(where: waits)
      guard open > 0, let summary = summaries[id], let told = transits[id]?[id]?.latest, let to = summary.to,
        let from = summary.from
      else { return nil }
      let due = OverdueRelease.due(summary.acceptBy, registeredAt: told)
      return due < time ? OverdueRelease(statement: id, from: from, to: to, acceptBy: due, lines: open) : nil
    }.sorted { $0.statement < $1.statement }
  }

  /// As `isOpen`.
  private func waits(_ line: ReleaseLine) -> Bool {
    guard let answer = line.answer else { return true }
    return answer.code == .resolved && chains[line.subject]?.openRelease?.statement == line.release
  }
}
