import ArgumentParser
import COSE
import Custody
import Foundation
import OpenSSL
import Roster

/// Shows one key: of a file or a store, or by its kid what the roster says of it.
struct KeyShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a key of a file, a store or the roster, and how it stands.",
    discussion: """
      A file may hold a private key, a public key or a certificate. A kid is the beginning of a COSE Key Thumbprint, at \
      least 8 hexadecimal digits, and is looked for in the roster of --directory or --roster.
      """)
  @Argument(help: "A file, a URI or a kid.") var key: String
  @OptionGroup var trust: KeyTrust
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.key.show of docs/json.md.") var json = false
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup var speech: Speech

  /// A synthesized encoder leaves out what there is not.
  struct Standing: Encodable { let listed: KeyListing? }

  func run() throws {
    let language = speech.language
    let roster = try trust.roster(language)
    let (found, place) = try find(roster, language)
    let listed = roster.flatMap { KeyListing(found, in: $0, at: now()) }
    if json { return try printJSON(.keyShow, Merged(KeyView(found, in: place), Standing(listed: listed))) }
    print(say(.keyShown, in: language, found.type.rawValue, grouped(found.thumbprint ?? [])))
    print("  " + hexadecimal(found.subjectPublicKeyInfo))
    if let listed { listed.show(language) } else if roster != nil { print(say(.keyNotListed, in: language)) }
  }

  private func find(_ roster: VerifiedRoster?, _ language: Language) throws -> (PublicKey, KeyURI.Place?) {
    if key.count >= 8, key.allSatisfy(\.isHexDigit), !FileManager.default.fileExists(atPath: key) {
      guard let roster else { throw CommandFailure(Exit.usage, say(.keyKidWhere, in: language, key)) }
      return (try record(beginning: key, among: roster.allKeys.map(\.record), in: language).key, nil)
    }
    if let bytes = KeyURI.isFile(key) ? try readFile(key, limit: 1 << 16) : nil {
      if let certificate = try? Certificate(pem: bytes) { return (certificate.publicKey, nil) }
      if let known = try? PublicKey(pem: bytes) { return (known, nil) }
    }
    let read = try readKey(key, passphraseFile: passphrase.passphraseFile, in: language)
    return (read.publicKey, read.place)
  }
}

/// The one key whose kid begins so.
func record(beginning digits: String, among records: [KeyRecord], in language: Language) throws -> KeyRecord {
  let found = records.filter { hexadecimal($0.kid).hasPrefix(digits.lowercased()) }
  let kids = Set(found.map(\.kid))
  guard let first = found.first, kids.count == 1 else {
    throw CommandFailure(
      Exit.doesNotHold,
      lines: [say(kids.isEmpty ? .keyNoKid : .ambiguous, in: language, digits)] + kids.map(hexadecimal).sorted())
  }
  return first
}

extension KeyURI {
  /// Whether a text names a file.
  static func isFile(_ text: String) -> Bool { (try? KeyURI(text))?.place == .file && !text.hasPrefix("file:") }
}

/// The roster that keys are compared with.
struct KeyTrust: ParsableArguments {
  @Option(name: .long, help: "The authority's directory, whose pinned roster counts.") var directory: String?
  @Option(name: .long, help: "Instead: a roster file that you trust.") var roster: String?

  func validate() throws {
    guard directory == nil || roster == nil else {
      throw usage(.usageNotBoth, "--directory", "--roster")
    }
  }

  func roster(_ language: Language) throws -> VerifiedRoster? {
    if let directory { return try AuthorityFolder(directory, language).roster }
    return try roster.map { try readRoster($0, in: language) }
  }
}

extension VerifiedRoster {
  /// A key that it lists, with whose it is.
  struct HeldKey {
    let record: KeyRecord
    let owner: String
    var officer: UInt64?
    /// Whether they take part: an officer, the authority and its member together, since each can end it.
    let participation: Participation
  }

  /// Every key that it lists.
  var allKeys: [HeldKey] {
    body.root.holders.flatMap { holder in
      holder.keys.map { HeldKey(record: $0, owner: holder.holder, participation: holder.status) }
    } + body.authorities.flatMap(keys)
  }

  private func keys(of authority: Authority) -> [HeldKey] {
    let owner = authority.name.description
    let member = body.members.first { $0.key == authority.name.member }?.status ?? .active
    let own = [member, authority.status]
    return authority.keys.map { HeldKey(record: $0, owner: owner, participation: Self.least(of: own)) }
      + authority.officers.flatMap { officer in
        officer.keys.map {
          HeldKey(
            record: $0, owner: owner, officer: officer.number, participation: Self.least(of: own + [officer.status]))
        }
      }
  }

  private static func least(of all: [Participation]) -> Participation {
    all.contains(.departed) ? .departed : all.contains(.suspended) ? .suspended : .active
  }
}

/// What a roster says of a key.
struct KeyListing: Encodable {
  struct Ended: Encodable {
    let reason: String
    let effectiveFrom: Int64

    enum CodingKeys: String, CodingKey {
      case reason
      case effectiveFrom = "effective_from"
    }
  }

  let authority: String
  /// active, suspended or departed: whether whoever holds it takes part.
  let holder: String
  let purpose: String
  let officer: UInt64?
  let role: String?
  let term: KeyTerm
  /// The kid of the key that it took over from.
  let replaces: String?
  let revocations: [Ended]

  init?(_ key: PublicKey, in roster: VerifiedRoster, at now: Int64) {
    guard let found = roster.allKeys.first(where: { $0.record.key == key }) else { return nil }
    (authority, officer, holder) = (found.owner, found.officer, found.participation.rawValue)
    purpose = found.record.purpose.rawValue
    role = found.record.role?.rawValue
    term = KeyTerm(found.record, at: now)
    replaces = found.record.replaces.map(hexadecimal)
    revocations = found.record.revocations.map { Ended(reason: $0.reason.rawValue, effectiveFrom: $0.effectiveFrom) }
  }

  /// Whether whoever holds it takes part: what others sign counts for nothing now.
  var isHeld: Bool { holder == Participation.active.rawValue }

  enum CodingKeys: String, CodingKey { case authority, holder, purpose, officer, role, replaces, revocations }

  func encode(to encoder: any Encoder) throws {
    try term.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(authority, forKey: .authority)
    try container.encode(holder, forKey: .holder)
    try container.encode(purpose, forKey: .purpose)
    try container.encodeIfPresent(officer, forKey: .officer)
    try container.encodeIfPresent(role, forKey: .role)
    try container.encodeIfPresent(replaces, forKey: .replaces)
    try container.encode(revocations, forKey: .revocations)
  }

  func show(_ language: Language) {
    print(
      say(
        .keyListed, in: language, authority,
        officer.map { "\(purpose) \($0)" } ?? role.map { "\(purpose) \(word($0, in: language))" } ?? purpose,
        word(term.standing, in: language), localTime(term.notAfter), String(term.daysLeft)))
    if !isHeld { print(say(.keyHolderGone, in: language, word(holder, in: language))) }
    if let replaces { print(say(.keyReplaces, in: language, replaces)) }
    for ended in revocations {
      print(say(.keyEnded, in: language, word(ended.reason, in: language), localTime(ended.effectiveFrom)))
    }
  }
}
