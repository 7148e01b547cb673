import ControlAPI
import Foundation
import Testing

@Suite("One process a folder")
struct FolderLockTests {
  @Test("A folder is had once, and again when it was given back, though a child still has a copy of the descriptor")
  func givenBack() throws {
    let folder = "/tmp/amana-lock-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var first: FolderLock? = try FolderLock(folder: folder)
    #expect(throws: FolderLockError.taken) { try FolderLock(folder: folder) }
    // What a child has between fork and exec.
    let copy = dup(try #require(try descriptor(of: "\(folder)/lock")))
    defer { close(copy) }
    #expect(copy >= 0 && first != nil)
    first = nil
    _ = try FolderLock(folder: folder)
    #expect(throws: FolderLockError.unwritable("\(folder)/nothing/lock")) {
      try FolderLock(folder: "\(folder)/nothing")
    }
  }

  /// The one that is open here for this file.
  private func descriptor(of path: String) throws -> Int32? {
    let manager = FileManager.default
    return try manager.contentsOfDirectory(atPath: "/proc/self/fd").first {
      (try? manager.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
    }.flatMap { Int32($0) }
  }
}
