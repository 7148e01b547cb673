import Roster
public import TransparencyLog

/// Two notes that one log signed although no log can have both trees (V20): they convict it before anybody who has its key.
public struct LogForkProof: Hashable, Sendable {
  /// The smaller tree.
  public let first: SignedCheckpoint
  public let second: SignedCheckpoint
  /// The root that the second tree had at the size of the first; nil where both have one size.
  public let root: TreeHash?
  /// That it had; nil where both have one size, or the first is empty.
  public let consistency: ConsistencyProof?

  init(
    _ first: SignedCheckpoint, _ second: SignedCheckpoint, root: TreeHash? = nil, consistency: ConsistencyProof? = nil
  ) {
    self.first = first
    self.second = second
    self.root = root
    self.consistency = consistency
  }

  /// Whether the notes contradict each other. That the log's key signed both, `LogVerifier` says.
  public var holds: Bool {
    let (old, new) = (first.checkpoint, second.checkpoint)
    guard sameBytes(old.origin, new.origin) else { return false }
    if old.size == new.size { return old.root != new.root }
    if old.size == 0 { return old.root != .empty }
    guard let root, let consistency, consistency.oldSize == old.size, consistency.newSize == new.size else {
      return false
    }
    return root != old.root && consistency.holds(oldRoot: root, newRoot: new.root)
  }
}

/// How a signed note stands to the tree that is copied here.
public enum LogSighting: Hashable, Sendable {
  /// It says nothing new.
  case known
  /// It is a state that the copied tree went through.
  case earlier
  /// It has more leaves than are here.
  case later
  case fork(LogForkProof)
}

/// A log of which all leaves are at hand, up to a note that its key signed.
public struct CopiedLog<Source: TileSource> {
  public let newest: SignedCheckpoint
  private let tiles: TileReader<Source>

  /// - Parameter tiles: the tree that the note was signed over; that it is, whoever copied it has seen to.
  public init(newest: SignedCheckpoint, tiles: Source) {
    self.newest = newest
    self.tiles = TileReader(source: tiles)
  }

  /// Judges a note of the same log that its key signed.
  /// - Throws: `ProofRefusal` where the copy is not whole.
  public func judge(_ note: SignedCheckpoint) throws -> LogSighting {
    if note.checkpoint.size > newest.checkpoint.size { return .later }
    if let proof = try fork(from: note) { return .fork(proof) }
    return note.checkpoint.size == newest.checkpoint.size ? .known : .earlier
  }

  /// The proof that a note of at most this size shows no state that the tree went through; nil where it does.
  /// - Throws: `ProofRefusal` where the copy is not whole.
  public func fork(from note: SignedCheckpoint) throws -> LogForkProof? {
    let (old, new) = (note.checkpoint, newest.checkpoint)
    if old.size == new.size { return old.root == new.root ? nil : LogForkProof(note, newest) }
    guard old.size > 0 else { return old.root == .empty ? nil : LogForkProof(note, newest) }
    guard let root = try tiles.root(size: old.size),
      let proof = try tiles.consistencyProof(from: old.size, to: new.size)
    else { throw ProofRefusal("the copy of \(new.origin) is not whole: remove its folder, and it is fetched anew") }
    return root == old.root ? nil : LogForkProof(note, newest, root: root, consistency: proof)
  }
}
