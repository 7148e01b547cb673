import Custody
import OpenSSL
import Roster
import Testing

/// An officer of a test authority with the keys of their own.
struct TestOfficer: Sendable {
  let number: UInt64
  let roles: [String]
  let keys: [PrivateKey]

  init(_ number: UInt64, roles: [String] = ["officer"], keys count: Int = 1) throws {
    self.number = number
    self.roles = roles
    keys = try (0..<count).map { _ in try PrivateKey.generate(.p256) }
  }
}

/// One authority of the test coalition, with the private halves of all its keys.
struct Party: Sendable {
  let name: AuthorityName
  let uri: String
  let role: AuthorityRole
  let keys: [KeyPurpose: PrivateKey]
  /// Officers 1 to 3 approve (2 has two keys); 4 is a medical officer only, 5 (with two keys) and 8 witness,
  /// 6 takes people's marks, and 7 protects children.
  let officers: [TestOfficer]

  init(_ text: String, role: AuthorityRole = .custodian, path: String = "") throws {
    name = try #require(AuthorityName(text))
    uri = "https://\(name.authority).\(name.member.lowercased()).example\(path)"
    self.role = role
    var keys: [KeyPurpose: PrivateKey] = [:]
    for purpose in [KeyPurpose.statement, .receipt, .seal, .transport] { keys[purpose] = try .generate(.p256) }
    for purpose in [KeyPurpose.checkpoint, .witness] { keys[purpose] = try .generate(.ed25519) }
    self.keys = keys
    officers = try [
      TestOfficer(1), TestOfficer(2, keys: 2), TestOfficer(3), TestOfficer(4, roles: ["medical"]),
      TestOfficer(5, roles: ["witness"], keys: 2), TestOfficer(6, roles: ["person"]),
      TestOfficer(7, roles: ["child-protection"]), TestOfficer(8, roles: ["witness"]),
    ]
  }

  func key(_ purpose: KeyPurpose) throws -> PrivateKey { try #require(keys[purpose]) }

  func officerKey(_ number: Int, _ index: Int = 0) throws -> PrivateKey {
    try #require(officers.first { $0.number == UInt64(number) }).keys[index]
  }

  /// What the roster says of it.
  func authority(status: Participation = .active) throws -> Authority {
    let records = try keys.map { purpose, key in try Coalition.record(purpose, key) }
    let carries = role == .carrier
    let competence = Competence(
      kinds: carries ? [] : Kind.allCases.map(\.rawValue), sites: [], mayRelease: !carries,
      mayAccept: !carries, mayCarry: carries, level: 3)
    return Authority(
      name: name, uri: uri, names: ["en": name.description], role: role, status: status, competence: competence,
      keys: records.sorted { $0.kid.lexicographicallyPrecedes($1.kid) },
      officers: try officers.map { officer in
        Officer(
          number: officer.number, roles: officer.roles,
          keys: try officer.keys.map { try Coalition.record(.officer, $0) })
      })
  }
}
