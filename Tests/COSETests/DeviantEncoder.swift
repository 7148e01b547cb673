import COSE

/// Encodes an item with exactly one departure from the deterministic encoding, at the n-th place that allows it.
struct DeviantEncoder {
  enum Deviation: CaseIterable, Sendable {
    case nonShortest, indefinite, swappedKeys, duplicateKey

    var reason: DecodeError.Reason {
      switch self {
      case .nonShortest: .nonShortest
      case .indefinite: .indefiniteLength
      case .swappedKeys: .unsortedKeys
      case .duplicateKey: .duplicateKey
      }
    }
  }

  let deviation: Deviation
  private var countdown: Int
  private(set) var bytes: [UInt8] = []
  /// Where the departure stands; nil when the item has no such place.
  private(set) var offset: Int?

  init(_ deviation: Deviation, at place: Int) {
    self.deviation = deviation
    countdown = place
  }

  private mutating func takes(_ wanted: Deviation) -> Bool {
    guard deviation == wanted, countdown >= 0 else { return false }
    countdown -= 1
    return countdown < 0
  }

  mutating func item(_ item: CBOR) {
    switch item {
    case .unsigned(let value): head(0, value)
    case .negative(let value): head(1, value)
    case .bytes(let value): string(2, value)
    case .text(let value): string(3, Array(value.utf8))
    case .array(let items): container(4, items.count) { encoder in for item in items { encoder.item(item) } }
    case .map(let map): self.map(map)
    case .tagged(let number, let content):
      head(6, number)
      self.item(content)
    case .float(let value): float(value)
    case .bool, .null, .undefined, .simple: bytes += item.encoded()
    }
  }

  private mutating func head(_ major: UInt8, _ value: UInt64) {
    var width = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x1_0000 ? 2 : value < 0x1_0000_0000 ? 4 : 8
    if width < 8, takes(.nonShortest) {
      offset = bytes.count
      width = width == 0 ? 1 : 2 * width
    }
    let additional = width == 0 ? UInt8(truncatingIfNeeded: value) : 24 + UInt8(width.trailingZeroBitCount)
    bytes.append(major << 5 | additional)
    for position in (0..<width).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(position)))) }
  }

  private mutating func container(_ major: UInt8, _ count: Int, _ content: (inout DeviantEncoder) -> Void) {
    let isIndefinite = takes(.indefinite)
    if isIndefinite {
      offset = bytes.count
      bytes.append(major << 5 | 31)
    } else {
      head(major, UInt64(count))
    }
    content(&self)
    if isIndefinite { bytes.append(0xff) }
  }

  private mutating func string(_ major: UInt8, _ content: [UInt8]) {
    let isIndefinite = takes(.indefinite)
    if isIndefinite {
      offset = bytes.count
      bytes.append(major << 5 | 31)
    }
    head(major, UInt64(content.count))
    bytes += content + (isIndefinite ? [0xff] : [])
  }

  private mutating func float(_ value: Double) {
    var encoded = CBOR.float(value).encoded()
    if encoded.count < 9, takes(.nonShortest) {
      offset = bytes.count
      let bits = encoded.count == 3 ? UInt64(Float(value).bitPattern) : value.bitPattern
      let width = encoded.count == 3 ? 4 : 8
      encoded = [width == 4 ? 0xfa : 0xfb]
      for position in (0..<width).reversed() {
        encoded.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(position))))
      }
    }
    bytes += encoded
  }

  private mutating func map(_ map: CBORMap) {
    var entries = map.entries
    var marked: Int?
    for position in entries.indices where marked == nil {
      if takes(.duplicateKey) {
        entries.insert(entries[position], at: position)
        marked = position + 1
      } else if position > 0, takes(.swappedKeys) {
        entries.swapAt(position - 1, position)
        marked = position
      }
    }
    container(5, entries.count) { encoder in
      for (position, entry) in entries.enumerated() {
        if position == marked { encoder.offset = encoder.bytes.count }
        encoder.item(entry.key)
        encoder.item(entry.value)
      }
    }
  }
}
