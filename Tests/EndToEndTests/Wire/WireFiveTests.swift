import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite("Five members by wire")
  struct WireFiveTests {
    @Test("A convoy goes on from member to member with its history; a third sees nothing of it; a message reaches all")
    func fiveMembers() async throws {
      try await Loopback.run(Loopback.Setting(members: 5)) { wire in
        let (tur, jor) = (wire.members[2], wire.members[3])
        let first = try await wire.release(14)
        try await wire.irq.arrived(first)
        let lines = try await wire.irq.lines(first).map(\.line)
        let accepted = try await wire.irq.sign(wire.irq.outcome(first, "accepted", lines, hours: 6))
        try await wire.syr.arrived(accepted.signedID)
        // On to the next, who verifies the chain since intake from what came with the release.
        let onward = try await wire.irq.sign(wire.irq.onward(first, to: tur, hours: 4))
        try await tur.arrived(onward.signedID)
        let view = try await tur.get("/v1/statements/\(onward.signedID)", as: StatementView.self)
        #expect(view.flags.isEmpty, "\(view.flags)")
        let end = try await tur.sign(
          tur.outcome(onward.signedID, "accepted", tur.lines(onward.signedID).map(\.line), hours: 2))
        try await wire.irq.arrived(end.signedID)
        #expect(try await tur.lines(onward.signedID).allSatisfy { $0.custodian == tur.name })

        let note = "\(wire.folder)/note.txt"
        try Data("Corridor closed from 04:00 to 06:00.\n".utf8).write(to: URL(filePath: note))
        let sent = try wire.syr.amana("message", "send", "--all", "--subject", "Corridor", note)
        #expect(sent.code == 0, "\(sent)")
        for member in wire.members { try await member.allDelivered(within: 120) }
        for member in wire.members.dropFirst() {
          let list = try member.amana("message", "list")
          #expect(list.output.contains("Corridor"), "\(list)")
        }
        // The fourth had no part in the movement: it has the message and nothing else of SYR's and IRQ's.
        let seen = try await jor.get("/v1/statements?limit=1000", as: [StatementView].self)
        #expect(!seen.contains { ["release", "outcome", "intake"].contains($0.event) }, "\(seen.map(\.event))")
        try wire.audit()
      }
    }
  }
}
