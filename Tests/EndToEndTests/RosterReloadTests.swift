import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// The next roster is adopted on SIGHUP, between two entries of the log and without dropping a request.
  @Suite struct RosterReloadTests {
    @Test("F21 F22 The next version is adopted while requests go on; a rollback and too few signatures are not")
    func adopted() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let systemd = try Listener(world)
        let daemon = try syr.daemon(environment: ["NOTIFY_SOCKET": systemd.socket]).ready()
        let first = try world.firstRoster()
        let old = first.bytes
        let before = try await syr.sign(syr.intake(3))

        let forged = try world.next(after: first, by: [world.syr], version: 2)
        try world.pin(syr, forged.bytes, forged.digest)
        daemon.command.signal(SIGHUP)
        #expect(systemd.hears("roster version 1 and the keys in force stay"))
        #expect(try await syr.status().rosterVersion == 1)

        let second = try world.next(after: first, by: [world.syr, world.irq], version: 2)
        try world.pin(syr, second.bytes, second.digest)
        // Requests go on while it is adopted, and none is dropped.
        async let signed = together(12) { try await syr.sign(syr.intake(2)).statement }
        daemon.command.signal(SIGHUP)
        #expect(try await signed.allSatisfy { $0 != nil })
        #expect(try await syr.adopts(2))
        #expect(try await syr.newest("roster-adopted").index > before.index ?? 0)
        #expect(try await syr.status().rosterDigest == second.digest)
        #expect(try await syr.sign(syr.request("offer", before.statement, to: world.irq.name)).statement != nil)

        try world.pin(syr, old, world.digest)
        daemon.command.signal(SIGHUP)
        #expect(systemd.hears("roster version 2 and the keys in force stay"))
        #expect(try await syr.status().rosterVersion == 2)
        #expect(try syr.amana("audit").code == 0)

        // And so it starts again, under the one that is pinned.
        try world.pin(syr, second.bytes, second.digest)
        daemon.crash()
        _ = try syr.daemon().ready()
        let size = try await syr.status().size
        #expect(size > 5)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("F22 Past its next update nothing new is intended; one root holder still revokes a key, and the freeze stays")
    func frozen() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let first = try world.firstRoster()
        let start = first.body.issuedAt
        let second = try world.next(
          after: first, by: [syr, world.irq], version: 2, issuedAt: start + 1, nextUpdate: start + 2)
        try world.pin(syr, second.bytes, second.digest)
        let daemon = try syr.daemon().ready()
        let intake = try await syr.sign(syr.intake(3)).statement
        #expect(try await becomes { try await syr.status().rosterStale })
        func refuses() async throws {
          let answer = try await syr.post(syr.request("offer", intake, to: world.irq.name))
          #expect(answer.status == 409 || answer.status == 422, "\(answer.status)")
          #expect(String(decoding: answer.body, as: UTF8.self).contains("V11"))
        }
        try await refuses()

        let waiting = try await syr.draft(syr.intake(2))
        let old = try VerifiedRoster.verify(second.bytes, pinned: VerifiedRoster.digest(of: second.bytes))
        let third = try world.next(
          after: old, by: [syr], version: 3, issuedAt: start + 3, nextUpdate: start + 2
        ) { authority in
          guard authority.name.description == syr.name else { return authority }
          return try authority.revoking(officer: 2, .lost, from: start)
        }
        try world.pin(syr, third.bytes, third.digest)
        daemon.command.signal(SIGHUP)
        #expect(try await syr.adopts(3))
        let status = try await syr.status()
        #expect(status.rosterStale)
        #expect(
          status.alarms.contains { $0.code == "V11" && $0.detail.contains("has ended") }, "\(status.alarms)")
        try await refuses()
        // The revocation counts at once.
        #expect(try await syr.approve(waiting, 2).status != 200)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("A receipt by a key that only the next roster lists counts, in the audit and after a restart too")
    func newReceiptKey() async throws {
      try await World.run { world in
        let intake = try await world.syr.sign(world.syr.intake(3))
        let release = try await world.syr.sign(
          world.syr.request("release", intake.statement, to: world.irq.name, hours: 8))
        let first = try world.firstRoster()
        let key = try PrivateKey.generate(.p256)
        let second = try world.next(after: first, by: [world.syr, world.irq], version: 2) { authority in
          guard authority.name.description == world.irq.name,
            let known = authority.keys.first(where: { $0.purpose == .receipt }),
            let new = KeyRecord(
              purpose: .receipt, key: key.publicKey, notBefore: known.notBefore, notAfter: known.notAfter)
          else { return authority }
          return authority.with(keys: authority.keys + [new])
        }
        Running.shared.killAll()
        for side in [world.syr, world.irq] { try world.pin(side, second.bytes, second.digest) }
        try Data(key.pem()).write(to: URL(filePath: "\(world.irq.folder)/keys/receipt.pem"))
        for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
        _ = try await world.irq.take(world.syr.bundle(to: world.irq))
        let back = try await world.syr.take(world.irq.bundle(to: world.syr))
        #expect(back.statements.first { $0.statement == release.statement }?.newReceipts == 1, "\(back)")
        for _ in 0..<2 {
          let audit = try world.syr.amana("audit")
          #expect(audit.code == 0, "\(audit)")
          Running.shared.killAll()
          _ = try world.syr.daemon().ready()
        }
      }
    }
  }
}
