import ArgumentParser
import Custody
import Roster

/// Signs as a root holder.
struct RosterSign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Sign a proposed roster as a root holder, and show what is signed.",
    discussion: """
      Read the digest aloud and let the others read it to you: those who sign must sign the same. With --previous what \
      changes is shown, and of a first version all of it; a roster that may not follow is not signed.
      """)

  @Argument(help: "What `amana roster propose` wrote.") var file: String
  @Option(name: .long, help: "The root holder's private key, PEM.") var rootKey: String
  @Option(name: .long, help: "The roster in force.") var previous: String?
  @Option(name: .long, help: "The digest that was read aloud: another roster is not signed.") var digest: String?
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let file = try ProposalFile(self.file, in: language)
    try refuseBadSeals(file.proposal.body, self.file, in: language)
    let old = try previous.map { try readRoster($0, in: language) }
    if let old { try RosterReading.check(file.proposal.body, after: old, self.file, in: language) }
    if let digest, try readDigest(digest, in: language) != file.proposal.digest {
      throw CommandFailure(Exit.doesNotHold, say(.rosterOtherDigest, in: language, grouped(file.proposal.digest)))
    }
    let (signed, holder) = try file.signed(by: rootKey, before: old?.body)
    RosterReading(proposal: signed, old: old?.body, language: language).show()
    try Screen.demandReader(in: language)
    try writeFile(self.file, signed.bytes)
    print(say(.rosterSigned, in: language, self.file, holder))
  }
}

/// A digest as it was read aloud: 64 hexadecimal digits, with or without spaces.
func readDigest(_ text: String, in language: Language) throws -> [UInt8] {
  guard let digest = decodeHexadecimal(text.filter { $0 != " " }), digest.count == 32 else {
    throw CommandFailure(Exit.usage, say(.noDigest, in: language))
  }
  return digest
}
