import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension Story {
  /// A view that differs from ours in keys of every kind, in ones that it lacks and in one that it alone lists.
  static func keyViews(_ world: World) async throws -> [Answer] {
    let (syr, irq) = (world.syr, world.irq)
    let lie = try world.otherRoster { authority in
      let retire = { (record: KeyRecord) in try record.revoked(.retired, from: record.notAfter) }
      let keys = try authority.keys.filter { $0.purpose != .witness }.map(retire)
      let own = authority.name.description == irq.name ? [try World.added(like: authority.keys[0])] : []
      return authority.with(keys: keys + own, officers: try authority.officers.map { try $0.with(retire) })
    }
    let file = "\(world.folder)/lie.cbor"
    try Data(KeyView(of: lie, at: 1).encoded()).write(to: URL(filePath: file))
    let sent = try irq.amana(
      "message", "send", "--to", syr.name, "--subject", "Keys", "--media-type", KeyView.mediaType, file)
    guard sent.code == 0 else { throw Stopped("\(sent)") }
    _ = try await syr.take(irq.bundle(to: syr))
    return try [
      syr.amana("roster", "views", "--json"), syr.amana("roster", "view", "--json", "--against", file),
      syr.amana("roster", "view", "--send", "--json"),
      world.command(["roster", "view", "--roster", "\(world.folder)/revoked.cose", "--json"]),
    ]
  }
}

extension World {
  /// Another roster of version 1 of the same coalition, which the same root holders signed.
  func otherRoster(_ change: (Authority) throws -> Authority) throws -> VerifiedRoster {
    let body = try firstRoster().body
    let other = RosterBody(
      coalition: body.coalition, exercise: body.exercise, version: body.version, previous: body.previous,
      issuedAt: body.issuedAt, nextUpdate: body.nextUpdate, root: body.root, members: body.members,
      authorities: try body.authorities.map(change))
    let signed = try other.signed(by: [syr, irq, tur].map { try $0.key("\($0.folder)/root/root.pem") })
    return try VerifiedRoster.verify(signed.bytes, pinned: SHA256.hash(other.encoded()))
  }

  /// A key of nobody's, for as long and for the same as another one.
  static func added(like record: KeyRecord) throws -> KeyRecord {
    try #require(
      KeyRecord(
        purpose: record.purpose, key: try PrivateKey.generate(.p256).publicKey, notBefore: record.notBefore,
        notAfter: record.notAfter))
  }
}
