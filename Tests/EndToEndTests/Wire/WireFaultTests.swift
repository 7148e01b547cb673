import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite("The exchange over links that fail")
  struct WireFaultTests {
    @Test("F11: a link that cuts, corrupts, stalls, repeats and reorders: everything arrives, once")
    func harmedBytes() async throws {
      let proxies = [Port.free(), Port.free()]
      var setting = Loopback.Setting(courier: Self.impatient)
      setting.url = { _, _, other in "https://127.0.0.1:\(proxies[other])" }
      try await Loopback.run(setting) { wire in
        let faults = try (0..<2).map { index in
          try Faults(
            port: proxies[index], to: wire.ports[index], share: 0.9, seed: 11 + index, logs: "\(wire.folder)/logs")
        }
        try await Self.handovers(wire, rounds: 3)
        for fault in faults { fault.cease() }
        try await Self.settle(wire)
        let counts = try faults.map { try $0.stop() }
        try Self.report("bytes", counts)
      }
    }

    @Test(
      "F11, F13: requests and replies between courier and daemon lost, repeated, late and replayed: one effect each")
    func harmedRequests() async throws {
      var faults: [Faults] = []
      var setting = Loopback.Setting(courier: Self.impatient)
      setting.prepare = { wire in
        for index in 0..<2 {
          let path = "\(wire.folder)/harmed-\(index).sock"
          faults.append(
            try Faults(
              socket: path, to: wire.members[index].exchange, share: 0.4, seed: 21 + index,
              logs: "\(wire.folder)/logs"))
          wire.exchangeSockets[index] = path
        }
      }
      try await Loopback.run(setting) { wire in
        try await Self.handovers(wire, rounds: 3)
        for fault in faults { fault.cease() }
        try await Self.settle(wire)
        let counts = try faults.map { try $0.stop() }
        try Self.report("http", counts)
      }
    }

    /// Connections that are given up soon, so that more of them are made and harmed.
    static let impatient = ["limits.head-seconds=1"]

    /// Releases one way and answers the other while faults are injected.
    static func handovers(_ wire: Loopback, rounds: Int) async throws {
      for _ in 0..<rounds {
        let release = try await wire.release(12)
        try await wire.irq.arrived(release, within: 180)
        let lines = try await wire.irq.lines(release).map(\.line)
        let accepted = try await wire.irq.sign(wire.irq.outcome(release, "accepted", Array(lines.dropLast(2))))
        let refused = try await wire.irq.sign(wire.irq.outcome(release, "refused", Array(lines.suffix(2))))
        for answer in [accepted, refused] { try await wire.syr.arrived(answer.signedID, within: 180) }
      }
    }

    /// Everything is delivered, both logs hold the same statements once, and both audits hold.
    static func settle(_ wire: Loopback) async throws {
      for member in wire.members { try await member.allDelivered(within: 180) }
      let exchanged = try await wire.syr.get("/v1/statements?limit=1000", as: [StatementView].self)
        .filter { ["release", "outcome"].contains($0.event) }
      let theirs = try await wire.irq.get("/v1/statements?limit=1000", as: [StatementView].self)
        .filter { ["release", "outcome"].contains($0.event) }
      #expect(exchanged.map(\.statement).sorted() == theirs.map(\.statement).sorted())
      #expect(Set(exchanged.map(\.statement)).count == exchanged.count)
      for release in exchanged where release.event == "release" { try await wire.agree(on: release.statement) }
      try wire.audit()
    }

    /// What was injected is told, and that it was more than a few.
    static func report(_ what: String, _ counts: [[String: Int]]) throws {
      let all = counts.reduce(into: [String: Int]()) { $0.merge($1, uniquingKeysWith: +) }
      let harmed = all.filter { !["none", "missed"].contains($0.key) }.values.reduce(0, +)
      print("FAULTS \(what): \(harmed) injected, \(all.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
      #expect(harmed > 10)
    }
  }
}
