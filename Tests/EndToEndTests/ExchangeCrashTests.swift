import ControlAPI
import Custody
import Foundation
import Roster
import TestSupport
import Testing

extension EndToEnd {
  /// F11, F13: whatever ends the daemon while a peer hands something in, the same again has the same answer and one effect.
  @Suite struct ExchangeCrashTests {
    /// Sends a request and kills the daemon so many microseconds later; whatever comes back is thrown away.
    private func sendAndKill(
      _ client: ExchangeClient, _ path: String, _ method: String, _ body: [UInt8], _ daemon: Daemon, after delay: Int,
      _ world: World
    ) throws {
      let file = "\(world.logs)/\(UUID().uuidString).raw"
      try Data(RawRequest.http(method, path, body: body).bytes).write(to: URL(filePath: file))
      let script = """
        import os, signal, socket, sys, time
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(open(sys.argv[2], "rb").read())
        time.sleep(int(sys.argv[4]) / 1e6); os.kill(int(sys.argv[3]), signal.SIGKILL)
        """
      let answer = try Command(
        Command.python, ["-c", script, client.socket, file, "\(daemon.command.processID)", "\(delay)"],
        logs: world.logs
      ).finished()
      guard answer.code == 0 else { throw Stopped("\(answer)") }
      daemon.crash()
    }

    @Test(
      "Killed at random moments while a statement, its objects or a receipt is handed in: one effect, the same answer")
    func killed() async throws {
      try await World.run(starts: false) { world in
        var random = SeededGenerator(named: "exchange crashes")
        var syr = try world.syr.daemon().ready()
        var irq = try world.irq.daemon().ready()
        try world.addPeers()
        let release = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        var (kills, whileObjects) = (0, 0)
        while let item = try await wire.sender.due(to: world.irq).first {
          let peer = "peer=\(world.syr.name)"
          for _ in 0..<2 {
            try sendAndKill(
              wire.receiver, "/v1/entries?\(peer)", "POST", item.statement, irq,
              after: Int.random(in: 0...12_000, using: &random), world)
            kills += 1
            irq = try world.irq.daemon().ready()
          }
          let first = try await wire.receiver.take(item.statement, from: world.syr)
          let size = try await world.irq.status().size
          #expect(try await wire.receiver.take(item.statement, from: world.syr) == first)
          #expect(try await world.irq.status().size == size)
          if first.status == .pending, let object = item.objects.first {
            let state = try await wire.receiver.state(of: object.id, from: world.syr)
            let piece = try await wire.sender.bytes(
              of: object.id, for: world.irq, at: state.offset, ExchangeOperation.pieceByteCount)
            let path = "/v1/objects/\(hexadecimal(object.id))?\(peer)&offset=\(state.offset)&size=\(object.size)"
            try sendAndKill(
              wire.receiver, path, "PUT", piece, irq, after: Int.random(in: 0...8000, using: &random), world)
            kills += 1
            whileObjects += 1
            irq = try world.irq.daemon().ready()
            try await wire.carry(item.objects)
          }
          let whole = try await wire.receiver.get(
            .getEntry, ["peer": world.syr.name], id: item.entry, as: EntryAnswer.self)
          let receipt = try #require(whole.receipt)
          let report = DeliveryReport(
            peer: try world.irq.authorityName, entry: item.entry, result: .registered, receipt: receipt)
          try sendAndKill(
            wire.sender, "/v1/deliveries", "POST", report.encoded(), syr,
            after: Int.random(in: 0...8000, using: &random), world)
          kills += 1
          syr = try world.syr.daemon().ready()
          #expect(try await wire.sender.ask(.reportDelivery, body: report.encoded()).status == 204)
        }
        #expect(kills >= 6 && whileObjects > 0)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.irq.count == 3)
        let rows = try Database(world.syr.store, world.logs).run("SELECT DISTINCT state FROM outbox")
        #expect(rows == ["delivered"])
        for side in [world.syr, world.irq] {
          #expect(try side.amana("audit").code == 0)
          #expect(try await side.status().alarms.isEmpty)
        }
      }
    }
  }
}
