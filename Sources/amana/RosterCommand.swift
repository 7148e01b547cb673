import ArgumentParser
import COSE
import Custody
import Foundation
import Roster

/// Reads rosters.
struct RosterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roster", abstract: "Read a roster: who takes part, with which keys, until when.",
    subcommands: [RosterShow.self])
}

/// Shows a roster.
struct RosterShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a roster's members, authorities, officers and keys.",
    discussion: """
      Reads the file, or without one asks the daemon. The root holders' signatures are checked; whether this is the \
      roster that your coalition agreed on, only its digest can say: compare it.
      """)
  @Argument(help: "A roster file; without one, the daemon's.") var file: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.roster of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let roster = if let file { try Self.read(file, connection.language) } else { try await connection.session.roster() }
    if roster.body.exercise { Screen.beginExercise(in: connection.language) }
    let view = RosterView(roster, at: Int64(Date().timeIntervalSince1970))
    if json { try printJSON(.roster, view) } else { RosterScreen(view: view, language: connection.language).show() }
  }

  private static func read(_ path: String, _ language: Language) throws -> VerifiedRoster {
    let bytes = try readFile(path, limit: Sign.maximumByteCount)
    do { return try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes)) } catch {
      throw CommandFailure(Exit.doesNotHold, say(.rosterBad, in: language, path, "\(error)"))
    }
  }
}

/// A roster for people.
struct RosterScreen {
  let view: RosterView
  let language: Language

  func show() {
    print(say(.rosterHead, in: language, view.coalition, String(view.rosterVersion)))
    print(say(.rosterDigest, in: language, view.digest))
    print(say(.rosterRoot, in: language, String(view.threshold), String(view.rootHolders.count)))
    print(say(view.stale ? .rosterStale : .rosterUntil, in: language, localTime(view.nextUpdate)))
    var authorities = Table(
      [.headAuthority, .headRole, .headStanding, .headSite, .headURI].map { say($0, in: language) })
    for authority in view.authorities {
      authorities.add([
        authority.name, authority.role, word(authority.status, in: language), authority.sites.joined(separator: " "),
        authority.uri,
      ])
    }
    printTable(authorities, in: language)
    var keys = Table(
      [.headAuthority, .headPurpose, .headKey, .headFrom, .headUntil, .headStanding].map { say($0, in: language) })
    for authority in view.authorities {
      for key in authority.keys { keys.add(row(authority.name, key.purpose, key)) }
      for officer in authority.officers {
        for key in officer.keys { keys.add(row(authority.name, "\(key.purpose) \(officer.number)", key)) }
      }
    }
    printTable(keys, in: language)
  }

  private func row(_ authority: String, _ purpose: String, _ key: RosterView.Key) -> [String] {
    [
      authority, purpose, String(key.kid.prefix(16)), String(localTime(key.notBefore).prefix(10)),
      String(localTime(key.notAfter).prefix(10)), word(key.standing, in: language),
    ]
  }
}
