import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite("The exchange with processes that die")
  struct WireCrashTests {
    /// How often somebody is killed: AMANA_KILLS for a longer run.
    static var kills: Int { ProcessInfo.processInfo.environment["AMANA_KILLS"].flatMap { Int($0) } ?? 40 }

    @Test("F1, F13: kill −9 of either daemon or courier at random points; V1 holds and nothing answered is lost")
    func killedAtRandom() async throws {
      try await Loopback.run { wire in
        var chance = SystemRandomNumberGenerator()
        var answered: Set<String> = []
        var releases: [String] = []
        var killed = [0, 0, 0, 0]
        for round in 0..<Self.kills {
          // Work begins, somebody dies in the middle of it, and comes back.
          let (syr, irq, last) = (wire.syr, wire.irq, releases.last)
          async let work = Self.work(syr, irq, round, last)
          try await Task.sleep(for: .milliseconds(Int.random(in: 1...250, using: &chance)))
          let victim = Int.random(in: 0..<4, using: &chance)
          killed[victim] += 1
          try wire.killAndRestart(victim)
          let done = await work
          answered.formUnion(done.answered)
          releases += done.releases
        }
        for member in wire.members { try await member.allDelivered(within: 240) }
        let known = try await wire.members.asyncMap { member in
          Set(try await member.get("/v1/statements?limit=1000", as: [StatementView].self).map(\.statement))
        }
        let lost = answered.filter { id in !known.contains { $0.contains(id) } }
        #expect(lost.isEmpty, "answered and lost: \(lost)")
        for release in releases { try await wire.agree(on: release) }
        try wire.audit()
        print("KILLS \(Self.kills): daemons \(killed[0]) and \(killed[1]), couriers \(killed[2]) and \(killed[3])")
        print("KILLS answered \(answered.count), lost \(lost.count), releases \(releases.count)")
        #expect(releases.count > Self.kills / 8)
      }
    }

    /// One release, and one answer to an earlier one; whatever does not come back was not answered.
    private static func work(_ syr: TestAuthority, _ irq: TestAuthority, _ round: Int, _ earlier: String?) async -> (
      answered: [String], releases: [String]
    ) {
      var (answered, releases): ([String], [String]) = ([], [])
      if let intake = try? await syr.sign(syr.intake(3)).statement {
        answered.append(intake)
        if let release = try? await syr.sign(syr.request("release", intake, to: irq.name, hours: 8))
          .statement
        {
          answered.append(release)
          releases.append(release)
        }
      }
      if let earlier, let lines = try? await irq.lines(earlier), round.isMultiple(of: 2),
        let outcome = try? await irq.sign(irq.outcome(earlier, "accepted", lines.map(\.line))).statement
      {
        answered.append(outcome)
      }
      return (answered, releases)
    }
  }
}

extension Sequence {
  func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
    var found: [Value] = []
    for element in self { found.append(try await body(element)) }
    return found
  }
}

extension Loopback {
  /// 0 and 1 are the daemons, 2 and 3 their couriers.
  func killAndRestart(_ victim: Int) throws {
    if victim < 2 {
      daemons[victim].crash()
      try startDaemon(victim)
      _ = try daemons[victim].ready()
    } else {
      couriers[victim - 2].crash()
      try startCourier(victim - 2)
      _ = try couriers[victim - 2].ready()
    }
  }
}
