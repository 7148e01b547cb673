public import Custody
import GRDB
public import Roster

/// How many lines one authority holds in one phase.
public struct CustodyCount: Hashable, Sendable {
  public let custodian: String
  /// One of `ChainState.phaseNames`.
  public let phase: String
  /// To whom, for released lines.
  public let to: String?
  public let lines: Int
}

extension StoreReader {
  static let custodyCountsSQL = """
    SELECT custodian, phase, release_to, COUNT(*) AS lines FROM chain
    GROUP BY custodian, phase, release_to ORDER BY custodian, phase, release_to
    """
  static let overdueSQL = """
    SELECT COUNT(*) FROM chain INDEXED BY chain_transit
    WHERE phase = 'released' AND COALESCE(due, 9223372036854775807) < ?
    """

  /// Counts of all chains by custodian, phase and addressee.
  public func custodyCounts() throws -> [CustodyCount] {
    try Row.fetchAll(db, sql: Self.custodyCountsSQL).map {
      CustodyCount(custodian: $0["custodian"], phase: $0["phase"], to: $0["release_to"], lines: $0["lines"])
    }
  }

  /// Released lines whose answer is past its time (`OverdueRelease.due`).
  public func overdue(at time: UnixTime) throws -> Int {
    try Int.fetchOne(db, sql: Self.overdueSQL, arguments: [time]) ?? 0
  }

  /// Every chain, sorted by subject, for an audit.
  public func allChains() throws -> [ChainState] {
    try Row.fetchAll(db, sql: "SELECT * FROM chain ORDER BY subject").map(ChainState.init)
  }

  /// Chains whose searched columns are not what their history adds up to, for an audit.
  public func differingChains() throws -> [SubjectReference] {
    try Row.fetchAll(db, sql: "SELECT * FROM chain ORDER BY subject").compactMap { row in
      let chain = try ChainState(row)
      return try Array(row.databaseValues.dropFirst()) == chain.columns(db) ? nil : chain.subject
    }
  }

  /// The version of the rules that the projection was built by; nil when it must be built again.
  public func projection() throws -> String? { try meta("projection") }

  /// Releases with lines that wait for an answer past their time (`OverdueRelease.due`), each with how many.
  public func overdueReleases(at time: UnixTime) throws -> [OverdueRelease] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT s.id, s.from_authority, s.to_authority, \(OverdueRelease.dueSQL) AS term, COUNT(*) AS lines
        FROM (\(Self.openLines)) o CROSS JOIN statement s ON s.id = o.release AND s.effective = 1
        WHERE \(OverdueRelease.dueSQL) < ? GROUP BY s.idx ORDER BY term, s.idx
        """, arguments: [time]
    ).compactMap { row in
      guard let id = StatementID(row.blob("id")),
        let from = (row["from_authority"] as String?).flatMap({ AuthorityName($0) }),
        let to = (row["to_authority"] as String?).flatMap({ AuthorityName($0) })
      else { return nil }
      return OverdueRelease(statement: id, from: from, to: to, acceptBy: row["term"], lines: row["lines"])
    }
  }

  /// Every release line, sorted, for an audit.
  public func allReleaseLines() throws -> [ReleaseLine] {
    try Row.fetchAll(db, sql: "SELECT * FROM release_line ORDER BY release, line").map { try ReleaseLine($0) }
  }

  /// Statements from, to or by an authority, and all that is told of a road that it carries or hosts by the word of those
  /// who have a say there.
  public func statements(concerning name: AuthorityName, under places: Successions) throws -> [StatementID] {
    let roads = try ids(
      "SELECT DISTINCT release AS id FROM transit WHERE carrier = ?1 OR host = ?1", [name.description]
    ).filter { try hasPart(name, inRoadOf: $0, under: places) }
    return try ids(
      """
      SELECT id FROM statement WHERE from_authority = ?1
      UNION SELECT id FROM statement WHERE to_authority = ?1
      UNION SELECT id FROM statement WHERE issuer = ?1 AND kind IS NOT NULL
      UNION SELECT statement FROM party WHERE authority = ?1
      """, [name.description]) + roads.flatMap { try transits(of: $0).map(\.statement) }
  }

  private func hasPart(_ name: AuthorityName, inRoadOf release: StatementID, under places: Successions) throws -> Bool {
    guard let summary = try summary(release), let carriers = try carriers(of: summary, under: places) else {
      return false
    }
    return try carriers.contains(places.current(name))
      || transits(of: release).contains {
        try $0.event == .stopover && places.areOne($0.host, name) && carriers.contains(places.current($0.issuer))
          && !isDoubted($0.statement)
      }
  }

  /// How the line of a release that a line of a recall names was answered.
  public func answer(recalled line: (index: Int, leaf: ManifestLeaf)) throws -> ReleaseLine.Answer? {
    try AnsweredLine(index: line.index, leaf: line.leaf).flatMap { try releaseLine($0.release, $0.releaseLine)?.answer }
  }

  /// Every statement about custody: all but the log's own.
  public func statementsOfAnyKind() throws -> [StatementID] {
    try ids("SELECT id FROM statement WHERE kind IS NOT NULL", [])
  }

  func ids(_ sql: String, _ arguments: StatementArguments) throws -> [StatementID] {
    try Row.fetchAll(db, sql: sql, arguments: arguments).compactMap { StatementID($0.blob("id")) }
  }

  /// The first statement of a record behind an index that is one of these events, of an issuer where one is named.
  public func first(
    of types: [EventType], inRecord record: RecordID, after index: UInt64, by issuer: AuthorityName? = nil
  ) throws -> StoredStatement? {
    let list = databaseQuestionMarks(count: types.count)
    return try Row.fetchOne(
      db,
      sql: """
        SELECT * FROM statement WHERE record = ? AND idx > ? AND effective = 1 AND issuer = COALESCE(?, issuer)
        AND event IN (\(list)) ORDER BY idx LIMIT 1
        """,
      arguments: [blob(record.bytes), Int64(clamping: index), issuer?.description]
        + StatementArguments(types.map(\.rawValue))
    ).map(StoredStatement.init)
  }

  /// All statements of a record.
  public func statements(record: RecordID) throws -> [StatementID] {
    try ids("SELECT id FROM statement WHERE record = ?", [blob(record.bytes)])
  }
}
