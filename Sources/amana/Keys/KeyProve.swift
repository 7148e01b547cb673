import ArgumentParser
import COSE
import Custody
import Foundation
import OpenSSL
import Roster

/// Proves a key before anybody relies on it (F25).
struct KeyProve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Prove that a key signs or opens, and that it is the one listed or certified.",
    discussion: """
      Without --challenge a random one is signed and verified here; a seal key opens what is sealed to it instead. With \
      --challenge, which whoever asks has chosen at random, the answer is printed in hexadecimal (COSE_Sign1): they check \
      it with `amana key prove --verify ANSWER --challenge HEX --roster FILE`. --directory, --roster or --certificate say \
      what the key must be; without them only that it works is proven. Exit code 1 when it does not, when the roster does \
      not list it, and when it is not valid now: revoked, expired, not yet valid, or of somebody who takes part no more; 3 when nothing that is \
      trusted was named to check an answer with.
      """)
  @Argument(help: "The key: a file or a URI. With --verify none.") var key: String?
  @Option(name: .long, help: "16 to 64 bytes, hexadecimal, that the asker has chosen.") var challenge: String?
  @Option(name: .long, help: "A file with the answer to check, hexadecimal or binary.") var verify: String?
  @Option(name: .long, help: "An X.509 certificate, PEM, that the key must be of.") var certificate: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.key.prove of docs/json.md.") var json = false
  @OptionGroup var trust: KeyTrust
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup var speech: Speech

  func validate() throws {
    guard (key == nil) != (verify == nil) else { throw usage(.usageEither, "KEY", "--verify ANSWER") }
    guard verify == nil || challenge != nil else { throw usage(.usageNeeds, "--verify", "--challenge HEX") }
    if let challenge {
      guard let bytes = decodeHexadecimal(challenge), KeyProof.challengeByteCount.contains(bytes.count) else {
        throw usage(.usageChallenge, "--challenge", "16", "64")
      }
    }
  }

  private struct Proven: Encodable {
    let proven: Bool
    let kid: String
    let listed: KeyListing?
    let certified: Bool?
    let answer: String?
  }

  func run() throws {
    let language = speech.language
    let roster = try trust.roster(language)
    let certified = try certificate.map { try readCertificate($0, language) }
    let asked = challenge.flatMap(decodeHexadecimal)
    if let verify, let asked { return try check(verify, asked, roster, certified, language) }
    let key = try readKey(key ?? "", passphraseFile: passphrase.passphraseFile, in: language)
    let listed = try self.listed(key.publicKey, roster, certified, language)
    let answer = try prove(key, listed, asked, language)
    try report(key.publicKey, listed, certified, asked == nil ? nil : answer, language)
  }

  /// What the roster says; an error unless the key is what it was said to be.
  private func listed(_ key: PublicKey, _ roster: VerifiedRoster?, _ certified: Certificate?, _ language: Language)
    throws -> KeyListing?
  {
    if let certified, certified.publicKey != key {
      throw CommandFailure(Exit.doesNotHold, say(.keyNotCertified, in: language, visible(certificate ?? "")))
    }
    guard let roster else { return nil }
    guard let listed = KeyListing(key, in: roster, at: now()) else {
      throw CommandFailure(Exit.doesNotHold, say(.keyNotListed, in: language))
    }
    guard listed.term.standing == code(.valid) else {
      throw CommandFailure(
        Exit.doesNotHold, say(.keyNotValid, in: language, listed.authority, word(listed.term.standing, in: language)))
    }
    guard listed.isHeld else {
      throw CommandFailure(
        Exit.doesNotHold, say(.keyNotValid, in: language, listed.authority, word(listed.holder, in: language)),
        say(.keyHolderGone, in: language, word(listed.holder, in: language)))
    }
    return listed
  }

  /// - Returns: the signed answer; empty for a seal key, which opens and signs nothing.
  private func prove(_ key: PrivateKey, _ listed: KeyListing?, _ challenge: [UInt8]?, _ language: Language) throws
    -> [UInt8]
  {
    let now = now()
    if listed?.purpose == KeyPurpose.seal.rawValue || !key.type.signs {
      guard challenge == nil else { throw CommandFailure(Exit.usage, say(.keySealSigns, in: language)) }
      guard (try? SealProof.opens(key)) == true else {
        throw CommandFailure(Exit.doesNotHold, say(.keyDoesNotOpen, in: language))
      }
      return []
    }
    do {
      let proof = try KeyProof.sign(try challenge ?? randomBytes(32), at: now, with: key)
      if proof.isSigned(by: key.publicKey) { return proof.bytes }
      throw CommandFailure(Exit.doesNotHold, say(.keyDoesNotSign, in: language, "-"))
    } catch let error as OpenSSLError {
      throw CommandFailure(Exit.doesNotHold, say(.keyDoesNotSign, in: language, "\(error)"))
    }
  }

  private func check(
    _ path: String, _ challenge: [UInt8], _ roster: VerifiedRoster?, _ certified: Certificate?, _ language: Language
  ) throws {
    let read = try readFile(path, limit: 1 << 16)
    let text = String(decoding: read, as: UTF8.self).filter { !$0.isWhitespace }
    guard let proof = try? KeyProof(decoding: decodeHexadecimal(text) ?? read) else {
      throw CommandFailure(Exit.usage, say(.keyNoProof, in: language, visible(path)))
    }
    let known = roster?.allKeys.first { $0.record.kid == proof.kid }?.record.key ?? certified?.publicKey
    guard let known else {
      let isAsked = roster != nil || certified != nil
      throw CommandFailure(
        isAsked ? Exit.doesNotHold : Exit.cannotTell, say(isAsked ? .keyNotListed : .keyNothingToTrust, in: language))
    }
    guard proof.challenge == challenge, proof.isSigned(by: known) else {
      throw CommandFailure(Exit.doesNotHold, say(.keyProofFails, in: language, visible(path)))
    }
    try report(known, listed(known, roster, certified, language), certified, nil, language)
  }

  private func report(
    _ key: PublicKey, _ listed: KeyListing?, _ certified: Certificate?, _ answer: [UInt8]?, _ language: Language
  ) throws {
    let kid = hexadecimal(key.thumbprint ?? [])
    if json {
      return try printJSON(
        .keyProve,
        Proven(
          proven: true, kid: kid, listed: listed, certified: certified == nil ? nil : true,
          answer: answer.map(hexadecimal)))
    }
    // The answer alone goes to standard output, so that it can be handed on as it is.
    if let answer { return print(hexadecimal(answer)) }
    print(say(.keyProven, in: language, kid))
    if let listed { listed.show(language) } else if certified == nil { print(say(.keyNotCompared, in: language)) }
  }

  private func readCertificate(_ path: String, _ language: Language) throws -> Certificate {
    do { return try Certificate(pem: readFile(path, limit: 1 << 16)) } catch let error as OpenSSLError {
      throw CommandFailure(Exit.usage, say(.keyUnusable, in: language, visible(path), "\(error)"))
    }
  }
}

extension KeyType {
  /// Whether keys of this type sign at all.
  var signs: Bool { self != .x25519 }
}
