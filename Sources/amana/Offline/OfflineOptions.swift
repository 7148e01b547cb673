import ArgumentParser
import Custody
import Foundation
import Roster

/// Drafting where no daemon is.
struct OfflineOptions: ParsableArguments {
  @Option(
    name: .long, help: "Ask no daemon: write the draft to this new file, NAME.draft, to be approved and imported later."
  )
  var offline: String?
  @Option(name: .customLong("as"), help: "With --offline: on whose behalf, MEMBER/authority.") var drafter: String?
  @Option(name: .long, help: "With --offline: the roster file that you trust.") var roster: String?
  @Option(
    name: .long,
    help: "With --offline: what `amana kit` wrote where the daemon is; an intake that cites nothing needs none.")
  var kit: String?

  func validate() throws {
    guard let offline else {
      guard drafter == nil, roster == nil, kit == nil else {
        throw usage(.usageGoesWith, "--as, --roster, --kit", "--offline")
      }
      return
    }
    guard isDraftFile(offline) else { throw usage(.usageForm, "--offline", "NAME.draft") }
    guard drafter != nil, roster != nil else {
      throw usage(.usageNeeds, "--offline", "--as MEMBER/authority, --roster FILE")
    }
  }

  /// Where this command drafts.
  func desk(_ connection: Connection) throws -> any DraftDesk {
    guard let offline, let drafter, let roster else { return connection.session }
    let language = connection.language
    let trusted = try readRoster(roster, in: language)
    try refuseExisting(offline, in: language)
    guard let authority = trusted.authority(try authority(drafter, of: "--as", language)) else {
      throw CommandFailure(Exit.doesNotHold, say(.notListed, in: language, drafter))
    }
    let kit = try kit.map { try OfflineKit($0, of: authority.name, under: trusted, in: language) }
    return OfflineDesk(
      language: language, path: offline, drafter: authority, draftRoster: trusted, now: now(), kit: kit)
  }
}

/// Whether a word names a draft file and no id: ids are hexadecimal digits.
func isDraftFile(_ text: String) -> Bool { text.hasSuffix(".draft") }
