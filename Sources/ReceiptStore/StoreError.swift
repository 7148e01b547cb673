/// Why the store cannot be used. Each says what to do next.
public enum StoreError: Error, Sendable, CustomStringConvertible {
  /// SQLite would not promise that a commit is on disk.
  case notDurable(synchronous: Int, journal: String)
  /// The file was written by a newer Amana.
  case newerSchema
  /// The file of content keys is not there, or is new, while the store holds content that it opens.
  case keysMissing(String, rows: Int)
  /// The file of content keys is another store's.
  case keysOfAnother(String)
  /// One owner's key is not in the file, and was not destroyed on purpose.
  case keyMissing(String)
  /// A file can't be opened or made.
  case noFile(String)
  /// A row that should be there or be readable is not.
  case damaged(String)

  public var description: String {
    switch self {
    case .notDurable(let synchronous, let journal):
      "the store would not be durable (synchronous=\(synchronous), journal_mode=\(journal)): use another file system"
    case .newerSchema: "the store was written by a newer Amana: install that version, this one would damage it"
    case .keysMissing(let path, let rows):
      """
      the content keys \(path) are missing: \(rows) manifests, annexes and slot lists of this store can't be read without \
      them (statements, receipts and the log can). Put that file back, from where it is kept apart from the backups. If it is lost for good, --accept-lost-content goes \
      on without what it opened
      """
    case .keysOfAnother(let path):
      "the content keys \(path) belong to another store: put this store's file there; nothing was changed"
    case .keyMissing(let owner):
      """
      the key of what stands beside \(owner) is not among the content keys: that content can't be read. The file of keys \
      is older than the store: put the newest one back
      """
    case .noFile(let path): "\(path) can't be opened or made: see that the folder is there and belongs to the daemon"
    case .damaged(let what): "the store is damaged: \(what). Stop, keep the file, restore a backup"
    }
  }
}
