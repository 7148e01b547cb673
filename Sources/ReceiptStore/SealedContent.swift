import COSE
public import Custody
import GRDB
import Roster

/// What stands beside a statement or a draft, each part one row, encrypted under the owner's key.
extension StoreReader {
  /// What stands beside a statement (by its id) or a draft (by its id); nothing when it was erased.
  /// - Throws: `StoreError` when a part's key is gone without having been erased, or does not open it.
  public func content(owner: [UInt8]) throws -> Content {
    var content = Content()
    for part in try parts(owner: owner) { try part.add(to: &content) }
    return content
  }

  fileprivate func parts(owner: [UInt8]) throws -> [ContentPart] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM content WHERE owner = ? ORDER BY type, id"), arguments: [blob(owner)])
    if rows.isEmpty { return [] }
    switch try session.standing(.content(owner)) {
    case .known(let key): return try rows.map { try ContentPart($0, owner: owner, key: key) }
    case .destroyed: return []
    case .unknown: throw StoreError.keyMissing(hexadecimal(owner))
    }
  }
}

extension StoreTransaction {
  /// Keeps what stands beside an owner; a part that is there stays. What was erased does not come back.
  public func keep(content: Content, owner: [UInt8]) throws {
    try keep(ContentPart.parts(of: content), owner: owner)
  }

  private func keep(_ parts: [ContentPart], owner: [UInt8]) throws {
    guard !parts.isEmpty, let key = try session.keyForWriting(.content(owner)) else { return }
    for part in parts { try keep(part, owner: owner, key: key) }
  }

  func keep(_ part: ContentPart, owner: [UInt8], key: [UInt8]) throws {
    let known = try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM content WHERE owner = ? AND type = ? AND id = ?)"),
      arguments: [blob(owner), part.type, part.id])
    if known == true { return }
    try db.cachedStatement(sql: "INSERT INTO content VALUES (?, ?, ?, ?)").execute(arguments: [
      blob(owner), part.type, part.id, blob(try part.sealed(owner: owner, key: key)),
    ])
  }

  /// Moves what stands beside a draft to the statement it became: encrypted anew under the statement's key; the draft's
  /// key is destroyed afterwards.
  public func move(contentOf draft: [UInt8], to statement: StatementID) throws {
    let parts = try reader.parts(owner: draft)
    if parts.isEmpty { return }
    try keep(parts, owner: statement.bytes)
    try erase(contentOf: draft, urgent: false)
  }

  /// Erases what stands beside a statement or a draft: when the write returns its key is destroyed, and no backup of the
  /// database brings it back. Commitments and the statement stay.
  public func destroy(contentOf owner: [UInt8]) throws { try erase(contentOf: owner, urgent: true) }

  private func erase(contentOf owner: [UInt8], urgent: Bool) throws {
    try db.execute(sql: "DELETE FROM content WHERE owner = ?", arguments: [blob(owner)])
    try erase(.content(owner), urgent: urgent)
  }

  func erase(_ name: ContentKeys.Name, urgent: Bool) throws {
    try db.execute(
      sql: "INSERT INTO erasure VALUES (?, ?, 0) ON CONFLICT (kind, owner) DO UPDATE SET done = 0",
      arguments: [name.kind.rawValue, blob(name.owner)])
    session.erase(name, urgent: urgent)
  }
}

extension ContentKeys.Name {
  static func content(_ owner: [UInt8]) -> Self { Self(kind: .content, owner: owner) }
}

/// One row beside an owner, in clear.
struct ContentPart {
  let type: String
  let id: String
  let mediaType: String
  let salt: [UInt8]
  let bytes: [UInt8]

  static func parts(of content: Content) -> [ContentPart] {
    var parts: [ContentPart] = []
    if let manifest = content.manifest {
      parts.append(
        ContentPart(type: "manifest", id: "", mediaType: Manifest.mediaType, salt: [], bytes: manifest.encoded()))
    }
    if let slots = content.slots {
      parts.append(ContentPart(type: "slots", id: "", mediaType: "", salt: [], bytes: slots.flatMap { $0 }))
    }
    return parts
      + content.annexes.map {
        ContentPart(type: "annex", id: $0.id, mediaType: $0.mediaType, salt: $0.salt, bytes: $0.content)
      }
  }

  func sealed(owner: [UInt8], key: [UInt8]) throws -> [UInt8] {
    let plaintext = CBOR.array([.text(mediaType), .bytes(salt), .bytes(bytes)]).encoded()
    return try AtRest.seal(plaintext, key: key, place: Self.place(owner, type, id))
  }

  private static func place(_ owner: [UInt8], _ type: String, _ id: String) -> [CBOR] {
    [.text("amana-content-1"), .bytes(owner), .text(type), .text(id)]
  }

  func add(to content: inout Content) throws {
    switch type {
    case "manifest": content.manifest = try Manifest(decoding: bytes[...])
    case "slots":
      content.slots = Slots.split(bytes)
    default: content.annexes.append(Annex(id: id, mediaType: mediaType, salt: salt, content: bytes))
    }
  }
}

extension ContentPart {
  init(_ row: Row, owner: [UInt8], key: [UInt8]) throws {
    let (type, id): (String, String) = (row["type"], row["id"])
    guard let plaintext = AtRest.open(row.blob("sealed"), key: key, place: Self.place(owner, type, id)),
      let fields = try? CBOR.decode(plaintext[...]).array, fields.count == 3, let mediaType = fields[0].text,
      let salt = fields[1].bytes, let bytes = fields[2].bytes
    else {
      throw StoreError.damaged("the \(type) \(id) beside \(hexadecimal(owner)) does not open under its key")
    }
    self.init(type: type, id: id, mediaType: mediaType, salt: salt, bytes: bytes)
  }

  /// A row of a version that kept it in clear.
  init(clear row: Row) {
    self.init(
      type: row["type"], id: row["id"], mediaType: row["media_type"], salt: row.blob("salt"), bytes: row.blob("bytes"))
  }
}
