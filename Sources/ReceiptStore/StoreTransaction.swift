public import Custody
import GRDB
public import Roster
public import TransparencyLog

/// What can be written, all of it or nothing.
public struct StoreTransaction {
  let db: Database
  let session: KeySession

  /// The state within this transaction.
  public var reader: StoreReader { StoreReader(db: db, session: session) }

  /// Keeps a registered statement at the next index. Its bytes never change afterwards. It waits for its leaf.
  public func append(_ stored: StoredStatement) throws {
    let summary = stored.summary
    try db.cachedStatement(
      sql: "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      Int64(clamping: stored.index), blob(stored.entry.bytes), blob(stored.id.bytes), blob(stored.bytes), stored.isOwn,
      stored.isEffective, summary.issuer.description, summary.type.rawValue, summary.kind?.rawValue,
      blob(summary.recordID.bytes), summary.caseID.map { blob($0.bytes) }, summary.from?.description,
      summary.to?.description, summary.acceptBy, summary.lines, blob(stored.roster), blob(stored.policy),
      stored.registeredAt,
    ])
    try db.cachedStatement(sql: "INSERT INTO unpublished VALUES (?, ?)").execute(arguments: [
      Int64(clamping: stored.index), blob(stored.entry.bytes),
    ])
  }

  /// Keeps whom a statement concerns beside its from and to.
  public func keep(parties: [AuthorityName], of id: StatementID) throws {
    for party in parties {
      try db.execute(
        sql: "INSERT OR IGNORE INTO party VALUES (?, ?)", arguments: [party.description, blob(id.bytes)])
    }
  }

  /// Empties the projection, before it is built again from the statements.
  public func emptyProjection() throws {
    try db.execute(
      sql: """
        DELETE FROM chain; DELETE FROM release_line; DELETE FROM party; DELETE FROM statement_line;
        DELETE FROM occurrence; DELETE FROM closing; DELETE FROM transit;
        DELETE FROM onward_consent; DELETE FROM placed; DELETE FROM duty; DELETE FROM notice;
        DELETE FROM inquiry_answer; DELETE FROM age_word
        """)
  }

  /// - Parameter id: the statement whose effects they are, where it says what befell somebody.
  public func apply(_ effects: Effects, of id: StatementID? = nil) throws {
    for chain in effects.chains { try chain.upsert(db) }
    // Answers that came before a release, of lines that it does not have, answer nothing.
    if let id, effects.opened.first?.release == id {
      try db.execute(sql: "DELETE FROM release_line WHERE release = ?", arguments: [blob(id.bytes)])
    }
    for line in effects.opened + effects.answered { try line.upsert(db) }
    if let id { try keep(occurrences: effects.occurrences, of: id) }
    try keep(consents: effects.consents)
    try keep(duties: effects.owed)
    try keep(notices: effects.notices)
    if let transit = effects.transit { try keep(transit: transit) }
    if let closing = effects.closing { try keep(closing: closing) }
  }

  /// Keeps what is wrong with a statement, behind what was found earlier.
  public func keep(flags: [Violation], of id: StatementID) throws {
    guard !flags.isEmpty else { return }
    let first = try Int.fetchOne(
      db, sql: "SELECT COALESCE(MAX(seq) + 1, 0) FROM flag WHERE statement = ?", arguments: [blob(id.bytes)])
    for (index, flag) in flags.enumerated() {
      try db.execute(
        sql: "INSERT INTO flag VALUES (?, ?, ?, ?, ?)",
        arguments: [blob(id.bytes), (first ?? 0) + index, flag.code.rawValue, flag.line, flag.detail])
    }
  }

  /// Adds a receipt; one that is already there stays.
  /// - Returns: whether it was new.
  @discardableResult
  public func keep(receipt: [UInt8], of entry: LogEntry, origin: String, issuedAt: UnixTime) throws -> Bool {
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?)").execute(arguments: [
      blob(entry.bytes), origin, blob(receipt), issuedAt,
    ])
    return db.changesCount > 0
  }

  /// Raises an alarm once; it stays until what caused it ends.
  /// - Returns: whether it was new, or had ended and begins again.
  @discardableResult
  public func raise(alarm violation: Violation, evidence: [UInt8]?, at time: UnixTime) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO alarm (code, detail, evidence, raised_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (code, detail) DO UPDATE SET raised_at = excluded.raised_at, ended_at = NULL
        WHERE ended_at IS NOT NULL
        """, arguments: [violation.code.rawValue, violation.detail, evidence.map { blob($0) }, time])
    return db.changesCount > 0
  }

  /// Ends every alarm of a code but those that go on.
  public func endAlarms(of code: CheckCode, except going: Set<String>, at time: UnixTime) throws {
    let open = try String.fetchAll(
      db, sql: "SELECT detail FROM alarm WHERE code = ? AND ended_at IS NULL", arguments: [code.rawValue])
    for detail in open where !going.contains(detail) { try end(alarm: detail, of: code.rawValue, at: time) }
  }

  /// Ends one alarm.
  public func end(alarm detail: String, of code: String, at time: UnixTime) throws {
    try db.execute(
      sql: "UPDATE alarm SET ended_at = ? WHERE code = ? AND detail = ? AND ended_at IS NULL",
      arguments: [time, code, detail])
  }

  /// Ends the alarms of a code whose words begin so.
  public func endAlarms(of code: CheckCode, beginning words: String, at time: UnixTime) throws {
    try db.execute(
      sql: """
        UPDATE alarm SET ended_at = ?
        WHERE code = ? AND ended_at IS NULL AND substr(detail, 1, length(?)) = ?
        """, arguments: [time, code.rawValue, words, words])
  }

  /// Keeps a roster once. Another one of the same version is refused by the store.
  public func keep(roster: VerifiedRoster) throws {
    guard try reader.roster(digest: roster.digest) == nil else { return }
    try db.execute(
      sql: "INSERT INTO roster VALUES (?, ?, ?)",
      arguments: [blob(roster.digest), Int64(clamping: roster.body.version), blob(roster.bytes)])
  }

  /// Keeps a policy once.
  public func keep(policy: Policy) throws {
    guard try reader.policy(digest: policy.digest) == nil else { return }
    try db.execute(
      sql: "INSERT INTO policy VALUES (?, ?)", arguments: [blob(policy.digest), blob(policy.encoded())])
  }

  /// Says that the projection is built by these rules.
  public func set(projection version: String) throws { try set("projection", version) }

  public func set(_ key: String, _ value: String) throws {
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)", arguments: [key, value])
  }

  /// The writer for the tree's right edge.
  public func tileWriter() throws -> TileWriter {
    let size = try reader.size()
    var partial: [TileAddress: [TreeHash]] = [:]
    for (tile, count) in TileWriter.partialTiles(ofSize: size) {
      partial[tile] = Array(try reader.hashes(of: tile).prefix(count))
    }
    guard let writer = TileWriter(size: size, partialTiles: partial) else {
      throw StoreError.damaged("the tree's right edge at size \(size)")
    }
    return writer
  }

  public func keep(tiles: [TileAddress: [TreeHash]]) throws {
    for (tile, hashes) in tiles {
      try db.cachedStatement(
        sql: """
          INSERT INTO tile VALUES (?, ?, ?)
          ON CONFLICT (level, idx) DO UPDATE SET hashes = excluded.hashes
          """
      ).execute(arguments: [tile.level, Int64(clamping: tile.index), blob(hashes.flatMap(\.bytes))])
    }
  }
}

extension StoreTransaction {
  /// Runs a part of the transaction that is undone alone when it throws.
  public func nested<Value>(_ body: () throws -> Value) throws -> Value {
    var result: Value?
    try db.inSavepoint {
      result = try body()
      return .commit
    }
    guard let result else { throw StoreError.damaged("a savepoint gave no result") }
    return result
  }
}
