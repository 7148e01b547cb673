import OpenSSL
public import TransparencyLog

/// The slots that let an observer without a key see a double release (custody.md, Record content).
public enum Slots {
  /// SHA-256("amana-slot-1" ‖ subject_ref ‖ custody_prev).
  public static func slot(subject: SubjectReference, previous: StatementID) -> [UInt8] {
    SHA256.hash(Array("amana-slot-1".utf8) + subject.bytes + previous.bytes)
  }

  /// The list beside a statement: for a release one slot a line, for an intake and wherever the kind hides them none,
  /// filled with random values to the bucket and sorted.
  public static func list<Failure: Error>(
    for event: EventType, manifest: Manifest, random: (Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [[UInt8]] {
    let isHidden = KindTable.rows.contains { $0.hidesSlots && $0.schema == manifest.schema }
    var slots = event.isRelease && !isHidden ? required(by: manifest) : []
    while slots.count < manifest.leaves.count { slots.append(try random(32)) }
    return slots.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The slots that a release's manifest calls for.
  public static func required(by manifest: Manifest) -> [[UInt8]] {
    manifest.lines.compactMap { _, leaf in
      guard let subject = leaf.subject, let previous = leaf.custodyPrevious else { return nil }
      return slot(subject: subject, previous: previous)
    }
  }

  /// Those that an event must list: none where its kind hides them.
  static func required(by manifest: Manifest, of event: Event) -> [[UInt8]] {
    event.type.isRelease && event.kind?.row.hidesSlots != true ? required(by: manifest) : []
  }

  /// The slots of a list as it is kept and travels: one behind another, 32 bytes each.
  public static func split(_ bytes: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: 32).map { Array(bytes[$0..<min($0 + 32, bytes.count)]) }
  }

  /// The `slots_root`: the RFC 9162 root over the list.
  public static func root(of slots: [[UInt8]]) -> TreeHash { MerkleTree.root(of: slots.map { TreeHash.leaf($0) }) }
}
