/// A strict, bounded pull decoder over bytes that stay where they are. Every error names the byte it is about.
public struct CBORDecoder: Sendable {
  /// Departures from RFC 8949 §4.2.1 that a caller lets pass. Indefinite lengths and bad UTF-8 never do.
  public struct Allowances: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Headers of foreign COSE messages come in any order and are kept verbatim.
    public static let unsortedKeys = Allowances(rawValue: 1)
    public static let nonShortest = Allowances(rawValue: 2)
    public static let duplicateKeys = Allowances(rawValue: 4)
    public static let trailingBytes = Allowances(rawValue: 8)
  }

  public static let maximumDepth = 16

  public let bytes: ArraySlice<UInt8>
  /// The next byte to read, as an index into `bytes`.
  public private(set) var position: Int
  let allowances: Allowances

  public init(_ bytes: ArraySlice<UInt8>, allowing allowances: Allowances = []) {
    self.bytes = bytes
    position = bytes.startIndex
    self.allowances = allowances
  }

  public init(_ bytes: [UInt8], allowing allowances: Allowances = []) { self.init(bytes[...], allowing: allowances) }

  public var isAtEnd: Bool { position == bytes.endIndex }

  /// The first byte of the next item.
  public func peek() throws(DecodeError) -> UInt8 {
    guard position < bytes.endIndex else { throw DecodeError(.truncated, at: position) }
    return bytes[position]
  }

  /// Refuses anything after what was read.
  public func finish() throws(DecodeError) {
    if !isAtEnd, !allowances.contains(.trailingBytes) { throw DecodeError(.trailingBytes, at: position) }
  }

  /// Reads a head: major type and argument, in the shortest form.
  mutating func head() throws(DecodeError) -> (major: UInt8, argument: UInt64, additional: UInt8) {
    let start = position
    let initial = try peek()
    let major = initial >> 5
    let additional = initial & 0x1f
    position += 1
    switch additional {
    case 0..<24: return (major, UInt64(additional), additional)
    case 24...27:
      let count = 1 << (Int(additional) - 24)
      guard bytes.endIndex - position >= count else { throw DecodeError(.truncated, at: bytes.endIndex) }
      var argument: UInt64 = 0
      for _ in 0..<count {
        argument = argument << 8 | UInt64(bytes[position])
        position += 1
      }
      // Floats carry bits, not an argument; their shortest form is checked where they are read.
      if major != 7, !allowances.contains(.nonShortest) {
        let least: UInt64 = additional == 24 ? 24 : 1 << (UInt64(count) * 4)
        if argument < least { throw DecodeError(.nonShortest, at: start) }
      }
      return (major, argument, additional)
    case 31: throw DecodeError(.indefiniteLength, at: start)
    default: throw DecodeError(.reservedEncoding, at: start)
    }
  }

  private mutating func expect(_ wanted: UInt8, _ name: String) throws(DecodeError) -> UInt64 {
    let start = position
    let (major, argument, _) = try head()
    guard major == wanted else { throw DecodeError(.unexpectedType, at: start, "expected \(name)") }
    return argument
  }

  /// The number of items of an array, never more than there are bytes left.
  public mutating func arrayHead() throws(DecodeError) -> Int { try count(expect(4, "an array")) }

  /// The number of entries of a map, never more than half of the bytes left.
  public mutating func mapHead() throws(DecodeError) -> Int {
    let start = position
    let entries = try count(expect(5, "a map"))
    guard entries <= (bytes.endIndex - position) / 2 else { throw DecodeError(.truncated, at: start) }
    return entries
  }

  public mutating func tag() throws(DecodeError) -> UInt64 { try expect(6, "a tag") }

  /// Where a byte string's content lies; nothing is copied.
  public mutating func byteString() throws(DecodeError) -> Range<Int> { try content(expect(2, "a byte string")) }

  /// Reads null and says whether it stood there.
  public mutating func nullIfPresent() throws(DecodeError) -> Bool {
    guard try peek() == 0xf6 else { return false }
    position += 1
    return true
  }

  private func count(_ argument: UInt64) throws(DecodeError) -> Int {
    guard let count = Int(exactly: argument), count <= bytes.endIndex - position else {
      throw DecodeError(.truncated, at: bytes.endIndex, "\(argument) items announced")
    }
    return count
  }

  private mutating func content(_ argument: UInt64) throws(DecodeError) -> Range<Int> {
    guard let count = Int(exactly: argument), count <= bytes.endIndex - position else {
      throw DecodeError(.truncated, at: bytes.endIndex, "\(argument) bytes announced")
    }
    defer { position += count }
    return position..<(position + count)
  }

  /// Reads one whole item, at most 16 arrays, maps and tags deep.
  public mutating func item() throws(DecodeError) -> CBOR { try item(depth: 0) }

  private mutating func item(depth: Int) throws(DecodeError) -> CBOR {
    let start = position
    let (major, argument, additional) = try head()
    if (4...6).contains(major), depth == Self.maximumDepth { throw DecodeError(.tooDeep, at: start) }
    switch major {
    case 0: return .unsigned(argument)
    case 1: return .negative(argument)
    case 2: return .bytes(Array(bytes[try content(argument)]))
    case 3: return .text(try text(content(argument)))
    case 4: return .array(try items(count(argument), depth: depth + 1))
    case 5: return .map(try map(argument, at: start, depth: depth + 1))
    case 6: return .tagged(argument, try item(depth: depth + 1))
    default: return try simple(argument, additional, at: start)
    }
  }

  private func text(_ range: Range<Int>) throws(DecodeError) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw DecodeError(.invalidUTF8, at: range.lowerBound)
    }
    return text
  }

  private mutating func items(_ count: Int, depth: Int) throws(DecodeError) -> [CBOR] {
    var items: [CBOR] = []
    items.reserveCapacity(min(count, 1024))
    for _ in 0..<count { items.append(try item(depth: depth)) }
    return items
  }

  private mutating func map(_ argument: UInt64, at start: Int, depth: Int) throws(DecodeError) -> CBORMap {
    let count = try count(argument)
    guard count <= (bytes.endIndex - position) / 2 else { throw DecodeError(.truncated, at: bytes.endIndex) }
    var entries: [CBORMap.Entry] = []
    var keys: [ArraySlice<UInt8>] = []
    entries.reserveCapacity(min(count, 1024))
    for _ in 0..<count {
      let keyStart = position
      let key = try item(depth: depth)
      // Keys are compared by value: where longer heads may pass, 1 and 1 in two bytes are still one key.
      let encoded = allowances.contains(.nonShortest) ? key.encoded()[...] : bytes[keyStart..<position]
      try check(encoded, against: keys, at: keyStart)
      keys.append(encoded)
      entries.append(CBORMap.Entry(key, try item(depth: depth)))
    }
    if allowances.contains(.unsortedKeys), !allowances.contains(.duplicateKeys), Set(keys).count != keys.count {
      throw DecodeError(.duplicateKey, at: start)
    }
    return CBORMap(entries)
  }

  /// Sorted keys make a duplicate visible at once; unsorted ones are compared when the map is complete.
  private func check(_ key: ArraySlice<UInt8>, against keys: [ArraySlice<UInt8>], at offset: Int) throws(DecodeError) {
    guard let last = keys.last, !allowances.contains(.unsortedKeys) else { return }
    if last == key {
      if !allowances.contains(.duplicateKeys) { throw DecodeError(.duplicateKey, at: offset) }
    } else if !last.lexicographicallyPrecedes(key) {
      throw DecodeError(keys.contains(key) ? .duplicateKey : .unsortedKeys, at: offset)
    }
  }

  private func simple(_ argument: UInt64, _ additional: UInt8, at start: Int) throws(DecodeError) -> CBOR {
    switch additional {
    case 20: return .bool(false)
    case 21: return .bool(true)
    case 22: return .null
    case 23: return .undefined
    case 0..<20: return .simple(UInt8(argument))
    case 24:
      guard argument >= 32 else { throw DecodeError(.reservedEncoding, at: start) }
      return .simple(UInt8(argument))
    default: return try float(argument, additional, at: start)
    }
  }

  private func float(_ bits: UInt64, _ additional: UInt8, at start: Int) throws(DecodeError) -> CBOR {
    let value: Double =
      switch additional {
      case 25: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
      case 26: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      default: Double(bitPattern: bits)
      }
    let item = CBOR.float(value)
    if !allowances.contains(.nonShortest), item.encoded().count != position - start || value.isNaN && bits != 0x7e00 {
      throw DecodeError(.nonShortest, at: start)
    }
    return item
  }
}

extension CBOR {
  /// Decodes exactly one item that fills the bytes.
  public static func decode(_ bytes: ArraySlice<UInt8>, allowing allowances: CBORDecoder.Allowances = [])
    throws(DecodeError) -> CBOR
  {
    var decoder = CBORDecoder(bytes, allowing: allowances)
    let item = try decoder.item()
    try decoder.finish()
    return item
  }

  public static func decode(_ bytes: [UInt8], allowing allowances: CBORDecoder.Allowances = [])
    throws(DecodeError) -> CBOR
  {
    try decode(bytes[...], allowing: allowances)
  }
}
