import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// Several rosters at once, of which the last lists the key that follows (F22): each adoption is signed with a key that the
  /// roster adopted lists.
  @Suite struct RosterWalkTests {
    /// Version 2 changes nothing of ours, version 3 lists the key that follows and ends the one before.
    private func rosters(_ world: World) throws -> [String] {
      let syr = world.syr
      try world.amana(["key", "rotate", "statement", "--directory", syr.folder])
      let file = URL(filePath: "\(syr.folder)/rotation-statement.json")
      let rotation = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file))
      let key = try PublicKey(subjectPublicKeyInfo: #require(rotation["key"].flatMap(decodeHexadecimal)))
      let holders = [world.syr, world.irq]
      let second = try world.next(after: world.firstRoster(), by: holders, version: 2)
      let pinned = try VerifiedRoster.verify(second.bytes, pinned: VerifiedRoster.digest(of: second.bytes))
      let third = try world.next(after: pinned, by: holders, version: 3) { authority in
        guard authority.name.description == syr.name else { return authority }
        let keys = try authority.keys.flatMap { old -> [KeyRecord] in
          guard old.purpose == .statement else { return [old] }
          let new = try #require(
            KeyRecord(
              purpose: .statement, key: key, notBefore: old.notBefore, notAfter: old.notAfter, replaces: old.kid))
          return [try old.revoked(.superseded, from: old.notBefore + 86_400), new]
        }
        return authority.with(keys: keys)
      }
      return try [second, third].enumerated().map { index, roster in
        let path = "\(world.folder)/walk-\(index + 2).cose"
        try Data(roster.bytes).write(to: URL(filePath: path))
        return path
      }
    }

    private func check(_ world: World) async throws {
      let syr = world.syr
      #expect(try await syr.status().rosterVersion == 3)
      let adopted = try await syr.get("/v1/statements?limit=1000", as: [StatementView].self)
        .filter { $0.event == "roster-adopted" }
      #expect(adopted.count == 3)
      _ = try await syr.sign(syr.intake(2))
      #expect(try syr.amana("audit").code == 0)
    }

    @Test(
      "F22 While running, and at the next start: each version on the way is adopted with a key that it lists",
      arguments: [true, false])
    func adopted(running: Bool) async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let files = try rosters(world)
        if !running { try daemon.stop() }
        try world.amana(["roster", "publish", files[0], files[1], "--directory", syr.folder])
        if running {
          daemon.command.signal(SIGHUP)
          #expect(poll { daemon.command.errors.contains("roster versions 2 to 3 adopted") }, "\(daemon.command.errors)")
        } else {
          _ = try syr.daemon().ready()
        }
        try await check(world)
      }
    }
  }
}
