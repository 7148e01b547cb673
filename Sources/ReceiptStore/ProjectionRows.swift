public import Custody
import Foundation
import GRDB
public import Roster

extension ChainState {
  /// What the kept history adds up to. The other columns are there to be searched; an audit compares them.
  init(_ row: Row) throws {
    guard let subject = SubjectReference(row.blob("subject")), let kind = Kind(rawValue: row["kind"]) else {
      throw StoreError.damaged("a chain row")
    }
    let history = try ChainHistory.decode(row.blob("history"))
    guard
      let chain = ChainState(
        subject: subject, kind: kind, steps: history.steps, resolutions: history.resolutions,
        successions: history.successions, restored: history.restored)
    else { throw StoreError.damaged("a chain without a step") }
    self = chain
  }

  /// The columns of a row but its subject, in the table's order.
  func columns(_ db: Database) throws -> [DatabaseValue] {
    let due = try openRelease.flatMap { try $0.due(db) }
    let values: [(any DatabaseValueConvertible)?] = [
      blob(ChainHistory.encoded(self)), blob(head.bytes), custodian.description, phaseName,
      openRelease?.to.description, due, kind.rawValue, blob(source.bytes), line,
      takenIn.map { blob($0.bytes) },
    ]
    return values.map { $0?.databaseValue ?? .null }
  }

  func upsert(_ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (subject) DO UPDATE SET history = excluded.history, head = excluded.head,
        custodian = excluded.custodian, phase = excluded.phase, release_to = excluded.release_to,
        due = excluded.due, kind = excluded.kind, source = excluded.source, line = excluded.line,
        taken_in = excluded.taken_in
        """
    ).execute(arguments: StatementArguments([blob(subject.bytes).databaseValue] + columns(db)))
  }
}

extension ChainState.OpenRelease {
  /// By when it is to be answered (`OverdueRelease.due`), counted from when it was registered here; nil where it says no term
  /// and is not on record.
  fileprivate func due(_ db: Database) throws -> UnixTime? {
    let registeredAt = try UnixTime.fetchOne(
      db.cachedStatement(sql: "SELECT registered_at FROM statement WHERE id = ? AND effective = 1"),
      arguments: [blob(statement.bytes)])
    return registeredAt.map { OverdueRelease.due(acceptBy, registeredAt: $0) } ?? acceptBy
  }
}

extension StoreReader {
  /// Whether an open release should have been answered by now (V19).
  public func isOverdue(_ release: ChainState.OpenRelease, at now: UnixTime) throws -> Bool {
    try release.due(db).map { $0 < now } ?? false
  }
}

extension OverdueRelease {
  /// `due` of a row of the table `statement`, named s.
  static let dueSQL = """
    MIN(COALESCE(s.accept_by, s.registered_at + \(secondsWithoutDeadline)), s.registered_at + \(longestSeconds))
    """
}

extension ReleaseLine {
  /// - Parameter prefix: of the columns, where they stand beside another table's.
  init(_ row: Row, prefix: String = "") throws {
    guard let release = StatementID(row.blob(prefix + "release")),
      let subject = SubjectReference(row.blob(prefix + "subject")),
      let previous = StatementID(row.blob(prefix + "previous"))
    else { throw StoreError.damaged("a release line") }
    var answer: Answer?
    if let statement = row.optionalBlob(prefix + "answer").flatMap({ StatementID($0) }) {
      guard let code = (row[prefix + "code"] as String?).flatMap(AnswerCode.init) else {
        throw StoreError.damaged("an answer without its code")
      }
      answer = Answer(statement: statement, code: code)
    }
    self.init(release: release, line: row[prefix + "line"], subject: subject, previous: previous, answer: answer)
  }

  func upsert(_ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO release_line VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (release, line) DO UPDATE SET subject = excluded.subject, previous = excluded.previous,
        answer = excluded.answer, code = excluded.code
        """
    ).execute(arguments: [
      blob(release.bytes), line, blob(subject.bytes), blob(previous.bytes), answer.map { blob($0.statement.bytes) },
      answer?.code.rawValue,
    ])
  }
}
