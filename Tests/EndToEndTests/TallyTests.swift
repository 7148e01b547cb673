import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// An operation in numbers: few people are not given away, and two logs' totals stand beside each other.
  @Suite struct TallyTests {
    private static let operation = "0194f0a0-0000-7000-8000-000000000003"

    private func release(_ count: Int, _ world: World) async throws -> String {
      var intake = world.syr.intake(count)
      intake.caseID = Self.operation
      var release = world.syr.request(
        "release", try await world.syr.sign(intake).statement, to: world.irq.name, hours: 8)
      release.caseID = Self.operation
      return try await world.syr.sign(release).signedID
    }

    private func cells(_ side: TestAuthority) async throws -> (released: Int?, answers: [String: Int]) {
      let tally: TallyView = try await side.get("/v1/questions/tally?case=\(Self.operation)")
      #expect(tally.authority == side.name && tally.rows.count == 1)
      let row = try #require(tally.rows.first)
      return (
        row.released, Dictionary(row.answers.compactMap { answer in answer.lines.map { (answer.answer, $0) } }) { $1 }
      )
    }

    @Test("Small cells are withheld with their complement; under ten nothing is said")
    func suppressed() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        #expect(try await syr.send(.get, "/v1/questions/tally?case=\(Self.operation)").status == 404)
        #expect(try await syr.send(.get, "/v1/questions/tally").status == 422)
        let first = try await release(6, world)
        let few = try await cells(syr)
        #expect(few.released == nil && few.answers.isEmpty)
        let second = try await release(12, world)
        _ = try await irq.take(syr.bundle(to: irq))
        let open = try await cells(syr)
        #expect(open.released == 18 && open.answers == ["unanswered": 18])
        _ = try await irq.sign(irq.outcome(first, "accepted", try await irq.lines(first).map(\.line)))
        #expect(try await cells(irq).answers == ["accepted": 6, "unanswered": 12])
        // Two are missing: they and what would give them away are withheld.
        let lines = try await irq.lines(second).map(\.line)
        _ = try await irq.sign(irq.outcome(second, "missing", Array(lines.prefix(2))))
        let shown = try await cells(irq)
        #expect(shown.released == 18 && shown.answers == ["unanswered": 10])
      }
    }

    @Test("F10: two logs that say different things stand beside each other, neither averaged, and it ends with 1")
    func beside() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = try await release(12, world)
        _ = try await irq.take(syr.bundle(to: irq))
        _ = try await irq.sign(irq.outcome(convoy, "accepted", try await irq.lines(convoy).map(\.line)))
        let theirs = try irq.amana("ask", "tally", Self.operation, "--json")
        #expect(theirs.code == 0)
        let file = "\(world.folder)/tally.json"
        try Data(theirs.output.utf8).write(to: URL(filePath: file))
        // The releaser has not heard of it yet.
        let both = try syr.amana("ask", "tally", Self.operation, "--beside", file)
        #expect(both.code == 1 && both.output.contains("differs") && both.output.contains("IRQ/justice, by its log"))
        _ = try await syr.take(irq.bundle(to: syr))
        let agreed = try syr.amana("ask", "tally", Self.operation, "--beside", file)
        #expect(agreed.code == 0 && !agreed.output.contains("differs"), "\(agreed)")
        try Data("{}".utf8).write(to: URL(filePath: file))
        #expect(try syr.amana("ask", "tally", Self.operation, "--beside", file).code == 2)
        // Signed is what is sent as a message.
        let sent = try syr.amana("message", "send", "--to", irq.name, "--subject", "Tally", file)
        #expect(sent.code == 0, "\(sent)")
      }
    }
  }
}
