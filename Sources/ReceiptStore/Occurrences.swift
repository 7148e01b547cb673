public import Custody
import GRDB
import Roster

extension StoreTransaction {
  /// Keeps what a statement says befell people.
  func keep(occurrences: [Occurrence], of id: StatementID) throws {
    let insert = try db.cachedStatement(sql: "INSERT OR REPLACE INTO occurrence VALUES (?, ?, ?, ?, ?)")
    for occurrence in occurrences {
      try insert.execute(arguments: [
        blob(id.bytes), blob(occurrence.subject.bytes), occurrence.what.code,
        occurrence.previous.map { blob($0.bytes) }, occurrence.release.map { blob($0.bytes) },
      ])
    }
  }

  /// Keeps all that a ledger knows of these, when the projection is built again.
  public func keep(
    _ occurrences: [StatementID: [SubjectReference: Occurrence]], _ closings: [StatementID: Set<Closing>]
  ) throws {
    for (id, found) in occurrences { try keep(occurrences: Array(found.values), of: id) }
    for closing in closings.values.joined() { try keep(closing: closing) }
  }

  func keep(closing: Closing) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO closing VALUES (?, ?, ?)",
      arguments: [blob(closing.release.bytes), blob(closing.statement.bytes), closing.issuer.description])
  }
}

extension StoreReader {
  /// What a statement says befell somebody.
  public func occurrence(_ statement: StatementID, _ subject: SubjectReference) throws -> Occurrence? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM occurrence WHERE statement = ? AND subject = ?"),
      arguments: [blob(statement.bytes), blob(subject.bytes)]
    ).map(Occurrence.init)
  }

  /// What is on record last of what befell somebody.
  public func newestOccurrence(of subject: SubjectReference) throws -> (statement: StatementID, what: Occurrence.What)?
  {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT o.* FROM occurrence o JOIN statement s ON s.id = o.statement AND s.effective = 1
          WHERE o.subject = ? ORDER BY s.idx DESC LIMIT 1
          """), arguments: [blob(subject.bytes)]
    ).map { (StatementID(unchecked: $0.blob("statement")), try Occurrence($0).what) }
  }

  /// Whom these have borne, as incidents on record say; each incident is read once.
  public func births(of mothers: [SubjectReference]) throws -> [Birth] {
    let query = try db.cachedStatement(sql: "SELECT statement FROM occurrence WHERE subject = ? AND code = 'birth'")
    var told: [StatementID: Set<SubjectReference>] = [:]
    for mother in mothers {
      for row in try Row.fetchAll(query, arguments: [blob(mother.bytes)]) {
        told[StatementID(unchecked: row.blob("statement")), default: []].insert(mother)
      }
    }
    return try told.flatMap { id, mothers in
      try manifest(of: id)?.births(of: id).filter { mothers.contains($0.mother) } ?? []
    }
  }

  /// The recalls of a release that are on record, anybody's: they go on with its record.
  public func recalls(of release: StatementID) throws -> [StatementID] {
    guard let record = try summary(release)?.recordID else { return [] }
    return try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM statement WHERE record = ? AND event = 'recall' AND effective = 1"),
      arguments: [blob(record.bytes)]
    ).map(StoredStatement.init).filter {
      try SignedStatement(decoding: $0.bytes).event.reference(.release) == release
    }.map(\.id)
  }

  /// The statements that say what befell somebody, in the order of the log.
  public func statements(befalling subject: SubjectReference) throws -> [StatementID] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT o.statement FROM occurrence o JOIN statement s ON s.id = o.statement AND s.effective = 1
          WHERE o.subject = ? ORDER BY s.idx
          """), arguments: [blob(subject.bytes)]
    ).map { StatementID(unchecked: $0.blob("statement")) }
  }

  /// Everything that befell people, by statement and person, for an audit.
  public func allOccurrences() throws -> [StatementID: [SubjectReference: Occurrence]] {
    var found: [StatementID: [SubjectReference: Occurrence]] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT * FROM occurrence") {
      let occurrence = try Occurrence(row)
      found[StatementID(unchecked: row.blob("statement")), default: [:]][occurrence.subject] = occurrence
    }
    return found
  }

  /// Who has closed a release.
  public func closings(of release: StatementID) throws -> [Closing] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM closing WHERE release = ? ORDER BY statement"),
      arguments: [blob(release.bytes)]
    ).map(Closing.init)
  }

  /// Who has closed what, for an audit.
  public func allClosings() throws -> Set<Closing> {
    Set(try Row.fetchAll(db, sql: "SELECT * FROM closing").map(Closing.init))
  }

  /// Every line of a release that is here, by its number.
  public func releaseLines(of release: StatementID) throws -> [ReleaseLine] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM release_line WHERE release = ? ORDER BY line"),
      arguments: [blob(release.bytes)]
    ).map { try ReleaseLine($0) }
  }
}

extension Occurrence {
  init(_ row: Row) throws {
    guard let subject = SubjectReference(row.blob("subject")), let what = What(code: row["code"]) else {
      throw StoreError.damaged("what befell somebody")
    }
    self.init(
      subject: subject, what: what, previous: row.optionalBlob("previous").flatMap { StatementID($0) },
      release: row.optionalBlob("release").flatMap { StatementID($0) })
  }
}

extension Closing {
  init(_ row: Row) throws {
    guard let issuer = AuthorityName(row["issuer"] as String) else { throw StoreError.damaged("a closing") }
    self.init(
      release: StatementID(unchecked: row.blob("release")), statement: StatementID(unchecked: row.blob("statement")),
      issuer: issuer)
  }
}
