import ArgumentParser
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// The types of keys that are made.
enum NewKeyType: String, ExpressibleByArgument, CaseIterable {
  case p256, p384, ed25519

  var type: KeyType {
    switch self {
    case .p256: .p256
    case .p384: .p384
    case .ed25519: .ed25519
    }
  }

  /// What a purpose has unless told otherwise: checkpoints and cosignatures are Ed25519 (C2SP), the rest P-256.
  static func standard(_ purpose: KeyPurpose) -> NewKeyType {
    purpose == .checkpoint || purpose == .witness ? .ed25519 : .p256
  }

  /// Whether a key of this purpose may be of this type.
  func fits(_ purpose: KeyPurpose) -> Bool {
    switch purpose {
    case .checkpoint, .witness: self == .ed25519
    case .seal, .transport: self == .p256
    default: true
    }
  }
}

/// A purpose as it is typed.
func keyPurpose(_ text: String) throws -> KeyPurpose {
  guard let purpose = KeyPurpose(rawValue: text) else {
    throw usage(.usageNoneOf, text, KeyPurpose.allCases.map(\.rawValue).joined(separator: ", "))
  }
  return purpose
}

/// Makes a key in its place, which must be empty.
struct NewKey {
  let purpose: KeyPurpose
  let type: NewKeyType
  /// A path, `tpm:PATH` or a `pkcs11:` URI.
  let store: String
  let secret: String?
  let language: Language

  private static let wrapped = "tpm:"

  /// Where it can be found afterwards.
  var place: String { store.hasPrefix(Self.wrapped) ? String(store.dropFirst(Self.wrapped.count)) : store }

  func make() throws -> PrivateKey {
    guard type.fits(purpose) else {
      throw CommandFailure(
        Exit.usage,
        say(.keyTypeUnfit, in: language, purpose.rawValue, NewKeyType.standard(purpose).rawValue, type.rawValue))
    }
    guard purpose != .seal && purpose != .transport || isFile else {
      throw CommandFailure(Exit.usage, say(.keyStoreUnfit, in: language, purpose.rawValue))
    }
    do {
      let uri = try KeyURI(place)
      guard let path = uri.path else { return try PrivateKey.generate(type.type, at: uri, secret: secret) }
      try refuseExisting(path, in: language)
      let pem =
        isFile
        ? try PrivateKey.generate(type.type).pem(passphrase: secret)
        : try PrivateKey.generateInTPM(type.type, secret: secret)
      try writeFile(path, pem, mode: 0o600)
      return try PrivateKey(uri: uri, secret: secret) { try readFile($0, limit: $1) }
    } catch let error as OpenSSLError {
      throw CommandFailure(Exit.usage, say(.keyNotMade, in: language, visible(KeyURI.shown(place)), "\(error)"))
    }
  }

  private var isFile: Bool { !store.hasPrefix(Self.wrapped) && !store.hasPrefix("pkcs11:") }
}

/// The certificate of a courier's key. It is valid for longer than a roster's entry, so that the roster decides.
func transportCertificate(of key: PrivateKey, for authority: String) throws -> Certificate {
  let time = now()
  return try Certificate.selfSigned(
    key: key, commonName: String(authority.prefix(64)), notBefore: time - secondsPerDay,
    notAfter: time + 5 * 365 * secondsPerDay)
}
