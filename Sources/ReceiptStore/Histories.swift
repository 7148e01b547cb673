public import Custody
import GRDB
public import Roster

extension StoreTransaction {
  /// Says for ever that a statement came as a bare envelope, since it is addressed to others: its lines come, if at all,
  /// in the history of one that builds on it.
  public func mark(bare id: StatementID) throws {
    try db.execute(sql: "INSERT INTO bare VALUES (?)", arguments: [blob(id.bytes)])
  }

  /// Keeps that the history of one statement may hold the lines of another that is not here.
  public func keep(historyOf id: StatementID, in holder: StatementID) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO history VALUES (?, ?)", arguments: [blob(id.bytes), blob(holder.bytes)])
  }

  /// What that history says of it is not what it commits to, which never changes.
  public func forget(historyOf id: StatementID, in holder: StatementID) throws {
    try db.execute(
      sql: "DELETE FROM history WHERE statement = ? AND holder = ?", arguments: [blob(id.bytes), blob(holder.bytes)])
  }

  /// Says which peer handed in a statement that concerns nobody here so far.
  public func mark(uncited id: StatementID, from peer: AuthorityName) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO uncited VALUES (?, ?)", arguments: [blob(id.bytes), peer.description])
  }

  /// Something registered here builds on these.
  public func cite(_ ids: some Sequence<StatementID>) throws {
    let delete = try db.cachedStatement(sql: "DELETE FROM uncited WHERE statement = ?")
    for id in ids { try delete.execute(arguments: [blob(id.bytes)]) }
  }
}

extension StoreReader {
  /// Whether a statement came as a bare envelope.
  public func isBare(_ id: StatementID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM bare WHERE statement = ?)"), arguments: [blob(id.bytes)])
      ?? false
  }

  /// Statements whose history may hold the lines of this one.
  public func histories(of id: StatementID) throws -> [StatementID] {
    try Row.fetchAll(
      db, sql: "SELECT holder FROM history WHERE statement = ? ORDER BY holder", arguments: [blob(id.bytes)]
    ).map { StatementID(unchecked: $0.blob("holder")) }
  }

  /// Answers that came as bare envelopes, whose lines stand in a history that is here, and that waited for this statement:
  /// they speak of its lines, or it holds theirs.
  public func bareAnswers(awaiting id: StatementID) throws -> [SignedStatement] {
    // What an event cites stands in it byte by byte: the others are not even decoded.
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT s.bytes, EXISTS (SELECT 1 FROM history h WHERE h.statement = b.statement AND h.holder = ?1) AS held
          FROM (SELECT DISTINCT statement FROM history) w CROSS JOIN bare b ON b.statement = w.statement
          CROSS JOIN statement s ON s.id = b.statement AND s.effective = 1
          WHERE s.event IN ('outcome', 'dispute-resolved') AND (held OR instr(s.bytes, ?1) > 0)
          AND NOT EXISTS (SELECT 1 FROM completion c WHERE c.statement = b.statement) ORDER BY s.idx
          """), arguments: [blob(id.bytes)]
    ).compactMap { row in
      let signed = try SignedStatement(decoding: row.blob("bytes"))
      return row["held"] as Bool || signed.event.references.contains { $0.statement == id } ? signed : nil
    }
  }

  /// Answers addressed to us of which every object is here and which are incomplete all the same.
  public func incompleteAnswers() throws -> [StatementID] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT i.statement FROM incomplete i
          JOIN statement s ON s.id = i.statement AND s.effective = 1 AND s.event IN ('outcome', 'dispute-resolved')
          WHERE NOT EXISTS (
            SELECT 1 FROM statement_object r WHERE r.statement = i.statement
            AND NOT EXISTS (SELECT 1 FROM object o WHERE o.id = r.object)) ORDER BY i.since, i.statement
          """)
    ).map { StatementID(unchecked: $0.blob("statement")) }
  }

  /// How many statements of a peer's are kept that concern nobody here.
  public func uncitedCount(from peer: AuthorityName) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM uncited WHERE peer = ?", arguments: [peer.description]) ?? 0
  }

  /// How many chains a statement's lines are about.
  public func lineCount(of id: StatementID) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(sql: "SELECT COUNT(*) FROM statement_line WHERE statement = ?"), arguments: [blob(id.bytes)])
      ?? 0
  }
}
