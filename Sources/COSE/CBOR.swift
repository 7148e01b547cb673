/// One CBOR data item (RFC 8949 §2). Map entries keep the order they were given or received in.
public indirect enum CBOR: Equatable, Hashable, Sendable {
  case unsigned(UInt64)
  /// The value −1 − n.
  case negative(UInt64)
  case bytes([UInt8])
  case text(String)
  case array([CBOR])
  case map(CBORMap)
  case tagged(UInt64, CBOR)
  case bool(Bool)
  case null
  case undefined
  case simple(UInt8)
  case float(Double)

  /// An integer of either sign.
  public static func int(_ value: Int64) -> CBOR {
    value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(bitPattern: ~value))
  }

  /// The integer value when it fits 64 bits with sign.
  public var int: Int64? {
    switch self {
    case .unsigned(let value): Int64(exactly: value)
    case .negative(let value): Int64(exactly: value).map { -1 - $0 }
    default: nil
    }
  }

  public var uint: UInt64? { if case .unsigned(let value) = self { value } else { nil } }
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  public var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
  public var array: [CBOR]? { if case .array(let value) = self { value } else { nil } }
  public var map: CBORMap? { if case .map(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}

extension CBOR: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
}

/// A CBOR map as a list of entries; lookups are linear, since the maps of this project are small.
public struct CBORMap: Equatable, Hashable, Sendable {
  public struct Entry: Equatable, Hashable, Sendable {
    public var key: CBOR
    public var value: CBOR
    public init(_ key: CBOR, _ value: CBOR) {
      self.key = key
      self.value = value
    }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// Text keys, absent ones left out: how payload maps are written.
  public init(fields: [(String, CBOR?)]) {
    entries = fields.compactMap { name, value in value.map { Entry(.text(name), $0) } }
  }

  public var isEmpty: Bool { entries.isEmpty }

  public subscript(key: CBOR) -> CBOR? {
    get { entries.first { $0.key == key }?.value }
    set {
      entries.removeAll { $0.key == key }
      if let newValue { entries.append(Entry(key, newValue)) }
    }
  }
}

extension CBORMap: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (CBOR, CBOR)...) {
    entries = elements.map { Entry($0.0, $0.1) }
  }
}
