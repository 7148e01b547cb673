public import Custody
import GRDB
public import Roster

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

  /// Whom a release that is here names as its carrier.
  public func carrier(of release: StatementID) throws -> AuthorityName? {
    guard let stored = try statement(release), stored.summary.type.isRelease else { return nil }
    return try SignedStatement(decoding: stored.bytes).event.carrier
  }

  /// Every line of a release that is here, by its number.
  public func releaseLines(of release: StatementID) throws -> [ReleaseLine] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM release_line WHERE release = ? ORDER BY line"),
      arguments: [blob(release.bytes)]
    ).map(ReleaseLine.init)
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
