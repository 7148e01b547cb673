public import Custody
import GRDB
public import Roster

/// Content that travels beside statements as bytes: a sealed payload under the digest of its ciphertext, or the list of a
/// release's slots under its root. The bytes are a file (`ObjectStore`).
public struct StoredObject: Sendable, Hashable {
  /// By what its id is checked.
  public enum Kind: String, Sendable, CaseIterable {
    /// The id is the SHA-256 of the bytes.
    case ciphertext
    /// The bytes are slots of 32 bytes each and the id is their `slots_root`.
    case slots
  }

  /// 32 bytes.
  public let id: [UInt8]
  public let kind: Kind
  public let size: UInt64

  public init(id: [UInt8], kind: Kind, size: UInt64) {
    self.id = id
    self.kind = kind
    self.size = size
  }
}

/// An object that a statement commits to, under the name it has there.
public struct ObjectReference: Sendable, Hashable {
  /// The id in `sealed[]`, or `ObjectReference.slotsID`.
  public let payloadID: String
  public let object: [UInt8]
  public let kind: StoredObject.Kind

  /// No payload has this id: it is no CBOR identifier of a sealed payload.
  public static let slotsID = ":slots"

  public init(payloadID: String, object: [UInt8], kind: StoredObject.Kind = .ciphertext) {
    self.payloadID = payloadID
    self.object = object
    self.kind = kind
  }
}

extension StoreTransaction {
  /// Keeps which objects a statement commits to, whether they are here or not.
  public func keep(objects references: [ObjectReference], of id: StatementID) throws {
    let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO statement_object VALUES (?, ?, ?, ?)")
    for reference in references {
      try insert.execute(arguments: [
        blob(id.bytes), reference.payloadID, blob(reference.object), reference.kind.rawValue,
      ])
    }
  }

  /// Says that an object is here whole: its file is on disk under its name.
  public func keep(object: StoredObject, at time: UnixTime) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO object VALUES (?, ?, ?, ?)",
      arguments: [blob(object.id), object.kind.rawValue, Int64(clamping: object.size), time])
  }
}

extension StoreTransaction {
  /// Erases an object's bytes: when the write returns, its key and its file are gone.
  public func destroy(object id: [UInt8]) throws {
    try db.execute(sql: "DELETE FROM object WHERE id = ?", arguments: [blob(id)])
    try erase(ContentKeys.Name(kind: .object, owner: id), urgent: true)
  }
}

extension StoreReader {
  /// The objects a statement commits to, by payload id.
  public func objects(of id: StatementID) throws -> [ObjectReference] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM statement_object WHERE statement = ? ORDER BY payload_id", arguments: [blob(id.bytes)]
    ).map(ObjectReference.init)
  }

  /// Those of them that are not here.
  public func missingObjects(of id: StatementID) throws -> [ObjectReference] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM statement_object r WHERE statement = ?
          AND NOT EXISTS (SELECT 1 FROM object o WHERE o.id = r.object) ORDER BY payload_id
          """), arguments: [blob(id.bytes)]
    ).map(ObjectReference.init)
  }

  /// Incomplete statements that commit to an object.
  public func statements(awaiting object: [UInt8]) throws -> [StatementID] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT DISTINCT r.statement FROM statement_object r JOIN incomplete i ON i.statement = r.statement
        WHERE r.object = ? ORDER BY r.statement
        """, arguments: [blob(object)]
    ).map { StatementID(unchecked: $0.blob("statement")) }
  }

  /// Every statement that commits to an object, under which payload id.
  public func statements(with object: [UInt8]) throws -> [(statement: StatementID, reference: ObjectReference)] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM statement_object WHERE object = ? ORDER BY statement", arguments: [blob(object)]
    ).map { (StatementID(unchecked: $0.blob("statement")), try ObjectReference($0)) }
  }

  /// An object that is here whole.
  public func object(_ id: [UInt8]) throws -> StoredObject? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM object WHERE id = ?"), arguments: [blob(id)]
    ).map { row in
      guard let kind = StoredObject.Kind(rawValue: row["kind"]) else { throw StoreError.damaged("an object's row") }
      return StoredObject(id: id, kind: kind, size: UInt64(bitPattern: row["size"]))
    }
  }
}

extension ObjectReference {
  init(_ row: Row) throws {
    guard let kind = StoredObject.Kind(rawValue: row["kind"]) else { throw StoreError.damaged("an object's row") }
    self.init(payloadID: row["payload_id"], object: row.blob("object"), kind: kind)
  }
}

extension ReceiptStore {
  /// Forgets objects that neither a statement nor an open draft commits to: their draft or bundle ended halfway.
  public func forgetOrphans() async throws {
    let orphans = try await read { reader -> [[UInt8]] in
      let ids = try Row.fetchAll(
        reader.db,
        sql: "SELECT id FROM object o WHERE NOT EXISTS (SELECT 1 FROM statement_object r WHERE r.object = o.id)"
      ).map { $0.blob("id") }
      let drafts = try Row.fetchAll(
        reader.db, sql: "SELECT event FROM draft WHERE statement IS NULL AND discarded = 0")
      let events = drafts.compactMap { try? Event(decoding: $0.blob("event")[...]) }
      // A draft that cannot be read may name any of them.
      guard events.count == drafts.count else { return [] }
      let named = Set(events.flatMap { $0.objects.map(\.id) })
      return ids.filter { !named.contains($0) }
    }
    if !orphans.isEmpty { try await forget(objects: orphans) }
  }

  /// Forgets those of these objects that no statement commits to: keys first, then files.
  public func forget(objects ids: [[UInt8]]) async throws {
    let orphans = try await write { transaction in
      let orphans = try ids.filter { try transaction.reader.statements(with: $0).isEmpty }
      for id in orphans {
        try transaction.db.execute(sql: "DELETE FROM object WHERE id = ?", arguments: [blob(id)])
      }
      return orphans
    }
    for id in orphans { try await objects.remove(id) }
  }
}
