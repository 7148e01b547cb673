import ControlAPI

extension FolderLock {
  /// One daemon a store.
  static func state(_ folder: String) throws -> FolderLock {
    do { return try FolderLock(folder: folder) } catch {
      switch error {
      case .unwritable(let path): throw StartError("\(path) cannot be written")
      case .taken: throw StartError("another amanad uses \(folder): stop it first, or choose another --state")
      }
    }
  }
}
