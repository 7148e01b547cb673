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
  /// Counts of all chains by custodian, phase and addressee.
  public func custodyCounts() throws -> [CustodyCount] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT custodian, phase, release_to, COUNT(*) AS lines FROM chain
        GROUP BY custodian, phase, release_to ORDER BY custodian, phase, release_to
        """
    ).map { CustodyCount(custodian: $0["custodian"], phase: $0["phase"], to: $0["release_to"], lines: $0["lines"]) }
  }

  /// Released lines whose accept_by has passed.
  public func overdue(at time: UnixTime) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT COUNT(*) FROM chain WHERE phase = 'released' AND accept_by < ?", arguments: [time]) ?? 0
  }

  /// Every chain, sorted by subject, for an audit.
  public func allChains() throws -> [ChainState] {
    try Row.fetchAll(db, sql: "SELECT * FROM chain ORDER BY subject").map(ChainState.init)
  }

  /// Chains whose searched columns are not what their history adds up to, for an audit.
  public func differingChains() throws -> [SubjectReference] {
    try Row.fetchAll(db, sql: "SELECT * FROM chain ORDER BY subject").compactMap { row in
      let chain = try ChainState(row)
      return Array(row.databaseValues.dropFirst()) == chain.columns ? nil : chain.subject
    }
  }

  /// The version of the rules that the projection was built by; nil when it must be built again.
  public func projection() throws -> String? { try meta("projection") }

  /// Releases with lines that wait for an answer past their time (`OverdueRelease.due`), each with how many.
  public func overdueReleases(at time: UnixTime) throws -> [OverdueRelease] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT s.id, s.from_authority, s.to_authority, s.accept_by, s.registered_at, COUNT(*) AS lines FROM (\(Self.openLines)) o
        CROSS JOIN statement s ON s.id = o.release AND s.effective = 1
        WHERE s.accept_by < ?1 OR s.accept_by IS NULL AND s.registered_at < ?1 - ?2 OR s.registered_at < ?1 - ?3
        GROUP BY s.idx ORDER BY s.accept_by, s.idx
        """, arguments: [time, OverdueRelease.secondsWithoutDeadline, OverdueRelease.longestSeconds]
    ).compactMap { row in
      guard let id = StatementID(row.blob("id")),
        let from = (row["from_authority"] as String?).flatMap({ AuthorityName($0) }),
        let to = (row["to_authority"] as String?).flatMap({ AuthorityName($0) })
      else { return nil }
      let due = OverdueRelease.due(row["accept_by"], registeredAt: row["registered_at"])
      return OverdueRelease(statement: id, from: from, to: to, acceptBy: due, lines: row["lines"])
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

  /// Offers, recalls and requests to return people to an authority, or to those in whose place it acts, that it has not
  /// answered and nothing has overtaken, oldest first, at most 1000 of each.
  public func openProposals(to names: [AuthorityName], under places: Successions) throws -> [StatementSummary] {
    try names.flatMap { try openProposals(to: $0, under: places) }
  }

  private func openProposals(to name: AuthorityName, under places: Successions) throws -> [StatementSummary] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM statement s WHERE s.to_authority = ?1 AND s.event IN ('offer', 'recall', 'return-requested')
        AND s.effective = 1
        AND NOT (s.event = 'offer' AND EXISTS (
          SELECT 1 FROM statement a WHERE a.record = s.record AND a.idx > s.idx
          AND a.event IN ('offer-agreed', 'offer-declined', 'release', 'redirect')))
        ORDER BY s.idx LIMIT 1000
        """, arguments: [name.description]
    ).map { try StoredStatement($0) }.filter { try isOpen($0, under: places) }.map(\.summary)
  }

  private func isOpen(_ proposal: StoredStatement, under places: Successions) throws -> Bool {
    switch proposal.summary.type {
    case .recall: try isOpen(recall: proposal)
    case .returnRequested: try !isAnswered(request: proposal, under: places)
    default: true
    }
  }

  /// One that was refused may be agreed to later: the first answer ends the waiting all the same.
  private func isAnswered(request: StoredStatement, under places: Successions) throws -> Bool {
    for id in try statements(record: request.summary.recordID) {
      // Only whoever was asked answers: a stranger may know the request's id.
      guard let answer = try statement(id), [.returnAgreed, .returnRefused].contains(answer.summary.type),
        places.areOne(answer.summary.issuer, request.summary.to), try !isDoubted(id)
      else { continue }
      if try SignedStatement(decoding: answer.bytes).event.reference(.returnRequested) == request.id { return true }
    }
    return false
  }

  /// A recall waits while a line that it names has no answer and nobody has refused it.
  private func isOpen(recall: StoredStatement) throws -> Bool {
    for id in try statements(record: recall.summary.recordID) {
      guard let answer = try statement(id), answer.summary.type == .recallRefused else { continue }
      if try SignedStatement(decoding: answer.bytes).event.reference(.recall) == recall.id { return false }
    }
    return try (content(owner: recall.id.bytes).manifest?.lines ?? []).contains { try answer(recalled: $0) == nil }
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

  /// All statements of a record.
  public func statements(record: RecordID) throws -> [StatementID] {
    try ids("SELECT id FROM statement WHERE record = ?", [blob(record.bytes)])
  }
}
