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
      guard let last = parts.last, let number = UInt64(last), (1..<UInt64(TileAddress.width)).contains(number)
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
      guard let level = UInt64(parts[1]), level <= UInt64(Self.maximumLevel) else { return nil }
      self = .hashes(TileAddress(level: Int(level), index: index), width: width)
    }
    // A number has one form: signs, leading zeros and empty elements in front name nothing.
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
  /// entries before the tile of its hashes, then the levels above. Empty unless `old < size`. They are made one by one as
  /// they are asked for: whoever names a size need not have the tree.
  public static func added(from old: UInt64, to size: UInt64) -> some Sequence<TilePath> {
    let width = UInt64(TileAddress.width)
    var levels: [(level: Int, tiles: Range<UInt64>, size: UInt64)] = []
    var (before, now) = old < size && size <= Frontier.maximumSize ? (old, size) : (0, 0)
    // Where a level has nothing new, those above have nothing either.
    while now > before {
      levels.append((levels.count, before / width..<(now - 1) / width + 1, now))
      (before, now) = (before / width, now / width)
    }
    return levels.lazy.flatMap { level, tiles, size in
      tiles.lazy.flatMap { index -> [TilePath] in
        let part = Int(min(width, size - index * width))
        let hashes = TilePath.hashes(TileAddress(level: level, index: index), width: part)
        return level == 0 ? [.entries(index: index, width: part), hashes] : [hashes]
      }
    }
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

/// The index of `x001/x234/067`; that each number is written in its one form, the caller sees to.
private func tileIndex(_ elements: ArraySlice<String>) -> UInt64? {
  guard let last = elements.last, elements.count <= 7 else { return nil }
  var index: UInt64 = 0
  for element in elements.dropLast() + ["x" + last] {
    let digits = String(element.dropFirst())
    guard element.hasPrefix("x"), digits.utf8.count == 3, let number = UInt64(digits) else { return nil }
    let (product, overflow) = index.multipliedReportingOverflow(by: 1000)
    let (sum, carry) = product.addingReportingOverflow(number)
    guard !overflow, !carry else { return nil }
    index = sum
  }
  return index
}
