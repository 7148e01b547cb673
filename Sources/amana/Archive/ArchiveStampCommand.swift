import ArgumentParser
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Stamps an archive again.
struct ArchiveStampCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stamp", abstract: "Add this authority's signature over an archive and all its stamps.",
    discussion: """
      Do it before the keys that stamped it last end, and before their algorithm weakens; let another member's authority do \
      it too, whose word counts for the statements of yours. The archive is verified first, and one that was changed is not \
      stamped; statements that do not hold any more are shown and hinder nothing, since a stamp says that the archive was \
      there. The rosters that came since are put in with it. With --request, the request for a time stamp (RFC 3161) over \
      the last stamp is written instead; with --token, the time stamping authority's answer is put beside that stamp.
      """)
  @Argument(help: "The archive's folder.") var folder: String
  @Option(name: .long, help: "Write the request for a time stamp to this file, and stamp nothing.") var request: String?
  @Option(name: .long, help: "Keep this time stamp beside the last stamp, DER, and stamp nothing.") var token: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.archive.stamp of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard request == nil || token == nil else { throw usage(.usageNotBoth, "--request", "--token") }
    guard !json || (request == nil && token == nil) else { throw usage(.usageNotBoth, "--json", "--request, --token") }
  }

  func run() async throws {
    let (session, language) = (connection.session, connection.language)
    let trust = try await trust(session)
    let reading = try readArchive(folder, trusting: trust, in: language)
    let report = reading.report
    if !json, report.result == .doesNotHold { report.show(folder, in: language) }
    guard reading.failures.isEmpty else {
      throw CommandFailure(Exit.doesNotHold, say(.archiveNotStamped, in: language))
    }
    if let request { return try writeRequest(request, reading, language) }
    if let token { return try keep(token, reading, trust, language) }
    guard reading.stamps.count < ArchiveStamp.maximumCount else {
      throw CommandFailure(Exit.doesNotHold, say(.archiveNotStamped, in: language))
    }
    let covers = ArchiveStampFile.covers(index: reading.indexBytes, reading.stamps)
    let stamp = try await session.stamp(covers, rosterVersion: reading.rosterVersion)
    let stamps = reading.stamps + [ArchiveStampFile(bytes: stamp.bytes, token: nil)]
    guard let last = try verified(stamps, reading, trust, language).last else {
      throw CommandFailure(Exit.doesNotHold, say(.archiveNotStamped, in: language))
    }
    try put(ArchivePath.stamp(last.number), stamp.bytes)
    let made = ArchiveReport.Stamp(last)
    if json { return try printJSON(.archiveStamp, Result(stamp: made, index: report.index)) }
    print(say(.archiveStamped, in: language, visible(folder), String(made.number), made.authority, made.at))
  }

  /// The roster in force here, and all that led to it.
  private func trust(_ session: Session) async throws -> ArchiveReading.Trust {
    let roster = try await session.roster()
    // A part behind the last entry has no statement, and every roster.
    let rest = try await session.send(.get, "/v1/archive?cursor=\(Int64.max)")
    guard let bundle = try? Custody.Bundle(decoding: rest) else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: session.language))
    }
    return ArchiveReading.Trust(digest: roster.digest, rosters: [roster.bytes] + bundle.rosters.map(\.value))
  }

  private func put(_ name: String, _ bytes: [UInt8]) throws {
    try writeFile("\(folder)/\(name)", bytes, mode: 0o600)
    do { try ArchiveDraft.reach("\(folder)/\(ArchivePath.stamps)") } catch {
      throw CommandFailure(unwritable: "\(folder)/\(name)", error)
    }
  }

  private func writeRequest(_ path: String, _ reading: ArchiveReading, _ language: Language) throws {
    try writeFile(path, TimeStampToken.request(over: reading.stamps.last?.bytes ?? []))
    print(say(.archiveRequested, in: language, String(reading.stamps.count), visible(path)))
  }

  /// It is verified with all the rest before it is put there.
  private func keep(
    _ path: String, _ reading: ArchiveReading, _ trust: ArchiveReading.Trust, _ language: Language
  ) throws {
    let bytes = try readFile(path, limit: TimeStampToken.maximumByteCount)
    let token: TimeStampToken
    do { token = try (try? TimeStampToken(der: bytes)) ?? TimeStampToken(response: bytes) } catch {
      throw CommandFailure(Exit.usage, say(.timeStampUnreadable, in: language, visible(path), "\(error)"))
    }
    var stamps = reading.stamps
    guard let last = stamps.popLast(), last.token == nil else {
      throw CommandFailure(Exit.doesNotHold, say(.archiveHasToken, in: language, String(reading.stamps.count)))
    }
    stamps.append(ArchiveStampFile(bytes: last.bytes, token: token.der))
    _ = try verified(stamps, reading, trust, language)
    try put(ArchivePath.token(stamps.count), token.der)
    print(say(.archiveTokenKept, in: language, String(stamps.count), localTime(token.time)))
  }

  /// The stamps as they would stand in the folder: nothing is put there that does not hold.
  private func verified(
    _ stamps: [ArchiveStampFile], _ reading: ArchiveReading, _ trust: ArchiveReading.Trust, _ language: Language
  ) throws -> [VerifiedArchiveStamp] {
    do throws(ArchiveRefusal) {
      return try ArchiveStampVerifier(roster: reading.rosters.newest, revocations: trust.revocations)
        .verify(stamps, index: reading.indexBytes, now: now())
    } catch { throw CommandFailure(Exit.doesNotHold, say(.verifyFails, in: language, error.description)) }
  }

  /// What was stamped.
  struct Result: Encodable {
    let stamp: ArchiveReport.Stamp
    /// SHA-256 of the index, in hexadecimal.
    let index: String
  }
}
