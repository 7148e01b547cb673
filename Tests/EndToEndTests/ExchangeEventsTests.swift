import COSE
import ControlAPI
import Custody
import Foundation
import Roster
import Testing

extension EndToEnd {
  /// What `amana watch` shows of peers.
  @Suite struct ExchangeEventsTests {
    private func listen(_ side: TestAuthority, _ world: World) throws -> Command {
      let command = try Command(
        "curl", ["-sSN", "--unix-socket", side.socket, "http://a/v1/events"], logs: world.logs)
      Running.shared.add(command)
      guard poll(30, until: { command.output.contains("retry:") }) else { throw Stopped("\(command.errors)") }
      return command
    }

    private func hears(_ command: Command, _ event: String, _ part: String) -> Bool {
      poll(30) {
        command.output.components(separatedBy: "\n\n").contains {
          $0.hasPrefix("event: \(event)\n") && $0.contains(part)
        }
      }
    }

    @Test("The stream tells what is delivered, arrives, stays incomplete or undelivered, and what is wrong with a peer")
    func told() async throws {
      try await World.run { world in
        try world.addPeers()
        let (syr, irq) = (try listen(world.syr, world), try listen(world.irq, world))
        let release = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let item = try await wire.nextWithObjects()
        _ = try await wire.sender.report(item.entry, to: world.irq, .failed, code: "tls")
        let entry = hexadecimal(item.entry)
        #expect(hears(syr, "undelivered", "\"code\":\"tls\""))
        _ = try await wire.sender.report(item.entry, to: world.irq, .registered, receipt: [1, 2, 3])
        #expect(
          hears(syr, "peer-alarm", "\"entry\":\"\(entry)\",\"event\":\"peer-alarm\",\"peer\":\"\(world.irq.name)\""))
        _ = try await wire.receiver.take(item.statement, from: world.syr)
        #expect(hears(irq, "incomplete", "\"statement\":\"\(release)\""))
        try Database(world.syr.store, world.logs).run(
          "UPDATE contact SET hold_until = 0", "UPDATE outbox SET next_at = 0")
        try await wire.exchange()
        #expect(hears(irq, "arrived", "\"peer\":\"\(world.syr.name)\",\"statement\":\"\(release)\""))
        #expect(hears(syr, "delivered", entry))
        for command in [syr, irq] { #expect(!command.output.contains("name_") && !command.output.contains("HSK-")) }
      }
    }
  }
}
