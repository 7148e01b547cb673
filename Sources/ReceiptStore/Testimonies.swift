public import Custody
import GRDB
public import Roster

extension StoreReader {
  /// Whether a line of a statement is about somebody.
  public func isAbout(_ statement: StatementID, _ subject: SubjectReference) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM statement_line WHERE statement = ? AND subject = ?)"),
      arguments: [blob(statement.bytes), blob(subject.bytes)]) ?? false
  }

  /// Tracing inquiries of or to these authorities, oldest first, and what has come of each.
  /// - Parameters:
  ///   - isOpen: whether those alone are wanted that wait for an answer.
  ///   - places: who answers in the place of whom.
  public func inquiries(
    concerning names: [AuthorityName], isOpen: Bool = false, from index: UInt64 = 0, limit: Int = .max,
    under places: Successions
  ) throws -> [(index: UInt64, inquiry: Inquiry)] {
    let list = databaseQuestionMarks(count: names.count)
    let texts = names.map(\.description)
    return try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM statement s WHERE \(Migration019.testimonies) AND event = 'inquiry' AND effective = 1 AND idx >= ?
        AND (to_authority IN (\(list)) OR from_authority IN (\(list))) \(isOpen ? Self.unanswered : "")
        ORDER BY idx LIMIT ?
        """, arguments: [Int64(clamping: index)] + StatementArguments(texts + texts) + [limit]
    ).compactMap { row in
      let stored = try StoredStatement(row)
      guard let from = stored.summary.from, let to = stored.summary.to else { return nil }
      return (stored.index, try inquiry(stored, from: from, to: to, under: places))
    }.filter { !isOpen || $0.inquiry.isOpen }
  }

  /// What the one who was asked has not answered itself; whether another did in its place is looked at one by one.
  private static let unanswered = """
    AND (NOT EXISTS (
      SELECT 1 FROM statement a WHERE a.record = s.record AND a.event = 'inquiry-answered' AND a.issuer = s.to_authority)
    OR EXISTS (
      SELECT 1 FROM statement_line l WHERE l.statement = s.id AND NOT EXISTS (
        SELECT 1 FROM statement a JOIN statement_line m ON m.statement = a.id AND m.subject = l.subject
        WHERE a.record = s.record AND a.event = 'inquiry-answered' AND a.issuer = s.to_authority)))
    """

  private func inquiry(
    _ stored: StoredStatement, from: AuthorityName, to: AuthorityName, under places: Successions
  ) throws -> Inquiry {
    let answers = try statements(record: stored.summary.recordID).compactMap { try statement($0) }
      .filter { $0.summary.type == .inquiryAnswered && places.areOne($0.summary.issuer, to) }
      .sorted { $0.index < $1.index }.map(\.id)
    let asked = try subjects(of: stored.id)
    let answered = try answers.reduce(into: Set<SubjectReference>()) { $0.formUnion(try subjects(of: $1)) }
    return Inquiry(
      statement: stored.id, from: from, to: to,
      due: stored.summary.acceptBy ?? stored.registeredAt + Inquiry.secondsWithoutDeadline,
      lines: asked.count, open: asked.subtracting(answered).count, answers: answers)
  }

  /// What speaks of somebody of whom the lines of a statement speak, oldest first.
  public func testimonies(_ types: [EventType], sharing statement: StatementID) throws -> [StoredStatement] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT s.* FROM statement s WHERE \(Migration019.testimonies) AND event IN (\(Self.list(types)))
        AND effective = 1 AND EXISTS (
          SELECT 1 FROM statement_line m JOIN statement_line l ON l.statement = ?1 AND l.subject = m.subject
          WHERE m.statement = s.id) ORDER BY idx
        """, arguments: [blob(statement.bytes)]
    ).map(StoredStatement.init)
  }

  /// Every link that leads from these people to others, and on from those, oldest first.
  public func links(from subjects: Set<SubjectReference>) throws -> [Link] {
    let stored = try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM statement WHERE \(Migration019.testimonies) AND event IN ('same-as', 'not-same-as')
        AND effective = 1 ORDER BY idx
        """
    ).map(StoredStatement.init)
    let all = try stored.flatMap { stored -> [Link] in
      let manifest = try content(owner: stored.id.bytes).manifest
      return (manifest?.lines ?? []).compactMap {
        Link($0.leaf, of: stored.id, isSame: stored.summary.type == .sameAs)
      }
    }
    var reached = subjects
    while true {
      let more = all.filter { reached.contains($0.subject) != reached.contains($0.other) }
      if more.isEmpty { return all.filter { reached.contains($0.subject) } }
      for link in more { reached.formUnion([link.subject, link.other]) }
    }
  }

  private static func list(_ types: [EventType]) -> String {
    types.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }

  /// Whom the lines of a statement are about.
  public func subjects(of statement: StatementID) throws -> Set<SubjectReference> {
    Set(
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT subject FROM statement_line WHERE statement = ?"),
        arguments: [blob(statement.bytes)]
      ).compactMap { SubjectReference($0.blob("subject")) })
  }
}
