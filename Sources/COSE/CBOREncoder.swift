/// Deterministic CBOR (RFC 8949 §4.2.1): shortest heads, definite lengths, map keys sorted bytewise.
public struct CBOREncoder: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Appends what is already encoded, without looking at it.
  public mutating func raw(_ encoded: some Sequence<UInt8>) { bytes.append(contentsOf: encoded) }

  public mutating func arrayHead(_ count: Int) { head(4, UInt64(count)) }
  public mutating func mapHead(_ count: Int) { head(5, UInt64(count)) }
  public mutating func tag(_ number: UInt64) { head(6, number) }

  /// The head of a byte string whose content the caller appends or hashes piece by piece.
  public mutating func byteStringHead(_ count: UInt64) { head(2, count) }

  public mutating func byteString(_ content: some Collection<UInt8>) {
    head(2, UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  public mutating func text(_ value: String) {
    var value = value
    value.makeContiguousUTF8()
    head(3, UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  public mutating func item(_ item: CBOR) {
    switch item {
    case .unsigned(let value): head(0, value)
    case .negative(let value): head(1, value)
    case .bytes(let value): byteString(value)
    case .text(let value): text(value)
    case .array(let items):
      arrayHead(items.count)
      for element in items { self.item(element) }
    case .map(let map): self.map(map)
    case .tagged(let number, let content):
      tag(number)
      self.item(content)
    case .bool(let value): bytes.append(value ? 0xf5 : 0xf4)
    case .null: bytes.append(0xf6)
    case .undefined: bytes.append(0xf7)
    case .simple(let value): head(7, UInt64(value))
    case .float(let value): float(value)
    }
  }

  private mutating func map(_ map: CBORMap) {
    mapHead(map.entries.count)
    let encoded = map.entries.map { (key: $0.key.encoded(), value: $0.value) }
    for entry in encoded.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      raw(entry.key)
      item(entry.value)
    }
  }

  private mutating func head(_ major: UInt8, _ value: UInt64) {
    let type = major << 5
    switch value {
    case 0..<24: bytes.append(type | UInt8(value))
    case 24...0xff: bytes.append(contentsOf: [type | 24, UInt8(value)])
    case 0x100...0xffff: fixed(type | 25, value, 2)
    case 0x1_0000...0xffff_ffff: fixed(type | 26, value, 4)
    default: fixed(type | 27, value, 8)
    }
  }

  private mutating func fixed(_ initial: UInt8, _ value: UInt64, _ count: Int) {
    bytes.append(initial)
    for position in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(position)))) }
  }

  /// The shortest form that keeps the value (RFC 8949 §4.2.1); every NaN becomes 7e00.
  private mutating func float(_ value: Double) {
    if value.isNaN {
      fixed(0xf9, 0x7e00, 2)
    } else if Double(Float(value)) != value {
      fixed(0xfb, value.bitPattern, 8)
    } else if let half = halfPrecision(Float(value)) {
      fixed(0xf9, UInt64(half), 2)
    } else {
      fixed(0xfa, UInt64(Float(value).bitPattern), 4)
    }
  }
}

extension CBOR {
  /// The item's deterministic encoding.
  public func encoded() -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.item(self)
    return encoder.bytes
  }
}

/// The half-precision bits of a value that half precision represents exactly, else nil.
func halfPrecision(_ value: Float) -> UInt16? {
  #if arch(x86_64) && os(macOS)
    return nil
  #else
    let half = Float16(value)
    return Float(half) == value ? half.bitPattern : nil
  #endif
}
