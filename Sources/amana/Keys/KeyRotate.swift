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
      moment, the one that the roster lists as valid, without a restart (the checkpoint key: at its next start). Both stay \
      where they are: what was sealed to the former key needs it. At the next rotation the former key moves to \
      keys/PURPOSE-former-KID.pem.
      """)
  @Argument(help: "statement, receipt, checkpoint, witness, seal or transport.", transform: keyPurpose)
  var purpose: KeyPurpose
  @Option(name: .long, help: "The authority's directory.") var directory = "/etc/amana"
  @Option(name: .long, help: "p256, p384 or ed25519. Default: as amana key generate.") var type: NewKeyType?
  @Option(name: .long, help: "Where the new key is made: tpm:PATH or pkcs11:…; default keys/PURPOSE-next.pem.")
  var store: String?
  @Option(name: .long, help: "The rotation file. Default: DIRECTORY/rotation-PURPOSE.json.") var out: String?
  @Option(name: .long, help: "A file with the passphrase or PIN of the new key. Default: none.")
  var newPassphraseFile: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.key.rotate of docs/json.md.") var json = false
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup var speech: Speech

  func validate() throws {
    guard purpose != .root, purpose != .officer else {
      throw ValidationError("keys of roots and officers are made by their holders: amana key generate")
    }
  }

  private var name: String { KeyFolder.next(purpose) }
  private var defaultPlace: String { "\(directory)/keys/\(name).pem" }

  func run() throws {
    let language = speech.language
    var folder = try AuthorityFolder(directory, language)
    let file = out ?? "\(directory)/rotation-\(purpose.rawValue).json"
    guard !FileManager.default.fileExists(atPath: file) else {
      throw CommandFailure(Exit.usage, say(.fileExists, in: language, visible(file)))
    }
    try settle(&folder, language)
    let old = try folder.key(purpose.rawValue, passphraseFile: passphrase.passphraseFile, language)
    guard let kid = old.publicKey.thumbprint, folder.authority.keys.contains(where: { $0.kid == kid }) else {
      throw CommandFailure(Exit.doesNotHold, say(.keyNotListed, in: language))
    }
    let secret = try newPassphraseFile.map {
      String(decoding: try readFile($0, limit: 4096), as: UTF8.self).trimmingCharacters(in: .newlines)
    }
    let new = NewKey(
      purpose: purpose, type: type ?? .standard(purpose), store: store ?? defaultPlace, secret: secret,
      language: language)
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
      try folder.write(settings)
    }
    let now = UnixTime(Date().timeIntervalSince1970)
    let rotation = Rotation(
      authority: folder.authority.name.description, purpose: purpose.rawValue,
      key: hexadecimal(key.publicKey.subjectPublicKeyInfo), certificate: try certificate(of: key, folder, now),
      replaces: hexadecimal(kid), link: try link(old, key, now))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try writeFile(file, [UInt8](try encoder.encode(rotation)))
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
    guard path == defaultPlace, let next = try? folder.keys.key(name),
      folder.authority.keys.first(where: { $0.purpose == purpose && $0.key == next.publicKey })?.standing(
        at: UnixTime(Date().timeIntervalSince1970)) == .valid
    else { throw CommandFailure(Exit.doesNotHold, say(.keyNextWaits, in: language, visible(path))) }
    let former = try folder.key(purpose.rawValue, passphraseFile: passphrase.passphraseFile, language)
    let mark = String(hexadecimal(former.publicKey.thumbprint ?? []).prefix(8))
    let keys = "\(directory)/keys"
    for end in ["pem", "crt", "passphrase"] {
      try move("\(keys)/\(purpose.rawValue).\(end)", "\(keys)/\(purpose.rawValue)-former-\(mark).\(end)")
      try move("\(keys)/\(name).\(end)", "\(keys)/\(purpose.rawValue).\(end)")
    }
    folder = try AuthorityFolder(directory, language)
  }

  private func move(_ from: String, _ to: String) throws {
    guard FileManager.default.fileExists(atPath: from) else { return }
    try FileManager.default.moveItem(atPath: from, toPath: to)
  }

  /// Seal keys open and sign nothing.
  private func link(_ old: PrivateKey, _ new: PrivateKey, _ now: UnixTime) throws -> String? {
    guard purpose != .seal else { return nil }
    return hexadecimal(try KeyLink.sign(from: old, to: new.publicKey, purpose: purpose, at: now).bytes)
  }

  private func certificate(of key: PrivateKey, _ folder: AuthorityFolder, _ now: UnixTime) throws -> String? {
    guard purpose == .transport else { return nil }
    let certificate = try Certificate.selfSigned(
      key: key, commonName: String(folder.authority.name.description.prefix(64)), notBefore: now - 86400,
      notAfter: now + 5 * 365 * 86400)
    try writeFile("\(directory)/keys/\(name).crt", try certificate.pem())
    return hexadecimal(certificate.der)
  }
}
