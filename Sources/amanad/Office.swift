import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Why the daemon cannot start. Each says what to do.
struct StartError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The authority this daemon acts for: its roster, its policy and its keys.
struct Office: Sendable {
  let authority: Authority
  let roster: VerifiedRoster
  let policy: Policy
  let statementKey: PrivateKey
  let receiptKey: PrivateKey
  let checkpointKey: PrivateKey
  /// Opens what partners seal to us as a party; the keys of other roles are never here.
  let sealKey: PrivateKey
  let origin: String
  /// What keys/statement.crt proves the statement key with; empty without it.
  var chain: [Certificate] = []
  /// The lists of crls/.
  var revocations: [RevocationList] = []

  /// Reads the directory that `amana init` wrote. Keys come from `$CREDENTIALS_DIRECTORY` when systemd gives one.
  static func open(directory: String) throws -> Office {
    let file = try readFile("\(directory)/authority.json", limit: 1 << 16)
    let settings: AuthorityFile
    do { settings = try StrictJSON.decode(AuthorityFile.self, from: file) } catch {
      throw StartError("\(directory)/authority.json cannot be read as the file `amana init` writes")
    }
    guard let name = AuthorityName(settings.authority), let digest = decodeHexadecimal(settings.rosterDigest) else {
      throw StartError("\(directory)/authority.json names no authority or no roster digest: run `amana init` again")
    }
    let roster = try trustedRoster(directory: directory, digest: digest)
    guard let authority = roster.authority(name) else {
      throw StartError("\(name) is not listed in roster version \(roster.body.version)")
    }
    let standard = Policy.standard
    let policy = Policy(
      toleranceSeconds: standard.toleranceSeconds, lateAfterSeconds: standard.lateAfterSeconds,
      graceSeconds: standard.graceSeconds, twoUsers: settings.twoUsers)
    let keys = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] ?? "\(directory)/keys"
    return try Office(
      authority: authority, roster: roster, policy: policy,
      statementKey: try key(.statement, of: authority, in: keys),
      receiptKey: try key(.receipt, of: authority, in: keys),
      checkpointKey: try key(.checkpoint, of: authority, in: keys), sealKey: try sealKey(of: authority, in: keys),
      origin: authority.origin(epoch: 1)
    ).withCertificates(in: directory)
  }

  private static func trustedRoster(directory: String, digest: [UInt8]) throws -> VerifiedRoster {
    let bytes = try readFile("\(directory)/roster.cose", limit: Sign.maximumByteCount)
    do {
      return try VerifiedRoster.verify(bytes, pinned: digest)
    } catch {
      throw StartError(
        "no trusted roster, so nothing can be verified: \(error). Put the right roster.cose in \(directory)")
    }
  }

  /// Reads a key and proves that it is the one the roster lists, and that it signs.
  private static func key(_ purpose: KeyPurpose, of authority: Authority, in folder: String) throws -> PrivateKey {
    let path = "\(folder)/\(purpose.rawValue).pem"
    let key: PrivateKey
    do { key = try PrivateKey(pem: readFile(path, limit: 1 << 16)) } catch let error as OpenSSLError {
      throw StartError("the \(purpose.rawValue) key \(path) cannot be read: \(error)")
    }
    guard let record = authority.keys.first(where: { $0.purpose == purpose && $0.key == key.publicKey }) else {
      throw StartError("\(path) is not the \(purpose.rawValue) key that the roster lists for \(authority.name)")
    }
    guard record.standing(at: UnixTime(Date().timeIntervalSince1970)) == .valid else {
      throw StartError("the \(purpose.rawValue) key \(path) is not valid now by the roster")
    }
    return key
  }

  /// The party seal key, proven to open before anybody relies on it (F25): what is sealed to the roster's key must come
  /// out again.
  private static func sealKey(of authority: Authority, in folder: String) throws -> PrivateKey {
    let sealKey = try key(.seal, of: authority, in: folder)
    let isParty = authority.keys.contains { $0.purpose == .seal && $0.role == .party && $0.key == sealKey.publicKey }
    guard isParty else {
      throw StartError("\(folder)/seal.pem is a key of another role: the daemon opens with the party key alone")
    }
    let context = SealContext(
      issuer: authority.uri, recordID: try newRecordID(), payloadID: "probe", mediaType: "application/octet-stream")
    let probe = try randomBytes(32)
    do throws(SealRefusal) {
      let sealed = try Seal.seal(probe, salt: probe, to: [sealKey.publicKey], in: context)
      let opened = try Seal.open(
        sealed.ciphertext, with: sealKey, in: context, digest: sealed.digest, commitment: sealed.commitment)
      if opened.content == probe { return sealKey }
    } catch {
      throw StartError("the seal key \(folder)/seal.pem does not open what is sealed to it: \(error)")
    }
    throw StartError("the seal key \(folder)/seal.pem opened something else than what was sealed to it")
  }
}

/// The content of a file of at most `limit` bytes.
func readFile(_ path: String, limit: Int) throws -> [UInt8] {
  guard let handle = FileHandle(forReadingAtPath: path) else { throw StartError("\(path) is missing or not readable") }
  defer { try? handle.close() }
  let data = try handle.read(upToCount: limit + 1) ?? Data()
  guard data.count <= limit else { throw StartError("\(path) is larger than \(limit) bytes") }
  return [UInt8](data)
}

/// The system's clock, in seconds since 1970.
func currentTime() -> UnixTime { UnixTime(Date().timeIntervalSince1970) }
