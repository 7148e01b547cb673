import Custody
import GRDB
public import Roster

/// Something that changed what this log knows, in the order of time.
public struct StoredChange: Sendable {
  /// What happened.
  public enum What: Sendable {
    case registered(StoredStatement)
    /// Content of a statement came after it.
    case completed(StoredStatement)
    case alarm(code: String, detail: String)
    case alarmEnded(code: String, detail: String)
  }

  public let place: ChangePlace
  public let what: What
}

/// A place in the order of changes.
public struct ChangePlace: Hashable, Sendable, Comparable {
  public let at: UnixTime
  /// What happened in one second stands in the order of these tables: statements, completions, alarms, their ends.
  public let table: Int
  /// The row in that table.
  public let row: Int64

  public init(at: UnixTime, table: Int, row: Int64) {
    self.at = at
    self.table = table
    self.row = row
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.at, left.table, left.row) < (right.at, right.table, right.row)
  }
}

extension StoreReader {
  static let registeredSinceSQL = """
    SELECT * FROM statement INDEXED BY statement_registered WHERE registered_at BETWEEN ? AND ?
    AND (registered_at, idx) > (?, ?) AND idx >= ? ORDER BY registered_at, idx LIMIT ?
    """
  static let earliestOfFewSQL = "SELECT MIN(+registered_at) FROM statement WHERE idx >= ?"
  static let earliestOfManySQL = """
    SELECT registered_at FROM statement INDEXED BY statement_registered WHERE idx >= ? ORDER BY registered_at LIMIT 1
    """
  static let completedSinceSQL = """
    SELECT s.*, c.seq, c.at FROM completion c INDEXED BY completion_at
    CROSS JOIN statement s ON s.id = c.statement AND s.effective = 1
    WHERE c.at BETWEEN ? AND ? AND (c.at, c.seq) > (?, ?) ORDER BY c.at, c.seq LIMIT ?
    """
  static let raisedSinceSQL = """
    SELECT * FROM alarm INDEXED BY alarm_raised WHERE raised_at BETWEEN ? AND ? AND (raised_at, id) > (?, ?)
    ORDER BY raised_at, id LIMIT ?
    """
  static let endedSinceSQL = """
    SELECT * FROM alarm INDEXED BY alarm_ended WHERE ended_at BETWEEN ? AND ? AND (ended_at, id) > (?, ?)
    ORDER BY ended_at, id LIMIT ?
    """

  /// What changed after a place, up to a moment, oldest first.
  /// - Parameter index: statements before this one in the log are passed over.
  public func changes(after place: ChangePlace, until: UnixTime, from index: UInt64 = 0, limit: Int) throws
    -> [StoredChange]
  {
    func rows(_ table: Int, _ sql: String, _ more: Int64?) throws -> [Row] {
      // Of the place's own second, rows of a table before its have all been told, and of a later one none.
      let row = table == place.table ? place.row : table < place.table ? Int64.max : Int64.min
      var arguments: StatementArguments = [place.at, until, place.at, row]
      if let more { arguments += [more] }
      return try Row.fetchAll(db, sql: sql, arguments: arguments + [limit])
    }
    func alarm(_ row: Row) -> (code: String, detail: String) { (row["code"], row["detail"]) }
    var found = try rows(0, Self.registeredSinceSQL, Int64(clamping: index)).map { row in
      StoredChange(
        place: ChangePlace(at: row["registered_at"], table: 0, row: row["idx"]),
        what: .registered(try StoredStatement(row)))
    }
    found += try rows(1, Self.completedSinceSQL, nil).map { row in
      StoredChange(
        place: ChangePlace(at: row["at"], table: 1, row: row["seq"]), what: .completed(try StoredStatement(row)))
    }
    found += try rows(2, Self.raisedSinceSQL, nil).map { row in
      let (code, detail) = alarm(row)
      return StoredChange(
        place: ChangePlace(at: row["raised_at"], table: 2, row: row["id"]), what: .alarm(code: code, detail: detail))
    }
    found += try rows(3, Self.endedSinceSQL, nil).map { row in
      let (code, detail) = alarm(row)
      return StoredChange(
        place: ChangePlace(at: row["ended_at"], table: 3, row: row["id"]),
        what: .alarmEnded(code: code, detail: detail))
    }
    return Array(found.sorted { $0.place < $1.place }.prefix(limit))
  }

  /// The earliest time at which this log registered a statement from an index on, should its clock have been set back since;
  /// nil when it has no such entry.
  /// - Parameter near: how many entries are read one by one; of more, an index of all is read, which is small.
  public func registered(from index: UInt64, near: Int64 = 1000) throws -> UnixTime? {
    let (first, newest) = (Int64(clamping: index), try Int64.fetchOne(db, sql: "SELECT MAX(idx) FROM statement") ?? -1)
    guard first <= newest else { return nil }
    let sql = newest - first < near ? Self.earliestOfFewSQL : Self.earliestOfManySQL
    return try UnixTime.fetchOne(db.cachedStatement(sql: sql), arguments: [first])
  }
}
