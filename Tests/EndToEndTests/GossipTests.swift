import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Testing
import TransparencyLog

extension EndToEnd {
  /// What daemons see of each other's logs: forks, rollbacks and what nobody proves (V20, V21, F14).
  @Suite struct GossipTests {
    private func known(_ side: TestAuthority, of peer: TestAuthority) async throws -> UInt64 {
      try await ExchangeClient(side).get(.getKnownLog, ["peer": peer.name], as: KnownLog.self).size
    }

    /// What a courier does: where must a proof begin, what is the newest, prove it, hand it in.
    private func gossip(_ side: TestAuthority, about peer: TestAuthority) async throws {
      let from = try await known(side, of: peer)
      let note = try await ExchangeClient(peer).ask(.getCheckpoint).body
      let size = try SignedCheckpoint(decoding: note).checkpoint.size
      let answer = try await ExchangeClient(peer).ask(.getConsistency, ["from": "\(from)", "to": "\(size)"])
      let proof = answer.status == 200 ? try ConsistencyAnswer(decoding: answer.body) : nil
      try await report(note, proof, of: peer, to: side)
    }

    private func report(_ note: [UInt8], _ proof: ConsistencyAnswer?, of peer: TestAuthority, to side: TestAuthority)
      async throws
    {
      let report = CheckpointReport(peer: try peer.authorityName, note: note, proof: proof)
      let answer = try await ExchangeClient(side).ask(.reportCheckpoint, body: report.encoded())
      guard answer.status == 204 else { throw Stopped("\(answer.status)") }
    }

    private func alarms(_ side: TestAuthority) async throws -> [String] { try await side.status().alarms.map(\.detail) }

    /// A note that IRQ's checkpoint key signed, as a log that lies would.
    private func signed(_ size: UInt64, _ root: UInt8, by peer: TestAuthority) throws -> [UInt8] {
      let key = try peer.key("\(peer.folder)/keys/checkpoint.pem")
      let checkpoint = Checkpoint(origin: "irq.example/custody/log/1", size: size, root: .leaf([root]))
      return try Checkpoint.sign(checkpoint, key: key).encoded()
    }

    private func evidence(_ side: TestAuthority, _ world: World) throws -> [CBORMap] {
      try Database(side.store, world.logs).run("SELECT evidence FROM alarm WHERE code = 'V20' ORDER BY id").map {
        try #require(try CBOR.decode((decodeHexadecimal(String($0)) ?? [])[...]).map)
      }
    }

    @Test("A log that only grows is followed by proofs, whoever tells of it and however often")
    func growing() async throws {
      try await World.run { world in
        #expect(try await known(world.syr, of: world.irq) == 0)
        for size in UInt64(3)...6 {
          for _ in 0..<2 { try await gossip(world.syr, about: world.irq) }
          #expect(try await known(world.syr, of: world.irq) == size)
          _ = try await world.irq.sign(world.irq.intake(1))
        }
        #expect(try await alarms(world.syr).isEmpty)
      }
    }

    @Test("Two signed roots for one size: the alarm names the log, stands after a restart, and both notes convict it")
    func fork() async throws {
      try await World.run(starts: false) { world in
        let daemon = try world.syr.daemon().ready()
        _ = try world.irq.daemon().ready()
        try await gossip(world.syr, about: world.irq)
        let size = try await known(world.syr, of: world.irq)
        let other = try signed(size, 77, by: world.irq)
        try await report(other, nil, of: world.irq, to: world.syr)
        try await report(other, nil, of: world.irq, to: world.syr)
        let found = try await alarms(world.syr)
        #expect(found.count == 1 && found[0].contains("irq.example/custody/log/1") && found[0].contains("forked"))
        try daemon.stop()
        _ = try world.syr.daemon().ready()
        // What goes on growing does not heal it.
        _ = try await world.irq.sign(world.irq.intake(1))
        try await gossip(world.syr, about: world.irq)
        #expect(try await alarms(world.syr) == found)
        let map = try #require(try evidence(world.syr, world).first)
        let key = try world.irq.key("\(world.irq.folder)/keys/checkpoint.pem").publicKey
        let notes = try ["known", "new"].map { name in
          try SignedCheckpoint(decoding: try #require(map[.text(name)]?.bytes))
        }
        #expect(notes.allSatisfy { $0.verify(originKey: key) })
        #expect(notes[0].checkpoint.size == notes[1].checkpoint.size)
        #expect(notes[0].checkpoint.root != notes[1].checkpoint.root)
      }
    }

    @Test("F14: a peer restored from a backup shows less than it had, and is named; the fork that follows is found too")
    func restored() async throws {
      try await World.run(starts: false) { world in
        _ = try world.syr.daemon().ready()
        var irq = try world.irq.daemon().ready()
        _ = try await world.irq.sign(world.irq.intake(1))
        try irq.stop()
        let state = "\(world.irq.folder)/state"
        try FileManager.default.copyItem(atPath: state, toPath: "\(world.folder)/backup")
        irq = try world.irq.daemon().ready()
        _ = try await world.irq.sign(world.irq.intake(1))
        try await gossip(world.syr, about: world.irq)
        #expect(try await alarms(world.syr).isEmpty)
        try irq.stop()
        try FileManager.default.removeItem(atPath: state)
        try FileManager.default.moveItem(atPath: "\(world.folder)/backup", toPath: state)
        _ = try world.irq.daemon().ready()
        try await gossip(world.syr, about: world.irq)
        let rollback = try await alarms(world.syr)
        #expect(rollback.count == 1 && rollback[0].contains("shows 4 entries and had 5"), "\(rollback)")
        // It goes on where the backup ended: another entry at the same place.
        _ = try await world.irq.sign(world.irq.intake(2))
        try await gossip(world.syr, about: world.irq)
        let both = try await alarms(world.syr)
        #expect(both.count == 2 && both[1].contains("two different roots for size 5"), "\(both)")
        #expect(try evidence(world.syr, world).count == 2)
      }
    }

    @Test("A wrong proof is a doubt that names the log and keeps the proof; a true one afterwards ends the doubt")
    func unproven() async throws {
      try await World.run { world in
        try await gossip(world.syr, about: world.irq)
        let from = try await known(world.syr, of: world.irq)
        _ = try await world.irq.sign(world.irq.intake(1))
        _ = try await world.irq.sign(world.irq.intake(1))
        let note = try await ExchangeClient(world.irq).ask(.getCheckpoint).body
        let wrong = ConsistencyAnswer(from: from, to: from + 2, path: [[UInt8](repeating: 1, count: 32)])
        // Without a proof nothing is linked and nobody accused.
        try await report(note, nil, of: world.irq, to: world.syr)
        #expect(try await alarms(world.syr).isEmpty)
        #expect(try await known(world.syr, of: world.irq) == from)
        try await report(note, wrong, of: world.irq, to: world.syr)
        let found = try await alarms(world.syr)
        #expect(
          found.count == 1 && found[0].contains("did not prove that its \(from + 2) entries continue"), "\(found)")
        let map = try #require(try evidence(world.syr, world).first)
        #expect(map["proof"]?.encoded() == wrong.encoded() && map["new"]?.bytes == note && map["known"]?.bytes != nil)
        #expect(try await known(world.syr, of: world.irq) == from)
        try await gossip(world.syr, about: world.irq)
        #expect(try await alarms(world.syr).isEmpty)
        #expect(try await known(world.syr, of: world.irq) == from + 2)
      }
    }

    @Test("A checkpoint that was asked for when less was known comes late and accuses nobody")
    func late() async throws {
      try await World.run { world in
        try await gossip(world.syr, about: world.irq)
        let from = try await known(world.syr, of: world.irq)
        _ = try await world.irq.sign(world.irq.intake(1))
        let old = try await ExchangeClient(world.irq).ask(.getCheckpoint).body
        let proof = try await ExchangeClient(world.irq).get(
          .getConsistency, ["from": "\(from)", "to": "\(from + 1)"], as: ConsistencyAnswer.self)
        _ = try await world.irq.sign(world.irq.intake(1))
        try await gossip(world.syr, about: world.irq)
        try await report(old, proof, of: world.irq, to: world.syr)
        #expect(try await alarms(world.syr).isEmpty)
        #expect(try await known(world.syr, of: world.irq) == from + 2)
      }
    }

    @Test("A fork comes to light by a bundle as by gossip, and by a receipt that no checkpoint of its size agrees with")
    func otherWays() async throws {
      try await World.run { world in
        try world.addPeers()
        _ = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let item = try #require(try await wire.sender.due(to: world.irq).first)
        let answer = try await wire.receiver.take(item.statement, from: world.syr)
        if answer.status == .pending { try await wire.carry(item.objects) }
        let receipt = try #require(
          try await wire.receiver.get(.getEntry, ["peer": world.syr.name], id: item.entry, as: EntryAnswer.self).receipt
        )
        // Before the receipt comes, the courier shows another root for its size.
        let size = try Receipt(decoding: receipt).proof.size
        try await report(try signed(size, 5, by: world.irq), nil, of: world.irq, to: world.syr)
        _ = try await wire.sender.report(item.entry, to: world.irq, .registered, receipt: receipt)
        let doubts = try await alarms(world.syr)
        #expect(doubts.count == 1 && doubts[0].contains("a receipt of the log irq.example/custody/log/1"), "\(doubts)")
        let map = try #require(try evidence(world.syr, world).first)
        #expect(map["receipt"]?.bytes == receipt && map["entry"]?.bytes == item.entry)
        _ = try await world.syr.take(world.irq.bundle(to: world.syr))
        let later = try SignedCheckpoint(decoding: try await ExchangeClient(world.irq).ask(.getCheckpoint).body)
        #expect(later.checkpoint.size == size, "only then the bundle's checkpoint contradicts the first")
        #expect(try await alarms(world.syr).count == 2)
      }
    }
  }
}
