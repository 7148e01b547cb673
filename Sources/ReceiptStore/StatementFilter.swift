public import Custody
import GRDB
public import Roster

/// Which registered statements are asked for. What is nil asks for everything.
public struct StatementFilter: Sendable {
  /// How the lines of a statement stand now.
  public enum LineState: String, CaseIterable, Sendable {
    case held, released, missing, suspended, ended, contested
    /// Released, unanswered, and past its time (`OverdueRelease.due`).
    case overdue
    /// Released, unanswered, and not overdue.
    case waiting
    /// Something that belongs to the statement has not arrived.
    case incomplete
  }

  /// The beginning of a statement's or record's id, in hexadecimal.
  public var prefix: String?
  public var caseID: RecordID?
  public var kind: Kind?
  public var event: EventType?
  /// Any of its lines stands so.
  public var state: LineState?
  /// Its issuer, from or to.
  public var party: AuthorityName?
  /// When this log registered it, both inclusive.
  public var since: UnixTime?
  public var until: UnixTime?

  public init() {}

  /// Conditions in SQL and what stands for their question marks. Nil when nothing can match.
  func conditions(now: UnixTime) -> (sql: [String], arguments: StatementArguments)? {
    var sql: [String] = []
    var arguments = StatementArguments()
    func add(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
      sql.append(condition)
      arguments += StatementArguments(values)
    }
    if let prefix {
      guard let id = PrefixRange(prefix, byteCount: StatementID.byteCount) else { return nil }
      let record = PrefixRange(prefix, byteCount: RecordID.byteCount)
      add(
        "(s.id BETWEEN ? AND ? AND s.effective = 1 OR s.record BETWEEN ? AND ?)", blob(id.first), blob(id.last),
        record.map { blob($0.first) }, record.map { blob($0.last) })
    }
    if let caseID { add("s.case_id = ?", blob(caseID.bytes)) }
    if let kind { add("s.kind = ?", kind.rawValue) }
    if let event { add("s.event = ?", event.rawValue) }
    if let party {
      let name = party.description
      add(
        """
        (s.issuer = ? OR s.from_authority = ? OR s.to_authority = ?
        OR s.id IN (SELECT statement FROM party WHERE authority = ?))
        """, name, name, name, name)
    }
    if let since { add("s.registered_at >= ?", since) }
    if let until { add("s.registered_at <= ?", until) }
    if state == .incomplete {
      sql.append("s.id IN (SELECT statement FROM incomplete)")
    } else if let state {
      sql.append(Self.anyLine(state.condition))
      if state == .overdue || state == .waiting { arguments += [now] }
    }
    return (sql, arguments)
  }

  private static func anyLine(_ condition: String) -> String {
    """
    EXISTS (SELECT 1 FROM statement_line l JOIN chain c ON c.subject = l.subject
    WHERE l.statement = s.id AND \(condition))
    """
  }
}

extension StatementFilter.LineState {
  var condition: String {
    switch self {
    case .held, .released, .missing, .suspended, .ended, .contested: "c.phase = '\(rawValue)'"
    case .overdue: "c.phase = 'released' AND c.due < ?"
    case .incomplete: "FALSE"
    case .waiting: "c.phase = 'released' AND (c.due IS NULL OR c.due >= ?)"
    }
  }
}

/// Which chains are asked for. What is nil asks for everything.
public struct ChainFilter: Sendable {
  public var custodian: AuthorityName?
  /// One of `ChainState.phaseNames`.
  public var phase: String?
  public var kind: Kind?
  public var caseID: RecordID?
  public var isOverdue: Bool?

  public init() {}
}

extension StoreReader {
  /// Statements that fit, in log order from an index on.
  public func statements(_ filter: StatementFilter, from index: UInt64, limit: Int, now: UnixTime) throws
    -> [StoredStatement]
  {
    guard let (sql, arguments) = filter.conditions(now: now) else { return [] }
    let conditions = (["s.idx >= ?"] + sql).joined(separator: " AND ")
    return try Row.fetchAll(
      db, sql: "SELECT s.* FROM statement s WHERE \(conditions) ORDER BY s.idx LIMIT ?",
      arguments: [Int64(clamping: index)] + arguments + [limit]
    ).map(StoredStatement.init)
  }

  /// Chains that fit, by subject, after one; each with the case of the statement that holds it last.
  public func chains(_ filter: ChainFilter, after subject: SubjectReference?, limit: Int, now: UnixTime) throws
    -> [(chain: ChainState, caseID: RecordID?)]
  {
    var sql = ["c.subject > ?"]
    var arguments: StatementArguments = [blob(subject?.bytes ?? [])]
    if let custodian = filter.custodian {
      sql.append("c.custodian = ?")
      arguments += [custodian.description]
    }
    if let phase = filter.phase {
      sql.append("c.phase = ?")
      arguments += [phase]
    }
    if let kind = filter.kind {
      sql.append("c.kind = ?")
      arguments += [kind.rawValue]
    }
    if let caseID = filter.caseID {
      sql.append("s.case_id = ?")
      arguments += [blob(caseID.bytes)]
    }
    if let isOverdue = filter.isOverdue {
      sql.append("(c.phase = 'released' AND c.due IS NOT NULL AND c.due < ?) = ?")
      arguments += [now, isOverdue]
    }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT c.*, s.case_id AS found_case FROM chain c
        LEFT JOIN statement s ON s.id = c.source AND s.effective = 1
        WHERE \(sql.joined(separator: " AND ")) ORDER BY c.subject LIMIT ?
        """, arguments: arguments + [limit]
    ).map { row in
      (chain: try ChainState(row), caseID: row.optionalBlob("found_case").flatMap { RecordID($0) })
    }
  }

  /// The ids of registered statements that begin with these digits, at most `limit`.
  public func statementIDs(beginning prefix: String, limit: Int) throws -> [StatementID] {
    guard let range = PrefixRange(prefix, byteCount: StatementID.byteCount) else { return [] }
    return try Row.fetchAll(
      db, sql: "SELECT id FROM statement WHERE effective = 1 AND id BETWEEN ? AND ? ORDER BY id LIMIT ?",
      arguments: [blob(range.first), blob(range.last), limit]
    ).compactMap { StatementID($0.blob("id")) }
  }

  /// What the beginning of an id means: records of which something is here, and statements of other records, at most
  /// `limit` of each in the order of their ids.
  public func meant(by prefix: String, limit: Int) throws -> (records: [RecordID], statements: [StatementID]) {
    guard let ids = PrefixRange(prefix, byteCount: StatementID.byteCount) else { return ([], []) }
    let records = try PrefixRange(prefix, byteCount: RecordID.byteCount).map { try self.records(in: $0, limit: limit) }
    let statements = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id FROM statement WHERE effective = 1 AND id BETWEEN ? AND ? AND record NOT BETWEEN ? AND ?
          ORDER BY id LIMIT ?
          """),
      arguments: [
        blob(ids.first), blob(ids.last), blob(records?.first?.bytes ?? []), blob(records?.last?.bytes ?? []), limit,
      ]
    ).compactMap { StatementID($0.blob("id")) }
    return (records ?? [], statements)
  }

  /// From record to record, however many statements one has.
  private func records(in range: PrefixRange, limit: Int) throws -> [RecordID] {
    var records: [RecordID] = []
    while records.count < limit {
      let row = try Row.fetchOne(
        db.cachedStatement(sql: records.isEmpty ? Self.firstRecordSQL : Self.nextRecordSQL),
        arguments: [blob(records.last?.bytes ?? range.first), blob(range.last)])
      guard let record = row.flatMap({ RecordID($0.blob("record")) }) else { break }
      records.append(record)
    }
    return records
  }

  static let firstRecordSQL = """
    SELECT record FROM statement WHERE record >= ? AND record <= ? ORDER BY record LIMIT 1
    """
  static let nextRecordSQL = "SELECT record FROM statement WHERE record > ? AND record <= ? ORDER BY record LIMIT 1"

  /// The ids of drafts that begin with these digits, at most `limit`.
  public func draftIDs(beginning prefix: String, limit: Int) throws -> [RecordID] {
    guard let range = PrefixRange(prefix, byteCount: RecordID.byteCount) else { return [] }
    return try Row.fetchAll(
      db, sql: "SELECT id FROM draft WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
      arguments: [blob(range.first), blob(range.last), limit]
    ).compactMap { RecordID($0.blob("id")) }
  }

  /// Whether some statement belongs to this record.
  public func hasRecord(beginning prefix: String) throws -> Bool {
    guard let range = PrefixRange(prefix, byteCount: RecordID.byteCount) else { return false }
    return try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM statement WHERE record BETWEEN ? AND ?)",
      arguments: [blob(range.first), blob(range.last)]) ?? false
  }
}
