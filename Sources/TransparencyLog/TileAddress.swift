/// Where a tile stands (C2SP tlog-tiles, height 8): up to 256 hashes, those of 2^(8 × level) leaves each.
public struct TileAddress: Hashable, Sendable {
  /// Hashes of a full tile.
  public static let width = 256

  /// 0 for leaf hashes; entry i of level L is the root of the full tile i of level L − 1.
  public let level: Int
  /// The tile's position in its level, counted from 0.
  public let index: UInt64

  /// Any values; a source gives no hashes for a tile that does not exist.
  public init(level: Int, index: UInt64) {
    self.level = level
    self.index = index
  }

  /// The path a tile is served under, for example `tile/0/x001/x234/067.p/5` (C2SP tlog-tiles).
  /// - Parameter width: the number of hashes in it; less than 256 names a partial tile.
  public func path(width: Int = TileAddress.width) -> String {
    var rest = index
    var elements: [String] = []
    repeat {
      let digits = String(rest % 1000)
      let padded = String(repeating: "0", count: 3 - digits.count) + digits
      elements.append(elements.isEmpty ? padded : "x" + padded)
      rest /= 1000
    } while rest > 0
    let path = "tile/\(level)/" + elements.reversed().joined(separator: "/")
    return width < Self.width ? "\(path).p/\(width)" : path
  }
}

/// Where tiles are kept.
public protocol TileSource {
  /// The hashes stored for a tile, at most 256 and in order; none when there is no such tile. Entry i of a level above
  /// 0 is the root of the full tile i below it, so only completed ones are there.
  func hashes(of tile: TileAddress) throws -> [TreeHash]
}
