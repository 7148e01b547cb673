import COSE
import OpenSSL
import Roster
import Testing

/// A roster of three custodians with the private halves of their statement keys.
struct TestRoster {
  static let start: UnixTime = 1_795_000_000

  let roster: VerifiedRoster
  let keys: [AuthorityName: PrivateKey]
  var names: [AuthorityName] { keys.keys.sorted() }

  init() throws {
    var keys: [AuthorityName: PrivateKey] = [:]
    for text in ["SYR/prisons", "IRQ/moj", "TUR/goc"] {
      keys[try #require(AuthorityName(text))] = try PrivateKey.generate(.ed25519)
    }
    let root = try PrivateKey.generate(.ed25519)
    let body = RosterBody(
      coalition: "Test", exercise: false, version: 1, previous: nil, issuedAt: Self.start,
      nextUpdate: Self.start + 86_400 * 365,
      root: RosterRoot(
        threshold: 1, emergencyThreshold: 1,
        holders: [RootHolder(holder: "one", keys: [try Self.record(.root, root)])]),
      members: keys.keys.map { Member(key: $0.member, iso3: $0.member, names: [:]) },
      authorities: try keys.map { try Self.authority($0.key, $0.value) })
    let signed = try body.signed(by: [root])
    roster = try VerifiedRoster.verify(signed.bytes, pinned: try VerifiedRoster.digest(of: signed.bytes))
    self.keys = keys
  }

  static func uri(_ name: AuthorityName) -> String { "https://\(name.authority).\(name.member).example" }

  private static func authority(_ name: AuthorityName, _ key: PrivateKey) throws -> Authority {
    Authority(
      name: name, uri: uri(name), names: [:], role: .custodian,
      competence: Competence(
        kinds: ["detainee-transfer"], sites: [], mayRelease: true, mayAccept: true, mayCarry: false, level: 1),
      keys: [try record(.statement, key)], officers: [])
  }

  private static func record(_ purpose: KeyPurpose, _ key: PrivateKey) throws -> KeyRecord {
    try #require(
      KeyRecord(purpose: purpose, key: key.publicKey, notBefore: start - 86_400, notAfter: start + 86_400 * 730))
  }
}
