import Foundation
public import TransparencyLog

/// Why a folder of tiles cannot be written or gone on with: a sentence that says what to do.
public struct TileFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }

  /// A folder holds another log than the one to be written to it.
  public static func other(_ path: String, holding log: String) -> TileFolderError {
    TileFolderError(
      "\(path) holds \(log), which this log does not continue: nothing was written; name another folder")
  }
}

/// A tiled log as plain files (C2SP tlog-tiles), as any web server or object store serves them. Whatever reads them while
/// they are written finds a whole log: each file is put in its place at once, and the checkpoint behind all that it covers.
public struct TileFolder: Sendable {
  /// Where the prefix of the log's paths is.
  public let path: String

  public init(path: String) { self.path = path }

  /// What the folder shows; nil for a new or empty one.
  /// - Throws: where a file `checkpoint` is there that is none.
  public func checkpoint() throws(TileFolderError) -> SignedCheckpoint? {
    guard let bytes = bytes(of: .checkpoint) else { return nil }
    do { return try SignedCheckpoint(decoding: bytes) } catch {
      throw TileFolderError("\(path)/checkpoint is no checkpoint (\(error)): export to another folder")
    }
  }

  /// What a further file continues, from the tiles that are not full; nil when they do not have the root that the folder's
  /// checkpoint was signed over.
  public func writer(of checkpoint: Checkpoint) -> TileWriter? {
    var partial: [TileAddress: [TreeHash]] = [:]
    for (address, width) in TileWriter.partialTiles(ofSize: checkpoint.size) {
      guard let bytes = bytes(of: .hashes(address, width: width)),
        let hashes = TileContent.hashes(in: bytes, width: width)
      else { return nil }
      partial[address] = hashes
    }
    guard let writer = TileWriter(size: checkpoint.size, partialTiles: partial),
      (writer.frontier?.root ?? .empty) == checkpoint.root
    else { return nil }
    return writer
  }

  /// The content of a file; nil when there is none, or one of another length than its path says.
  public func bytes(of file: TilePath) -> [UInt8]? {
    let limit = file.byteCount ?? SignedNote.maximumByteCount
    guard let handle = FileHandle(forReadingAtPath: "\(path)/\(file.text)") else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: limit + 1), data.count <= limit,
      file.byteCount == nil || data.count == limit
    else { return nil }
    return [UInt8](data)
  }

  /// The content of a file, or that much of the full one which took its place since (C2SP tlog-tiles); nil where neither is
  /// whole.
  public func part(of file: TilePath) -> [UInt8]? {
    if let bytes = bytes(of: file) { return bytes }
    guard let whole = file.whole, let count = file.byteCount else { return nil }
    return bytes(of: whole).map { Array($0.prefix(count)) }
  }

  /// Puts a file in its place, whole; everybody may read it, since tiles hold digests and nothing else.
  public func write(_ file: TilePath, _ bytes: [UInt8]) throws(TileFolderError) {
    let target = URL(filePath: "\(path)/\(file.text)")
    do {
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
      try Data(bytes).write(to: target, options: .atomic)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: target.path)
    } catch {
      throw TileFolderError("\(target.path) cannot be written (\(error.localizedDescription)): see to the folder")
    }
  }

  /// Puts the checkpoint in its place when all that it covers is on disk, and takes away what full files replaced: whoever
  /// has an older checkpoint finds the full ones (C2SP tlog-tiles).
  /// - Parameter files: what was written since the last one.
  public func finish(_ note: [UInt8], behind files: [TilePath]) throws(TileFolderError) {
    let paths = files.map { "\(path)/\($0.text)" }
    let folders = Set(paths.map { URL(filePath: $0).deletingLastPathComponent().path })
    for path in paths + folders.sorted() {
      guard let handle = FileHandle(forReadingAtPath: path), (try? handle.synchronize()) != nil else {
        throw TileFolderError("\(path) does not reach the disk: see to the disk")
      }
      try? handle.close()
    }
    try write(.checkpoint, note)
    for file in files where file.whole == nil { try? FileManager.default.removeItem(atPath: "\(path)/\(file.text).p") }
  }
}
