import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

extension EndToEnd {
  /// Each operation of the exchange socket, with real daemons and no network.
  @Suite struct ExchangeOperationTests {
    @Test("Everybody else of the roster is a peer; a stranger, ourselves or nonsense is the same 404 at every door")
    func peers() async throws {
      try await World.run { world in
        let exchange = ExchangeClient(world.syr)
        let peers = try await exchange.get(.getPeers, as: ExchangePeers.self)
        #expect(peers.own.authority.description == world.syr.name && peers.own.url == nil && !peers.exercise)
        #expect(peers.peers.map(\.authority.description).sorted() == [world.irq.name, world.tur.name])
        #expect(peers.peers.allSatisfy { $0.url == nil } && peers.rosterVersion == 1)
        let id = [UInt8](repeating: 7, count: 32)
        for operation in ExchangeOperation.allCases where operation.route.query.contains("peer") {
          for name in ["FRA/interior", world.syr.name, "nonsense", "a/b/c"] {
            let answer = try await exchange.ask(operation, ["peer": name, "offset": "0"], id: id, body: [0])
            let isUnknown = operation.route.query.contains("offset")
            #expect(answer.status == 404 || !isUnknown && answer.status == 422, "\(operation) \(name) \(answer.status)")
            if answer.status == 404 { #expect(try conciseCode(answer) == "no-such-peer", "\(operation)") }
          }
        }
        let report = DeliveryReport(
          peer: try world.syr.authorityName, entry: id, result: .failed, code: "tcp")
        #expect(try conciseCode(await exchange.ask(.reportDelivery, body: report.encoded())) == "no-such-peer")
      }
    }

    @Test(
      "Messages are read strictly: anything but the one encoding of the known fields is refused, and nothing is kept")
    func strict() async throws {
      try await World.run { world in
        let exchange = ExchangeClient(world.syr)
        let peer = try world.irq.authorityName
        let report = DeliveryReport(peer: peer, entry: [UInt8](repeating: 1, count: 32), result: .failed, code: "dns")
        let good = report.encoded()
        #expect(try conciseCode(await exchange.ask(.reportDelivery, body: good)) == "not-found")
        var unknown = report.item.map ?? CBORMap()
        unknown["extra"] = 1
        var short = report.item.map ?? CBORMap()
        short["entry"] = .bytes([1, 2, 3])
        var other = report.item.map ?? CBORMap()
        other["result"] = "lost"
        let bad: [[UInt8]] = [
          [], good + [0], Array(good.dropLast()), [0xbf] + good.dropFirst() + [0xff], CBOR.map(unknown).encoded(),
          CBOR.map(short).encoded(), CBOR.map(other).encoded(), CBOR.array([report.item]).encoded(), [0xf6],
        ]
        for operation in [ExchangeOperation.reportDelivery, .reportCheckpoint, .reportPeerTest] {
          for body in bad {
            let answer = try await exchange.ask(operation, body: body)
            #expect(answer.status == 400, "\(operation) \(hexadecimal(body)) \(answer.status)")
            #expect(try conciseCode(answer) == "malformed")
          }
        }
      }
    }

    @Test(
      "A handover leaves by itself: statements in order, what belongs to them, receipts back, once for any number of tries"
    )
    func handover() async throws {
      try await World.run { world in
        try world.addPeers()
        let release = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let work = try await wire.sender.get(.waitForWork, as: ExchangeWork.self)
        #expect(work.due.map(\.description) == [world.irq.name] && work.tests.isEmpty)
        let first = try await wire.sender.due(to: world.irq)
        #expect(!first.isEmpty && first.allSatisfy { !$0.asksFirst })
        // Handed in without what belongs to it: known and not yet receipted.
        let (statement, entry) = (first[0].statement, first[0].entry)
        let once = try await wire.receiver.take(statement, from: world.syr)
        let twice = try await wire.receiver.take(statement, from: world.syr)
        #expect(once == twice)
        let size = try await world.irq.status().size
        #expect(try await wire.exchange() >= 2)
        #expect(try await wire.sender.due(to: world.irq).isEmpty)
        #expect(try await wire.sender.get(.waitForWork, as: ExchangeWork.self).due.isEmpty)
        let answer = try await wire.receiver.get(
          .getEntry, ["peer": world.syr.name], id: entry, as: EntryAnswer.self)
        #expect(answer.status == .registered && answer.receipt != nil)
        #expect(try await wire.receiver.take(statement, from: world.syr) == answer)
        #expect(try await world.irq.status().size == size + 1)
        #expect(try await world.irq.lines(release).count == 3)
        // The answer goes back the same way.
        _ = try await world.irq.sign(world.irq.outcome(release, "accepted", try await lineNumbers(world.irq, release)))
        #expect(try await world.wire(world.irq, world.syr).exchange() == 1)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.allSatisfy { $0.contains("\(world.irq.name) held") })
      }
    }

    private func lineNumbers(_ side: TestAuthority, _ release: String) async throws -> [Int] {
      try await side.lines(release).map(\.line)
    }

    @Test("Where the disk is nearly full pieces of objects are 503 and nothing of them is kept; statements are taken")
    func diskFull() async throws {
      try await World.run(starts: false) { world in
        let settings = #"{"exchange": {"disk-floor-mebibytes": 1000000000}}"#
        try Data(settings.utf8).write(to: URL(filePath: "\(world.irq.folder)/amanad.json"))
        for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
        _ = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let due = try await wire.nextWithObjects()
        #expect(try await wire.receiver.take(due.statement, from: world.syr).status == .pending)
        let object = try #require(due.objects.first { $0.size > 4096 })
        let piece = try await wire.sender.bytes(of: object.id, for: world.irq, at: 0, 4096)
        let answer = try await wire.receiver.ask(
          .takeObjectBytes, ["peer": world.syr.name, "offset": "0"], id: object.id, body: piece)
        #expect(answer.status == 503 && (try? ConciseProblem(decoding: answer.body))?.code == "disk-full")
        let state = try await wire.receiver.state(of: object.id, from: world.syr)
        #expect(state == ObjectState(offset: 0, isWhole: false))
      }
    }

    @Test(
      "Objects: what nobody awaits is 404, pieces go on where they stopped, another offset is told where, in any size")
    func objects() async throws {
      try await World.run { world in
        _ = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let unknown = [UInt8](repeating: 9, count: 32)
        let bytes = [UInt8](repeating: 1, count: 100)
        let query = ["peer": world.syr.name, "offset": "0"]
        #expect(try await wire.receiver.ask(.takeObjectBytes, query, id: unknown, body: bytes).status == 404)
        #expect(try await wire.receiver.ask(.getObjectState, ["peer": world.syr.name], id: unknown).status == 404)
        let due = try await wire.nextWithObjects()
        let object = try #require(due.objects.first { $0.size > 4096 })
        #expect(
          try await wire.receiver.ask(.takeObjectBytes, query, id: object.id, body: bytes).status == 404,
          "before its statement is here nobody awaits it")
        let answer = try await wire.receiver.take(due.statement, from: world.syr)
        #expect(answer.status == .pending && answer.receipt == nil)
        #expect(Set(answer.missing) == Set(due.objects.map(\.id)))
        let first = try await wire.sender.bytes(of: object.id, for: world.irq, at: 0, 4096)
        #expect(first.count == 4096)
        #expect(
          try await wire.receiver.put(first, of: object.id, from: world.syr, at: 0)
            == ObjectState(offset: 4096, isWhole: false))
        // The same again, or a gap: told where it goes on, nothing changed.
        for offset in ["0", "4095", "5000"] {
          let answer = try await wire.receiver.ask(
            .takeObjectBytes, ["peer": world.syr.name, "offset": offset], id: object.id, body: first)
          #expect(answer.status == 409, "\(offset)")
          #expect(try ObjectState(decoding: answer.body).offset == 4096, "\(offset)")
        }
        let large = [UInt8](repeating: 0, count: ExchangeOperation.pieceByteCount + 1)
        #expect(
          try await wire.receiver.ask(
            .takeObjectBytes, ["peer": world.syr.name, "offset": "4096"], id: object.id, body: large
          ).status == 413)
        // A byte at a time is not taken: each would be a write to disk.
        for count in [0, 1, 4095] where count < Int(object.size) - 4096 {
          let answer = try await wire.receiver.ask(
            .takeObjectBytes, ["peer": world.syr.name, "offset": "4096"], id: object.id,
            body: [UInt8](repeating: 0, count: count))
          #expect(answer.status == 422, "\(count)")
        }
        let unmoved = try await wire.receiver.state(of: object.id, from: world.syr)
        #expect(unmoved == ObjectState(offset: 4096, isWhole: false))
        // TUR is named by nothing here: it neither sees nor sends.
        for operation in [ExchangeOperation.getObjectState, .getObjectBytes] {
          #expect(try await wire.receiver.ask(operation, ["peer": world.tur.name], id: object.id).status == 404)
          #expect(try await wire.sender.ask(operation, ["peer": world.tur.name], id: object.id).status == 404)
        }
        try await wire.carry(due.objects, piece: 4096)
        let whole = try await wire.receiver.state(of: object.id, from: world.syr)
        #expect(whole == ObjectState(offset: object.size, isWhole: true))
        let done = try await wire.receiver.get(.getEntry, ["peer": world.syr.name], id: due.entry, as: EntryAnswer.self)
        #expect(done.status == .registered && done.receipt != nil)
      }
    }

    @Test("Keys, checkpoint and consistency are this log's, and nothing beyond what it published is proven")
    func log() async throws {
      try await World.run { world in
        let exchange = ExchangeClient(world.syr)
        let keys = try #require(try CBOR.decode(try await exchange.ask(.getKeys).body[...]).array)
        let receiptKey = try world.syr.key("\(world.syr.folder)/keys/receipt.pem").publicKey
        #expect(keys.count == 1 && keys.first?.map?[2]?.bytes == receiptKey.thumbprint)
        var plain = keys.first?.map ?? CBORMap()
        plain[2] = nil
        plain[3] = nil
        #expect(try PublicKey(coseKey: .map(plain)) == receiptKey)
        let before = try SignedCheckpoint(decoding: try await exchange.ask(.getCheckpoint).body).checkpoint
        _ = try await world.syr.sign(world.syr.intake(2))
        _ = try await world.syr.sign(world.syr.intake(2))
        let after = try SignedCheckpoint(decoding: try await exchange.ask(.getCheckpoint).body).checkpoint
        #expect(after.size == before.size + 2)
        let proof = try await exchange.get(
          .getConsistency, ["from": "\(before.size)", "to": "\(after.size)"], as: ConsistencyAnswer.self)
        let path = proof.path.compactMap { TreeHash($0) }
        #expect(
          ConsistencyProof(oldSize: before.size, newSize: after.size, path: path).holds(
            oldRoot: before.root, newRoot: after.root))
        for (from, to) in [(1, after.size + 1), (after.size + 1, after.size + 1), (4, 3)] {
          #expect(try await exchange.ask(.getConsistency, ["from": "\(from)", "to": "\(to)"]).status == 404, "\(from)")
        }
        for query in [["from": "0", "to": "3"], ["from": "1"], ["from": "x", "to": "2"], [:]] {
          #expect(try await exchange.ask(.getConsistency, query).status == 422, "\(query)")
        }
      }
    }

    @Test("A courier that waits is told at once when something is due, and many that wait harm nobody")
    func waiting() async throws {
      try await World.run { world in
        try world.addPeers()
        let exchange = ExchangeClient(world.syr)
        _ = try await exchange.get(.waitForWork, as: ExchangeWork.self)
        let waiting = (0..<3).map { _ in
          Task { try await exchange.get(.waitForWork, ["wait": "25"], as: ExchangeWork.self) }
        }
        _ = try await world.released()
        var told = 0
        for task in waiting.prefix(1) { told += try await task.value.due.count }
        // The others are told when nobody settles it.
        for task in waiting.dropFirst() { told += try await task.value.due.count }
        #expect(told >= 1)
        #expect(try await world.syr.status().size > 3)
      }
    }

    @Test("A courier may ask for work on one connection as often as it likes")
    func oneConnection() async throws {
      try await World.run { world in
        let urls = Array(repeating: "http://amana/v1/work?wait=0", count: 50)
        let asked = try Command(
          "curl",
          ["-s", "--unix-socket", world.syr.exchange, "-w", "%{http_code} %{num_connects}\n"]
            + urls.flatMap { ["-o", "/dev/null", $0] }, logs: world.logs
        ).finished()
        let codes = asked.output.matches(of: /(\d{3}) (\d)\n/).map { ($0.output.1, $0.output.2) }
        #expect(codes.count == 50 && codes.allSatisfy { $0.0 == "200" }, "\(asked)")
        #expect(codes.count { $0.1 == "1" } == 1, "one connection: \(asked)")
      }
    }

    @Test("What fails is tried later, what the peer asks for is honoured, a refusal is told to people and tried again")
    func reports() async throws {
      try await World.run { world in
        try world.addPeers()
        _ = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let item = try #require(try await wire.sender.due(to: world.irq).first)
        func row() throws -> [Substring] {
          try Database(world.syr.store, world.logs).run(
            "SELECT state, attempts, last_code, next_at > strftime('%s','now') FROM outbox WHERE entry = x'\(hexadecimal(item.entry))'"
          )
        }
        #expect(
          try await wire.sender.report(item.entry, to: world.irq, .failed, code: "tcp", retryAfter: 600).status == 204)
        #expect(try row() == ["waiting\t1\ttcp\t0"])
        #expect(try await wire.sender.due(to: world.irq).isEmpty, "the peer is held back as a whole")
        let hold = try Database(world.syr.store, world.logs).run(
          "SELECT hold_until - strftime('%s','now') BETWEEN 590 AND 600, failures FROM contact WHERE authority = '\(world.irq.name)'"
        )
        #expect(hold == ["1\t1"])
        // It reaches us by itself: nothing waits any longer.
        try Database(world.syr.store, world.logs).run("UPDATE contact SET hold_until = 0")
        #expect(try await wire.sender.due(to: world.irq).first?.asksFirst == true)
        #expect(
          try await wire.sender.report(item.entry, to: world.irq, .pending, code: "pending", retryAfter: 99).status
            == 204)
        #expect(try row() == ["pending\t2\tpending\t1"])
        // What the peer's roster does not know yet passes: no alarm, and it keeps its place.
        #expect(try await wire.sender.report(item.entry, to: world.irq, .refused, code: "V16").status == 204)
        #expect(try row() == ["pending\t3\tV16\t1"])
        #expect(try await world.syr.status().alarms.isEmpty)
        let spoof = "bad\u{202e}code with \"quotes\""
        #expect(
          try await wire.sender.report(item.entry, to: world.irq, .refused, code: spoof, detail: spoof).status == 204)
        #expect(try row() == ["refused\t4\tunknown\t1"])
        let alarms = try await world.syr.status().alarms
        #expect(alarms.count == 1 && alarms[0].code == "V31" && alarms[0].detail.contains(world.irq.name), "\(alarms)")
        _ = try await wire.sender.report(item.entry, to: world.irq, .refused, code: "V1")
        #expect(try await world.syr.status().alarms.count == 1, "it is told once")
        let rests = try Database(world.syr.store, world.logs).run(
          "SELECT next_at - strftime('%s','now') BETWEEN 7100 AND 7200 FROM outbox WHERE state = 'refused'")
        #expect(rests == ["1"], "an hour, and then two")
        // Its receipt ends it.
        let answer = try await wire.receiver.take(item.statement, from: world.syr)
        if answer.status == .pending { try await wire.carry(item.objects) }
        let receipt = try await wire.receiver.get(
          .getEntry, ["peer": world.syr.name], id: item.entry, as: EntryAnswer.self
        ).receipt
        #expect(try await wire.sender.report(item.entry, to: world.irq, .registered, receipt: receipt).status == 204)
        #expect(try row().first?.hasPrefix("delivered") == true)
        let metrics = String(decoding: try await world.syr.send(.get, "/v1/metrics").body, as: UTF8.self)
        #expect(metrics.contains("amana_exchange_events_total{event=\"delivered\"} 1"), "\(metrics)")
      }
    }
  }
}
