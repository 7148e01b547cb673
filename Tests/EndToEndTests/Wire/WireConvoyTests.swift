import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite("A convoy by wire")
  struct WireConvoyTests {
    @Test("What one signs reaches the other, its receipt comes back verified, and both name the same custodians")
    func convoy() async throws {
      try await Loopback.run { wire in
        let release = try await wire.release(40)
        try await wire.irq.arrived(release)
        let lines = try await wire.irq.lines(release)
        let answered = try await wire.irq.sign(
          wire.irq.outcome(release, "accepted", lines.dropFirst().map(\.line), hours: 1))
        let refused = try await wire.irq.sign(wire.irq.outcome(release, "refused", [lines[0].line], hours: 1))
        for answer in [answered, refused] { try await wire.syr.arrived(answer.signedID) }
        try await wire.syr.allDelivered()
        try await wire.irq.allDelivered()
        try await wire.agree(on: release)
        let held = try await wire.syr.lines(release)
        #expect(held.count { $0.custodian == wire.irq.name && $0.phase == "held" } == 39)
        #expect(held.count { $0.custodian == wire.syr.name } == 1)
        // F4: the refusal came as surely as the acceptance, and its author holds the receipt for it.
        let receipts = try await wire.irq.get("/v1/statements/\(refused.signedID)", as: StatementView.self)
        #expect(receipts.receipts.contains { $0.origin.hasPrefix("syr.example") })
        try wire.audit()
      }
    }
  }
}

extension Loopback {
  /// SYR takes in people and releases them to IRQ; nobody carries anything by hand.
  func release(_ count: Int, to receiver: Int = 1) async throws -> String {
    let intake = try await syr.sign(syr.intake(count))
    let release = try await syr.sign(
      syr.request("release", intake.statement, to: members[receiver].name, hours: 8))
    return try release.signedID
  }

  /// Both name the same custodian and phase for every line of a release.
  func agree(on release: String, _ receiver: Int = 1) async throws {
    func sorted(_ lines: [LineView]) -> [String] { lines.map { "\($0.subject) \($0.custodian) \($0.phase)" }.sorted() }
    let (ours, theirs) = (try await syr.lines(release), try await members[receiver].lines(release))
    #expect(sorted(ours) == sorted(theirs))
    #expect(!ours.isEmpty)
  }

  func audit() throws {
    for member in members {
      let answer = try member.amana("audit")
      #expect(answer.code == 0, "\(answer)")
    }
  }
}
