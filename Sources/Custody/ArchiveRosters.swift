import OpenSSL
public import Roster

/// The rosters of an archive, and the one to judge it by: the newest to which proofs lead from the one that its reader
/// trusts. Those of the period alone would not do, since keys end and what ended them stands in later ones.
public struct ArchiveRosters: Sendable {
  /// COSE_Signs: those of the archive, of its stamps and of its reader, each once.
  public let all: [[UInt8]]
  public let newest: VerifiedRoster
  /// Whether its reader trusts one of them, or they only agree with each other.
  public let isPinned: Bool

  /// - Parameter trusted: the digest of a roster; nil: the oldest one is taken, which proves nothing to anybody.
  /// - Throws: `ArchiveRefusal` where one cannot be read, or none has that digest.
  public init(_ rosters: [[UInt8]], trusting trusted: [UInt8]?) throws(ArchiveRefusal) {
    var seen: Set<[UInt8]> = []
    all = rosters.filter { seen.insert($0).inserted }
    var read: [VerifiedRoster] = []
    for bytes in all {
      do throws(RosterRefusal) {
        read.append(try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes)))
      } catch { throw ArchiveRefusal("a roster of the archive: \(error)") }
    }
    read.sort { ($0.body.version, hexadecimal($0.digest)) < ($1.body.version, hexadecimal($1.digest)) }
    guard var last = trusted.map({ digest in read.first { $0.digest == digest } }) ?? read.first else {
      throw ArchiveRefusal(
        "the roster that you trust is not in the archive: give it as a file, with those that lead to it")
    }
    for next in read where next.body.version > last.body.version {
      if let followed = try? VerifiedRoster.verify(next.bytes, following: last) { last = followed }
    }
    newest = last
    isPinned = trusted != nil
  }

  /// A bundle of the archive, with these rosters beside its own.
  public func completing(_ bundle: Bundle) -> Bundle {
    var bundle = bundle
    let known = Set(bundle.rosters.map(\.value))
    bundle.rosters += all.filter { !known.contains($0) }.map { Bundle.Item(offset: 0, value: $0) }
    return bundle
  }
}
