import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

/// Keys and bodies from which each test makes the roster it needs.
struct TestRoster {
  static let issued: UnixTime = 1_795_000_000
  static let year: UnixTime = 31_536_000

  let holders: [PrivateKey]
  let statement: PrivateKey
  let checkpoint: PrivateKey
  let officer: PrivateKey

  init(holders count: Int = 3) throws {
    holders = try (0..<count).map { _ in try .generate(.p256) }
    statement = try .generate(.p256)
    checkpoint = try .generate(.ed25519)
    officer = try .generate(.p256)
  }

  static func record(
    _ purpose: KeyPurpose, _ key: PrivateKey, revoked: [Revocation] = [], until: UnixTime = issued + year
  ) throws -> KeyRecord {
    try #require(
      KeyRecord(
        purpose: purpose, key: key.publicKey, notBefore: issued - year, notAfter: until, revocations: revoked))
  }

  func root(threshold: UInt64 = 2, _ keys: [PrivateKey]? = nil) throws -> RosterRoot {
    RosterRoot(
      threshold: threshold, emergencyThreshold: 1,
      holders: try (keys ?? holders).enumerated().map { index, key in
        RootHolder(holder: "holder-\(index)", keys: [try Self.record(.root, key)])
      })
  }

  func authority(
    _ name: String = "SYR/prisons", uri: String = "https://prisons.syr.example", keys: [KeyRecord]? = nil,
    officers: [Officer]? = nil
  ) throws -> Authority {
    let own = try [Self.record(.statement, statement), Self.record(.checkpoint, checkpoint)]
    let people = [Officer(number: 1, roles: ["officer"], keys: [try Self.record(.officer, officer)])]
    return Authority(
      name: try #require(AuthorityName(name)), uri: uri, names: ["en": "Prisons", "ar": "السجون"], role: .custodian,
      competence: Competence(
        kinds: ["detainee-transfer"], sites: ["hol"], mayRelease: true, mayAccept: false, mayCarry: true, level: 5),
      keys: keys ?? own, officers: officers ?? people)
  }

  func body(
    version: UInt64 = 1, previous: [UInt8]? = nil, issued: UnixTime = issued, next: UnixTime = issued + year,
    coalition: String = "Test", exercise: Bool = false, root: RosterRoot? = nil, members: [Member]? = nil,
    authorities: [Authority]? = nil
  ) throws -> RosterBody {
    RosterBody(
      coalition: coalition, exercise: exercise, version: version, previous: previous, issuedAt: issued,
      nextUpdate: next, root: try root ?? self.root(),
      members: members ?? [Member(key: "SYR", iso3: "SYR", names: ["en": "Syria"])],
      authorities: try authorities ?? [authority()])
  }

  /// The version after one in force, with what is named changed.
  func next(
    _ old: VerifiedRoster, version: UInt64? = nil, previous: [UInt8]? = nil, issued: UnixTime? = nil,
    next: UnixTime? = nil, coalition: String? = nil, exercise: Bool? = nil, root: RosterRoot? = nil,
    members: [Member]? = nil, authorities: [Authority]? = nil, codeLists: [String: String]? = nil
  ) -> RosterBody {
    let body = old.body
    return RosterBody(
      coalition: coalition ?? body.coalition, exercise: exercise ?? body.exercise,
      version: version ?? body.version &+ 1, previous: previous ?? old.digest, issuedAt: issued ?? body.issuedAt + 1,
      nextUpdate: next ?? body.nextUpdate, root: root ?? body.root, members: members ?? body.members,
      authorities: authorities ?? body.authorities, codeLists: codeLists ?? body.codeLists)
  }

  /// Version 1, trusted by its digest.
  func first(_ body: RosterBody? = nil) throws -> VerifiedRoster {
    let body = try body ?? self.body()
    return try VerifiedRoster.verify(body.signed(by: holders).bytes, pinned: SHA256.hash(body.encoded()))
  }

  /// Whether a body signed by these keys follows a roster in force.
  static func refusal(_ body: RosterBody, by keys: [PrivateKey], following old: VerifiedRoster) throws
    -> RosterRefusal?
  {
    let bytes = try body.signed(by: keys).bytes
    do throws(RosterRefusal) {
      _ = try VerifiedRoster.verify(bytes, following: old)
      return nil
    } catch {
      return error
    }
  }
}
