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
    try db.forgetAges(of: id.bytes)
    let stored = try reader.statement(id)
    if let stored { try forget(requestOf: stored.summary) }
    for duty in stored.map({ DutyTable.ofContent($0.summary.type) }) ?? [] {
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

extension Database {
  /// Takes the ages out of what is derived of a statement's lines.
  func forgetAges(of statement: [UInt8]) throws {
    try execute(sql: "UPDATE statement_line SET age = NULL WHERE statement = ?", arguments: [blob(statement)])
    try execute(sql: "DELETE FROM age_word WHERE statement = ?", arguments: [blob(statement)])
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

  /// Why what stands beside a statement may not be erased: something of it is not here or needs it still. What only others
  /// can end stands in the way until some time after its retention.
  public func obstacles(toErasing id: StatementID, at time: UnixTime?) throws -> [ErasureObstacle] {
    guard let stored = try statement(id) else { return [ErasureObstacle("it is not here")] }
    if let done = try erasure(of: id) {
      return [
        ErasureObstacle(done.isExpiry(of: id) ? "its retention was over" : "its content was erased by \(done.by)")
      ]
    }
    guard try !awaitsLines(id) else { return [ErasureObstacle("what stands beside it has not arrived")] }
    let event = try SignedStatement(decoding: stored.bytes).event
    let last = event.sealed.map(\.eraseAfter).max { $0.unix < $1.unix }
    // A clock of 1970 makes nothing that came today one that may go today.
    let least = stored.registeredAt + ErasureObstacle.patience
    let until = max(last?.unix ?? stored.registeredAt, stored.registeredAt) + ErasureObstacle.patience
    var found: [ErasureObstacle] = []
    if let time, let last, max(last.unix, least) > time {
      let kept = last.unix < least ? OffsetTime(unix: least) : last
      found.append(ErasureObstacle("it is to be kept until \(kept.text)"))
    }
    for row in try outbox(of: stored.entry) where row.state != .delivered && event.readers.contains(row.peer) {
      found.append(ErasureObstacle("\(row.peer) has not confirmed that it has it", until: until))
    }
    found += try holds(on: id).map { ErasureObstacle("it is held by \($0): lift that first") }
    // What is wrong would be read as right again.
    for original in event.type == .corrected ? event.references.filter({ $0.relation == .original }) : [] {
      guard try statement(original.statement) != nil, try erasure(of: original.statement) == nil else { continue }
      found.append(
        ErasureObstacle("it says what is to be read in \(original.statement), whose content is here: erase that first"))
    }
    // What only its lines say is owed is not forgotten with them.
    for duty in stored.isOwn ? DutyTable.ofContent(event.type) : [] where try owes(duty, of: id) {
      found.append(
        ErasureObstacle("\(duty.rawValue) must still be told of people of it: record that with `amana notified`"))
    }
    // A few say enough.
    for subject in try subjects(of: id).sorted() where found.count < 20 {
      found += try obstacles(of: subject, until: until)
    }
    return try found + drafts(citing: id).map { ErasureObstacle("draft \($0.uuid) needs it") }
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

  private func obstacles(of subject: SubjectReference, until: UnixTime) throws -> [ErasureObstacle] {
    var found: [ErasureObstacle] = []
    func add(_ detail: String, until: UnixTime?) { found.append(ErasureObstacle(detail, until: until)) }
    let chain = try chain(subject)
    if chain?.contest != nil { add("the custody of \(subject) is contested", until: until) }
    if let open = chain?.openRelease {
      add("\(subject) is released by \(open.statement), which is not answered", until: until)
    }
    if try isDisputed(subject, under: chain?.successions ?? Successions.none) {
      add("\(subject) is in dispute", until: until)
    }
    // What this authority is asked it can answer.
    if try isAskedAbout(subject, ofOurs: false) {
      add("an inquiry asks of \(subject)", until: nil)
    } else if try isAskedAbout(subject, ofOurs: true) {
      add("an inquiry asks of \(subject)", until: until)
    }
    return found
  }

  /// Whether somebody said that somebody's custody is disputed, and not everybody concerned has signed an end of it since.
  private func isDisputed(_ subject: SubjectReference, under places: Successions) throws -> Bool {
    let told = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT s.* FROM statement_line l JOIN statement s ON s.id = l.statement AND s.effective = 1
          WHERE l.subject = ? AND s.event IN ('disputed', 'dispute-resolved') ORDER BY s.idx
          """), arguments: [blob(subject.bytes)]
    ).map { try StoredStatement($0) }
    return try told.contains { dispute in
      guard dispute.summary.type == .disputed else { return false }
      let parties = try SignedStatement(decoding: dispute.bytes).event.parties + [dispute.summary.issuer]
      return !parties.allSatisfy { party in
        told.contains {
          $0.index > dispute.index && $0.summary.type == .disputeResolved && places.areOne($0.summary.issuer, party)
        }
      }
    }
  }

  /// Whether an inquiry, of ours or of others, asks of somebody that no answer to that very inquiry speaks of.
  private func isAskedAbout(_ subject: SubjectReference, ofOurs isOwn: Bool) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM statement_line l JOIN statement s ON s.id = l.statement AND s.effective = 1
            WHERE l.subject = ?1 AND s.event = 'inquiry' AND s.own = ?2 AND NOT EXISTS (
              SELECT 1 FROM inquiry_answer x CROSS JOIN statement a ON a.id = x.answer AND a.effective = 1
              CROSS JOIN statement_line m ON m.statement = a.id AND m.subject = ?1 WHERE x.inquiry = s.id))
          """), arguments: [blob(subject.bytes), isOwn]) ?? false
  }
}
