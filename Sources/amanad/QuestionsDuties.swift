import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Which duties to notify are due.
extension Questions {
  /// GET /v1/duties
  func duties(_ query: Query) async throws -> Reply {
    let limit = try query.limit()
    let (isAll, isOverdue) = (try query.flag("all") ?? false, try query.flag("overdue") ?? false)
    let place = try query.value("cursor", "where a page of duties ends") { Self.place($0) }
    let (office, now) = (office, currentTime())
    let found = try await store.read { reader in
      let duties = try reader.openDuties(
        of: isAll ? nil : office.places, dueBefore: isOverdue ? now : nil, limit: limit + 1, after: place)
      let next = duties.count > limit ? duties[limit - 1] : nil
      return (
        views: try duties.prefix(limit).map { try Self.view($0.under(office.roster.successions), reader, now) },
        next: next
      )
    }
    return try .json(
      found.views, link: found.next.map { query.next("/v1/duties", cursor: Self.cursor($0)) })
  }

  /// How much this authority owes.
  static func duties(_ office: Office, _ reader: StoreReader, _ now: UnixTime) throws -> StatusView.Duties {
    let (open, overdue) = try reader.owed(by: office.places, at: now)
    return StatusView.Duties(open: open, overdue: overdue)
  }

  private static func view(_ duty: OpenDuty, _ reader: StoreReader, _ now: UnixTime) throws -> DutyView {
    DutyView(
      statement: duty.statement.description, event: try reader.summary(duty.statement)?.type.rawValue ?? "",
      duty: duty.duty.rawValue, owner: duty.owner.description, dueAt: duty.due, overdue: duty.isOverdue(at: now),
      lines: duty.lines, open: duty.open, notReached: try reader.attempts(about: duty.statement, duty.duty))
  }

  /// Behind which duty the next page begins: when it is due, its statement, whom to tell.
  private static func cursor(_ duty: OpenDuty) -> String {
    "\(duty.due).\(duty.statement.description).\(duty.duty.rawValue)"
  }

  private static func place(_ cursor: String) -> (due: UnixTime, statement: StatementID, duty: DutyCode)? {
    let parts = cursor.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let due = UnixTime(parts[0]), let statement = StatementID(hex: parts[1]),
      let duty = DutyCode(rawValue: parts[2])
    else { return nil }
    return (due, statement, duty)
  }
}
