/// The bytes of a tiled log's files (C2SP tlog-tiles).
public enum TileContent {
  /// An entry bundle: each entry behind its length, two bytes big-endian.
  public static func bytes(of entries: [LogEntry]) -> [UInt8] {
    entries.flatMap { [0x00, UInt8(LogEntry.byteCount)] + $0.bytes }
  }

  /// A tile: its hashes one after another.
  public static func bytes(of hashes: some Sequence<TreeHash>) -> [UInt8] { hashes.flatMap(\.bytes) }

  /// The hashes of a tile; nil when it has not as many as its path says.
  public static func hashes(in bytes: [UInt8], width: Int) -> [TreeHash]? {
    guard bytes.count == width * TreeHash.byteCount else { return nil }
    return stride(from: 0, to: bytes.count, by: TreeHash.byteCount).compactMap {
      TreeHash(bytes[$0..<$0 + TreeHash.byteCount])
    }
  }

  /// The entries of a bundle; nil when it has not as many as its path says or one of another length than ours have.
  public static func entries(in bytes: [UInt8], width: Int) -> [LogEntry]? {
    let step = 2 + LogEntry.byteCount
    guard bytes.count == width * step else { return nil }
    let entries = stride(from: 0, to: bytes.count, by: step).compactMap { start -> LogEntry? in
      guard bytes[start] == 0, bytes[start + 1] == UInt8(LogEntry.byteCount) else { return nil }
      return LogEntry(bytes[(start + 2)..<(start + step)])
    }
    return entries.count == width ? entries : nil
  }
}

/// Takes a tiled log's files in the order of `TilePath.added` and checks that they are what a checkpoint was signed over.
public struct TileVerifier: Sendable {
  /// Why a file is not that of the log.
  public enum Refusal: Error, Hashable, Sendable {
    /// It has another length or form than its path says.
    case form(TilePath)
    /// Its hashes are not those of what lies beneath.
    case hashes(TilePath)
    /// All together they have another root than was signed, or do not continue what was there.
    case root
  }

  private var writer: TileWriter
  private var expected: [TileAddress: [TreeHash]] = [:]

  /// - Parameter known: what was verified before.
  public init(continuing known: TileWriter = TileWriter()) { writer = known }

  /// The number of leaves that were taken.
  public var size: UInt64 { writer.size }

  /// Takes a file: of a bundle of entries whatever is beyond the leaves that are here already; of a tile nothing that the
  /// entries do not say.
  public mutating func take(_ path: TilePath, _ bytes: [UInt8]) throws(Refusal) {
    switch path {
    case .checkpoint: throw .form(path)
    case .entries(let index, let width):
      guard let entries = TileContent.entries(in: bytes, width: width) else { throw .form(path) }
      let start = index * UInt64(TileAddress.width)
      guard start <= writer.size, writer.size <= start + UInt64(width) else { throw .root }
      for entry in entries.dropFirst(Int(writer.size - start)) { writer.append(entry.leafHash) }
      expected.merge(writer.takeChanged()) { $1 }
    case .hashes(let address, let width):
      guard let hashes = TileContent.hashes(in: bytes, width: width) else { throw .form(path) }
      guard expected[address] == hashes else { throw .hashes(path) }
      expected[address] = nil
    }
  }

  /// Whether all that was taken is what the checkpoint says.
  /// - Returns: what the next files continue.
  public func finish(_ checkpoint: Checkpoint) throws(Refusal) -> TileWriter {
    guard writer.size == checkpoint.size, writer.frontier?.root ?? .empty == checkpoint.root, expected.isEmpty else {
      throw .root
    }
    return writer
  }
}
