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
    let body = old.body
    let new = RosterBody(
      coalition: body.coalition, exercise: body.exercise, version: version, previous: old.digest,
      issuedAt: issuedAt ?? body.issuedAt + 1, nextUpdate: nextUpdate ?? body.nextUpdate + 86_400, root: body.root,
      members: body.members, authorities: try body.authorities.map(change), codeLists: codeLists ?? body.codeLists)
    let signed = try new.signed(by: holders.map { try $0.key("\($0.folder)/root/root.pem") })
    return (signed.bytes, hexadecimal(SHA256.hash(new.encoded())))
  }

  func pin(_ side: TestAuthority, _ roster: [UInt8], _ digest: String) throws {
    try Data(roster).write(to: URL(filePath: "\(side.folder)/roster.cose"))
    let file = AuthorityFile(authority: side.name, rosterDigest: digest, twoUsers: false)
    try JSONEncoder().encode(file).write(to: URL(filePath: "\(side.folder)/authority.json"))
  }
}
