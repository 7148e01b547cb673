import ArgumentParser
import Custody
import Foundation
import OpenSSL
import Roster

/// What an authority tells whoever writes the roster: public keys and competences, nothing secret.
struct Introduction: Codable {
  struct Key: Codable {
    var purpose: String
    /// SubjectPublicKeyInfo, PEM-free: hexadecimal DER.
    var key: String
    /// What a seal key opens, where that is not what the parties share.
    var role: String?
    /// The certificate of a transport key: hexadecimal DER.
    var certificate: String?
  }

  struct OfficerKey: Codable {
    var number: UInt64
    var roles: [String]
    var key: String
  }

  var authority: String
  var uri: String
  var iso3: String?
  var memberNames: [String: String]
  var names: [String: String]
  var role: String
  var kinds: [String]
  var sites: [String]
  var mayRelease: Bool
  var mayAccept: Bool
  var mayCarry: Bool
  var level: UInt64
  /// The root key, if this member holds one.
  var root: String?
  var keys: [Key]
  var officers: [OfficerKey]
}

/// Generates an authority's keys.
struct InitAuthority: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "authority", abstract: "Generate an authority's keys and its introduction to the roster's writers.",
    discussion: """
      Writes keys/ (statement, receipt, checkpoint, witness, seal, transport, and with --post-quantum statement-pq; 0600) with the certificate of the transport \
      key, root/ with the member's root key, officers/ with one key an officer, roles/ with the keys that open what is \
      sealed for one role (medical, judicial, child-protection, property, recovery; who is no custodian has recovery \
      alone), and introduction.json. Move root/ \
      to an offline place, and each key of officers/ and roles/ to whom it belongs, before the daemon starts: it needs \
      none of them.
      """)

  @Argument(help: "The directory to make.") var directory: String
  @Option(name: .long, help: "MEMBER/authority, e.g. SYR/prisons.") var name: String
  @Option(name: .long, help: "The authority's URI, https, without a final slash.") var uri: String
  @Option(name: .long, help: "ISO 3166-1 alpha-3 of the member, if it has one.") var iso3: String?
  @Option(name: .long, help: "The authority's name in English.") var nameEn: String
  @Option(name: .long, help: "The authority's name in Arabic.") var nameAr: String
  @Option(name: .long, help: "The member's name in English.") var memberEn: String?
  @Option(name: .long, help: "The member's name in Arabic.") var memberAr: String?
  @Option(name: .long, help: "custodian, carrier or observer.") var role = "custodian"
  @Option(name: .long, help: "Sites it is responsible for, by comma.") var sites = ""
  @Option(
    name: .long,
    help: "Kinds of custody that a custodian may sign, by comma: \(kindNames), or all. Default: detainee-transfer.")
  var kinds: String?
  @Option(name: .long, help: "How many officers get a key.") var officers = 2
  @Option(
    name: .long,
    help:
      "One more person with a key, who approves in this office: medical, child-protection, witness or person. Repeatable."
  )
  var approver: [String] = []
  @Option(name: .long, help: "Make an ML-DSA key too, for the second signature: ml-dsa-65 or ml-dsa-87.")
  var postQuantum: String?
  @OptionGroup var speech: Speech

  func validate() throws {
    guard postQuantum.map({ KeyType(rawValue: $0)?.isMLDSA == true }) ?? true else {
      throw usage(.usageOneOf, "--post-quantum", "ml-dsa-65, ml-dsa-87")
    }
    guard AuthorityName(name) != nil else { throw usage(.usageForm, "--name", "MEMBER/authority") }
    guard AuthorityRole(rawValue: role) != nil else {
      throw usage(.usageOneOf, "--role", "custodian, carrier, observer")
    }
    // Nobody else signs custody of a kind.
    guard kinds == nil || isCustodian else { throw usage(.usageGoesWith, "--kinds", "--role custodian") }
    _ = try chosenKinds()
    guard (0...64).contains(officers) else { throw usage(.usageBetween, "--officers", "0", "64") }
    let offices = [ApprovalRole.medical, .childProtection, .witness, .person].map(\.rawValue)
    guard approver.count <= 16, approver.allSatisfy(offices.contains) else {
      throw usage(.usageOneOfUpTo, "--approver", offices.joined(separator: ", "), "16")
    }
    guard uri.hasPrefix("https://"), !uri.hasSuffix("/") else {
      throw usage(.usageForm, "--uri", "https://HOST/PATH")
    }
  }

  private var isCustodian: Bool { role == AuthorityRole.custodian.rawValue }

  private func chosenKinds() throws -> [String] {
    guard isCustodian else { return [] }
    let kinds = kinds ?? Kind.detaineeTransfer.rawValue
    if kinds == "all" { return Kind.allCases.map(\.rawValue) }
    return try kinds.split(separator: ",").map { try readKind(String($0)).rawValue }
  }

  func run() throws {
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw CommandFailure(Exit.usage, say(.directoryExists, in: speech.language, directory))
    }
    let second = postQuantum.flatMap(KeyType.init)
    guard second == nil || MLDSA.isAvailable else {
      throw CommandFailure(Exit.cannotTell, say(.noMLDSA, in: speech.language, openSSLVersion()))
    }
    for folder in ["", "/keys", "/root", "/officers", "/roles"].map({ directory + $0 }) {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      } catch {
        throw CommandFailure(
          Exit.usage, say(.fileUnwritable, in: speech.language, folder, error.localizedDescription))
      }
    }
    let keys = try authorityKeys() + secondKeys(second) + roleKeys()
    let root = try generate(.p256, "\(directory)/root/root.pem")
    let offices = Array(repeating: ApprovalRole.officer.rawValue, count: officers) + approver
    let officerKeys = try offices.enumerated().map { index, role in
      Introduction.OfficerKey(
        number: UInt64(index + 1), roles: [role],
        key: try generate(.p256, "\(directory)/officers/officer-\(index + 1).pem"))
    }
    let introduction = Introduction(
      authority: name, uri: uri, iso3: iso3, memberNames: memberNames, names: ["en": nameEn, "ar": nameAr], role: role,
      kinds: try chosenKinds(), sites: sites.split(separator: ",").map(String.init),
      mayRelease: isCustodian, mayAccept: isCustodian, mayCarry: role == AuthorityRole.carrier.rawValue,
      level: isCustodian ? 5 : 0, root: root, keys: keys, officers: officerKeys)
    try writeFile("\(directory)/introduction.json", try prettyJSON(introduction))
    print(say(.initAuthority, in: speech.language, name, directory, "\(directory)/introduction.json"))
  }

  private var memberNames: [String: String] {
    var names: [String: String] = [:]
    if let memberEn { names["en"] = memberEn }
    if let memberAr { names["ar"] = memberAr }
    return names
  }

  /// What the daemon and the courier work with.
  private func authorityKeys() throws -> [Introduction.Key] {
    let purposes: [(KeyPurpose, KeyType)] = [
      (.statement, .p256), (.receipt, .p256), (.checkpoint, .ed25519), (.witness, .ed25519), (.seal, .p256),
    ]
    let keys = try purposes.map { purpose, type in
      Introduction.Key(
        purpose: purpose.rawValue, key: try generate(type, "\(directory)/keys/\(purpose.rawValue).pem"))
    }
    return try keys + [transportKey()]
  }

  /// What the second signature of dual mode is made with.
  private func secondKeys(_ type: KeyType?) throws -> [Introduction.Key] {
    guard let type else { return [] }
    let key = try generate(type, "\(directory)/keys/statement-pq.pem")
    return [Introduction.Key(purpose: KeyPurpose.statement.rawValue, key: key)]
  }

  /// The key that the courier shows to its peers, and its certificate.
  private func transportKey() throws -> Introduction.Key {
    let key = try PrivateKey.generate(.p256)
    try writeFile("\(directory)/keys/transport.pem", try key.pem(), mode: 0o600)
    let certificate = try transportCertificate(of: key, for: name)
    try writeFile("\(directory)/keys/transport.crt", try certificate.pem())
    return Introduction.Key(
      purpose: KeyPurpose.transport.rawValue, key: hexadecimal(key.publicKey.subjectPublicKeyInfo),
      certificate: hexadecimal(certificate.der))
  }

  /// What the holders of roles open with; the daemon never reads these. Who has nobody in custody has no such holders.
  private func roleKeys() throws -> [Introduction.Key] {
    let roles: [SealRole] =
      isCustodian
      ? [.medical, .judicial, .childProtection, .property, .recovery] : [.recovery]
    return try roles.map { role in
      Introduction.Key(
        purpose: KeyPurpose.seal.rawValue, key: try generate(.p256, "\(directory)/roles/\(role.rawValue).pem"),
        role: role.rawValue)
    }
  }

  /// Generates a key into a file of its owner's and returns the public half.
  private func generate(_ type: KeyType, _ path: String) throws -> String {
    let key = try PrivateKey.generate(type)
    try writeFile(path, try key.pem(), mode: 0o600)
    return hexadecimal(key.publicKey.subjectPublicKeyInfo)
  }
}
