import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

extension EndToEnd {
  /// A hostile courier can delay, lose and read envelopes, and ask in any peer's name. It can't forge or open: each test
  /// here is an attack that was tried.
  @Suite struct HostileCourierTests {
    /// A wire on which one statement of SYR has been registered at IRQ, whose receipt the courier holds back.
    private struct Held {
      let wire: Wire
      let item: DueStatement
      let receipt: [UInt8]
    }

    private func hold(_ world: World) async throws -> Held {
      try world.addPeers()
      _ = try await world.released()
      let wire = world.wire(world.syr, world.irq)
      let item = try #require(try await wire.sender.due(to: world.irq).first)
      let answer = try await wire.receiver.take(item.statement, from: world.syr)
      if answer.status == .pending { try await wire.carry(item.objects) }
      let whole = try await wire.receiver.get(.getEntry, ["peer": world.syr.name], id: item.entry, as: EntryAnswer.self)
      return Held(wire: wire, item: item, receipt: try #require(whole.receipt))
    }

    private func isUndelivered(_ held: Held, _ world: World) throws -> Bool {
      let rows = try Database(world.syr.store, world.logs).run(
        "SELECT state FROM outbox WHERE entry = x'\(hexadecimal(held.item.entry))'")
      return rows == ["waiting"]
    }

    @Test(
      "A delivery is believed for the receipt alone: none, garbage, altered, another entry's, another log's, self-made")
    func receipts() async throws {
      try await World.run(.init(three: true)) { world in
        let held = try await hold(world)
        let other = try await held.wire.receiver.get(
          .takeEntry, ["peer": world.syr.name], body: try await statement(of: "log-opened", world.irq),
          as: EntryAnswer.self)
        let otherReceipt = try #require(other.receipt)
        let entry = try #require(LogEntry(held.item.entry))
        let own = try await world.syr.send(
          .get, "/v1/statements/\(try SignedStatement(decoding: held.item.statement).id)/receipt"
        ).body
        let third = try await ExchangeClient(world.tur).take(held.item.statement, from: world.syr)
        let stranger = try PrivateKey.generate(.p256)
        let genuine = try Receipt(decoding: held.receipt)
        let forged = try #require(
          try Receipt.issue(
            root: genuine.proof.root(from: entry.leafHash) ?? .empty, proofs: [genuine.proof], issuer: genuine.issuer,
            origin: genuine.origin, issuedAt: genuine.issuedAt, key: stranger
          ).first)
        // Signed by a key of IRQ that is no receipt key.
        let misused = try #require(
          try Receipt.issue(
            root: genuine.proof.root(from: entry.leafHash) ?? .empty, proofs: [genuine.proof], issuer: genuine.issuer,
            origin: genuine.origin, issuedAt: genuine.issuedAt,
            key: world.irq.key("\(world.irq.folder)/keys/statement.pem")
          ).first)
        var flipped = held.receipt
        flipped[flipped.count - 1] ^= 1
        let attacks: [(String, [UInt8]?)] = [
          ("none", nil), ("empty", []), ("garbage", [UInt8](repeating: 0xd2, count: 900)), ("flipped", flipped),
          ("truncated", Array(held.receipt.dropLast())), ("longer", held.receipt + [0]),
          ("another entry's", otherReceipt),
          ("our own log's", own), ("a third log's", third.receipt), ("a stranger's key", forged),
          ("a key for another purpose", misused), ("the statement itself", held.item.statement),
        ]
        for (name, receipt) in attacks {
          let answer = try await held.wire.sender.report(held.item.entry, to: world.irq, .registered, receipt: receipt)
          #expect(answer.status == 204, "\(name)")
          #expect(try isUndelivered(held, world), "\(name)")
        }
        let alarms = try await world.syr.status().alarms
        #expect(alarms.count == 1 && alarms[0].code == "V20" && alarms[0].detail.hasPrefix(world.irq.name), "\(alarms)")
        // The true one still counts.
        _ = try await held.wire.sender.report(held.item.entry, to: world.irq, .registered, receipt: held.receipt)
        #expect(try !isUndelivered(held, world))
        // And nothing said afterwards takes it back.
        for result in [DeliveryReport.Result.failed, .refused, .pending, .registered] {
          _ = try await held.wire.sender.report(held.item.entry, to: world.irq, result, code: "x")
        }
        let rows = try Database(world.syr.store, world.logs).run(
          "SELECT state FROM outbox WHERE entry = x'\(hexadecimal(held.item.entry))'")
        #expect(rows == ["delivered"])
      }
    }

    /// A statement of another's log, as bytes.
    private func statement(of event: String, _ side: TestAuthority) async throws -> [UInt8] {
      let found = try await side.newest(event)
      return try await side.send(.get, "/v1/statements/\(found.statement)/cose").body
    }

    @Test("Deliveries of what was never sent, or to whom it was never due, are nothing")
    func neverSent() async throws {
      try await World.run { world in
        let held = try await hold(world)
        let never = [UInt8](repeating: 3, count: 32)
        for (entry, peer) in [(never, world.irq), (held.item.entry, world.tur)] {
          for result in [DeliveryReport.Result.registered, .refused, .failed, .pending] {
            let answer = try await held.wire.sender.report(entry, to: peer, result, receipt: held.receipt, code: "x")
            #expect(answer.status == 404)
            #expect(try conciseCode(answer) == "not-found")
          }
        }
        #expect(try await world.syr.status().alarms.isEmpty)
        #expect(try isUndelivered(held, world))
      }
    }

    @Test(
      "Statements: altered, self-signed, in another's name, our own unknown one, two glued together: none is registered"
    )
    func statements() async throws {
      try await World.run { world in
        let held = try await hold(world)
        let size = try await world.irq.status().size
        let genuine = try SignedStatement(decoding: held.item.statement)
        let bare = genuine.attaching([])
        func changed(_ position: Int) -> [UInt8] {
          var copy = bare
          copy[position] ^= 1
          return copy
        }
        let stranger = try PrivateKey.generate(.p256)
        var event = genuine.event
        event.approvals = []
        let selfMade = try SignedStatement.sign(
          event, issuer: genuine.issuer, at: genuine.issuedAt, with: stranger
        ).message.bytes
        // Signed by SYR's true key, but in IRQ's name.
        let misnamed = try SignedStatement.sign(
          event, issuer: "https://irq.example/custody", at: genuine.issuedAt,
          with: world.syr.key("\(world.syr.folder)/keys/statement.pem")
        ).message.bytes
        // Signed by IRQ's own key, as one who had stolen it would: IRQ's log does not know it.
        event.recordID = try #require(RecordID(uuid: "0193a5c0-b000-7000-8000-00000000002b"))
        let stolen = try SignedStatement.sign(
          event, issuer: "https://irq.example/custody", at: genuine.issuedAt,
          with: world.irq.key("\(world.irq.folder)/keys/statement.pem")
        ).message.bytes
        let attacks: [(String, [UInt8])] = [
          ("signature", changed(bare.count - 1)), ("payload", changed(bare.count - 100)), ("header", changed(10)),
          ("self-made", selfMade), ("misnamed", misnamed), ("stolen", stolen), ("glued", bare + bare),
          ("empty", []), ("cut", Array(bare.dropLast(40))), ("receipt", held.receipt),
          ("65 receipts", genuine.attaching(Array(repeating: held.receipt, count: 65))),
        ]
        for (name, bytes) in attacks {
          let answer = try await held.wire.receiver.ask(.takeEntry, ["peer": world.syr.name], body: bytes)
          if answer.status == 200 {
            let said = try EntryAnswer(decoding: answer.body)
            #expect(said.status == .refused && said.receipt == nil && said.code != nil, "\(name) \(said)")
          } else {
            #expect((400..<500).contains(answer.status), "\(name) \(answer.status)")
          }
          #expect(try await world.irq.status().size == size, "\(name)")
        }
        // A genuine one in a third's name is genuine: who carries it changes nothing.
        let again = try await held.wire.receiver.take(bare, from: world.tur)
        #expect(again.status == .registered && again.receipt == held.receipt)
        #expect(try await world.irq.status().size == size)
      }
    }

    @Test("Everything in the wrong order and twice is registered once, and the record is the same")
    func reordered() async throws {
      try await World.run { world in
        try world.addPeers()
        let release = try await world.released()
        let rows = try Database(world.syr.store, world.logs).run(
          "SELECT s.bytes FROM outbox o JOIN statement s ON s.entry = o.entry WHERE o.peer = '\(world.irq.name)' ORDER BY o.seq DESC"
        )
        let receiver = ExchangeClient(world.irq)
        for row in rows + rows {
          let bytes = try #require(decodeHexadecimal(String(row)))
          #expect(try await receiver.take(bytes, from: world.syr).status != .refused)
        }
        let size = try await world.irq.status().size
        #expect(size == 3 + UInt64(rows.count))
        #expect(try await world.wire(world.syr, world.irq).exchange() == rows.count)
        #expect(try await world.irq.status().size == size)
        #expect(try await world.irq.lines(release).count == 3)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq)
      }
    }

    @Test(
      "Objects: other bytes of the same size are thrown away, the statement stays incomplete, the true bytes complete it"
    )
    func objects() async throws {
      try await World.run { world in
        let (wire, item) = try await world.awaited()
        let object = try #require(
          item.objects.first { (4096...UInt64(ExchangeOperation.pieceByteCount)).contains($0.size) })
        var bytes = try await wire.sender.bytes(of: object.id, for: world.irq, at: 0, Int(object.size))
        bytes[bytes.count / 2] ^= 1
        let query = ["peer": world.syr.name, "offset": "0"]
        // Whether the sender says how large it is or not: the true bytes can come from the beginning.
        for (size, status) in [("\(object.size)", 422), (nil, 200)] as [(String?, Int)] {
          let answer = try await wire.receiver.ask(
            .takeObjectBytes, query.merging(size.map { ["size": $0] } ?? [:]) { $1 }, id: object.id, body: bytes)
          #expect(answer.status == status, "\(answer.status)")
          let state = try await wire.receiver.state(of: object.id, from: world.syr)
          #expect(state == ObjectState(offset: 0, isWhole: false))
        }
        let pending = try await wire.receiver.get(
          .getEntry, ["peer": world.syr.name], id: item.entry, as: EntryAnswer.self)
        #expect(pending.status == .pending && pending.missing.contains(object.id))
        try await wire.carry(item.objects)
        let whole = try await wire.receiver.get(
          .getEntry, ["peer": world.syr.name], id: item.entry, as: EntryAnswer.self)
        #expect(whole.status == .registered)
      }
    }

    @Test("All that a courier can get hold of, asked in every peer's name, holds nobody's name")
    func opaque() async throws {
      try await World.run { world in
        try world.addPeers()
        _ = try await world.released(5)
        let wire = world.wire(world.syr, world.irq)
        var seen: [UInt8] = []
        var statements: [[UInt8]] = []
        while let item = try await wire.sender.due(to: world.irq).first {
          seen += item.statement
          statements.append(item.statement)
          for object in item.objects {
            var offset: UInt64 = 0
            while offset < object.size {
              let piece = try await wire.sender.bytes(
                of: object.id, for: world.irq, at: offset, ExchangeOperation.pieceByteCount)
              seen += piece
              offset += UInt64(piece.count)
            }
          }
          try await wire.deliver(item)
        }
        for client in [wire.sender, wire.receiver] {
          for peer in [world.syr, world.irq, world.tur] where peer.name != client.authority.name {
            for operation in [ExchangeOperation.getFeed, .getDue, .getKnownLog] {
              seen += try await client.ask(operation, ["peer": peer.name]).body
            }
            for statement in statements {
              let id = try SignedStatement(decoding: statement).id.bytes
              seen += try await client.ask(.getSlots, ["peer": peer.name], id: id).body
            }
          }
        }
        #expect(seen.count > 20_000, "there was something to look at: \(seen.count)")
        for person in Persons.list(5) {
          for (column, text) in person where ["name_latin", "name_arabic", "reference"].contains(column) {
            #expect(text.isEmpty || !contains(seen, Array(text.utf8)), "\(column) is readable")
          }
        }
        // The search itself finds what is there.
        #expect(contains(seen, Array("https://syr.example/custody".utf8)))
      }
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
      Data(bytes).range(of: Data(part)) != nil
    }

    @Test("Checkpoints: a stranger's, another peer's, an altered one are refused and nothing is kept of them")
    func checkpoints() async throws {
      try await World.run { world in
        let exchange = ExchangeClient(world.syr)
        let note = try await ExchangeClient(world.irq).ask(.getCheckpoint).body
        let checkpoint = try SignedCheckpoint(decoding: note).checkpoint
        let stranger = try Checkpoint.sign(checkpoint, key: PrivateKey.generate(.ed25519)).encoded()
        var altered = String(decoding: note, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        altered[1] = "9"
        let tur = try world.tur.key("\(world.tur.folder)/keys/checkpoint.pem")
        let others = try Checkpoint.sign(
          Checkpoint(origin: "tur.example/custody/log/1", size: 3, root: checkpoint.root), key: tur
        ).encoded()
        for bytes in [stranger, Array(altered.joined(separator: "\n").utf8), others, [], Array("x".utf8)] {
          let report = CheckpointReport(peer: try world.irq.authorityName, note: bytes, proof: nil)
          #expect(try conciseCode(await exchange.ask(.reportCheckpoint, body: report.encoded())) == "checkpoint")
        }
        #expect(try await exchange.get(.getKnownLog, ["peer": world.irq.name], as: KnownLog.self).size == 0)
        #expect(try await world.syr.status().alarms.isEmpty)
      }
    }

    @Test("Tests that nobody asked for, in anybody's name, change nothing")
    func tests() async throws {
      try await World.run { world in
        let exchange = ExchangeClient(world.syr)
        let report = PeerTestReport(
          peer: try world.irq.authorityName, steps: [.init(name: "dns", verdict: .good, detail: "all is well")])
        #expect(try await exchange.ask(.reportPeerTest, body: report.encoded()).status == 204)
        #expect(try await world.syr.status().alarms.isEmpty)
      }
    }
  }
}
