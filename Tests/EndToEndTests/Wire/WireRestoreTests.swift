import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite("A log is restored, by wire")
  struct WireRestoreTests {
    @Test("V21: by wire everybody answers a new epoch by itself, what was lost comes back whole, and all goes on")
    func restored() async throws {
      try await Loopback.run(Loopback.Setting(members: 3)) { wire in
        let (syr, irq) = (wire.syr, wire.irq)
        let held = try await wire.release(3)
        try await irq.arrived(held)
        _ = try await irq.sign(irq.outcome(held, "accepted", irq.lines(held).map(\.line)))
        for member in wire.members { try await member.allDelivered() }
        try wire.daemons[1].stop()
        let backup = "\(wire.folder)/backup"
        try irq.backUp(to: backup)
        try wire.startDaemon(1)
        _ = try wire.daemons[1].ready()

        // Lost: what it accepted, and what it released to two others.
        let lost = try await wire.release(4)
        try await irq.arrived(lost)
        _ = try await irq.sign(irq.outcome(lost, "accepted", irq.lines(lost).map(\.line)))
        let back = try await irq.releases(2, to: wire.members[2])
        try await wire.members[2].arrived(back)
        let message = try irq.amana("message", "send", "--to", syr.name, "--subject", "Two more", "--json")
        #expect(message.code == 0, "\(message)")
        for member in wire.members { try await member.allDelivered() }
        try wire.daemons[1].stop()
        try irq.putBack(backup)
        _ = try irq.daemon(["--begin-epoch", "--set", "exchange.gossip-seconds=1"]).ready()

        #expect(try await becomes { try await irq.alarms("V21").isEmpty })
        #expect(try await irq.status().origin.hasSuffix("/log/2"))
        for (statement, custodian) in [(held, irq.name), (lost, irq.name)] {
          for side in [irq, syr] { #expect(try await side.custodians(statement) == ["\(custodian) held"]) }
        }
        #expect(try await irq.phases(back) == ["released"])
        for member in wire.members { try await member.allDelivered() }
        // The message that it had sent is here whole again.
        let sent = try await irq.newest("message")
        let shown = try irq.amana("message", "read", sent.statement)
        #expect(shown.code == 0 && shown.output.contains("Two more"), "\(shown)")
        let list = try irq.amana("message", "list", "--sent").output
        #expect(list.contains("Two more") && list.contains(syr.name), "\(list)")
        let syrHears = try await becomes {
          try await syr.get("/v1/statements?limit=1000", as: [StatementView].self).contains { $0.event == "log-sealed" }
        }
        #expect(syrHears)
        #expect(try await syr.alarms("V21").isEmpty)
        // And it goes on: what came back is released on.
        let onward = try await irq.sign(irq.onward(lost, to: syr)).signedID
        try await syr.arrived(onward)
        for member in wire.members {
          try await member.allDelivered()
          #expect(try await member.alarms("V20").isEmpty, "\(member.name)")
        }
        try wire.audit()
      }
    }
  }
}
