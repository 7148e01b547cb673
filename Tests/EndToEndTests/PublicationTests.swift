import ControlAPI
import Foundation
import Testing
import TransparencyLog

extension EndToEnd {
  /// The log publishes by time: neither cadence nor size of its checkpoints says what happened.
  @Suite struct PublicationTests {
    private func set(_ authority: TestAuthority, seconds: Int) throws {
      let text = #"{"log": {"publish-seconds": \#(seconds), "publish-batch": 8}}"#
      try Data(text.utf8).write(to: URL(filePath: "\(authority.folder)/amanad.json"))
    }

    private func receipted(_ authority: TestAuthority, _ statement: String) async throws -> StatementView {
      for _ in 0..<300 {
        let view: StatementView = try await authority.get("/v1/statements/\(statement)")
        if !view.receipts.isEmpty { return view }
        try await Task.sleep(for: .milliseconds(100))
      }
      throw Stopped("\(statement) was not published")
    }

    /// The sizes of every checkpoint that was signed.
    private func sizes(_ authority: TestAuthority, _ world: World) throws -> [Int] {
      try Database("\(authority.folder)/state/amana.sqlite", world.logs)
        .run("SELECT size FROM checkpoint WHERE origin LIKE '%syr%' OR origin LIKE '%SYR%' ORDER BY size")
        .compactMap { Int($0) }
    }

    @Test("What is registered survives a crash unpublished, is published in whole batches, and proves the same custody")
    func batches() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq) = (world.syr, world.irq)
        try set(syr, seconds: 3600)
        for side in [syr, irq] { _ = try side.daemon().ready() }
        let intake = try #require(try await syr.sign(syr.intake()).statement)
        let waiting: StatementView = try await syr.get("/v1/statements/\(intake)")
        #expect(waiting.receipts.isEmpty && waiting.index == 3)
        let receipt = try syr.amana("receipt", intake, "--out", "\(syr.folder)/receipt")
        #expect(receipt.code == 1 && receipt.errors.contains("not-published: The log has not"), "\(receipt)")
        #expect(try await syr.status().size == 0)
        let early = try syr.amana("audit")
        #expect(early.code == 0, "\(early)")
        Running.shared.killAll()
        try set(syr, seconds: 1)
        for side in [syr, irq] { _ = try side.daemon().ready() }
        _ = try await receipted(syr, intake)
        let first = try Database("\(syr.folder)/state/amana.sqlite", world.logs)
          .run("SELECT statement FROM leaf WHERE idx < 3 ORDER BY idx")
        #expect(first == ["0", "1", "2"], "log-opened and the adoptions stand first")
        let release = try #require(
          try await syr.sign(syr.request("release", intake, to: irq.name, hours: 8)).statement)
        _ = try await receipted(syr, release)
        let grown = try sizes(syr, world)
        #expect(grown.count >= 2 && grown.allSatisfy { $0 % 8 == 0 }, "\(grown)")
        #expect(zip(grown, grown.dropFirst()).allSatisfy { $1 - $0 == 8 }, "\(grown)")
        _ = try await irq.take(syr.bundle(to: irq))
        _ = try await irq.sign(irq.outcome(release, "accepted", irq.lines(release).map(\.line)))
        _ = try await syr.take(irq.bundle(to: syr))
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.count == 12)
        for side in [syr, irq] {
          let audit = try side.amana("audit")
          #expect(audit.code == 0 && audit.output.hasPrefix("HOLDS"), "\(audit)")
        }
      }
    }

    @Test("Told to publish at once again, what waited gets its leaf with the next statement")
    func atOnceAgain() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        try set(syr, seconds: 3600)
        _ = try syr.daemon().ready()
        let first = try #require(try await syr.sign(syr.intake(2)).statement)
        Running.shared.killAll()
        try set(syr, seconds: 0)
        _ = try syr.daemon().ready()
        let second = try #require(try await syr.sign(syr.intake(2)).statement)
        for id in [first, second] { #expect(try await receipted(syr, id).receipts.count == 1) }
        #expect(try await syr.status().size == 5)
        #expect(try syr.amana("audit").code == 0)
      }
    }
  }
}
