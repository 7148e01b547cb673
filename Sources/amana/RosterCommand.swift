import ArgumentParser
import Custody
import Foundation
import Roster

/// Writes, signs, publishes and reads rosters.
struct RosterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roster",
    abstract: "Write, sign, publish and read rosters: who takes part, with which keys, until when.",
    discussion: """
      In order: `init` writes the first text; `propose` makes of a text what is signed; each root holder runs `sign`, and \
      all compare the digest aloud; each authority runs `publish` (the first time `amana init trust`) and reloads its \
      daemon. The next one begins with `show --text`.
      """,
    subcommands: [
      RosterInit.self, RosterPropose.self, RosterSign.self, RosterPublish.self, RosterShow.self, RosterVerify.self,
      RosterDiff.self, RosterViewCommand.self, RosterViews.self,
    ])
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
  @ArgumentParser.Flag(name: .long, help: "Print the text that `amana roster propose` reads.") var text = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !(json && text) else { throw usage(.usageNotBoth, "--json", "--text") }
  }

  func run() async throws {
    let roster =
      if let file { try readRoster(file, in: connection.language) } else { try await connection.session.roster() }
    if roster.body.exercise { Screen.beginExercise(in: connection.language) }
    if text {
      return Screen.writeDocument(escaped(try RosterDocument(roster.body).text()))
    }
    let view = RosterView(roster, at: now())
    if json { try printJSON(.roster, view) } else { RosterScreen(view: view, language: connection.language).show() }
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
        authority.name, word(authority.role, in: language), word(authority.status, in: language),
        authority.sites.joined(separator: " "),
        authority.uri,
      ])
    }
    printTable(authorities, in: language)
    for authority in view.authorities where authority.quorum > 0 {
      let names = authority.witnesses.joined(separator: separator(in: language))
      print(say(.articleWitnessesAdded, in: language, authority.name, names))
      print(say(.articleQuorum, in: language, authority.name, String(authority.quorum)))
    }
    var keys = Table(
      [.headAuthority, .headPurpose, .headKey, .headFrom, .headUntil, .headStanding].map { say($0, in: language) })
    for authority in view.authorities {
      for key in authority.keys { keys.add(row(authority.name, key.purpose, key)) }
      for officer in authority.officers {
        for key in officer.keys {
          keys.add(row(authority.name, "\(key.purpose) \(officer.number)", key, of: officer.status))
        }
      }
    }
    printTable(keys, in: language)
    // Whose keys look valid and count for nothing all the same.
    for member in view.members where member.status != Participation.active.rawValue {
      print(say(.rosterMemberEnded, in: language, member.key, word(member.status, in: language)))
    }
  }

  /// - Parameter status: of an officer, whether they take part.
  private func row(_ authority: String, _ purpose: String, _ key: RosterView.Key, of status: String? = nil) -> [String]
  {
    let ended = status.flatMap { $0 == Participation.active.rawValue ? nil : word($0, in: language) }
    let standing = [ended, word(key.standing, in: language)].compactMap(\.self)
    return [
      authority, purpose, String(key.kid.prefix(16)), String(localTime(key.notBefore).prefix(10)),
      String(localTime(key.notAfter).prefix(10)), standing.joined(separator: separator(in: language)),
    ]
  }
}
