import ArgumentParser
import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Writes and signs the first roster.
struct InitRoster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roster", abstract: "Write roster version 1 from introductions and sign it with root keys.",
    discussion: """
      Shows article by article what is signed: compare it with what the introductions should say. Nothing is overwritten: \
      what is there may bear signatures.
      """)

  @Argument(help: "The file to write, e.g. roster.cose.") var file: String
  @Option(name: .long, help: "A root holder's private key, PEM; repeat for those who are here.") var rootKey: [String]
  @OptionGroup var first: RosterInit.FirstVersion
  @OptionGroup var speech: Speech

  func run() throws {
    let body = try first.body(in: speech.language)
    if body.exercise { Screen.beginExercise(in: speech.language) }
    try refuseExisting(file, in: speech.language)
    let message = try body.signed(by: rootKey.map { try readKey($0, in: speech.language) })
    let digest = SHA256.hash(body.encoded())
    RosterArticles(old: nil, new: body, language: speech.language).show()
    try Screen.demandReader(in: speech.language)
    try writeFile(file, message.bytes)
    let holders = String(body.root.holders.count)
    print(
      say(
        .initRoster, in: speech.language, file, String(message.signatures.count), holders, String(body.root.threshold),
        grouped(digest)))
  }
}

/// Adds a root holder's signature to a first roster: whatever comes after it changes something, and `amana roster sign`
/// shows what.
struct InitSign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Add a root holder's signature to the first roster, and show what is signed.",
    discussion: "Later versions are signed with `amana roster sign`, which shows what they change.")
  @Argument(help: "The roster.") var file: String
  @Option(name: .long, help: "The root holder's private key, PEM.") var rootKey: String
  @OptionGroup var speech: Speech

  func run() throws {
    let file = try ProposalFile(self.file, in: speech.language)
    let body = file.proposal.body
    guard body.version == 1 else {
      throw CommandFailure(
        Exit.usage, say(.initSignLater, in: speech.language, visible(self.file), String(body.version)))
    }
    let (signed, _) = try file.signed(by: rootKey, before: nil)
    RosterReading(proposal: signed, old: nil, language: speech.language).show()
    try Screen.demandReader(in: speech.language)
    try writeFile(self.file, signed.bytes)
    print(say(.initSigned, in: speech.language, self.file, String(signed.signers(of: signed.body.root).count)))
  }
}

/// Pins a roster for an authority's daemon.
struct InitTrust: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Pin a roster, by the digest people compared, for an authority's daemon.",
    discussion: """
      Where authority.json is there already, where its keys are stays; two_users, post_quantum and await_witnesses become what \
      is said here, so say --one-user, --post-quantum and --await-witnesses again if they are to stay. The next versions of a roster come by `amana roster \
      publish`, which changes neither.
      """)
  @Argument(help: "The authority's directory.") var directory: String
  @Option(name: .long, help: "MEMBER/authority.") var name: String
  @Option(name: .long, help: "The roster file.") var roster: String
  @Option(name: .long, help: "Its digest, as it was read aloud: 64 hexadecimal digits.") var digest: String
  @ArgumentParser.Flag(name: .long, help: "Let two approvals come from one local user (exercises and demonstrations).")
  var oneUser = false
  @Option(name: .long, help: "Which signatures of an authority suffice: classical, or both where it has an ML-DSA key.")
  var postQuantum = PostQuantum.classical.rawValue
  @ArgumentParser.Flag(
    name: .long,
    help: "Show own statements as awaiting witnesses until a checkpoint that covers them has the roster's quorum.")
  var awaitWitnesses = false
  @OptionGroup var speech: Speech

  func validate() throws {
    guard PostQuantum(rawValue: postQuantum) != nil else {
      throw usage(.usageOneOf, "--post-quantum", "classical, both")
    }
  }

  func run() throws {
    let pinned = try readDigest(digest, in: speech.language)
    let bytes = try readFile(roster, limit: Sign.maximumByteCount)
    do {
      let verified = try VerifiedRoster.verify(bytes, pinned: pinned)
      if verified.body.exercise { Screen.beginExercise(in: speech.language) }
      try refuseBadSeals(verified.body, roster, in: speech.language)
      guard let authority = AuthorityName(name), verified.authority(authority) != nil else {
        throw CommandFailure(Exit.doesNotHold, say(.notListed, in: speech.language, name))
      }
      // Where its keys are is not the roster's to say: that stays.
      let place = RosterPlace(directory: directory)
      let former = place.isThere ? try place.file(in: speech.language) : nil
      let file = AuthorityFile(
        authority: name, rosterDigest: hexadecimal(pinned), twoUsers: !oneUser,
        postQuantum: postQuantum == PostQuantum.classical.rawValue ? nil : postQuantum, keys: former?.keys,
        awaitWitnesses: awaitWitnesses ? true : nil)
      try place.pin(verified, for: file)
      print(say(.initTrust, in: speech.language, name, String(hexadecimal(pinned).prefix(16)), directory))
    } catch let refusal as RosterRefusal {
      throw CommandFailure(
        Exit.doesNotHold, say(.rosterBad, in: speech.language, roster, sentence(refusal, in: speech.language)))
    }
  }
}

/// A digest in groups of eight, to read aloud.
func grouped(_ digest: [UInt8]) -> String {
  let text = Array(hexadecimal(digest))
  return stride(from: 0, to: text.count, by: 8).map { String(text[$0..<min($0 + 8, text.count)]) }.joined(
    separator: " ")
}
