import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import TransparencyLog

/// The files of a folder as far as a tree of some size has them.
struct FolderTiles: TileSource {
  let folder: TileFolder
  let size: UInt64

  func hashes(of tile: TileAddress) -> [TreeHash] {
    guard (0..<8).contains(tile.level) else { return [] }
    let count = size >> UInt64(8 * tile.level)
    let (start, isTooFar) = tile.index.multipliedReportingOverflow(by: UInt64(TileAddress.width))
    guard !isTooFar, start < count else { return [] }
    let width = Int(min(UInt64(TileAddress.width), count - start))
    return folder.part(of: .hashes(tile, width: width)).flatMap { TileContent.hashes(in: $0, width: width) } ?? []
  }

  /// The entries from 256 × index on, at most 256; nil where the folder is not whole.
  func entries(_ index: UInt64) -> [LogEntry]? {
    let width = Int(min(UInt64(TileAddress.width), size - index * UInt64(TileAddress.width)))
    return folder.part(of: .entries(index: index, width: width)).flatMap { TileContent.entries(in: $0, width: width) }
  }

  /// An entry with the way from it to the root.
  func proof(_ entry: LogEntry, at index: UInt64) throws -> Custody.Bundle.Proof? {
    try TileReader(source: self).inclusionProof(index: index, size: size).map {
      Custody.Bundle.Proof(entry: entry, proof: $0)
    }
  }
}

/// The copy of one log that an observer keeps: plain files as `amana tiles verify` reads them, verified before they were put
/// there.
struct MonitorCopy: Sendable {
  let state: MonitorState
  let origin: String
  private var name: String { "logs/\(hexadecimal(SHA256.hash(Array(origin.utf8))).prefix(32))" }
  var folder: TileFolder { TileFolder(path: "\(state.path)/\(name)/tiles") }

  /// Since when the log has this size here, and when its newest note last had the cosignatures that the roster asks for, or
  /// the log was first seen.
  struct Growth: Codable, Hashable {
    let origin: String
    let size: UInt64
    let since: UnixTime
    var covered: UnixTime
  }

  func growth() throws -> Growth? { try state.read(Growth.self, "\(name)/growth.json") }

  /// The note that covers the copy; nil where there is none yet.
  func newest() throws -> SignedCheckpoint? {
    do { return try folder.checkpoint() } catch { throw MonitorError(error.description) }
  }

  func tiles(_ size: UInt64) -> FolderTiles { FolderTiles(folder: folder, size: size) }

  /// What further leaves continue.
  func writer() throws -> TileWriter {
    guard let newest = try newest() else { return TileWriter() }
    guard let writer = folder.writer(of: newest.checkpoint) else {
      throw MonitorError("\(folder.path) is damaged: remove it, and the log is fetched anew")
    }
    return writer
  }

  /// Takes what was verified, the checkpoint last.
  func take(_ note: SignedCheckpoint, _ files: [TilePath], from staging: TileFolder, at now: UnixTime) throws {
    do {
      for file in files {
        guard let bytes = staging.bytes(of: file) else { throw MonitorError("\(staging.path) changed: try again") }
        try folder.write(file, bytes)
      }
      try folder.finish(note.note.encoded(), behind: files)
    } catch let error as TileFolderError {
      throw MonitorError(error.description)
    }
    let covered = try growth()?.covered ?? now
    let growth = Growth(origin: origin, size: note.checkpoint.size, since: now, covered: covered)
    try state.write(growth, "\(name)/growth.json")
  }

  /// Notes that enough witnesses have cosigned the newest note.
  func cover(_ growth: Growth, at now: UnixTime) throws {
    var covered = growth
    covered.covered = now
    try state.write(covered, "\(name)/growth.json")
  }

  /// Takes a note of the tree that is here, which more witnesses cosigned.
  func replace(_ note: SignedCheckpoint) throws {
    do { try folder.finish(note.note.encoded(), behind: []) } catch { throw MonitorError(error.description) }
  }

  /// Which of these entries are in the copy.
  func contains(_ entries: Set<LogEntry>) throws -> Set<LogEntry> {
    guard !entries.isEmpty, let size = try newest()?.checkpoint.size else { return [] }
    var found: Set<LogEntry> = []
    for case .entries(let index, let width) in TilePath.added(from: 0, to: size) where found.count < entries.count {
      let file = TilePath.entries(index: index, width: width)
      guard let bytes = folder.bytes(of: file), let listed = TileContent.entries(in: bytes, width: width) else {
        throw MonitorError("\(folder.path)/\(file.text) is damaged: remove \(folder.path), and the log is fetched anew")
      }
      found.formUnion(listed.filter(entries.contains))
    }
    return found
  }
}
