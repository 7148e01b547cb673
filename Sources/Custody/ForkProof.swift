import COSE
import OpenSSL
import Roster
public import TransparencyLog

/// Two signed objects of one authority that contradict each other, or what is said of each of them.
public struct Pair<Value: Sendable & Hashable>: Hashable, Sendable {
  public let first: Value
  public let second: Value

  public init(_ first: Value, _ second: Value) {
    self.first = first
    self.second = second
  }

  /// Both, in their order.
  public var both: [Value] { [first, second] }
}

/// A file that proves to anybody who trusts a roster, and nobody else, that one log said two things of which one only can be
/// true (formats.md, Equivocation proof). Having one proves nothing: `ForkVerifier` does.
public struct ForkProof: Hashable, Sendable {
  public static let format = "amana-fork-1"
  public static let mediaType = "application/vnd.amana.fork+cbor"
  /// Two statements with their receipts have at most 8 MiB, a roster 16, all else 1.
  public static let maximumByteCount = 25 << 20

  /// An entry of a log and the way from it to a checkpoint's root.
  public struct Leaf: Hashable, Sendable {
    public let entry: LogEntry
    public let path: [TreeHash]

    public init(entry: LogEntry, path: [TreeHash]) {
      self.entry = entry
      self.path = path
    }
  }

  /// Where a slot stands in a statement's list, and the way from it to the `slots_root`.
  public struct Place: Hashable, Sendable {
    public let index: UInt64
    public let path: [TreeHash]

    public init(index: UInt64, path: [TreeHash]) {
      self.index = index
      self.path = path
    }
  }

  /// What contradicts what.
  public enum Evidence: Hashable, Sendable {
    /// Two checkpoints of one log and one size, with different roots.
    case roots(Pair<SignedCheckpoint>)
    /// Two checkpoints of one log and different sizes, and the different entries that they have at one index.
    case sequences(Pair<SignedCheckpoint>, index: UInt64, Pair<Leaf>)
    /// Two `log-opened` of one log.
    case openings(Pair<SignedStatement>)
    /// Two releases that list one slot.
    case slots(Pair<SignedStatement>, slot: [UInt8], Pair<Place>)
    /// Two statements that decide the same step of one line: of each, the fields of that line that say so.
    case lines(Pair<SignedStatement>, Pair<LineProof>)
  }

  public let evidence: Evidence
  /// A COSE_Sign, when the reader is to have the roster from here; it is trusted by its digest alone.
  public let roster: [UInt8]?

  /// Takes everything as it is, in the one order that a fork has; `ForkVerifier` says what is wrong with it.
  public init(_ evidence: Evidence, roster: [UInt8]? = nil) {
    self.evidence = evidence.ordered
    self.roster = roster
  }
}

extension ForkProof.Evidence {
  /// Checkpoints by size and root, statements by their ids: one fork has one form.
  var ordered: Self {
    switch self {
    case .roots(let notes) where notes.isReversed: .roots(notes.reversed)
    case .sequences(let notes, let index, let leaves) where notes.isReversed:
      .sequences(notes.reversed, index: index, leaves.reversed)
    case .openings(let signed) where signed.isReversed: .openings(signed.reversed)
    case .slots(let signed, let slot, let places) where signed.isReversed:
      .slots(signed.reversed, slot: slot, places.reversed)
    case .lines(let signed, let lines) where signed.isReversed: .lines(signed.reversed, lines.reversed)
    default: self
    }
  }
}

extension Pair {
  var reversed: Self { Pair(second, first) }
}

extension Pair<SignedCheckpoint> {
  var isReversed: Bool {
    let (one, other) = (first.checkpoint, second.checkpoint)
    guard one.size == other.size else { return one.size > other.size }
    return other.root.bytes.lexicographicallyPrecedes(one.root.bytes)
  }
}

extension Pair<SignedStatement> {
  var isReversed: Bool { second.id < first.id }
}
