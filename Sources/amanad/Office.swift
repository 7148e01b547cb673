import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// Why the daemon cannot start. Each says what to do.
struct StartError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The authority this daemon acts for: its roster, its policy and its keys.
struct Office: Sendable {
  private(set) var authority: Authority
  private(set) var roster: VerifiedRoster
  let policy: Policy
  private(set) var statementKeys: OfficeKeys
  /// The second signature of dual mode is made with it; nil where there is none.
  private(set) var postQuantumKey: PrivateKey?
  private(set) var receiptKeys: OfficeKeys
  private(set) var checkpointKeys: OfficeKeys
  /// Cosign what other members' logs have signed; nil where none of them is here.
  private(set) var witnessKeys: OfficeKeys?
  /// Open what partners seal to us as a party; the keys of other roles are never here.
  let sealKeys: OfficeKeys
  /// Of the log's epoch in force.
  private(set) var origin: String
  /// What keys/statement.crt proves the statement key with; empty without it.
  var chain: [Certificate] = []
  /// The code lists of this program and those of codes/.
  var codeBook = CodeBook.embedded
  /// What of codes/ can't be used, and why.
  var codeProblems: [String] = []
  /// The lists of crls/.
  var filed: [RevocationList] = []
  /// The lists that the courier fetched.
  private(set) var fetched: [FetchedList] = []
  /// Why the certificates are not shown any more; nil while they prove something.
  private(set) var chainProblem: String?

  /// Every revocation list at hand.
  var revocations: [RevocationList] { filed + fetched.map(\.list) }

  /// The same office with these lists that were fetched. One that takes back our own certificate ends nothing but that
  /// it is shown: the roster lists our key.
  func with(fetched lists: [FetchedList]) -> Office {
    var office = self
    office.fetched = lists
    office.chainProblem = office.problemOfChain(at: currentTime())
    return office
  }

  /// The same office with another epoch of its log.
  func with(origin: String) -> Office {
    var office = self
    office.origin = origin
    return office
  }

  /// The same office under another roster, with those of its keys that this lists; nil where it lists not the authority,
  /// or no key to sign with.
  func under(_ roster: VerifiedRoster) -> Office? {
    guard let authority = roster.authority(authority.name), let statement = statementKeys.under(authority),
      let receipt = receiptKeys.under(authority), let checkpoint = checkpointKeys.under(authority)
    else { return nil }
    var office = self
    (office.authority, office.roster) = (authority, roster)
    (office.statementKeys, office.receiptKeys, office.checkpointKeys) = (statement, receipt, checkpoint)
    office.witnessKeys = witnessKeys?.under(authority)
    if !authority.keys.contains(where: { $0.key == postQuantumKey?.publicKey }) { office.postQuantumKey = nil }
    return office
  }

  /// Whether a checkpoint is signed by a key that the roster lists for ours, be it one that was rotated since.
  func signedCheckpoint(_ signed: SignedCheckpoint) -> Bool {
    authority.keys.contains { $0.purpose == .checkpoint && signed.verify(originKey: $0.key) }
  }

  /// What of a statement opens with our party key; with a former one what was sealed before a rotation.
  func opening(of signed: SignedStatement, ciphertext: ([UInt8]) -> [UInt8]?) -> Opening {
    var opening = Opening()
    for key in sealKeys.all {
      opening = Opening(of: signed, with: key, ciphertext: ciphertext)
      if !opening.isForOthers { break }
    }
    return opening
  }

  var statementKey: PrivateKey { statementKeys.current() }
  /// What signs over files: both signatures where there is an ML-DSA key.
  var signingKeys: [PrivateKey] { [statementKey] + [postQuantumKey].compactMap(\.self) }
  var receiptKey: PrivateKey { receiptKeys.current() }
  var checkpointKey: PrivateKey { checkpointKeys.current() }

  /// Reads the directory that `amana init` wrote. Keys are where it says, else in
  /// `$CREDENTIALS_DIRECTORY` when systemd gives one, else in keys/.
  static func open(directory: String) throws -> Office {
    let file = try readFile("\(directory)/authority.json", limit: 1 << 16)
    let settings: AuthorityFile
    do { settings = try StrictJSON.decode(AuthorityFile.self, from: file) } catch {
      let why = (error as? RefusedJSON).map { ": \($0)" } ?? ""
      throw StartError("\(directory)/authority.json cannot be read as the file `amana init` writes\(why)")
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
      graceSeconds: standard.graceSeconds, twoUsers: settings.twoUsers,
      postQuantum: try postQuantum(settings.postQuantum, directory), awaitsWitnesses: settings.awaitWitnesses == true)
    let folder = try keyFolder(directory, settings)
    func keys(_ purpose: KeyPurpose) throws -> OfficeKeys {
      try OfficeKeys.open(purpose, of: authority, in: folder)
    }
    return try Office(
      authority: authority, roster: roster, policy: policy, statementKeys: try keys(.statement),
      postQuantumKey: try OfficeKeys.postQuantum(of: authority, in: folder),
      receiptKeys: try keys(.receipt), checkpointKeys: try keys(.checkpoint),
      witnessKeys: OfficeKeys.witness(
        of: authority,
        isNamed: roster.body.authorities.contains { $0.witnessing?.witnesses.contains(name) == true }, in: folder),
      sealKeys: try proven(
        keys(.seal).withFormer(
          .seal, of: roster.successions.places(of: name).compactMap { roster.authority($0) }, in: folder)),
      origin: authority.origin(epoch: 1)
    ).withCertificates(in: directory).withCodes(in: directory)
  }

  private static func keyFolder(_ directory: String, _ file: AuthorityFile) throws -> KeyFolder {
    do {
      return try KeyFolder(
        directory: directory, file: file,
        credentials: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    } catch { throw StartError(error.description) }
  }

  /// The party seal keys, proven to open before anybody relies on them (F25): what is sealed to the roster's key must
  /// come out again.
  private static func proven(_ keys: OfficeKeys) throws -> OfficeKeys {
    for held in [keys.held, keys.following].compactMap(\.self) {
      guard held.record.role == .party else {
        throw StartError("the seal key here is one of another role: the daemon opens with the party key alone")
      }
      guard held.key.place == .file else {
        // Whoever is asked to open tries each of eight recipients, and a token that is away is not one that refuses.
        throw StartError("the seal key lies in a TPM or a token, which is for keys that sign: keep it in a file")
      }
      try prove(held.key)
    }
    return keys
  }

  private static func prove(_ key: PrivateKey) throws {
    do throws(SealRefusal) {
      if try SealProof.opens(key) { return }
    } catch {
      throw StartError("the seal key does not open what is sealed to it: \(error)")
    }
    throw StartError("the seal key opened something else than what was sealed to it")
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
