import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// What was right when it was drafted may be so no more when the last officer approves, or when another request was faster.
  @Suite struct OvertakenDraftTests {
    /// An offer of SYR's that is at IRQ.
    private func offered(_ world: World) async throws -> String {
      let intake = try await world.syr.sign(world.syr.intake(3)).statement
      let offer = try #require(
        try await world.syr.sign(world.syr.request("offer", intake, to: world.irq.name)).statement)
      _ = try await world.irq.take(world.syr.bundle(to: world.irq))
      return offer
    }

    private func answers(_ side: TestAuthority) async throws -> [String] {
      try await side.get("/v1/statements", as: [StatementView].self).map(\.event).filter { $0.hasPrefix("offer-") }
    }

    @Test("An offer is answered once, also where the first answer waited for an officer when the second was signed")
    func waiting() async throws {
      try await World.run { world in
        let irq = world.irq
        let offer = try await offered(world)
        var agreed = irq.request("offer-agreed", offer)
        agreed.officers = 1
        let waiting = try await irq.draft(agreed)
        #expect(waiting.statement == nil && waiting.approvalsMissing == 1)
        _ = try await irq.sign(irq.request("offer-declined", offer))
        let refused = try problem(try await irq.approve(waiting, 1))
        #expect(refused.status == 409 && refused.code == "conflict", "\(refused)")
        #expect(try await answers(irq) == ["offer-declined"])
        // It waits until somebody takes it away; the same again gives the same.
        #expect(try await irq.get("/v1/drafts", as: [DraftView].self).map(\.draftID) == [waiting.draftID])
        #expect(try problem(try await irq.approve(waiting, 1)).code == "conflict")
        #expect(try irq.amana("discard", waiting.draftID).code == 0)
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test("Many answers at once are one; what is refused of them is no draft that waits for nobody")
    func together() async throws {
      try await World.run { world in
        let irq = world.irq
        let offer = try await offered(world)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
          for number in 0..<8 {
            let event = number.isMultiple(of: 2) ? "offer-agreed" : "offer-declined"
            tasks.addTask { try await irq.post(irq.request(event, offer)).status }
          }
          return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201] + [Int](repeating: 409, count: 7), "\(statuses)")
        #expect(try await answers(irq).count == 1)
        #expect(try await irq.get("/v1/drafts", as: [DraftView].self).isEmpty)
        #expect(try await irq.status().waiting == 0)
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test("A draft that the rules refuse at its last approval stays, and people are told what to do with it")
    func refused() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(2)).statement
        let (first, second) = (
          try await syr.draft(syr.request("release", intake, to: irq.name)),
          try await syr.draft(syr.request("release", intake, to: irq.name))
        )
        for draft in [first, second] { #expect(try await syr.approve(draft, 1).status == 200) }
        #expect(try await syr.approve(first, 2).status == 200)
        let refused = try problem(try await syr.approve(second, 2))
        #expect(refused.status == 409 && refused.code == "V3", "\(refused)")
        #expect(refused.next?.contains("amana discard \(second.draftID)") == true, "\(refused)")
        #expect(try irq.amana("audit").code == 0)
      }
    }
  }
}
