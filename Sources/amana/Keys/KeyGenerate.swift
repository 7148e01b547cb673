import ArgumentParser
import COSE
import Custody
import Foundation
import OpenSSL
import Roster

/// A key as it is made or shown.
struct KeyView: Encodable {
  /// The COSE Key Thumbprint, hexadecimal.
  let kid: String
  let type: String
  /// SubjectPublicKeyInfo, hexadecimal DER.
  let key: String
  /// `file`, `tpm` or `token`; absent for a key of which only the public half is known.
  let place: String?

  init(_ key: PublicKey, in place: KeyURI.Place?) {
    kid = hexadecimal(key.thumbprint ?? [])
    type = key.type.rawValue
    self.key = hexadecimal(key.subjectPublicKeyInfo)
    self.place = place?.rawValue
  }
}

/// Makes a key.
struct KeyGenerate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Make a key in a file, in the TPM or in a token.",
    discussion: """
      --store is a path (PKCS#8 PEM, 0600), tpm:PATH (a key that only this machine's TPM can use; the file holds it \
      wrapped) or a pkcs11: URI that names token and object. Nothing is overwritten. Seal keys and transport keys lie in \
      files. The public half is printed; nothing lists the key until the roster's writers do.
      """)
  @Option(
    name: .long, help: "root, statement, receipt, checkpoint, witness, officer or seal: one key, one purpose.",
    transform: keyPurpose)
  var purpose: KeyPurpose
  @Option(name: .long, help: "p256, p384 or ed25519. Default: ed25519 for checkpoint and witness, else p256.")
  var type: NewKeyType?
  @Option(name: .long, help: "Where it is made: a path, tpm:PATH or pkcs11:…") var store: String
  @ArgumentParser.Flag(name: .long, help: "Ask at the terminal for a passphrase to put on it.") var askPassphrase =
    false
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.key.generate of docs/json.md.") var json = false
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup var speech: Speech

  func validate() throws {
    guard purpose != .transport else {
      throw usage(.usageTransportKey)
    }
  }

  func run() throws {
    let secret = try passphrase.newSecret(asks: askPassphrase, in: speech.language)
    let new = NewKey(
      purpose: purpose, type: type ?? .standard(purpose), store: store, secret: secret, language: speech.language)
    let key = try new.make()
    let view = KeyView(key.publicKey, in: key.place)
    if json { return try printJSON(.keyGenerate, Merged(view, ["purpose": purpose.rawValue, "store": new.place])) }
    print(
      say(.keyMade, in: speech.language, purpose.rawValue, visible(new.place), grouped(key.publicKey.thumbprint ?? [])))
  }
}
