import Foundation
import Glibc

/// One daemon a store: the lock goes with the process, however it ends.
final class StateLock: Sendable {
  private let handle: FileHandle

  init(folder: String) throws {
    let path = "\(folder)/lock"
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else { throw StartError("\(path) cannot be written") }
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw StartError("another amanad uses \(folder): stop it first, or choose another --state")
    }
    self.handle = handle
  }
}
