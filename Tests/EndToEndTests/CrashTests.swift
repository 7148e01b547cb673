import ControlAPI
import Custody
import Foundation
import TestSupport
import Testing
import TransparencyLog

extension EndToEnd {
  /// F1, F13: kill −9 at random moments; what was answered is there afterwards.
  @Suite struct CrashTests {
    @Test(
      "F13: 15 times killed while clients sign: every answered statement is there, no index twice, the log only grew")
    func underLoad() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        var random = SeededGenerator(named: "crash under load")
        var daemon = try syr.daemon().ready()
        let intake = try await syr.sign(syr.intake()).signedID
        let answered = Answered()
        for round in 0..<15 {
          let delay = UInt32.random(in: 10_000...150_000, using: &random)
          let offers = (0..<4).map { _ in syr.request("offer", intake, to: world.irq.name) }
          try await withThrowingTaskGroup(of: Void.self) { group in
            for first in offers { group.addTask { await Self.load(syr, first, answered) } }
            try await Task.sleep(for: .microseconds(delay))
            daemon.crash()
            try await group.waitForAll()
          }
          daemon = try syr.daemon().ready()
          try await Self.check(syr, answered)
          // Those whose answer was lost ask again, and have one effect.
          for request in await answered.lost { await answered.add(try await syr.draft(request), request) }
          if round % 5 == 4 { #expect(try syr.amana("audit").code == 0, "round \(round)") }
        }
        try await Self.check(syr, answered)
        try await Self.checkRoots(syr, answered)
        print(
          "CRASH: \(await answered.statements.count) statements answered, \(await answered.notes.count) checkpoints")
      }
    }

    /// One client: signs until nobody answers.
    private static func load(_ syr: TestAuthority, _ first: DraftRequest, _ answered: Answered) async {
      var request = first
      while true {
        await answered.ask(request)
        do {
          await answered.add(try await syr.draft(request), request)
          await answered.add(note: try await syr.send(.get, "/v1/checkpoint").body)
        } catch { return }
        request.draftID = UUID().uuidString.lowercased()
      }
    }

    private static func all(_ syr: TestAuthority) async throws -> [StatementView] {
      var all: [StatementView] = []
      while true {
        let next = all.last.map { $0.index + 1 } ?? 0
        let page: [StatementView] = try await syr.get("/v1/statements?from=\(next)&limit=1000")
        if page.isEmpty { return all }
        all += page
      }
    }

    private static func check(_ syr: TestAuthority, _ answered: Answered) async throws {
      let all = try await all(syr)
      #expect(all.map(\.index) == Array(0..<UInt64(all.count)))
      #expect(Set(all.map(\.statement)).count == all.count)
      let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.statement, $0.index) })
      for (statement, index) in await answered.statements { #expect(byID[statement] == index, "\(statement)") }
      #expect(Set(await answered.statements.values).count == (await answered.statements.count))
    }

    /// The log recomputed from its entries reaches every checkpoint that was ever answered.
    private static func checkRoots(_ syr: TestAuthority, _ answered: Answered) async throws {
      var roots: [UInt64: TreeHash] = [:]
      var frontier = Frontier()
      for statement in try await all(syr) {
        let bytes = try await syr.send(.get, "/v1/statements/\(statement.statement)/cose").body
        frontier.append(try SignedStatement(decoding: bytes).entry.leafHash)
        roots[frontier.size] = frontier.root
      }
      for note in await answered.notes {
        let checkpoint = try SignedCheckpoint(decoding: note).checkpoint
        #expect(roots[checkpoint.size] == checkpoint.root, "the checkpoint of size \(checkpoint.size)")
      }
    }

    @Test("Killed while it accepts: exactly one outcome, one custodian, and both agree once they can talk (F1)")
    func acceptance() async throws {
      try await World.run(starts: false) { world in
        var random = SeededGenerator(named: "crash in acceptance")
        let (syr, irq) = (world.syr, world.irq)
        _ = try syr.daemon().ready()
        var daemon = try irq.daemon().ready()
        let release = try await world.releaseArrived()
        let lines = try await irq.lines(release).map(\.line)
        for line in lines.prefix(8) {
          let request = irq.outcome(release, "accepted", [line])
          let draft = try await irq.draft(request)
          for officer in 1...2 {
            let approval = try irq.approval(draft, irq.officer(officer))
            async let answer = irq.hand(approval, to: draft)
            try await Task.sleep(for: .microseconds(Int.random(in: 0...12_000, using: &random)))
            daemon.crash()
            _ = try? await answer
            daemon = try irq.daemon().ready()
            #expect(try await irq.hand(approval, to: draft).status == 200)
          }
        }
        let outcomes: [StatementView] = try await Self.all(irq).filter { $0.event == "outcome" }
        #expect(outcomes.count == 8)
        try await importCrashing(world, &random)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.count { $0.hasSuffix("IRQ/justice held") } == 8)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    /// SYR is killed while it takes IRQ's answers in; then it takes them.
    private func importCrashing(_ world: World, _ random: inout SeededGenerator) async throws {
      let bundle = try await world.irq.bundle(to: world.syr)
      Running.shared.killAll()
      _ = try world.irq.daemon().ready()
      for _ in 0..<5 {
        let daemon = try world.syr.daemon().ready()
        async let taken = world.syr.take(bundle)
        try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &random)))
        daemon.crash()
        _ = try? await taken
      }
      _ = try world.syr.daemon().ready()
      _ = try await world.syr.take(bundle)
    }
  }
}

/// What clients were told before the daemon was killed.
actor Answered {
  private(set) var statements: [String: UInt64] = [:]
  private(set) var notes: Set<[UInt8]> = []
  private var open: [String: DraftRequest] = [:]

  /// Requests that were sent and never answered.
  var lost: [DraftRequest] { Array(open.values) }

  func ask(_ request: DraftRequest) { open[request.draftID ?? ""] = request }

  func add(_ view: DraftView, _ request: DraftRequest) {
    open[request.draftID ?? ""] = nil
    if let statement = view.statement, let index = view.index { statements[statement] = index }
  }

  func add(note: [UInt8]) { if !note.isEmpty { notes.insert(note) } }
}
