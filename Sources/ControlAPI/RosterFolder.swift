import COSE
import Foundation
public import Roster

/// `DIRECTORY/rosters`: every version that was published here, one file each, so that whoever was away can walk them.
public struct RosterFolder: Sendable {
  public let path: String

  public init(directory: String) { path = "\(directory)/rosters" }

  /// The file of a version: "…/rosters/0002.cose".
  public func file(of version: UInt64) -> String {
    let digits = String(version)
    return "\(path)/\(String(repeating: "0", count: max(0, 4 - digits.utf8.count)))\(digits).cose"
  }

  /// The bytes kept for a version, which nobody has verified; nil where there are none to read.
  public func bytes(of version: UInt64) -> [UInt8]? {
    guard let handle = FileHandle(forReadingAtPath: file(of: version)) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: Sign.maximumByteCount + 1), data.count <= Sign.maximumByteCount else {
      return nil
    }
    return [UInt8](data)
  }

  /// Every version after one that is trusted up to another one, verified in order.
  /// - Throws: `RosterRefusal`, which names the first versions that are missing.
  public func way(from old: VerifiedRoster, to new: VerifiedRoster) throws(RosterRefusal) -> [VerifiedRoster] {
    var versions: [[UInt8]] = []
    // Far more than a coalition signs in a lifetime: a forged number must not make us look for a file each.
    if new.body.version > old.body.version, new.body.version - old.body.version <= 10_000 {
      for version in (old.body.version + 1)..<new.body.version {
        guard let bytes = bytes(of: version) else {
          throw .doesNotFollow(.versionsMissing(version...lastMissing(from: version, below: new.body.version)))
        }
        versions.append(bytes)
      }
    }
    return try VerifiedRoster.walk(from: old, through: versions + [new.bytes])
  }

  /// The roster with a digest: the bytes given, which lie in roster.cose, or while a newer one is being published one that
  /// is kept here.
  public func pinned(_ digest: [UInt8], or bytes: [UInt8]) throws(RosterRefusal) -> VerifiedRoster {
    do throws(RosterRefusal) { return try VerifiedRoster.verify(bytes, pinned: digest) } catch {
      guard case .notPinned = error, let kept = kept(digest, before: bytes) else { throw error }
      return kept
    }
  }

  private func kept(_ digest: [UInt8], before newer: [UInt8]) -> VerifiedRoster? {
    guard let version = try? RosterProposal(decoding: newer).body.version, version <= 10_000 else { return nil }
    // The newest first: it is nearly always the one before.
    for version in (1..<max(version, 1)).reversed() {
      guard let bytes = bytes(of: version) else { continue }
      if let roster = try? VerifiedRoster.verify(bytes, pinned: digest) { return roster }
    }
    return nil
  }

  private func lastMissing(from first: UInt64, below end: UInt64) -> UInt64 {
    var last = first
    while last + 1 < end, bytes(of: last + 1) == nil { last += 1 }
    return last
  }
}
