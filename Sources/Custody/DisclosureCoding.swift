public import COSE
import TransparencyLog

extension Disclosure {
  /// The most bytes of all values that are shown.
  static let maximumShown = 1 << 20
  /// In the order that deterministic CBOR gives them: the format stands first in every file.
  private static let keys = [
    "format", "roster", "schema", "digests", "disclosed", "record_id", "statement", "leaf_index", "inclusion_path",
  ]

  /// Whether bytes begin like a disclosure of some version, so that they are to be read as one.
  public static func isDisclosure(_ bytes: [UInt8]) -> Bool {
    FormatHead.begins(with: "amana-disclosure-", in: bytes)
  }

  /// Whether bytes that begin like a disclosure are one of the version that is read here.
  public static func isOfThisVersion(_ bytes: [UInt8]) -> Bool {
    FormatHead.isExactly(format, in: bytes)
  }

  /// One deterministic CBOR map (docs/schema/disclosure.cddl).
  public func encoded() -> [UInt8] {
    CBOR.map(
      CBORMap(fields: [
        ("format", .text(Self.format)), ("roster", roster.map(CBOR.bytes)), ("schema", .text(schema)),
        ("digests", .array(proof.digests.map(CBOR.bytes))),
        (
          "disclosed",
          .array(
            proof.fields.map { field in
              .array([.int(Int64(field.position)), .bytes(field.salt), field.value])
            })
        ),
        ("record_id", .bytes(proof.recordID.bytes)), ("statement", .bytes(statement.message.bytes)),
        ("leaf_index", .int(Int64(proof.line))),
        ("inclusion_path", .array(proof.path.map { .bytes($0.bytes) })),
      ])
    ).encoded()
  }

  /// Decodes strictly; sizes are limited before anything is kept. Nothing is proven yet.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw DecodeError(.tooLarge, at: Self.maximumByteCount, "a disclosure has at most \(Self.maximumByteCount) bytes")
    }
    var reader = DisclosureReader(bytes, keys: Self.keys)
    let count = try reader.decoder.mapHead()
    guard (Self.keys.count - 1...Self.keys.count).contains(count) else {
      throw DecodeError(.unexpectedType, at: 0, "a disclosure has \(Self.keys.count - 1) or \(Self.keys.count) fields")
    }
    try reader.key("format")
    let format = try reader.text()
    guard format == Self.format else { throw DecodeError(.unsupported, at: 0, "no format \"\(format)\" is known") }
    var roster: [UInt8]?
    if count == Self.keys.count {
      try reader.key("roster")
      roster = try reader.bytes(maximum: Sign.maximumByteCount)
    }
    try reader.key("schema")
    let schema = try reader.text()
    try reader.key("digests")
    let digests = try reader.hashes(maximum: LineProof.maximumFields)
    try reader.key("disclosed")
    let fields = try reader.fields(maximum: LineProof.maximumFields, byteCount: Self.maximumShown)
    try reader.key("record_id")
    let record = RecordID(unchecked: try reader.bytes(exactly: RecordID.byteCount))
    try reader.key("statement")
    let statement = try reader.statement()
    try reader.key("leaf_index")
    let line = try reader.number(below: Manifest.maximumLeaves)
    try reader.key("inclusion_path")
    let path = try reader.hashes(maximum: InclusionProof.maximumPathCount).compactMap { TreeHash($0) }
    try reader.decoder.finish()
    self.init(
      schema: schema,
      proof: LineProof(recordID: record, line: line, digests: digests, fields: fields, path: path),
      statement: statement, roster: roster)
  }
}

/// Reads a disclosure field by field: every length is looked at before its content is taken.
private struct DisclosureReader {
  let bytes: [UInt8]
  let keys: [String]
  var decoder: CBORDecoder
  private var last = ""

  init(_ bytes: [UInt8], keys: [String]) {
    self.bytes = bytes
    self.keys = keys
    decoder = CBORDecoder(bytes)
  }

  /// The key that must stand here; what stands instead says how it is refused.
  mutating func key(_ wanted: String) throws(DecodeError) {
    let start = decoder.position
    let found = try text()
    defer { last = wanted }
    guard found != wanted else { return }
    guard let place = keys.firstIndex(of: found) else { throw DecodeError(.unknownField, at: start, found) }
    guard found != last else { throw DecodeError(.duplicateKey, at: start, found) }
    guard let due = keys.firstIndex(of: wanted), place > due else {
      throw DecodeError(.unsortedKeys, at: start, found)
    }
    throw DecodeError(.missingField, at: start, wanted)
  }

  /// An item of at most so many bytes.
  private mutating func item(maximum: Int) throws(DecodeError) -> CBOR {
    let start = decoder.position
    let end = min(bytes.count, start + maximum)
    var inner = CBORDecoder(bytes[start..<end])
    let item: CBOR
    do { item = try inner.item() } catch {
      guard error.reason == .truncated, end < bytes.count else { throw error }
      throw DecodeError(.tooLarge, at: start)
    }
    decoder = CBORDecoder(bytes[inner.position...])
    return item
  }

  mutating func text() throws(DecodeError) -> String {
    let start = decoder.position
    let item = try item(maximum: 65)
    guard let text = item.text else { throw DecodeError(.unexpectedType, at: start, "expected text") }
    try refuseForbiddenText(in: item, at: start)
    return text
  }

  mutating func number(below limit: Int) throws(DecodeError) -> Int {
    let start = decoder.position
    guard let number = try item(maximum: 9).uint.flatMap({ Int(exactly: $0) }), number < limit else {
      throw DecodeError(.invalidValue, at: start, "expected a number below \(limit)")
    }
    return number
  }

  mutating func bytes(maximum: Int) throws(DecodeError) -> [UInt8] {
    let start = decoder.position
    let range = try decoder.byteString()
    guard range.count <= maximum else { throw DecodeError(.tooLarge, at: start) }
    return Array(bytes[range])
  }

  mutating func bytes(exactly count: Int) throws(DecodeError) -> [UInt8] {
    let start = decoder.position
    let content = try bytes(maximum: count)
    guard content.count == count else { throw DecodeError(.invalidValue, at: start, "must have \(count) bytes") }
    return content
  }

  mutating func hashes(maximum: Int) throws(DecodeError) -> [[UInt8]] {
    let count = try list(maximum: maximum)
    var hashes: [[UInt8]] = []
    for _ in 0..<count { hashes.append(try bytes(exactly: TreeHash.byteCount)) }
    return hashes
  }

  private mutating func list(maximum: Int) throws(DecodeError) -> Int {
    let start = decoder.position
    let count = try decoder.arrayHead()
    guard count <= maximum else { throw DecodeError(.tooLarge, at: start) }
    return count
  }

  /// [position, salt, value] each.
  mutating func fields(maximum: Int, byteCount: Int) throws(DecodeError) -> [LineProof.Field] {
    let start = decoder.position
    let count = try list(maximum: maximum)
    var fields: [LineProof.Field] = []
    for _ in 0..<count {
      let place = decoder.position
      guard try decoder.arrayHead() == 3 else {
        throw DecodeError(.unexpectedType, at: place, "a field is [position, salt, value]")
      }
      let position = try number(below: LineProof.maximumFields)
      let salt = try bytes(exactly: LineProof.saltByteCount)
      let value = try item(maximum: byteCount)
      try refuseForbiddenText(in: value, at: place)
      guard decoder.position - start <= byteCount else { throw DecodeError(.tooLarge, at: place) }
      fields.append(LineProof.Field(position: position, salt: salt, value: value))
    }
    return fields
  }

  /// A statement's own offsets, moved to where it stands in the file.
  mutating func statement() throws(DecodeError) -> SignedStatement {
    let range = try decoder.byteString()
    guard range.count <= Sign1.maximumByteCount else { throw DecodeError(.tooLarge, at: range.lowerBound) }
    do { return try SignedStatement(decoding: Array(bytes[range])) } catch {
      throw DecodeError(error.reason, at: range.lowerBound + error.offset, "in the statement: \(error.detail)")
    }
  }
}
