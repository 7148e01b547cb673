import ArgumentParser
import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// What an authority hands to the roster's writers when a key takes over from another.
struct Rotation: Codable {
  /// MEMBER/authority.
  var authority: String
  var purpose: String
  /// The new key: SubjectPublicKeyInfo, hexadecimal DER.
  var key: String
  /// The certificate of a transport key: hexadecimal DER.
  var certificate: String?
  /// The kid of the key that it takes over from.
  var replaces: String
  /// That key's signed word (KeyLink), hexadecimal; absent where it signs nothing.
  var link: String?
}

/// Makes the key that follows, beside the one in use.
struct KeyRotate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Make the key that follows and the file that asks for it to be listed.",
    discussion: """
      Writes keys/PURPOSE-next.pem beside the key in use, and the rotation file with the old key's signed word. Give that \
      file to the roster's writers. Nothing changes until they list the new key: from then on the daemon uses, at each \
      moment, the one that the roster lists as valid (the checkpoint key: at its next start). Under systemd it sees only \
      what it was handed when it started: add LoadCredential=PURPOSE-next.pem:DIRECTORY/keys/PURPOSE-next.pem (and \
      .passphrase) by systemctl edit and restart it once, before that roster is published. Both keys stay where they are: \
      what was sealed to the former one needs it. At the next rotation the new key takes the first place, and the former \
      one moves to keys/PURPOSE-former-KID.pem; one that authority.json named stays, and keys/PURPOSE-former-KID.place \
      says where.
      """)
  @Argument(help: "statement, receipt, checkpoint, witness, seal or transport.", transform: keyPurpose)
  var purpose: KeyPurpose
  @Option(name: .long, help: "The authority's directory.") var directory = "/etc/amana"
  @Option(name: .long, help: "p256, p384 or ed25519. Default: as amana key generate.") var type: NewKeyType?
  @Option(name: .long, help: "Where the new key is made: a path, tpm:PATH or pkcs11:…; default keys/PURPOSE-next.pem.")
  var store: String?
  @Option(name: .long, help: "The rotation file. Default: DIRECTORY/rotation-PURPOSE.json.") var out: String?
  @Option(name: .long, help: "A file with the passphrase or PIN of the new key. Default: none.")
  var newPassphraseFile: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.key.rotate of docs/json.md.") var json = false
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup var speech: Speech

  func validate() throws {
    guard purpose != .root, purpose != .officer else {
      throw usage(.usageHoldersKeys)
    }
    guard store == nil || KeyFolder.purposes.contains(purpose) else {
      throw usage(.usageGoesWith, "--store", KeyFolder.purposes.map(\.rawValue).joined(separator: ", "))
    }
    guard newPassphraseFile == nil || purpose != .transport else {
      throw usage(.usageCourierKey)
    }
  }

  private var name: String { KeyFolder.next(purpose) }
  private var defaultPlace: String { "\(directory)/keys/\(name).pem" }

  func run() throws {
    let language = speech.language
    var folder = try AuthorityFolder(directory, language)
    let file = out ?? "\(directory)/rotation-\(purpose.rawValue).json"
    try refuseExisting(file, in: language)
    try settle(&folder, language)
    let old = try folder.key(purpose.rawValue, passphraseFile: passphrase.passphraseFile, language)
    guard let kid = old.publicKey.thumbprint, folder.authority.keys.contains(where: { $0.kid == kid }) else {
      throw CommandFailure(Exit.doesNotHold, say(.keyNotListed, in: language))
    }
    let secret = try newPassphraseFile.map { try readPassphrase(file: $0, in: language) }
    let new = NewKey(
      purpose: purpose, type: type ?? .standard(purpose), store: store.map(absolutePlace) ?? defaultPlace,
      secret: secret, language: language)
    let key = try new.make()
    try finish(folder, new, key, old, kid, file)
  }

  private func finish(
    _ folder: AuthorityFolder, _ new: NewKey, _ key: PrivateKey, _ old: PrivateKey, _ kid: [UInt8], _ file: String
  ) throws {
    let language = speech.language
    if let secret = new.secret {
      try writeFile("\(directory)/keys/\(name).passphrase", Array(secret.utf8), mode: 0o600)
    }
    if new.place != defaultPlace {
      var settings = folder.file
      settings.keys = (settings.keys ?? [:]).merging([name: new.place]) { $1 }
      try RosterPlace(directory: directory).write(settings)
    }
    let now = now()
    let rotation = Rotation(
      authority: folder.authority.name.description, purpose: purpose.rawValue,
      key: hexadecimal(key.publicKey.subjectPublicKeyInfo), certificate: try certificate(of: key, folder),
      replaces: hexadecimal(kid), link: try link(old, key, now))
    try writeFile(file, try prettyJSON(rotation))
    if json {
      let places = ["purpose": purpose.rawValue, "replaces": rotation.replaces, "store": new.place, "file": file]
      return try printJSON(.keyRotate, Merged(KeyView(key.publicKey, in: key.place), places))
    }
    print(say(.keyRotated, in: language, purpose.rawValue, visible(new.place), grouped(key.publicKey.thumbprint ?? [])))
    print(say(.keyRotatedNext, in: language, visible(file)))
  }

  /// A key that followed once and is in force now takes the first place, and the former one steps back.
  private func settle(_ folder: inout AuthorityFolder, _ language: Language) throws {
    let (path, isThere) = folder.keys.place(name)
    guard isThere else { return }
    let next = try folder.key(name, passphraseFile: nil, language)
    guard let record = folder.authority.keys.first(where: { $0.purpose == purpose && $0.key == next.publicKey }),
      record.standing(at: now()) == .valid
    else { throw CommandFailure(Exit.doesNotHold, say(.keyNextWaits, in: language, visible(KeyURI.shown(path)))) }
    let former =
      try record.replaces
      ?? folder.key(purpose.rawValue, passphraseFile: passphrase.passphraseFile, language).publicKey.thumbprint
    try KeySuccession(folder: folder, purpose: purpose, former: former ?? [], language: language).settle()
    folder = try AuthorityFolder(directory, language)
  }

  /// Seal keys open and sign nothing.
  private func link(_ old: PrivateKey, _ new: PrivateKey, _ now: UnixTime) throws -> String? {
    guard purpose != .seal else { return nil }
    return hexadecimal(try KeyLink.sign(from: old, to: new.publicKey, purpose: purpose, at: now).bytes)
  }

  private func certificate(of key: PrivateKey, _ folder: AuthorityFolder) throws -> String? {
    guard purpose == .transport else { return nil }
    let certificate = try transportCertificate(of: key, for: folder.authority.name.description)
    try writeFile("\(directory)/keys/\(name).crt", try certificate.pem())
    return hexadecimal(certificate.der)
  }
}
