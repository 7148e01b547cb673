/// Why the store cannot be used. Each says what to do next.
public enum StoreError: Error, Sendable, CustomStringConvertible {
  /// SQLite would not promise that a commit is on disk.
  case notDurable(synchronous: Int, journal: String)
  /// The file was written by a newer Amana.
  case newerSchema
  /// A row that should be there or be readable is not.
  case damaged(String)

  public var description: String {
    switch self {
    case .notDurable(let synchronous, let journal):
      "the store would not be durable (synchronous=\(synchronous), journal_mode=\(journal)): use another file system"
    case .newerSchema: "the store was written by a newer Amana: install that version, this one would damage it"
    case .damaged(let what): "the store is damaged: \(what). Stop, keep the file, restore a backup"
    }
  }
}
