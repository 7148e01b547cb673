/// A file of a tiled log by its path under the log's prefix (C2SP tlog-tiles).
public enum TilePath: Hashable, Sendable {
  /// The signed checkpoint, the one file that changes.
  case checkpoint
  /// Hashes, 32 bytes each; `width` is 1 to 256.
  case hashes(TileAddress, width: Int)
  /// The entries of 256 leaves, or of the first `width` of them, each behind its length in two bytes.
  case entries(index: UInt64, width: Int)

  /// The highest level there can be (C2SP tlog-tiles).
  public static let maximumLevel = 63
  /// The longest path that names anything, in bytes.
  public static let maximumByteCount = 64

  /// Reads a path in its one form; nil for every other text.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.maximumByteCount else { return nil }
    if text == "checkpoint" {
      self = .checkpoint
      return
    }
    var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts[0] == "tile" else { return nil }
    var width = TileAddress.width
    if parts[parts.count - 2].hasSuffix(".p") {
      guard let last = parts.last, let number = plainNumber(last), (1..<UInt64(TileAddress.width)).contains(number)
      else {
        return nil
      }
      width = Int(number)
      parts.removeLast()
      parts[parts.count - 1].removeLast(2)
    }
    guard let index = tileIndex(parts.dropFirst(2)) else { return nil }
    if parts[1] == "entries" {
      self = .entries(index: index, width: width)
    } else {
      guard let level = plainNumber(parts[1]), level <= UInt64(Self.maximumLevel) else { return nil }
      self = .hashes(TileAddress(level: Int(level), index: index), width: width)
    }
    // A number has one form: leading zeros and empty elements in front name nothing.
    guard self.text == text else { return nil }
  }

  /// The path, without a slash in front.
  public var text: String {
    switch self {
    case .checkpoint: "checkpoint"
    case .hashes(let address, let width): address.path(width: width)
    case .entries(let index, let width):
      "tile/entries/" + TileAddress(level: 0, index: index).path(width: width).dropFirst("tile/0/".utf8.count)
    }
  }

  /// The number of bytes that the file has; nil for a checkpoint.
  public var byteCount: Int? {
    switch self {
    case .checkpoint: nil
    case .hashes(_, let width): width * TreeHash.byteCount
    case .entries(_, let width): width * (2 + LogEntry.byteCount)
    }
  }

  /// Every file that a tree of `size` leaves has and one of `old` leaves had not, the checkpoint left out: each bundle of
  /// entries before the tile of its hashes, then the levels above. Empty unless `old < size`.
  public static func added(from old: UInt64, to size: UInt64) -> [TilePath] {
    guard old < size, size <= Frontier.maximumSize else { return [] }
    let width = UInt64(TileAddress.width)
    func places(_ before: UInt64, _ now: UInt64) -> [(index: UInt64, width: Int)] {
      guard now > before else { return [] }
      return (before / width...(now - 1) / width).map { ($0, Int(min(width, now - $0 * width))) }
    }
    var all = places(old, size).flatMap {
      [.entries(index: $0.index, width: $0.width), .hashes(TileAddress(level: 0, index: $0.index), width: $0.width)]
        as [TilePath]
    }
    var (level, before, now) = (1, old / width, size / width)
    while now > 0 {
      all += places(before, now).map { .hashes(TileAddress(level: level, index: $0.index), width: $0.width) }
      (level, before, now) = (level + 1, before / width, now / width)
    }
    return all
  }

  /// What a file that is not full is part of; nil for one that is.
  public var whole: TilePath? {
    switch self {
    case .checkpoint: nil
    case .hashes(let address, let width): width < TileAddress.width ? .hashes(address, width: TileAddress.width) : nil
    case .entries(let index, let width):
      width < TileAddress.width ? .entries(index: index, width: TileAddress.width) : nil
    }
  }
}

/// A decimal number of digits alone; leading zeros are told by the caller's comparison.
private func plainNumber(_ text: String) -> UInt64? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return UInt64(text)
}

/// The index of `x001/x234/067`.
private func tileIndex(_ elements: ArraySlice<String>) -> UInt64? {
  guard let last = elements.last, elements.count <= 7 else { return nil }
  var index: UInt64 = 0
  for element in elements.dropLast() + ["x" + last] {
    let digits = String(element.dropFirst())
    guard element.hasPrefix("x"), digits.utf8.count == 3, let number = plainNumber(digits) else { return nil }
    let (product, overflow) = index.multipliedReportingOverflow(by: 1000)
    let (sum, carry) = product.addingReportingOverflow(number)
    guard !overflow, !carry else { return nil }
    index = sum
  }
  return index
}
