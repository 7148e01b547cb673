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
      SELECT 1 FROM inquiry_answer x CROSS JOIN statement a ON a.id = x.answer AND a.effective = 1
      WHERE x.inquiry = s.id AND a.issuer = s.to_authority)
    OR EXISTS (
      SELECT 1 FROM statement_line l WHERE l.statement = s.id AND NOT EXISTS (
        SELECT 1 FROM inquiry_answer x CROSS JOIN statement a ON a.id = x.answer AND a.effective = 1
        CROSS JOIN statement_line m ON m.statement = a.id AND m.subject = l.subject
        WHERE x.inquiry = s.id AND a.issuer = s.to_authority)))
    """

  /// What answers an inquiry, as it says itself, whatever its record: by whoever was asked or acts in its place, oldest
  /// first.
  public func answers(to inquiry: StatementID, of asked: AuthorityName, under places: Successions) throws
    -> [StatementID]
  {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT s.id, s.issuer FROM inquiry_answer x CROSS JOIN statement s ON s.id = x.answer AND s.effective = 1
          WHERE x.inquiry = ? ORDER BY s.idx
          """), arguments: [blob(inquiry.bytes)]
    ).compactMap { row in
      let issuer: String = row["issuer"]
      guard places.areOne(AuthorityName(issuer), asked) else { return nil }
      return StatementID(row.blob("id"))
    }
  }

  private func inquiry(
    _ stored: StoredStatement, from: AuthorityName, to: AuthorityName, under places: Successions
  ) throws -> Inquiry {
    let answers = try answers(to: stored.id, of: to, under: places)
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
