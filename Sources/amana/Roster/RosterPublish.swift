import ArgumentParser
import ControlAPI
import Custody
import Roster

/// Puts signed rosters where a daemon finds them.
struct RosterPublish: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Pin the next roster for an authority's daemon.",
    discussion: """
      Walks from the roster pinned in DIRECTORY through every version in the files and in DIRECTORY/rosters, in order; \
      none may be missing and none may go back. Then writes DIRECTORY/rosters/NNNN.cose, roster.cose and the pin in \
      authority.json. A running daemon adopts them when it is told to reload.
      """)

  @Argument(help: "Signed rosters, in any order.") var files: [String]
  @Option(name: .long, help: "The authority's directory.") var directory: String
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let place = RosterPlace(directory: directory)
    let (file, pinned) = try place.pinned(in: language)
    if pinned.body.exercise { Screen.beginExercise(in: language) }
    var given: [(path: String, roster: VerifiedRoster)] = []
    for path in files {
      let roster = try readRoster(path, in: language)
      try refuseBadSeals(roster.body, path, in: language)
      given.append((path, roster))
    }
    given.sort { $0.roster.body.version < $1.roster.body.version }
    guard let last = given.last else { throw CommandFailure(Exit.usage, say(.noRosterFile, in: language)) }
    let walked: [VerifiedRoster]
    do { walked = try way(from: pinned, through: given.map(\.roster), in: place.folder) } catch {
      throw CommandFailure(
        Exit.doesNotHold, say(.rosterBreak, in: language, last.path, sentence(error, in: language)))
    }
    try place.pin([pinned] + walked, for: file)
    let newest = walked.last ?? pinned
    print(
      say(.rosterPublished, in: language, directory, String(newest.body.version), grouped(newest.digest)))
    print(say(.rosterReload, in: language))
  }

  /// The versions after the pinned one up to the newest, each from the files or, where no file has it, from the folder.
  private func way(from pinned: VerifiedRoster, through given: [VerifiedRoster], in folder: RosterFolder)
    throws(RosterRefusal) -> [VerifiedRoster]
  {
    var walked: [VerifiedRoster] = []
    for roster in given {
      let last = walked.last ?? pinned
      if given.last != roster, isKnown(roster, last, folder) { continue }
      walked += try folder.way(from: last, to: roster)
    }
    return walked
  }

  /// What is in force or was may lie beside what follows it; as the newest it is refused as going nowhere, or back.
  private func isKnown(_ roster: VerifiedRoster, _ last: VerifiedRoster, _ folder: RosterFolder) -> Bool {
    if roster.digest == last.digest { return true }
    guard roster.body.version < last.body.version, let kept = folder.bytes(of: roster.body.version) else {
      return false
    }
    return (try? VerifiedRoster.digest(of: kept)) == roster.digest
  }
}
