public import Custody
import GRDB
public import Roster

/// Somebody read personal data that stands beside a statement.
public struct PersonalRead: Hashable, Sendable {
  public let at: UnixTime
  /// The local user, as the kernel said.
  public let user: UInt32
  public let operation: String
  public let statement: StatementID

  public init(at: UnixTime, user: UInt32, operation: String, statement: StatementID) {
    self.at = at
    self.user = user
    self.operation = operation
    self.statement = statement
  }
}

/// Which reads are asked for. What is nil asks for everything.
public struct ReadFilter: Sendable {
  public var statement: StatementID?
  public var user: UInt32?
  /// Both inclusive.
  public var since: UnixTime?
  public var until: UnixTime?

  public init() {}
}

extension StoreTransaction {
  /// Notes reads. They can be neither changed nor taken back.
  public func note(reads: [PersonalRead]) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO read_audit (at, user, operation, statement) VALUES (?, ?, ?, ?)")
    for read in reads {
      try statement.execute(arguments: [read.at, Int64(read.user), read.operation, blob(read.statement.bytes)])
    }
  }
}

extension StoreReader {
  /// Reads that fit, oldest first, after one.
  public func reads(_ filter: ReadFilter, after id: Int64, limit: Int) throws -> [(id: Int64, read: PersonalRead)] {
    var sql = ["id > ?"]
    var arguments: StatementArguments = [id]
    if let statement = filter.statement {
      sql.append("statement = ?")
      arguments += [blob(statement.bytes)]
    }
    if let user = filter.user {
      sql.append("user = ?")
      arguments += [Int64(user)]
    }
    if let since = filter.since {
      sql.append("at >= ?")
      arguments += [since]
    }
    if let until = filter.until {
      sql.append("at <= ?")
      arguments += [until]
    }
    return try Row.fetchAll(
      db, sql: "SELECT * FROM read_audit WHERE \(sql.joined(separator: " AND ")) ORDER BY id LIMIT ?",
      arguments: arguments + [limit]
    ).map { row in
      guard let statement = StatementID(row.blob("statement")) else { throw StoreError.damaged("a read's row") }
      return (
        row["id"],
        PersonalRead(
          at: row["at"], user: UInt32(truncatingIfNeeded: row["user"] as Int64), operation: row["operation"],
          statement: statement)
      )
    }
  }
}
