import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What changed since a moment, or since an entry of the log.
extension Asking {
  private static let day: UnixTime = 86_400

  /// GET /v1/questions/changes
  func changes(_ query: Query) async throws -> Reply {
    let (since, until) = (try query.time("since"), try query.time("until"))
    let from = try query.number("from", 0...UInt64(Int64.max))
    if since != nil, from != nil { throw Query.invalid("from", "and since exclude each other") }
    let cursor = try query.value("cursor", "what the Link of the page before says", ChangePlace.init)
    let (limit, now) = (try query.limit(), currentTime())
    let rows = try await store.read { reader in
      let place = try cursor ?? Self.beginning(from, since ?? now - Self.day, now, reader)
      return try reader.changes(after: place, until: until ?? .max, from: from ?? 0, limit: limit + 1).map {
        (view: try Self.view($0, reader), place: $0.place)
      }
    }
    let shown = rows.prefix(limit)
    let next = rows.count > limit ? shown.last?.place.text : nil
    return try .json(shown.map(\.view), link: next.map { query.next("/v1/questions/changes", cursor: $0) })
  }

  /// Where the first page begins: nothing has changed since an entry that is not here yet.
  private static func beginning(_ from: UInt64?, _ since: UnixTime, _ now: UnixTime, _ reader: StoreReader) throws
    -> ChangePlace
  {
    let begins = try from.map { try reader.registered(from: $0) ?? now + 1 } ?? since
    return ChangePlace(at: begins, table: 0, row: -1)
  }

  private static func view(_ change: StoredChange, _ reader: StoreReader) throws -> ChangeView {
    let at = change.place.at
    switch change.what {
    case .registered(let stored): return try view(stored, "registered", at, reader)
    case .completed(let stored): return try view(stored, "completed", at, reader)
    case .alarm(let code, let detail): return ChangeView(at: at, change: "alarm", code: code, detail: detail)
    case .alarmEnded(let code, let detail):
      return ChangeView(at: at, change: "alarm-ended", code: code, detail: detail)
    }
  }

  private static func view(_ stored: StoredStatement, _ change: String, _ at: UnixTime, _ reader: StoreReader) throws
    -> ChangeView
  {
    let summary = stored.summary
    return ChangeView(
      at: at, change: change, index: stored.index, statement: stored.id.description,
      recordID: summary.recordID.uuid, event: summary.type.rawValue, kind: summary.kind?.rawValue,
      issuer: summary.issuer.description, from: summary.from?.description, to: summary.to?.description,
      lines: try Questions.lineCount(summary, reader),
      occurredAt: try SignedStatement(decoding: stored.bytes).event.occurred.at.text,
      flags: try reader.flags(stored.id).map(\.code.rawValue))
  }
}

extension ChangePlace {
  /// As a cursor says it.
  fileprivate var text: String { "\(at)-\(table)-\(row)" }

  fileprivate init?(_ text: String) {
    let parts = text.split(separator: "-").map { Int64($0) }
    guard parts.count == 3, let at = parts[0], let table = parts[1], let row = parts[2], 0...3 ~= table else {
      return nil
    }
    self.init(at: at, table: Int(table), row: row)
  }
}
