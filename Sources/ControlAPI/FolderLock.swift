import Foundation

/// Why a folder cannot be had alone.
public enum FolderLockError: Error, Hashable, Sendable {
  /// This file cannot be written.
  case unwritable(String)
  /// Another process has the folder.
  case taken
}

/// One process a folder: the lock goes with the process, however it ends.
public final class FolderLock: Sendable {
  private let handle: FileHandle

  /// Locks a folder that is there, by its file `lock`, for as long as this lives.
  public init(folder: String) throws(FolderLockError) {
    let path = "\(folder)/lock"
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else { throw .unwritable(path) }
    // A child that outlives us does not keep it.
    guard fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw .unwritable(path) }
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else { throw .taken }
    self.handle = handle
  }

  /// A child has a copy of the descriptor until it becomes another program, and closing ours would leave the lock with it.
  deinit { flock(handle.fileDescriptor, LOCK_UN) }
}
