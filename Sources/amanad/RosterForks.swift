import Custody
import ReceiptStore
import Roster

/// Two rosters of one version, both signed (V20).
enum RosterForks {
  /// Both are kept with it: whoever trusts one of them can check that the other is signed too.
  static func alarm(_ fork: RosterFork) -> Violation {
    Violation(
      .v20,
      "two rosters of version \(fork.version) are signed: "
        + fork.digests.map { hexadecimal($0) }.joined(separator: " and "))
  }

  /// Those that are proven by what a bundle brings and by what this log adopted. A bundle brings every roster of whoever
  /// made it; nothing of them is trusted here.
  static func proven(by rosters: [[UInt8]], _ reader: StoreReader) throws -> [RosterFork] {
    try rosters.compactMap { bytes in
      // Mostly it is one of ours, or of a version that is not here.
      guard let proposal = try? RosterProposal(decoding: bytes),
        let known = try reader.roster(version: proposal.body.version), known.digest != proposal.digest,
        let fork = RosterFork(known.bytes, bytes)
      else { return nil }
      return fork.isProven(to: try VerifiedRoster.verify(known.bytes, pinned: known.digest)) ? fork : nil
    }
  }
}
