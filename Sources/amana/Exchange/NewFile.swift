import Foundation
import Glibc

/// A file that is written beside its place and put there when it is whole. Nobody but its owner can read it, and it never
/// replaces another.
struct NewFile {
  let path: String
  private let draft: String
  let handle: FileHandle

  init(_ path: String) throws {
    let draft = try Self.draft(beside: path)
    let former = umask(0o177)
    defer { _ = umask(former) }
    do { try Data().write(to: URL(filePath: draft), options: .withoutOverwriting) } catch {
      throw CommandFailure(unwritable: path, error)
    }
    guard let handle = FileHandle(forUpdatingAtPath: draft) else {
      throw CommandFailure(Exit.usage, say(.fileUnwritable, in: .chosen, visible(path), "-"))
    }
    (self.path, self.draft, self.handle) = (path, draft, handle)
  }

  /// A file of no name, for what is only passed on: whatever ends the process, nothing of it is left.
  static func unnamed(in folder: String) throws -> NewFile {
    let file = try NewFile("\(folder)/.amana-\(UUID().uuidString)")
    try? FileManager.default.removeItem(atPath: file.draft)
    return file
  }

  func write(_ bytes: [UInt8]) throws {
    do { try handle.write(contentsOf: Data(bytes)) } catch { throw CommandFailure(unwritable: path, error) }
  }

  /// Gives it its name: by a second link, which cannot replace a file; on file systems without links by moving it.
  func keep() throws {
    defer { discard() }
    do { try handle.synchronize() } catch { throw CommandFailure(unwritable: path, error) }
    do { try FileManager.default.linkItem(atPath: draft, toPath: path) } catch {
      guard !FileManager.default.fileExists(atPath: path) else { throw Self.exists(path) }
      do { try FileManager.default.moveItem(atPath: draft, toPath: path) } catch {
        throw CommandFailure(unwritable: path, error)
      }
    }
  }

  /// Nothing is left of what was not kept.
  func discard() {
    try? handle.close()
    try? FileManager.default.removeItem(atPath: draft)
  }

  /// A new name in the folder of a place where nothing is yet, not even a link.
  /// - Throws: `CommandFailure` where something is.
  static func draft(beside path: String) throws -> String {
    guard !FileManager.default.fileExists(atPath: path),
      (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil
    else { throw exists(path) }
    return URL(filePath: path).deletingLastPathComponent().appending(path: ".amana-\(UUID().uuidString)").path
  }

  private static func exists(_ path: String) -> CommandFailure {
    CommandFailure(Exit.usage, say(.fileExists, in: .chosen, visible(path)))
  }
}

extension CommandFailure {
  /// What was to be written could not be.
  init(unwritable path: String, _ error: any Error) {
    self.init(Exit.usage, say(.fileUnwritable, in: .chosen, visible(path), error.localizedDescription))
  }
}

/// Refuses to write over a file that is there.
func refuseExisting(_ path: String, in language: Language) throws {
  guard !FileManager.default.fileExists(atPath: path) else {
    throw CommandFailure(Exit.usage, say(.fileExists, in: language, visible(path)))
  }
}
