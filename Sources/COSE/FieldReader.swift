/// Reads a payload map with text keys field by field; what nobody asked for is refused at the end, by name.
public struct FieldReader {
  private var remaining: [String: CBOR]
  public let path: String
  public let offset: Int

  /// `item` must be a map with text keys; `offset` is where it began, for errors.
  public init(_ item: CBOR, path: String, offset: Int = 0) throws(DecodeError) {
    guard let map = item.map else { throw DecodeError(.unexpectedType, at: offset, "\(path) must be a map") }
    var fields: [String: CBOR] = [:]
    for entry in map.entries {
      guard let name = entry.key.text else {
        throw DecodeError(.unexpectedType, at: offset, "\(path) has a key that is not text")
      }
      // Two keys that Swift takes for the same text: neither may hide the other.
      guard fields.updateValue(entry.value, forKey: name) == nil else {
        throw DecodeError(.duplicateKey, at: offset, "\(path) has a key twice")
      }
    }
    remaining = fields
    self.path = path
    self.offset = offset
  }

  /// The path of a field, for errors.
  public func name(_ field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

  public func invalid(_ field: String, _ why: String) -> DecodeError {
    DecodeError(.invalidValue, at: offset, "\(name(field)) \(why)")
  }

  public mutating func optional(_ field: String) -> CBOR? { remaining.removeValue(forKey: field) }

  public mutating func required(_ field: String) throws(DecodeError) -> CBOR {
    guard let value = remaining.removeValue(forKey: field) else {
      throw DecodeError(.missingField, at: offset, name(field))
    }
    return value
  }

  private func typed<T>(_ value: T?, _ field: String, _ type: String) throws(DecodeError) -> T {
    guard let value else { throw DecodeError(.unexpectedType, at: offset, "\(name(field)) must be \(type)") }
    return value
  }

  public mutating func text(_ field: String, maximum: Int = 1024) throws(DecodeError) -> String {
    let value = try typed(required(field).text, field, "text")
    guard value.utf8.count <= maximum else { throw DecodeError(.tooLarge, at: offset, name(field)) }
    return value
  }

  public mutating func optionalText(_ field: String, maximum: Int = 1024) throws(DecodeError) -> String? {
    guard remaining[field] != nil else { return nil }
    return try text(field, maximum: maximum)
  }

  public mutating func uint(_ field: String) throws(DecodeError) -> UInt64 {
    try typed(required(field).uint, field, "an unsigned integer")
  }

  public mutating func optionalUInt(_ field: String) throws(DecodeError) -> UInt64? {
    guard remaining[field] != nil else { return nil }
    return try uint(field)
  }

  public mutating func bool(_ field: String) throws(DecodeError) -> Bool {
    try typed(required(field).bool, field, "true or false")
  }

  /// A byte string of exactly `count` bytes.
  public mutating func bytes(_ field: String, count: Int) throws(DecodeError) -> [UInt8] {
    let value = try typed(required(field).bytes, field, "a byte string")
    guard value.count == count else { throw invalid(field, "must have \(count) bytes, has \(value.count)") }
    return value
  }

  public mutating func optionalBytes(_ field: String, count: Int) throws(DecodeError) -> [UInt8]? {
    guard remaining[field] != nil else { return nil }
    return try bytes(field, count: count)
  }

  /// A byte string of at most `maximum` bytes.
  public mutating func bytes(_ field: String, maximum: Int) throws(DecodeError) -> [UInt8] {
    let value = try typed(required(field).bytes, field, "a byte string")
    guard value.count <= maximum else { throw DecodeError(.tooLarge, at: offset, name(field)) }
    return value
  }

  public mutating func array(_ field: String, maximum: Int) throws(DecodeError) -> [CBOR] {
    let value = try typed(required(field).array, field, "an array")
    guard value.count <= maximum else { throw DecodeError(.tooLarge, at: offset, name(field)) }
    return value
  }

  /// A byte string of at most `maximum` bytes.
  public mutating func optionalBytes(_ field: String, maximum: Int) throws(DecodeError) -> [UInt8]? {
    guard remaining[field] != nil else { return nil }
    return try bytes(field, maximum: maximum)
  }

  public mutating func optionalArray(_ field: String, maximum: Int) throws(DecodeError) -> [CBOR]? {
    guard remaining[field] != nil else { return nil }
    return try array(field, maximum: maximum)
  }

  /// A nested map.
  public mutating func fields(_ field: String) throws(DecodeError) -> FieldReader {
    try FieldReader(required(field), path: name(field), offset: offset)
  }

  public mutating func optionalFields(_ field: String) throws(DecodeError) -> FieldReader? {
    guard remaining[field] != nil else { return nil }
    return try fields(field)
  }

  /// Refuses the fields nobody read: an unknown field may change the meaning of the known ones.
  public func finish() throws(DecodeError) {
    if let unknown = remaining.keys.sorted().first {
      throw DecodeError(.unknownField, at: offset, name(unknown))
    }
  }
}
