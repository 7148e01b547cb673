import Custody
import Foundation
import OpenSSL
import Roster

/// An archive's folder, verified from its first byte to its last.
struct ArchiveReading {
  let folder: ArchiveFolder
  let index: ArchiveIndex
  let indexBytes: [UInt8]
  let stamps: [ArchiveStampFile]
  private(set) var verified: [VerifiedArchiveStamp] = []
  private(set) var rosters: ArchiveRosters
  /// The highest version of the rosters in the archive and its stamps.
  private(set) var rosterVersion: UInt64 = 0
  private(set) var parts = ArchiveParts()
  private var logs = ArchiveLogs()
  /// What does not hold in the parts beside their statements, each with its file.
  private(set) var failures: [String] = []
  /// The statements that do not hold, as far as is known now: a key may have been compromised since. And the logs that what
  /// is here convicts. Neither says that the archive was changed.
  private(set) var refused: [String] = []
  /// What could be neither verified nor refuted on this machine.
  private(set) var unverified: Set<String> = []
  /// Whether a statement is among that, and not only its second signature.
  private var isUndecided = false
  /// By issuer, each statement once.
  private var issuers: [StatementID: String] = [:]
  private var flags: [String: Set<StatementID>] = [:]
  /// Sealed payloads that statements list, and those of them that are in the archive.
  private var listed: Set<[UInt8]> = []
  private var sealed: Set<[UInt8]> = []
  private(set) var isExercise = false

  /// Whom its reader trusts: a digest, files that lead to it, and lists of certificates that were taken back.
  struct Trust {
    var digest: [UInt8]?
    var rosters: [[UInt8]] = []
    var revocations: [RevocationList] = []
  }

  /// - Throws: `ArchiveRefusal` for the first thing that is not as it was, or was made by nobody who may.
  init(_ path: String, trusting trust: Trust, now: UnixTime) throws(ArchiveRefusal) {
    folder = ArchiveFolder(path: path)
    (index, indexBytes) = try folder.index()
    try folder.check(index)
    stamps = try folder.stamps()
    var all: [[UInt8]] = []
    for file in index.files where !file.path.hasPrefix("\(ArchivePath.parts)/") {
      let bytes = try folder.read(file)
      if file.path.hasPrefix("\(ArchivePath.rosters)/") { all.append(bytes) }
    }
    for (position, stamp) in stamps.enumerated() {
      do { all += try ArchiveStamp(decoding: stamp.bytes).content.rosters } catch {
        throw ArchiveRefusal("\(ArchivePath.stamp(position + 1)) cannot be read: \(error)")
      }
    }
    rosterVersion = VerifiedRoster.newest(of: all)?.body.version ?? 0
    rosters = try ArchiveRosters(all + trust.rosters, trusting: trust.digest)
    verified = try ArchiveStampVerifier(roster: rosters.newest, revocations: trust.revocations)
      .verify(stamps, index: indexBytes, now: now)
    isExercise = rosters.newest.body.exercise
    let verifier = BundleVerifier(revocations: trust.revocations)
    let files = index.files.filter { $0.path.hasPrefix("\(ArchivePath.parts)/") }
    guard !files.isEmpty else {
      throw ArchiveRefusal("\(ArchivePath.parts)/ is empty: there is nothing in this archive")
    }
    for file in files { try read(file, verifier, now) }
    if let difference = parts.difference(from: index) { failures.append(difference) }
    if let difference = logs.difference(from: index, under: rosters.newest) { failures.append(difference) }
  }

  private mutating func read(_ file: ArchiveIndex.File, _ verifier: BundleVerifier, _ now: UnixTime)
    throws(ArchiveRefusal)
  {
    let bytes = try folder.read(file)
    let bundle: Custody.Bundle
    do { bundle = try Custody.Bundle(decoding: bytes) } catch {
      throw ArchiveRefusal("\(file.path) cannot be read: \(error)")
    }
    parts.take(bundle)
    let report = verifier.verify(
      rosters.completing(bundle), pinned: rosters.newest.digest, now: now,
      witnesses: VerifiedArchiveStamp.witnesses(verified))
    for failure in report.failures {
      let sentence = "\(file.path): \(failure)"
      if report.forks.contains(failure) {
        refused.append(sentence)
      } else {
        failures.append(sentence)
      }
    }
    refused += logs.take(report, of: bundle, in: file.path)
    sealed.formUnion(bundle.sealed.keys)
    for line in report.lines { take(line, file.path) }
  }

  private mutating func take(_ line: BundleReport.Line, _ path: String) {
    listed.formUnion(line.statement.event.sealed.map(\.ciphertextDigest))
    unverified.formUnion(line.unverified)
    if let refusal = line.refusal {
      guard line.code != VerifyReport.unverifiable else {
        unverified.insert(refusal)
        isUndecided = true
        return
      }
      refused.append("\(path), byte \(line.offset): \(line.code ?? "") \(refusal)")
    }
    issuers[line.statement.id] = line.issuer?.description ?? line.statement.issuer
    for flag in line.flags { flags[flag.code.rawValue, default: []].insert(line.statement.id) }
  }

  /// What was found.
  var report: ArchiveReport {
    let stands = verified.contains { $0.lapse == nil }
    let result: VerifyReport.Result =
      !failures.isEmpty || !refused.isEmpty
      ? .doesNotHold : rosters.isPinned && stands && !isUndecided ? .holds : .cannotTell
    return ArchiveReport(
      result: result, authority: index.authority.description, since: index.since?.text ?? "-", until: index.until.text,
      index: hexadecimal(SHA256.hash(indexBytes)), pinned: rosters.isPinned,
      roster: hexadecimal(rosters.newest.digest), rosterVersion: rosters.newest.body.version, files: index.files.count,
      parts: parts.count, statements: issuers.count,
      authorities: Dictionary(grouping: issuers.values) { $0 }.map { .init(authority: $0, statements: $1.count) }
        .sorted { $0.authority < $1.authority },
      flags: flags.map { .init(code: $0, statements: $1.count) }.sorted { $0.code < $1.code },
      stamps: verified.map(ArchiveReport.Stamp.init), sealedElsewhere: listed.subtracting(sealed).count,
      failures: failures + refused, unverified: unverified.sorted())
  }
}
