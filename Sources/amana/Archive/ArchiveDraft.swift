import Custody
import Foundation

/// An archive that is being written beside its place and put there when it is whole and on disk. Nobody but its owner can
/// read it: who was moved when stands in it, though nobody's name does.
struct ArchiveDraft {
  let path: String
  private let draft: String
  private(set) var files: [ArchiveIndex.File] = []

  init(_ path: String) throws {
    self.path = path
    draft = try NewFile.draft(beside: path)
    do {
      try FileManager.default.createDirectory(
        atPath: draft, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      for folder in ArchivePath.folders {
        try FileManager.default.createDirectory(
          atPath: "\(draft)/\(folder)", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      }
    } catch {
      discard()
      throw CommandFailure(unwritable: path, error)
    }
  }

  /// A file that the index names.
  mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    try write(name, bytes)
    files.append(ArchiveIndex.File(path: name, bytes))
  }

  /// One that it does not: itself, and stamps.
  func write(_ name: String, _ bytes: [UInt8]) throws { try writeFile("\(draft)/\(name)", bytes, mode: 0o600) }

  /// Gives it its name.
  func keep() throws {
    do {
      for folder in ArchivePath.folders.map({ "\(draft)/\($0)" }) + [draft] { try Self.reach(folder) }
      try FileManager.default.moveItem(atPath: draft, toPath: path)
      try Self.reach(URL(filePath: path).deletingLastPathComponent().path)
    } catch { throw CommandFailure(unwritable: path, error) }
  }

  /// Nothing is left of what was not kept.
  func discard() { try? FileManager.default.removeItem(atPath: draft) }

  /// What was written reaches the disk.
  static func reach(_ path: String) throws {
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? handle.close() }
    try handle.synchronize()
  }
}
