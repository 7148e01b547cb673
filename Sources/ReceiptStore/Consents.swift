public import Custody
import GRDB
import Roster

extension StoreTransaction {
  /// Keeps who may go on, or may not; all that a ledger knows, when the projection is built again.
  public func keep(consents: [OnwardConsent]) throws {
    guard !consents.isEmpty else { return }
    let insert = try db.cachedStatement(sql: "INSERT OR REPLACE INTO onward_consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for consent in consents {
      try insert.execute(arguments: [
        blob(consent.statement.bytes), blob(consent.subject.bytes), blob(consent.release.bytes),
        consent.issuer.description, consent.status.rawValue, consent.receiver?.description, consent.until,
        consent.earliest, consent.latest,
      ])
    }
  }
}

extension StoreReader {
  /// Who has consented, or not, to somebody going on, in any order.
  public func consents(of subject: SubjectReference) throws -> [OnwardConsent] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM onward_consent WHERE subject = ? ORDER BY earliest, statement"),
      arguments: [blob(subject.bytes)]
    ).map(OnwardConsent.init)
  }

  /// What is said of the going on of those who went by a release, whose lines are not here.
  public func awaitedConsents(of release: StatementID) throws -> [StatementSummary] {
    try awaited("'onward-consent'", of: release)
  }

  /// What answers a release, and whose lines are not here.
  public func awaitedAnswers(of release: StatementID) throws -> [StatementSummary] {
    try awaited("'outcome', 'recall-agreed'", of: release)
  }

  private func awaited(_ events: String, of release: StatementID) throws -> [StatementSummary] {
    guard let record = try summary(release)?.recordID else { return [] }
    return try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT * FROM statement WHERE record = ? AND event IN (\(events)) AND effective = 1 ORDER BY id"),
      arguments: [blob(record.bytes)]
    ).map { try StoredStatement($0) }.filter {
      try awaitsLines($0.id) && SignedStatement(decoding: $0.bytes).event.reference(.release) == release
    }.map(\.summary)
  }

  /// All of them, by person and statement, for an audit.
  public func allConsents() throws -> [SubjectReference: [StatementID: OnwardConsent]] {
    var found: [SubjectReference: [StatementID: OnwardConsent]] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT * FROM onward_consent") {
      let consent = try OnwardConsent(row)
      found[consent.subject, default: [:]][consent.statement] = consent
    }
    return found
  }
}

extension OnwardConsent {
  fileprivate init(_ row: Row) throws {
    guard let subject = SubjectReference(row.blob("subject")), let issuer = AuthorityName(row["issuer"] as String),
      let status = Status(rawValue: row["status"])
    else { throw StoreError.damaged("a consent to somebody going on") }
    self.init(
      statement: StatementID(unchecked: row.blob("statement")), subject: subject,
      release: StatementID(unchecked: row.blob("release")), issuer: issuer, status: status,
      receiver: (row["receiver"] as String?).flatMap { AuthorityName($0) }, until: row["until"],
      earliest: row["earliest"], latest: row["latest"])
  }
}
