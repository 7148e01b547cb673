public import Custody
import GRDB
public import Roster

extension StoreTransaction {
  /// Keeps who must be told of whom; all that a ledger knows, when the projection is built again.
  public func keep(duties: [DutyLine]) throws {
    guard !duties.isEmpty else { return }
    let insert = try db.cachedStatement(sql: "INSERT OR REPLACE INTO duty VALUES (?, ?, ?, ?, ?, ?)")
    for line in duties {
      try insert.execute(arguments: [
        blob(line.statement.bytes), line.duty.rawValue, blob(line.subject.bytes), line.owner.description, line.due,
        line.notice.map { blob($0.bytes) },
      ])
    }
  }

  /// Keeps who was told, or was not reached.
  public func keep(notices: [Notice]) throws {
    guard !notices.isEmpty else { return }
    let insert = try db.cachedStatement(sql: "INSERT OR REPLACE INTO notice VALUES (?, ?, ?, ?, ?, ?, ?)")
    for notice in notices {
      try insert.execute(arguments: [
        blob(notice.about.bytes), notice.duty, blob(notice.subject.bytes), blob(notice.statement.bytes),
        notice.issuer.description, notice.means, notice.toldAt,
      ])
    }
  }
}

extension StoreReader {
  /// Who was told of people of a statement, or was not reached.
  public func notices(about statement: StatementID) throws -> [Notice] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM notice WHERE about = ? ORDER BY told_at, statement"),
      arguments: [blob(statement.bytes)]
    ).map(Notice.init)
  }

  /// What is owed of one person of a statement, discharged or not.
  public func duty(_ statement: StatementID, _ duty: DutyCode, _ subject: SubjectReference) throws -> DutyLine? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM duty WHERE statement = ? AND code = ? AND subject = ?"),
      arguments: [blob(statement.bytes), duty.rawValue, blob(subject.bytes)]
    ).map(DutyLine.init)
  }

  /// Of which statements the State of nationality of somebody was to be told, whether it was or not.
  public func nationalityDuties(of subject: SubjectReference) throws -> [DutyLine] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM duty WHERE subject = ? AND code = ? ORDER BY statement"),
      arguments: [blob(subject.bytes), DutyCode.stateOfNationality.rawValue]
    ).map(DutyLine.init)
  }

  /// Which statements say who was told of people of these, in the order of the log, the newest of them.
  public func statements(notifyingOf about: Set<StatementID>, limit: Int) throws -> [StatementID] {
    var found: [UInt64: StatementID] = [:]
    for id in about {
      for row in try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT DISTINCT s.id, s.idx FROM notice n CROSS JOIN statement s ON s.id = n.statement AND s.effective = 1
            WHERE n.about = ?
            """), arguments: [blob(id.bytes)])
      { found[UInt64(clamping: row["idx"] as Int64)] = StatementID(unchecked: row.blob("id")) }
    }
    return found.sorted { $0.key < $1.key }.suffix(limit).map(\.value)
  }

  /// Duties of which something is owed, those that are due first before the others.
  /// - Parameters:
  ///   - owners: by whom they are owed; nil for everybody.
  ///   - time: only those that were due before it.
  ///   - place: only those behind this one.
  public func openDuties(
    of owners: [AuthorityName]? = nil, dueBefore time: UnixTime? = nil, limit: Int = .max,
    after place: (due: UnixTime, statement: StatementID, duty: DutyCode)? = nil
  ) throws -> [OpenDuty] {
    let names = owners ?? []
    var (conditions, arguments) = (["notice IS NULL"], StatementArguments())
    if owners != nil {
      conditions.append("owner IN (\(databaseQuestionMarks(count: names.count)))")
      arguments += StatementArguments(names.map(\.description))
    }
    if let time {
      conditions.append("due < ?")
      arguments += [time]
    }
    if let place {
      conditions.append("(due, statement, code) > (?, ?, ?)")
      arguments += [place.due, blob(place.statement.bytes), place.duty.rawValue]
    }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT statement, code, owner, due, COUNT(*) AS open,
          (SELECT COUNT(*) FROM duty a WHERE a.statement = d.statement AND a.code = d.code AND a.owner = d.owner
            AND a.due = d.due) AS lines
        FROM duty d WHERE \(conditions.joined(separator: " AND "))
        GROUP BY due, statement, code, owner ORDER BY due, statement, code LIMIT ?
        """, arguments: arguments + [limit]
    ).map(OpenDuty.init)
  }

  /// How many notices say that nobody was reached of a statement's people.
  public func attempts(about statement: StatementID, _ duty: DutyCode) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: "SELECT COUNT(DISTINCT statement) FROM notice WHERE about = ? AND code = ? AND means = ?"),
      arguments: [blob(statement.bytes), duty.rawValue, Notice.notReached]) ?? 0
  }

  /// Of how many people somebody has to be told still, one counted for each who must be; and how much of that is late.
  public func owed(by owners: [AuthorityName], at time: UnixTime) throws -> (open: Int, overdue: Int) {
    let list = databaseQuestionMarks(count: owners.count)
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT COUNT(*) AS open, COALESCE(SUM(due < ?), 0) AS overdue FROM duty
        WHERE notice IS NULL AND owner IN (\(list))
        """, arguments: [time] + StatementArguments(owners.map(\.description)))
    return (row?["open"] ?? 0, row?["overdue"] ?? 0)
  }

  /// Every duty, for an audit.
  public func allDuties() throws -> Set<DutyLine> {
    Set(try Row.fetchAll(db, sql: "SELECT * FROM duty").map(DutyLine.init))
  }

  /// Every notice, for an audit.
  public func allNotices() throws -> Set<Notice> {
    Set(try Row.fetchAll(db, sql: "SELECT * FROM notice").map(Notice.init))
  }
}

extension DutyLine {
  fileprivate init(_ row: Row) throws {
    guard let duty = DutyCode(rawValue: row["code"]), let subject = SubjectReference(row.blob("subject")),
      let owner = AuthorityName(row["owner"] as String)
    else { throw StoreError.damaged("a duty to notify") }
    self.init(
      statement: StatementID(unchecked: row.blob("statement")), duty: duty, subject: subject, owner: owner,
      due: row["due"], notice: row.optionalBlob("notice").flatMap { StatementID($0) })
  }
}

extension OpenDuty {
  fileprivate init(_ row: Row) throws {
    guard let duty = DutyCode(rawValue: row["code"]), let owner = AuthorityName(row["owner"] as String) else {
      throw StoreError.damaged("a duty to notify")
    }
    self.init(
      statement: StatementID(unchecked: row.blob("statement")), duty: duty, owner: owner, due: row["due"],
      lines: row["lines"], open: row["open"])
  }
}

extension Notice {
  fileprivate init(_ row: Row) throws {
    guard let subject = SubjectReference(row.blob("subject")), let issuer = AuthorityName(row["issuer"] as String)
    else { throw StoreError.damaged("a notice") }
    self.init(
      statement: StatementID(unchecked: row.blob("statement")), issuer: issuer,
      about: StatementID(unchecked: row.blob("about")), duty: row["code"], subject: subject, means: row["means"],
      toldAt: row["told_at"])
  }
}
