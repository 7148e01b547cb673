import COSE
import TestSupport

/// Random items whose maps are sorted and free of duplicates, as a strict decoder gives them back.
struct RandomCBOR {
  var random: SeededGenerator

  mutating func item(depth: Int = 0) -> CBOR {
    let kinds = depth < 4 ? 12 : 9
    switch Int.random(in: 0..<kinds, using: &random) {
    case 0, 1: return .unsigned(integer())
    case 2: return .negative(integer())
    case 3: return .bytes(random.bytes(length()))
    case 4: return .text(text())
    case 5: return [.bool(true), .bool(false), .null, .undefined].randomElement(using: &random) ?? .null
    case 6: return .simple(UInt8.random(in: Bool.random(using: &random) ? 0...19 : 32...255, using: &random))
    case 7, 8: return .float(float())
    case 9: return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in item(depth: depth + 1) })
    case 10: return .map(map(depth: depth + 1))
    default: return .tagged(integer(), item(depth: depth + 1))
    }
  }

  /// Every width of a head is as likely as the others.
  private mutating func integer() -> UInt64 {
    random.next() >> UInt64([59, 56, 48, 32, 0].randomElement(using: &random) ?? 0)
  }

  private mutating func length() -> Int {
    Int.random(in: 0...([3, 30, 300].randomElement(using: &random) ?? 0), using: &random)
  }

  private mutating func text() -> String {
    let scalars = ["a", "Z", "9", "é", "e\u{301}", "\u{212a}", "K", "ع", "水", "\u{10151}", "\0"]
    return (0..<(length() / 3)).map { _ in scalars.randomElement(using: &random) ?? "" }.joined()
  }

  private mutating func float() -> Double {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: random.next())))
    case 1: Double(Float(bitPattern: UInt32(truncatingIfNeeded: random.next())))
    case 2: Double(bitPattern: random.next())
    default: [0, -0.0, .nan, .infinity, -.infinity, 65504, 65505].randomElement(using: &random) ?? 0
    }
  }

  private mutating func map(depth: Int) -> CBORMap {
    var entries: [[UInt8]: CBORMap.Entry] = [:]
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      let key = item(depth: max(depth, 3))
      entries[key.encoded()] = CBORMap.Entry(key, item(depth: depth))
    }
    return CBORMap(entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value))
  }
}
