import ArgumentParser
import Custody
import Foundation
import Roster

/// Says whether a roster can be relied on.
struct RosterVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Say whether a roster is the coalition's: by its digest, or by following an older one.",
    discussion: """
      With --following, the oldest of those files is trusted, by --digest if you name one, and every version from there to \
      FILE is walked in order. Without --following, --digest is FILE's own. With neither, nothing but the file itself says \
      whose it is: exit code 3.
      """)

  @Argument(help: "The roster.") var file: String
  @Option(name: .long, help: "The digest of the roster you trust, 64 hexadecimal digits.") var digest: String?
  @Option(name: .long, help: "An older roster you trust, and each one between; repeat.") var following: [String] = []
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.roster.verify of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let pinned = try digest.map { try readDigest($0, in: language) }
    let newest = try readRoster(file, in: language)
    var older = try following.map { try readRoster($0, in: language) }
    older.sort { $0.body.version < $1.body.version }
    let trusted = older.first ?? newest
    if let pinned, pinned != trusted.digest {
      throw refused(.notPinned(digest: trusted.digest))
    }
    do {
      let between = older.dropFirst().map(\.bytes)
      _ = try VerifiedRoster.walk(from: trusted, through: older.isEmpty ? [] : between + [newest.bytes])
    } catch { throw refused(error) }
    let isTrusted = pinned != nil || !older.isEmpty
    let result = RosterVerdict(newest, trusted: isTrusted ? trusted : nil)
    if json { try printJSON(.rosterVerify, result) } else { show(result) }
    if !isTrusted { throw CommandFailure(Exit.cannotTell) }
  }

  private func refused(_ refusal: RosterRefusal) -> CommandFailure {
    CommandFailure(
      Exit.doesNotHold, say(.rosterBad, in: speech.language, file, sentence(refusal, in: speech.language)))
  }

  private func show(_ result: RosterVerdict) {
    let language = speech.language
    let version = String(result.rosterVersion)
    guard let from = result.trustedVersion else {
      return print(say(.rosterCannotTell, in: language, version, result.readable))
    }
    print(say(.rosterHolds, in: language, result.coalition, version, String(from)))
    print(say(.rosterReadAloud, in: language, result.readable))
    print(say(result.stale ? .rosterStale : .rosterUntil, in: language, localTime(result.nextUpdate)))
  }
}

/// What was found of a roster.
struct RosterVerdict: Encodable {
  let result: String
  let coalition: String
  let rosterVersion: UInt64
  let digest: String
  /// The version from which every one was walked; nil when nothing was trusted.
  let trustedVersion: UInt64?
  let nextUpdate: Int64
  let stale: Bool
  let signers: [String]
  let readable: String

  init(_ roster: VerifiedRoster, trusted: VerifiedRoster?) {
    result = trusted == nil ? "cannot-tell" : "holds"
    coalition = roster.body.coalition
    rosterVersion = roster.body.version
    digest = hexadecimal(roster.digest)
    trustedVersion = trusted?.body.version
    nextUpdate = roster.body.nextUpdate
    stale = roster.isStale(at: now())
    signers = (try? RosterProposal(decoding: roster.bytes).signers(of: roster.body.root).map(\.holder)) ?? []
    readable = grouped(roster.digest)
  }

  enum CodingKeys: String, CodingKey {
    case result, coalition, digest, stale, signers
    case rosterVersion = "roster_version"
    case trustedVersion = "trusted_version"
    case nextUpdate = "next_update"
  }
}
