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
    commandName: "roster", abstract: "Write roster version 1 from introductions and sign it with root keys.")

  @Argument(help: "The file to write, e.g. roster.cose.") var file: String
  @Option(name: .long, help: "The coalition's name.") var coalition: String
  @Option(name: .long, help: "An authority's introduction.json; repeat for each.") var introduction: [String]
  @Option(name: .long, help: "A root holder's private key, PEM; repeat for those who are here.") var rootKey: [String]
  @Option(name: .long, help: "How many root holders must sign; more than half. Default: the least that is.")
  var threshold: UInt64?
  @Option(name: .long, help: "Days until the roster must be renewed.") var days: Int64 = 365
  @ArgumentParser.Flag(name: .long, help: "A roster for exercises only.") var exercise = false
  @OptionGroup var speech: Speech

  func run() throws {
    let introductions = try introduction.map { path in
      do {
        return try StrictJSON.decode(Introduction.self, from: try readFile(path, limit: 1 << 20))
      } catch let error as RefusedJSON {
        throw CommandFailure(Exit.usage, say(.introductionBad, in: speech.language, path, "\(error)"))
      } catch is DecodingError {
        throw CommandFailure(Exit.usage, say(.noIntroduction, in: speech.language, path))
      }
    }
    let body = try RosterAuthor(introductions: introductions, days: days).body(
      coalition: coalition, threshold: threshold, exercise: exercise)
    let message = try body.signed(by: rootKey.map { try readKey($0, in: speech.language) })
    let digest = SHA256.hash(body.encoded())
    try writeFile(file, message.bytes)
    if exercise { Screen.beginExercise(in: speech.language) }
    let holders = String(body.root.holders.count)
    print(
      say(
        .initRoster, in: speech.language, file, String(message.signatures.count), holders, String(body.root.threshold),
        grouped(digest)))
  }
}

/// Adds a root holder's signature.
struct InitSign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Add a root holder's signature to a roster.")
  @Argument(help: "The roster.") var file: String
  @Option(name: .long, help: "The root holder's private key, PEM.") var rootKey: String
  @OptionGroup var speech: Speech

  func run() throws {
    let bytes = try readFile(file, limit: Sign.maximumByteCount)
    do {
      let message = try Sign(decoding: bytes).adding(readKey(rootKey, in: speech.language))
      if let payload = message.payload, try RosterBody(decoding: payload).exercise {
        Screen.beginExercise(in: speech.language)
      }
      try writeFile(file, message.bytes)
      print(say(.initSigned, in: speech.language, file, String(message.signatures.count)))
    } catch let error as DecodeError {
      throw CommandFailure(Exit.usage, say(.rosterBad, in: speech.language, file, "\(error)"))
    }
  }
}

/// Pins a roster for an authority's daemon.
struct InitTrust: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Pin a roster, by the digest people compared, for an authority's daemon.")
  @Argument(help: "The authority's directory.") var directory: String
  @Option(name: .long, help: "MEMBER/authority.") var name: String
  @Option(name: .long, help: "The roster file.") var roster: String
  @Option(name: .long, help: "Its digest, as it was read aloud: 64 hexadecimal digits.") var digest: String
  @ArgumentParser.Flag(name: .long, help: "Let two approvals come from one local user (exercises and demonstrations).")
  var oneUser = false
  @OptionGroup var speech: Speech

  func run() throws {
    guard let pinned = decodeHexadecimal(digest.filter { $0 != " " }), pinned.count == 32 else {
      throw CommandFailure(Exit.usage, say(.noDigest, in: speech.language))
    }
    let bytes = try readFile(roster, limit: Sign.maximumByteCount)
    do {
      let verified = try VerifiedRoster.verify(bytes, pinned: pinned)
      if verified.body.exercise { Screen.beginExercise(in: speech.language) }
      guard let authority = AuthorityName(name), verified.authority(authority) != nil else {
        throw CommandFailure(Exit.doesNotHold, say(.notListed, in: speech.language, name))
      }
      try writeFile("\(directory)/roster.cose", bytes)
      let file = AuthorityFile(authority: name, rosterDigest: hexadecimal(pinned), twoUsers: !oneUser)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try writeFile("\(directory)/authority.json", [UInt8](try encoder.encode(file)))
      print(say(.initTrust, in: speech.language, name, String(hexadecimal(pinned).prefix(16)), directory))
    } catch let refusal as RosterRefusal {
      throw CommandFailure(Exit.doesNotHold, say(.rosterBad, in: speech.language, roster, "\(refusal)"))
    }
  }
}

/// Makes a roster body of introductions.
struct RosterAuthor {
  let introductions: [Introduction]
  let days: Int64

  func body(coalition: String, threshold: UInt64?, exercise: Bool) throws -> RosterBody {
    let now = UnixTime(Date().timeIntervalSince1970)
    let authorities = try introductions.map { try authority($0, now) }
    var members: [Member] = []
    for introduction in introductions {
      let key = AuthorityName(introduction.authority)?.member ?? ""
      if members.contains(where: { $0.key == key }) { continue }
      members.append(Member(key: key, iso3: introduction.iso3, names: introduction.memberNames))
    }
    let holders = try introductions.compactMap { introduction in
      try introduction.root.map { RootHolder(holder: introduction.authority, keys: [try record(.root, $0, now)]) }
    }
    let least = UInt64(holders.count / 2 + 1)
    let body = RosterBody(
      coalition: coalition, exercise: exercise, version: 1, previous: nil, issuedAt: now,
      nextUpdate: now + days * secondsPerDay,
      root: RosterRoot(threshold: threshold ?? least, emergencyThreshold: 1, holders: holders), members: members,
      authorities: authorities)
    do { return try RosterBody(decoding: body.encoded()[...]) } catch {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, "--introduction", error.detail))
    }
  }

  private func authority(_ introduction: Introduction, _ now: UnixTime) throws -> Authority {
    guard let name = AuthorityName(introduction.authority), let role = AuthorityRole(rawValue: introduction.role) else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, introduction.authority, introduction.role))
    }
    let keys = try introduction.keys.map { key in
      guard let purpose = KeyPurpose(rawValue: key.purpose) else {
        throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, "\(name)", key.purpose))
      }
      return try record(purpose, key.key, now, role: sealRole(of: key), certificate: certificate(of: key))
    }
    let officers = try introduction.officers.map { officer in
      Officer(number: officer.number, roles: officer.roles, keys: [try record(.officer, officer.key, now)])
    }
    return Authority(
      name: name, uri: introduction.uri, names: introduction.names, role: role,
      competence: Competence(
        kinds: introduction.kinds, sites: introduction.sites, mayRelease: introduction.mayRelease,
        mayAccept: introduction.mayAccept, mayCarry: introduction.mayCarry, level: introduction.level),
      keys: keys, officers: officers)
  }

  /// A key valid from a day ago, so that clocks that differ do not matter, for two years.
  private func record(
    _ purpose: KeyPurpose, _ text: String, _ now: UnixTime, role: SealRole? = nil, certificate: Certificate? = nil
  ) throws -> KeyRecord {
    guard let der = decodeHexadecimal(text), let key = try? PublicKey(subjectPublicKeyInfo: der),
      let record = KeyRecord(
        purpose: purpose, key: key, notBefore: now - secondsPerDay, notAfter: now + 2 * 365 * secondsPerDay, role: role,
        certificate: certificate)
    else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, purpose.rawValue, "SubjectPublicKeyInfo"))
    }
    return record
  }

  private func sealRole(of key: Introduction.Key) throws -> SealRole? {
    guard let name = key.role else { return nil }
    guard let role = SealRole(rawValue: name) else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, key.purpose, name))
    }
    return role
  }

  private func certificate(of key: Introduction.Key) throws -> Certificate? {
    guard let text = key.certificate else { return nil }
    guard let der = decodeHexadecimal(text), let certificate = try? Certificate(der: der) else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, key.purpose, "X.509"))
    }
    return certificate
  }
}

/// A digest in groups of eight, to read aloud.
func grouped(_ digest: [UInt8]) -> String {
  let text = Array(hexadecimal(digest))
  return stride(from: 0, to: text.count, by: 8).map { String(text[$0..<min($0 + 8, text.count)]) }.joined(
    separator: " ")
}
