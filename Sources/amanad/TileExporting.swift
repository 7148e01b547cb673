import COSE
import ControlAPI
import Logging
import ReceiptStore
import ServiceLifecycle
import TransparencyLog

/// Reads the files of our tiled log out of the store.
struct LogFiles {
  let reader: StoreReader

  /// The bytes of a file; nil while the log has not as many leaves.
  func bytes(of file: TilePath) throws -> [UInt8]? {
    switch file {
    case .checkpoint: return nil
    case .hashes(let address, let width):
      let hashes = try reader.hashes(of: address).prefix(width)
      return hashes.count == width ? TileContent.bytes(of: hashes) : nil
    case .entries(let index, let width):
      let start = index.multipliedReportingOverflow(by: UInt64(TileAddress.width))
      guard !start.overflow else { return nil }
      let leaves = try reader.leaves(from: start.partialValue, limit: width)
      // The place of a leaf that is not there is nobody else's.
      guard leaves.count == width, leaves.first?.index == start.partialValue else { return nil }
      return TileContent.bytes(of: leaves.map(\.entry))
    }
  }
}

extension Questions {
  /// A file of our tiled log.
  func tile(_ query: Query) async throws -> [UInt8] {
    let file = try query.value("path", "a path of C2SP tlog-tiles, e.g. tile/0/000.p/7") { TilePath($0) }
    guard let file, file != .checkpoint else {
      throw Query.invalid("path", "must be a path of C2SP tlog-tiles, e.g. tile/0/000.p/7")
    }
    guard let bytes = try await store.read({ try LogFiles(reader: $0).bytes(of: file) }) else {
      throw Problem(
        status: 404, code: "not-found", title: "The log has no such file", detail: "\(file.text) is beyond its leaves",
        next: "ask for what the newest checkpoint covers (GET /v1/checkpoint)")
    }
    return bytes
  }
}

/// Keeps our log as plain files in `tiles.directory`, for the courier and any web server to hand out. Each epoch has a
/// folder of its own, named as its origin ends.
struct TileExporting: Service {
  let offices: OfficeInForce
  let store: ReceiptStore
  let settings: LiveSettings
  /// How many files are read from one snapshot.
  private static let portion = 256

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var told: String?
      while !Task.isCancelled {
        do {
          try await export()
          if told != nil { Logger.amanad.notice("tiles: they are written again") }
          told = nil
        } catch {
          let sentence = "tiles: \(error)"
          if told != sentence { Logger.amanad.record(.internalError, "\(sentence)") }
          told = sentence
        }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Brings the files up to the newest checkpoint; does nothing where they are, or where no folder is named.
  func export() async throws {
    guard let directory = settings.current.tilesDirectory else { return }
    let origin = offices.current.origin
    guard let note = try await store.read({ try $0.latestCheckpoint(origin: origin) }) else { return }
    let folder = TileFolder(path: "\(directory)/\(Self.place(of: origin))")
    let shown = try folder.checkpoint()
    guard shown?.note.encoded() != note else { return }
    let newest = try SignedCheckpoint(decoding: note).checkpoint
    let old = shown?.checkpoint ?? Checkpoint(origin: origin, size: 0, root: .empty)
    try await refuse(old, unlike: newest, in: folder.path)
    let files = TilePath.added(from: old.size, to: newest.size)
    for start in stride(from: 0, to: files.count, by: Self.portion) where !Task.isCancelled {
      let part = files[start..<min(start + Self.portion, files.count)]
      let contents = try await store.read { reader in
        let log = LogFiles(reader: reader)
        return try part.map { file in
          guard let bytes = try log.bytes(of: file) else { throw StoreError.damaged("the log has no \(file.text)") }
          return (file, bytes)
        }
      }
      for (file, bytes) in contents { try folder.write(file, bytes) }
    }
    guard !Task.isCancelled else { return }
    try folder.finish(note, behind: files)
  }

  /// A folder that holds another log is left as it is: files that partners may have fetched are never replaced.
  private func refuse(_ old: Checkpoint, unlike newest: Checkpoint, in path: String) async throws {
    let isOurs = try await store.read { reader in
      try old.origin == newest.origin && old.size <= newest.size
        && TileReader(source: reader).root(size: old.size) == old.root
    }
    guard isOurs else {
      throw TileFolderError.other(path, holding: "\(old.origin) at \(old.size)")
    }
  }

  /// `log/1` of `syr.example/prisons/log/1`.
  static func place(of origin: String) -> String {
    origin.split(separator: "/").suffix(2).joined(separator: "/")
  }
}
