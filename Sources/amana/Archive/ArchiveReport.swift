import Custody
import Roster

/// What an archive is and whether it holds: as JSON amana.archive.verify of docs/json.md, and for people.
struct ArchiveReport: Encodable {
  struct Issuer: Encodable {
    let authority: String
    let statements: Int
  }

  struct Flag: Encodable {
    let code: String
    /// How many statements have it.
    let statements: Int
  }

  struct Stamp: Encodable {
    let number: Int
    let authority: String
    /// By the signer's clock.
    let at: String
    let algorithms: [String]
    /// Whether it still proves something.
    let stands: Bool
    /// Why it does not, and what could not be verified here.
    let problems: [String]

    init(_ stamp: VerifiedArchiveStamp) {
      number = stamp.number
      authority = stamp.authority.description
      at = OffsetTime(unix: stamp.at).text
      algorithms = stamp.algorithms
      stands = stamp.lapse == nil
      problems = [stamp.lapse].compactMap(\.self) + stamp.unverified.filter { $0 != stamp.lapse }
    }
  }

  let result: VerifyReport.Result
  let authority: String
  let since: String
  let until: String
  let index: String
  let pinned: Bool
  let roster: String
  let rosterVersion: UInt64
  let files: Int
  let parts: Int
  let statements: Int
  let authorities: [Issuer]
  let flags: [Flag]
  let stamps: [Stamp]
  /// Sealed payloads that are listed and not here: erased, never received, or too large for a bundle.
  let sealedElsewhere: Int
  let failures: [String]
  let unverified: [String]

  enum CodingKeys: String, CodingKey {
    case result, authority, since, until, index, pinned, roster, files, parts, statements, authorities, flags, stamps
    case failures, unverified
    case rosterVersion = "roster_version"
    case sealedElsewhere = "sealed_elsewhere"
  }

  /// How many failures people are shown before the rest are counted.
  private static let shown = 50

  func show(_ path: String, in language: Language) {
    let head: Text =
      switch result {
      case .holds: .archiveHolds
      case .cannotTell: .archiveCannotTell
      case .doesNotHold: .archiveDoesNotHold
      }
    print(say(head, in: language, visible(path), authority, since, until))
    for failure in failures.prefix(Self.shown) { print("  " + say(.verifyFails, in: language, failure)) }
    if failures.count > Self.shown { print("  " + say(.andMore, in: language, String(failures.count - Self.shown))) }
    if !pinned { print("  " + say(.verifyUnpinned, in: language, roster)) }
    print(
      "  " + say(.archiveHas, in: language, String(statements), String(parts), String(files), String(rosterVersion)))
    for issuer in authorities {
      print("  " + say(.archiveIssuer, in: language, issuer.authority, String(issuer.statements)))
    }
    for flag in flags {
      print("  " + say(.archiveFlag, in: language, flag.code, String(flag.statements)))
    }
    if sealedElsewhere > 0 { print("  " + say(.archiveSealed, in: language, String(sealedElsewhere))) }
    for why in unverified { print("  " + say(.notVerifiedHere, in: language, foreign(why, in: language))) }
    for stamp in stamps { show(stamp, language) }
  }

  private func show(_ stamp: Stamp, _ language: Language) {
    let algorithms = stamp.algorithms.joined(separator: separator(in: language))
    print(
      "  "
        + say(
          stamp.stands ? .archiveStamp : .archiveLapsed, in: language, String(stamp.number), stamp.authority, stamp.at,
          stamp.stands ? algorithms : stamp.problems.joined(separator: separator(in: language))))
    guard stamp.stands else { return }
    for why in stamp.problems { print("    " + say(.notVerifiedHere, in: language, foreign(why, in: language))) }
  }
}
