import ArgumentParser
import COSE
import Custody
import Foundation
import Roster

/// Which roster the reader of an archive trusts, and what leads to it.
struct ArchiveTrust: ParsableArguments {
  @Option(
    name: .long,
    help: "A roster file you trust; again for each of those between it and the archive's newest, any order.")
  var roster: [String] = []
  @Option(name: .long, help: "Or the digest of the roster you trust, 64 hexadecimal digits.") var rosterDigest: String?
  @Option(name: .long, help: "A certificate revocation list, DER or PEM; once for each.") var crl: [String] = []

  func validate() throws {
    try refuseNoDigest(rosterDigest, of: "--roster-digest")
  }

  /// The digest, or that of the first file; the files.
  func trust(in language: Language) throws -> ArchiveReading.Trust {
    let files = try roster.map { try readRoster($0, in: language) }
    return ArchiveReading.Trust(
      digest: rosterDigest.flatMap { decodeHexadecimal($0) } ?? files.first?.digest, rosters: files.map(\.bytes),
      revocations: try revocationLists(crl, language))
  }
}

/// Verifies an archive, without a daemon.
struct ArchiveVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Verify an archive offline: every file, every stamp, every statement.",
    discussion: """
      No file may be missing, added or changed; every stamp must be signed by a listed key over the index and all stamps \
      before it; and every part is verified as `amana verify` does. All is judged under the newest roster to which proofs \
      lead from the one you trust: --roster, or --roster-digest for one that is in the archive. Without one the answer is at \
      best "cannot tell" (exit code 3), as it is when no stamp proves anything any more: it was stamped again too late.
      """)
  @Argument(help: "The folder.") var folder: String
  @OptionGroup var trust: ArchiveTrust
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.archive.verify of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let reading = try readArchive(folder, trusting: trust.trust(in: language), in: language)
    let report = reading.report
    if json { try printJSON(.archiveVerify, report) } else { report.show(folder, in: language) }
    switch report.result {
    case .holds: return
    case .doesNotHold: throw ExitCode(Exit.doesNotHold)
    case .cannotTell: throw ExitCode(Exit.cannotTell)
    }
  }
}

/// An archive that is whole and was made by whom it says.
/// - Throws: `CommandFailure`: with 2 where there is no folder that can be read, with 1 where it is no archive, or something is
///   not as it was.
func readArchive(_ folder: String, trusting trust: ArchiveReading.Trust, in language: Language) throws -> ArchiveReading
{
  guard (try? FileManager.default.contentsOfDirectory(atPath: folder)) != nil else {
    throw CommandFailure(Exit.usage, say(.fileMissing, in: language, visible(folder)))
  }
  do throws(ArchiveRefusal) {
    let reading = try ArchiveReading(folder, trusting: trust, now: now())
    if reading.isExercise { Screen.beginExercise(in: language) }
    return reading
  } catch { throw CommandFailure(Exit.doesNotHold, say(.verifyFails, in: language, error.description)) }
}
