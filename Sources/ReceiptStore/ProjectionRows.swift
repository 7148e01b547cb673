import Custody
import GRDB
import Roster

extension ChainState {
  init(_ row: Row) throws {
    guard let subject = SubjectReference(row.blob("subject")), let head = StatementID(row.blob("head")),
      let source = StatementID(row.blob("source")), let custodian = AuthorityName(row["custodian"] as String),
      let kind = Kind(rawValue: row["kind"]), let phase = Self.phase(row)
    else { throw StoreError.damaged("a chain row") }
    self.init(
      subject: subject, intake: row.optionalBlob("intake").flatMap { StatementID($0) }, head: head,
      custodian: custodian, phase: phase, kind: kind, source: source, line: row["line"],
      lastEarliest: row["last_earliest"])
  }

  private static func phase(_ row: Row) -> Phase? {
    switch row["phase"] as String {
    case "held": return .held
    case "missing": return .missing
    case "contested":
      let names = (row["claimants"] as String? ?? "").split(separator: " ").compactMap { AuthorityName(String($0)) }
      return .contested(claimants: names)
    case "released":
      guard let statement = StatementID(row.blob("release")), let line = row["release_line"] as Int?,
        let to = (row["release_to"] as String?).flatMap({ AuthorityName($0) })
      else { return nil }
      return .released(OpenRelease(statement: statement, line: line, to: to, acceptBy: row["accept_by"]))
    default: return nil
    }
  }

  func upsert(_ db: Database) throws {
    let release = openRelease
    try db.cachedStatement(
      sql: """
        INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (subject) DO UPDATE SET intake = excluded.intake, head = excluded.head,
        custodian = excluded.custodian, kind = excluded.kind, phase = excluded.phase, release = excluded.release,
        release_line = excluded.release_line, release_to = excluded.release_to, accept_by = excluded.accept_by,
        claimants = excluded.claimants, source = excluded.source, line = excluded.line,
        last_earliest = excluded.last_earliest
        """
    ).execute(arguments: [
      blob(subject.bytes), intake.map { blob($0.bytes) }, blob(head.bytes), custodian.description, phaseName,
      release.map { blob($0.statement.bytes) }, release?.line, release?.to.description, release?.acceptBy,
      claimants?.map(\.description).joined(separator: " "), kind.rawValue, blob(source.bytes), line, lastEarliest,
    ])
  }
}

extension ReleaseLine {
  init(_ row: Row) throws {
    guard let release = StatementID(row.blob("release")), let subject = SubjectReference(row.blob("subject")),
      let previous = StatementID(row.blob("previous"))
    else { throw StoreError.damaged("a release line") }
    var answer: Answer?
    if let statement = row.optionalBlob("answer").flatMap({ StatementID($0) }) {
      guard let code = (row["code"] as String?).flatMap(OutcomeCode.init) else {
        throw StoreError.damaged("an answer without its code")
      }
      answer = Answer(statement: statement, code: code)
    }
    self.init(release: release, line: row["line"], subject: subject, previous: previous, answer: answer)
  }

  func upsert(_ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO release_line VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (release, line) DO UPDATE SET answer = excluded.answer, code = excluded.code
        """
    ).execute(arguments: [
      blob(release.bytes), line, blob(subject.bytes), blob(previous.bytes), answer.map { blob($0.statement.bytes) },
      answer?.code.rawValue,
    ])
  }
}
