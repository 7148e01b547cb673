import ArgumentParser
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Writes an archive.
struct ArchiveMake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Write what this log registered in a period as one folder that explains itself.",
    discussion: """
      Statements with the history they build on, receipts, proofs, checkpoints with their cosignatures, every roster, the \
      code lists, a README in English and Arabic, an index of digests, and a stamp: this authority's signature over it all. \
      What is sealed stays sealed, and nothing is in clear. It needs the right to export bundles (operators). The folder \
      must not exist; it appears whole or not at all. Verifying it needs no daemon and no network.
      """)
  @Argument(help: "The folder to write.") var folder: String
  @Option(name: .long, help: "What was registered from then on, e.g. 2026-01-01T00:00:00+03:00.") var since: String?
  @Option(name: .long, help: "And until then. Default: now.") var until: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.archive.make of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    for time in [since, until].compactMap(\.self) where OffsetTime(time) == nil {
      throw usage(.usageTime, "--since, --until")
    }
  }

  func run() async throws {
    let (session, language) = (connection.session, connection.language)
    let status = try await session.get("/v1/status", as: StatusView.self)
    guard let authority = AuthorityName(status.authority) else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
    let end = until.flatMap { OffsetTime($0) } ?? OffsetTime(unix: now())
    var draft = try ArchiveDraft(folder)
    do {
      var parts = ArchiveParts()
      try await parts.fetch(into: &draft, since: since.flatMap { OffsetTime($0) }, until: end, session)
      guard !parts.statements.isEmpty else {
        throw CommandFailure(Exit.doesNotHold, say(.archiveNothing, in: language))
      }
      try parts.writeBeside(&draft)
      let roster = VerifiedRoster.newest(of: parts.rosters)
      for (path, text) in zip(ArchivePath.readMes, [Language.ar, .en]) {
        try draft.add(path, readMe(text, authority, end, parts, roster))
      }
      let index = try Self.index(authority, since.flatMap { OffsetTime($0) }, end, draft.files)
      try draft.write(ArchiveIndex.path, index)
      let covers = ArchiveStampFile.covers(index: index, [])
      let stamp = try await session.stamp(covers, rosterVersion: roster?.body.version ?? 0)
      try draft.write(ArchivePath.stamp(1), stamp.bytes)
      try draft.keep()
      try report(index, parts, draft.files)
    } catch {
      draft.discard()
      throw error
    }
  }

  private static func index(
    _ authority: AuthorityName, _ since: OffsetTime?, _ until: OffsetTime, _ files: [ArchiveIndex.File]
  ) throws -> [UInt8] {
    do { return try ArchiveIndex(authority: authority, since: since, until: until, files: files).encoded() } catch {
      throw CommandFailure(Exit.doesNotHold, say(.verifyFails, in: .chosen, "\(error)"))
    }
  }

  private func readMe(
    _ language: Language, _ authority: AuthorityName, _ end: OffsetTime, _ parts: ArchiveParts,
    _ roster: VerifiedRoster?
  ) -> [UInt8] {
    let sections = [
      say(
        .archiveReadMe, in: language, authority.description, since ?? "-", end.text, String(parts.statements.count)),
      say(.archiveReadMeFiles, in: language),
      say(.archiveReadMeVerify, in: language, hexadecimal(roster?.digest ?? [])),
      say(.archiveReadMeAlone, in: language), say(.archiveReadMeKeep, in: language),
    ]
    let banner = Screen.isExercise ? [say(.exerciseBanner, in: language)] : []
    return Array(((banner + sections).joined(separator: "\n\n") + "\n").utf8)
  }

  private func report(_ index: [UInt8], _ parts: ArchiveParts, _ files: [ArchiveIndex.File]) throws {
    let result = Result(
      folder: folder, parts: parts.count, statements: parts.statements.count, files: files.count,
      bytes: files.reduce(0) { $0 + $1.byteCount }, index: hexadecimal(SHA256.hash(index)))
    if json { return try printJSON(.archiveMake, result) }
    print(
      say(
        .archiveWritten, in: connection.language, visible(folder), String(result.statements), String(result.files),
        String(result.bytes), result.index))
  }

  /// What was written.
  struct Result: Encodable {
    let folder: String
    let parts: Int
    let statements: Int
    /// In its index.
    let files: Int
    let bytes: Int
    /// SHA-256 of the index, in hexadecimal.
    let index: String
  }
}

extension Session {
  /// This authority's stamp over these files.
  func stamp(_ covers: [ArchiveStamp.Cover], rosterVersion: UInt64) async throws -> ArchiveStamp {
    let request = ArchiveStampRequest(covers: covers.map(CoveredFile.init), rosterVersion: rosterVersion)
    let bytes = try await send(.post, "/v1/archive/stamps", body: encoded(request))
    guard let stamp = try? ArchiveStamp(decoding: bytes) else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
    return stamp
  }
}
