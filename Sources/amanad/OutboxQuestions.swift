import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Questions {
  /// GET /v1/outbox
  func outbox(_ query: Query) async throws -> Reply {
    var filter = OutboxFilter()
    filter.peer = try query.authority("peer")
    filter.state = try query.code("delivery")
    let showsDelivered = try query.flag("delivered") ?? (filter.state == .delivered)
    // Delivered is what a verified receipt proves; the rest is on its way.
    if !showsDelivered { filter.isUndelivered = true }
    let statement = try query.value("statement", "a statement's full id") { StatementID(hex: $0) }
    let limit = try query.limit()
    let (chosen, after) = (filter, try query.number("cursor", 0...Int64.max) ?? 0)
    let found = try await store.read { reader -> (views: [OutboxView], next: Int64?) in
      let rows =
        try statement.map { try Self.rows(of: $0, chosen, after, limit + 1, reader) }
        ?? reader.outbox(chosen, after: after, limit: limit + 1)
      let shown = rows.prefix(limit)
      return (try shown.map { try Self.view($0, reader) }, rows.count > limit ? shown.last?.sequence : nil)
    }
    return try .json(found.views, link: found.next.map { query.next("/v1/outbox", cursor: String($0)) })
  }

  private static func rows(
    of id: StatementID, _ filter: OutboxFilter, _ after: Int64, _ limit: Int, _ reader: StoreReader
  ) throws -> [OutboxRow] {
    guard let stored = try reader.statement(id) else { return [] }
    let rows = try reader.outbox(of: stored.entry).filter { row in
      row.sequence > after && (filter.peer.map { $0 == row.peer } ?? true)
        && (filter.state.map { $0 == row.state } ?? true) && (filter.isUndelivered != true || row.state != .delivered)
    }
    return Array(rows.sorted { $0.sequence < $1.sequence }.prefix(limit))
  }

  private static func view(_ row: OutboxRow, _ reader: StoreReader) throws -> OutboxView {
    guard let stored = try reader.statement(entry: row.entry) else { throw StoreError.damaged("an outbox row") }
    let now = currentTime()
    let isOpen = row.state != .delivered
    let held = isOpen ? OutboxRow.moment(try reader.contact(row.peer).holdUntil, now: now) : 0
    return OutboxView(
      peer: row.peer.description, statement: stored.id.description, recordID: row.record.uuid, index: stored.index,
      event: stored.summary.type.rawValue, state: row.state.rawValue, since: row.since, attempts: row.attempts,
      nextAttempt: isOpen ? max(OutboxRow.moment(row.nextAt, now: now), held) : nil, code: try code(row, reader),
      detail: row.lastDetail,
      carriedAt: row.carriedAt, deliveredAt: row.deliveredAt)
  }

  /// Why it is not there: what the last attempt met, or that nobody has said where the peer is.
  private static func code(_ row: OutboxRow, _ reader: StoreReader) throws -> String? {
    if let code = row.lastCode { return code }
    guard row.state == .waiting, row.attempts == 0 else { return nil }
    return try reader.peer(row.peer) == nil ? "no-peer" : nil
  }

  /// GET /v1/inbox
  func inbox(_ query: Query) async throws -> Reply {
    var filter = ArrivalFilter()
    filter.peer = try query.authority("peer")
    filter.door = try query.code("via")
    filter.isIncomplete = try query.flag("complete").map { !$0 }
    let limit = try query.limit()
    let (chosen, before) = (filter, try query.number("cursor", 0...Int64.max) ?? Int64.max)
    let (own, places) = (office.places, office.roster.successions)
    let found = try await store.read { reader -> (views: [InboxView], next: Int64?) in
      let rows = try reader.arrivals(chosen, before: before, limit: limit + 1)
      let shown = rows.prefix(limit)
      let views = try shown.map { try Self.view($0.arrival, $0.statement, own, places, reader) }
      return (views, rows.count > limit ? shown.last?.id : nil)
    }
    return try .json(found.views, link: found.next.map { query.next("/v1/inbox", cursor: String($0)) })
  }

  private static func view(
    _ arrival: Arrival, _ stored: StoredStatement, _ own: [AuthorityName], _ places: Successions, _ reader: StoreReader
  ) throws -> InboxView {
    InboxView(
      statement: stored.id.description, recordID: stored.summary.recordID.uuid, index: stored.index,
      event: stored.summary.type.rawValue, from: stored.summary.issuer.description,
      peer: arrival.peer?.description, receivedAt: arrival.at, via: arrival.door.rawValue,
      complete: try !reader.isIncomplete(stored.id),
      missing: try reader.missingObjects(of: stored.id).map { $0.kind == .slots ? "slots" : $0.payloadID },
      answered: try isAnswered(stored, own, places, reader))
  }

  /// Of what asks this authority for an answer: whether it is given, for every line. Nil for everything else.
  private static func isAnswered(
    _ stored: StoredStatement, _ own: [AuthorityName], _ places: Successions, _ reader: StoreReader
  ) throws -> Bool? {
    guard stored.summary.to.map(own.contains) ?? false, try !reader.isIncomplete(stored.id) else { return nil }
    switch stored.summary.type {
    case .offer, .recall: return try !reader.isOpen(proposal: stored, under: places)
    case .release, .redirect: return try reader.openReleaseLines(of: stored.id) == 0
    default: return nil
    }
  }
}
