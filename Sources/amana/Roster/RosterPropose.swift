import ArgumentParser
import Custody
import Foundation
import Roster

/// Makes what root holders sign of a text.
struct RosterPropose: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "propose", abstract: "Make the next roster of a text, for root holders to sign.",
    discussion: """
      Begin with `amana roster show OLD --text`, change it, and propose it with --previous OLD. Version, date and the \
      digest of the one before are filled in. What authorities ask for by `amana key rotate` and `key revoke` is put in \
      with --rotation and --revocation, if the keys that are listed signed it, and who witnesses whose logs with --witness \
      and --quorum. Every rule for a next version is checked, \
      and what changes is shown article by article. Nothing is overwritten: what is \
      there may bear signatures.
      """)

  @Argument(help: "The text, as `roster init` or `roster show --text` writes it.") var text: String
  @Option(name: .long, help: "The roster in force. Without one this is version 1.") var previous: String?
  @Option(name: .long, help: "The file to write, e.g. roster-2.cose.") var output: String
  @Option(name: .long, help: "Renew it within this many days. Default: what the text says.") var days: Int64?
  @Option(name: .long, help: "A file of `amana key rotate`, whose key is listed beside the one it follows; repeat.")
  var rotation: [String] = []
  @Option(name: .long, help: "A file of `amana key revoke` or `key retire`, whose revocation is added; repeat.")
  var revocation: [String] = []
  @Option(name: .long, help: "A root holder's private key, PEM; repeat for those who are here.") var rootKey: [String] =
    []
  @OptionGroup var witnesses: RosterWitnesses
  @OptionGroup var speech: Speech

  func validate() throws {
    guard (1...3650).contains(days ?? 1) else { throw usage(.usageBetween, "--days", "1", "3650") }
  }

  func run() throws {
    let language = speech.language
    let old = try previous.map { try readRoster($0, in: language) }
    let requested = try RosterRequests(rotations: rotation, revocations: revocation, language: language)
      .applied(to: self.body(after: old))
    let body = try witnesses.applied(to: requested, in: language)
    if body.exercise { Screen.beginExercise(in: language) }
    try refuseBadSeals(body, text, in: language)
    try refuseExisting(output, in: language)
    if let old { try RosterReading.check(body, after: old, text, in: language) }
    var proposal = try RosterProposal(body)
    for path in rootKey {
      let key = try readKey(path, in: language)
      proposal = try ProposalFile.sign(proposal, by: key, before: old?.body, in: language).proposal
    }
    RosterReading(proposal: proposal, old: old?.body, language: language).show()
    try Screen.demandReader(in: language)
    try writeFile(output, proposal.bytes)
    print(say(.rosterProposed, in: language, output))
  }

  private func body(after old: VerifiedRoster?) throws -> RosterBody {
    let now = now()
    var filling: [String: JSONValue] = [
      "version": .number((old?.body.version ?? 0) &+ 1), "previous": old.map { .text(hexadecimal($0.digest)) } ?? .null,
      "issued_at": .text(OffsetTime(unix: now).text),
    ]
    if let days { filling["next_update"] = .text(OffsetTime(unix: now + days * secondsPerDay).text) }
    do {
      return try RosterDocument(text: readFile(text, limit: RosterDocument.maximumByteCount), filling: filling).body
    } catch let refused as RefusedDocument {
      throw CommandFailure(Exit.usage, say(.rosterTextBad, in: speech.language, text, "\(refused)"))
    }
  }
}

/// What people read before they sign: whose roster it is, which version, its digest, and what changes.
struct RosterReading {
  let proposal: RosterProposal
  let old: RosterBody?
  let language: Language

  func show() {
    let body = proposal.body
    print(say(.rosterHead, in: language, body.coalition, String(body.version)))
    print(say(.rosterReadAloud, in: language, grouped(proposal.digest)))
    if old != nil || body.version == 1 {
      RosterArticles(old: old, new: body, language: language).show()
      print(say(.rosterUntil, in: language, localTime(body.nextUpdate)))
    } else {
      // Whoever signs has not been shown what they change.
      print(say(.rosterUnread, in: language))
    }
    for root in roots {
      let signers = proposal.signers(of: root).map(\.holder)
      print(
        say(
          .rosterSigners, in: language, String(signers.count), String(root.activeHolders.count),
          String(root.threshold), signers.isEmpty ? "-" : signers.joined(separator: separator(in: language))))
    }
    if old == nil {
      print(say(.rosterEmergencyFirst, in: language, String(body.root.emergencyThreshold)))
    } else if let old, body.isEmergency(after: old) {
      print(say(.rosterEmergency, in: language, String(old.root.emergencyThreshold)))
    }
  }

  /// The root of this version, and the one before where it is another: both must be met.
  private var roots: [RosterRoot] { [old?.root, proposal.body.root].compactMap(\.self).uniqued }

  /// Refuses a body that may not follow, with everything that is wrong.
  static func check(_ body: RosterBody, after old: VerifiedRoster, _ path: String, in language: Language) throws {
    let breaks = body.sequenceBreak(after: old).map { [$0] } ?? body.breaks(after: old.body)
    guard !breaks.isEmpty else { return }
    throw CommandFailure(
      Exit.doesNotHold,
      lines: breaks.map { say(.rosterBreak, in: language, path, sentence($0, in: language)) })
  }
}

extension [RosterRoot] {
  fileprivate var uniqued: [RosterRoot] { count == 2 && self[0] == self[1] ? [self[0]] : self }
}
