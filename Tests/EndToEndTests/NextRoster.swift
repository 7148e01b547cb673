import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension Authority {
  /// The same with other keys, officers or anchors.
  func with(
    keys: [KeyRecord]? = nil, officers: [Officer]? = nil, anchors: Anchors? = nil, status: Participation? = nil
  ) -> Authority {
    Authority(
      name: name, uri: uri, names: names, role: role, status: status ?? self.status, competence: competence,
      keys: keys ?? self.keys, officers: officers ?? self.officers, anchors: anchors ?? self.anchors,
      succeeds: succeeds, witnessing: witnessing)
  }

  /// The same with one officer's keys revoked.
  func revoking(officer number: UInt64, _ reason: Revocation.Reason, from time: UnixTime) throws -> Authority {
    with(
      officers: try officers.map { officer in
        officer.number == number ? try officer.with { try $0.revoked(reason, from: time) } : officer
      })
  }

  /// The same with another statement key, since others may have the old one from a time on.
  func exposed(from time: UnixTime, replacedBy key: PublicKey) throws -> Authority {
    try ended(.compromised, from: time, replacedBy: key)
  }

  /// The same whose statement key has just ended in good order, and another follows it.
  func retired(replacedBy key: PublicKey) throws -> Authority {
    try ended(.retired, from: Int64(Date().timeIntervalSince1970) + 1, replacedBy: key)
  }

  private func ended(_ reason: Revocation.Reason, from time: UnixTime, replacedBy key: PublicKey) throws -> Authority {
    let old = try #require(keys.first { $0.purpose == .statement })
    let new = try #require(
      KeyRecord(purpose: .statement, key: key, notBefore: old.notBefore, notAfter: old.notAfter, replaces: old.kid))
    return with(keys: keys.filter { $0.kid != old.kid } + [try old.revoked(reason, from: time), new])
  }
}

extension Officer {
  /// The same with each key changed.
  func with(_ change: (KeyRecord) throws -> KeyRecord) rethrows -> Officer {
    Officer(number: number, roles: roles, status: status, keys: try keys.map(change))
  }
}

extension KeyRecord {
  /// The same key, revoked.
  func revoked(_ reason: Revocation.Reason, from time: UnixTime, replaces: [UInt8]? = nil) throws -> KeyRecord {
    try #require(
      KeyRecord(
        purpose: purpose, key: key, notBefore: notBefore, notAfter: notAfter,
        revocations: [Revocation(reason: reason, effectiveFrom: time)], replaces: replaces ?? self.replaces, link: link,
        role: role, certificate: certificate))
  }
}

extension VerifiedRoster {
  /// The roster after this one, signed by these holders.
  func next(
    by holders: [TestAuthority], version: UInt64, issuedAt: UnixTime? = nil, nextUpdate: UnixTime? = nil,
    codeLists: [String: String]? = nil, _ change: (Authority) throws -> Authority = { $0 }
  ) throws -> (bytes: [UInt8], digest: String) {
    let new = RosterBody(
      coalition: body.coalition, exercise: body.exercise, version: version, previous: digest,
      issuedAt: issuedAt ?? body.issuedAt + 1, nextUpdate: nextUpdate ?? body.nextUpdate + 86_400, root: body.root,
      members: body.members, authorities: try body.authorities.map(change), codeLists: codeLists ?? body.codeLists)
    let signed = try new.signed(by: holders.map { try $0.key("\($0.folder)/root/root.pem") })
    return (signed.bytes, hexadecimal(SHA256.hash(new.encoded())))
  }
}

extension TestAuthority {
  /// Has its daemon begin with this roster at the next start.
  func pin(_ roster: [UInt8], _ digest: String) throws {
    try Data(roster).write(to: URL(filePath: "\(folder)/roster.cose"))
    let file = AuthorityFile(authority: name, rosterDigest: digest, twoUsers: false)
    try JSONEncoder().encode(file).write(to: URL(filePath: "\(folder)/authority.json"))
  }
}

extension World {
  /// The roster that was pinned when this world was made.
  func firstRoster() throws -> VerifiedRoster {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/roster.cose")))
    return try VerifiedRoster.verify(bytes, pinned: try #require(decodeHexadecimal(digest)))
  }

  /// The roster after `old`, signed by these holders.
  func next(
    after old: VerifiedRoster, by holders: [TestAuthority], version: UInt64,
    issuedAt: UnixTime? = nil, nextUpdate: UnixTime? = nil, codeLists: [String: String]? = nil,
    _ change: (Authority) throws -> Authority = { $0 }
  ) throws -> (bytes: [UInt8], digest: String) {
    try old.next(
      by: holders, version: version, issuedAt: issuedAt, nextUpdate: nextUpdate, codeLists: codeLists, change)
  }

  func pin(_ side: TestAuthority, _ roster: [UInt8], _ digest: String) throws { try side.pin(roster, digest) }
}
