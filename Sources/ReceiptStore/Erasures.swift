import COSE
public import Custody
import GRDB
public import Roster

/// Content of a statement that was erased here.
public struct Erasure: Hashable, Sendable {
  /// The statement that says so.
  public let by: StatementID
  public let at: UnixTime
}

extension StoreTransaction {
  /// Erases what stands beside a statement here: its content, and the sealed objects that nothing else commits to. When the
  /// write returns their keys are destroyed; should the process end before, they are when the store is opened. What derives
  /// its chains stays.
  public func erase(_ id: StatementID, by erasure: StatementID, at time: UnixTime) throws {
    guard try reader.erasure(of: id) == nil else { return }
    let lines = try reader.content(owner: id.bytes).manifest?.custodyAlone.encoded()
    try db.execute(
      sql: "INSERT INTO erased VALUES (?, ?, ?, ?)",
      arguments: [blob(id.bytes), blob(erasure.bytes), time, lines.map { blob($0) }])
    try db.execute(sql: "UPDATE statement_line SET age = NULL WHERE statement = ?", arguments: [blob(id.bytes)])
    for duty in try reader.statement(id).map({ DutyTable.ofContent($0.summary.type) }) ?? [] {
      try db.execute(
        sql: "DELETE FROM duty WHERE statement = ? AND code = ?", arguments: [blob(id.bytes), duty.rawValue])
    }
    try destroy(contentOf: id.bytes)
    for reference in try reader.objects(of: id) where reference.kind == .ciphertext {
      let others = try reader.statements(with: reference.object).filter { $0.statement != id }
      guard try others.allSatisfy({ try reader.erasure(of: $0.statement) != nil }) else { continue }
      try destroy(object: reference.object)
    }
  }

  /// Notes of which statements somebody says that it has erased their content.
  public func note(erasure id: StatementID, by issuer: AuthorityName, of statements: [StatementID]) throws {
    let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO erased_by VALUES (?, ?, ?)")
    for statement in statements {
      try insert.execute(arguments: [blob(statement.bytes), blob(id.bytes), issuer.description])
    }
  }
}

extension StoreTransaction {
  /// Holds what stands beside statements against erasure, until that is lifted.
  public func keep(hold id: StatementID, on statements: [StatementID]) throws {
    for statement in statements {
      try db.execute(
        sql: "INSERT OR IGNORE INTO hold (statement, hold) VALUES (?, ?)",
        arguments: [blob(statement.bytes), blob(id.bytes)])
    }
  }

  /// Ends a hold.
  public func lift(hold id: StatementID, by other: StatementID) throws {
    try db.execute(
      sql: "UPDATE hold SET lifted_by = ? WHERE hold = ? AND lifted_by IS NULL",
      arguments: [blob(other.bytes), blob(id.bytes)])
  }
}

extension StoreReader {
  /// What holds a statement's content against erasure now, by the statements that say so.
  public func holds(on id: StatementID) throws -> [StatementID] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT hold FROM hold WHERE statement = ? AND lifted_by IS NULL ORDER BY hold"),
      arguments: [blob(id.bytes)]
    ).map { StatementID(unchecked: $0.blob("hold")) }
  }

  /// Whether a statement is a hold that lasts.
  public func isHold(_ id: StatementID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM hold WHERE hold = ? AND lifted_by IS NULL)"),
      arguments: [blob(id.bytes)]) ?? false
  }

  /// Whether what stood beside a statement was erased here, and by which statement.
  public func erasure(of id: StatementID) throws -> Erasure? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT erasure, at FROM erased WHERE statement = ?"), arguments: [blob(id.bytes)]
    ).map { Erasure(by: StatementID(unchecked: $0.blob("erasure")), at: $0["at"]) }
  }

  /// Who says to have erased what stands beside a statement, each with the statement that says so.
  public func erasures(of id: StatementID) throws -> [(issuer: AuthorityName, statement: StatementID)] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT erasure, issuer FROM erased_by WHERE statement = ? ORDER BY issuer, erasure"),
      arguments: [blob(id.bytes)]
    ).compactMap { row in
      AuthorityName(row["issuer"] as String).map { ($0, StatementID(unchecked: row.blob("erasure"))) }
    }
  }

  /// What derives chains: the lines of a statement, or what stays of them where they were erased.
  public func custodyLines(of id: StatementID) throws -> Manifest? {
    if let manifest = try content(owner: id.bytes).manifest { return manifest }
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT lines FROM erased WHERE statement = ?"), arguments: [blob(id.bytes)])
    return try row?.optionalBlob("lines").map { try Manifest(decoding: $0[...]) }
  }

  /// Whether an object was erased: then it is not taken in again.
  public func isErased(object id: [UInt8]) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM erasure WHERE kind = 'object' AND owner = ?)"),
      arguments: [blob(id)]) ?? false
  }

  /// Why what stands beside a statement may not be erased: something of it is not here or needs it still.
  public func obstacles(toErasing id: StatementID, at time: UnixTime?) throws -> [String] {
    guard let stored = try statement(id) else { return ["it is not here"] }
    if let done = try erasure(of: id) { return ["its content was erased by \(done.by)"] }
    guard try !awaitsLines(id) else { return ["what stands beside it has not arrived"] }
    let event = try SignedStatement(decoding: stored.bytes).event
    var found: [String] = []
    if let time, let last = event.sealed.map(\.eraseAfter).max(by: { $0.unix < $1.unix }), last.unix > time {
      found.append("it is to be kept until \(last.text)")
    }
    for row in try outbox(of: stored.entry) where row.state != .delivered && event.readers.contains(row.peer) {
      found.append("\(row.peer) has not confirmed that it has it")
    }
    found += try holds(on: id).map { "it is held by \($0): lift that first" }
    // What only its lines say is owed is not forgotten with them.
    for duty in stored.isOwn ? DutyTable.ofContent(event.type) : [] where try owes(duty, of: id) {
      found.append("\(duty.rawValue) must still be told of people of it: record that with `amana notified`")
    }
    // A few say enough.
    for subject in try subjects(of: id).sorted() where found.count < 20 { found += try obstacles(of: subject) }
    return try found + drafts(citing: id).map { "draft \($0.uuid) needs it" }
  }

  /// Drafts that wait and build on a statement, however many wait; those that erase or hold it do not need it.
  private func drafts(citing id: StatementID) throws -> [RecordID] {
    // What an event cites stands in it byte by byte.
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM draft WHERE statement IS NULL AND discarded = 0 AND instr(event, ?) > 0
          ORDER BY created_at, id LIMIT 20
          """), arguments: [blob(id.bytes)]
    ).map(StoredDraft.init).filter { draft in
      let event = try Event(decoding: draft.event[...])
      return ![.erased, .observed].contains(event.type) && event.references.contains { $0.statement == id }
    }.map(\.id)
  }

  private func owes(_ duty: DutyCode, of id: StatementID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM duty WHERE statement = ? AND code = ? AND notice IS NULL)"),
      arguments: [blob(id.bytes), duty.rawValue]) ?? false
  }

  private func obstacles(of subject: SubjectReference) throws -> [String] {
    var found: [String] = []
    let chain = try chain(subject)
    if chain?.contest != nil { found.append("the custody of \(subject) is contested") }
    if let open = chain?.openRelease {
      found.append("\(subject) is released by \(open.statement), which is not answered")
    }
    if try isLastAbout(subject, .disputed, endedBy: .disputeResolved) { found.append("\(subject) is in dispute") }
    if try isAskedAbout(subject) { found.append("an inquiry asks of \(subject)") }
    return found
  }

  /// Whether an inquiry about somebody waits for its own answer: what another one was answered ends none.
  private func isAskedAbout(_ subject: SubjectReference) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM statement_line l JOIN statement s ON s.id = l.statement AND s.effective = 1
            WHERE l.subject = ?1 AND s.event = 'inquiry' AND NOT EXISTS (
              SELECT 1 FROM inquiry_answer x CROSS JOIN statement a ON a.id = x.answer AND a.effective = 1
              CROSS JOIN statement_line m ON m.statement = a.id AND m.subject = ?1 WHERE x.inquiry = s.id))
          """), arguments: [blob(subject.bytes)]) ?? false
  }

  /// Whether the newest word of two kinds about somebody is the first kind's.
  private func isLastAbout(_ subject: SubjectReference, _ type: EventType, endedBy end: EventType) throws -> Bool {
    let newest = try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT s.event FROM statement_line l JOIN statement s ON s.id = l.statement AND s.effective = 1
          WHERE l.subject = ? AND s.event IN (?, ?) ORDER BY s.idx DESC LIMIT 1
          """), arguments: [blob(subject.bytes), type.rawValue, end.rawValue])
    return newest == type.rawValue
  }
}
