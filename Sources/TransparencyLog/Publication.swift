/// What is published at once so that its size, its moment and the order within it say nothing of what happened: a multiple
/// of a batch, filled with padding entries, shuffled. An eavesdropper who also hands in statements of its own can't fill a
/// batch so that others' statements overflow it: of each issuer a period takes an eighth of a batch at most, of our own
/// half. The rest waits for the next period, in its order.
public enum Publication {
  /// Something that waits.
  public struct Pending<Issuer: Hashable & Sendable>: Sendable {
    /// The place in the order of registration.
    public let index: UInt64
    public let entry: LogEntry
    public let issuer: Issuer
    public let isOwn: Bool
    /// Whether it is about the log itself (`log-opened`, `roster-adopted`): it stands first, in its order.
    public let isOfLog: Bool

    public init(index: UInt64, entry: LogEntry, issuer: Issuer, isOwn: Bool, isOfLog: Bool = false) {
      self.index = index
      self.entry = entry
      self.issuer = issuer
      self.isOwn = isOwn
      self.isOfLog = isOfLog
    }
  }

  /// A leaf to be: an entry, and the statement it belongs to; nil for padding.
  public struct Leaf: Sendable, Hashable {
    public let entry: LogEntry
    public let statement: UInt64?

    public init(entry: LogEntry, statement: UInt64?) {
      self.entry = entry
      self.statement = statement
    }
  }

  /// How many statements of one issuer a batch takes.
  public static func share(of batch: Int, isOwn: Bool) -> Int { max(1, isOwn ? batch / 2 : batch / 8) }

  /// What is published now, in the order of its leaves. At least one batch, when nothing waits too.
  /// - Parameters:
  ///   - pending: what waits, in the order of registration.
  ///   - padding: an entry of 32 random bytes.
  public static func leaves<Issuer, Failure: Error>(
    of pending: [Pending<Issuer>], batch: Int, using generator: inout some RandomNumberGenerator,
    padding: () throws(Failure) -> LogEntry
  ) throws(Failure) -> [Leaf] {
    var taken: [Issuer: Int] = [:]
    let first = pending.filter(\.isOfLog).map { Leaf(entry: $0.entry, statement: $0.index) }
    var leaves: [Leaf] = []
    for item in pending where !item.isOfLog {
      let count = taken[item.issuer, default: 0]
      guard count < share(of: batch, isOwn: item.isOwn) else { continue }
      taken[item.issuer] = count + 1
      leaves.append(Leaf(entry: item.entry, statement: item.index))
    }
    let wanted = max(1, (first.count + leaves.count + batch - 1) / max(1, batch)) * max(1, batch)
    while first.count + leaves.count < wanted { leaves.append(Leaf(entry: try padding(), statement: nil)) }
    leaves.shuffle(using: &generator)
    return first + leaves
  }
}
