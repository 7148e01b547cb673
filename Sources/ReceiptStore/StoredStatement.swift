public import Custody
import Foundation
import GRDB
public import Roster
public import TransparencyLog

/// A registered statement as the store keeps it, bytes as received.
public struct StoredStatement: Sendable {
  public let index: UInt64
  public let entry: LogEntry
  public let id: StatementID
  public let bytes: [UInt8]
  /// Whether our own authority signed it.
  public let isOwn: Bool
  /// False for a twin of a statement that was already registered: its effect was once.
  public let isEffective: Bool
  public let summary: StatementSummary
  /// Digests of the roster and policy it was judged under.
  public let roster: [UInt8]
  public let policy: [UInt8]
  public let registeredAt: UnixTime

  public init(
    index: UInt64, entry: LogEntry, id: StatementID, bytes: [UInt8], isOwn: Bool, isEffective: Bool,
    summary: StatementSummary, roster: [UInt8], policy: [UInt8], registeredAt: UnixTime
  ) {
    self.index = index
    self.entry = entry
    self.id = id
    self.bytes = bytes
    self.isOwn = isOwn
    self.isEffective = isEffective
    self.summary = summary
    self.roster = roster
    self.policy = policy
    self.registeredAt = registeredAt
  }
}

extension StoredStatement {
  init(_ row: Row) throws {
    guard let entry = LogEntry(row.blob("entry")), let id = StatementID(row.blob("id")),
      let record = RecordID(row.blob("record")), let issuer = AuthorityName(row["issuer"] as String),
      let event = EventType(rawValue: row["event"])
    else { throw StoreError.damaged("statement row \(row["idx"] as Int64)") }
    self.init(
      index: UInt64(bitPattern: row["idx"]), entry: entry, id: id, bytes: row.blob("bytes"), isOwn: row["own"],
      isEffective: row["effective"],
      summary: StatementSummary(
        id: id, type: event, kind: (row["kind"] as String?).flatMap(Kind.init), recordID: record,
        caseID: row.optionalBlob("case_id").flatMap { RecordID($0) }, issuer: issuer,
        from: (row["from_authority"] as String?).flatMap { AuthorityName($0) },
        to: (row["to_authority"] as String?).flatMap { AuthorityName($0) }, acceptBy: row["accept_by"],
        lines: row["lines"]),
      roster: row.blob("roster"), policy: row.blob("policy"), registeredAt: row["registered_at"])
  }
}

extension Row {
  /// A BLOB column as bytes; empty when it is null.
  func blob(_ column: String) -> [UInt8] { optionalBlob(column) ?? [] }

  func optionalBlob(_ column: String) -> [UInt8]? { (self[column] as Data?).map { [UInt8]($0) } }
}

/// Bytes as a statement argument.
func blob(_ bytes: [UInt8]) -> Data { Data(bytes) }
