import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite("Five members over links that fail")
  struct WireFiveFaultTests {
    private static let names = ["SYR/prisons", "IRQ/justice", "TUR/migration", "JOR/interior", "LBN/security"]
    private static let bytes = [
      "refuse", "cut", "truncate", "stall", "silence", "corrupt", "duplicate", "reorder", "dribble",
    ]
    private static let requests = ["lose-request", "lose-reply", "duplicate", "late", "replay"]

    private struct Handover: Sendable {
      let from: Int
      let to: Int
      let release: String
      let outcome: String
    }

    @Test(
      "F11, F13: each hands over to both neighbours while all twenty links and all five sockets are harmed: everything once"
    )
    func ring() async throws {
      let count = Self.names.count
      let proxies = Self.names.map { _ in Self.names.map { _ in Port.free() } }
      var faults: [Faults] = []
      var setting = Loopback.Setting(members: count, names: Self.names, courier: WireFaultTests.impatient)
      setting.url = { _, index, other in "https://127.0.0.1:\(proxies[index][other])" }
      setting.prepare = { wire in
        let links = (0..<count * count).map { (index: $0 / count, other: $0 % count) }.filter { $0.index != $0.other }
          .map { (listen: "127.0.0.1:\(proxies[$0.index][$0.other])", to: "127.0.0.1:\(wire.ports[$0.other])") }
        let sockets = wire.members.indices.map { index in
          (listen: "\(wire.folder)/harmed-\(index).sock", to: wire.members[index].exchange)
        }
        faults = [
          try Faults("bytes", links, share: 0.5, seed: 31, logs: "\(wire.folder)/logs"),
          try Faults("http", sockets, share: 0.2, seed: 32, logs: "\(wire.folder)/logs"),
        ]
        wire.exchangeSockets = sockets.map(\.listen)
      }
      try await Loopback.run(setting) { wire in
        let began = Date()
        let handovers = try await Self.handovers(wire.members)
        let there = Date().timeIntervalSince(began)
        for fault in faults { fault.cease() }
        for member in wire.members { #expect(try member.amana("outbox", "retry").code == 0) }
        for member in wire.members { try await member.allDelivered(within: 60) }
        let whole = Date().timeIntervalSince(began)
        try await Self.once(wire.members, handovers)
        try wire.audit()
        let counts = try faults.map { try $0.stop() }
        for (found, kinds) in zip(counts, [Self.bytes, Self.requests]) {
          for kind in kinds { #expect(found[kind, default: 0] > 0, "\(kind) was never injected: \(found)") }
        }
        guard ProcessInfo.processInfo.environment["AMANA_PRINT_TABLES"] != nil else { return }
        print(
          "FIVE \(handovers.count) handovers: arrived and answered after \(Int(there)) s, all after \(Int(whole)) s")
        for (name, found) in zip(["bytes", "http"], counts) {
          print("FIVE \(name): \(found.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        }
      }
    }

    /// Round the ring in both directions at the same time; each is accepted.
    private static func handovers(_ members: [TestAuthority]) async throws -> [Handover] {
      let count = members.count
      return try await withThrowingTaskGroup { tasks in
        for (from, step) in members.indices.flatMap({ [($0, 1), ($0, count - 1)] }) {
          let to = (from + step) % count
          tasks.addTask {
            let (giver, taker) = (members[from], members[to])
            let intake = try await giver.sign(giver.intake(6))
            let release = try await giver.sign(giver.request("release", intake.statement, to: taker.name, hours: 8))
              .statement
            let id = try #require(release)
            try await taker.arrived(id, within: 100)
            let lines = try await taker.lines(id).map(\.line)
            let outcome = try #require(try await taker.sign(taker.outcome(id, "accepted", lines)).statement)
            try await giver.arrived(outcome, within: 100)
            return Handover(from: from, to: to, release: id, outcome: outcome)
          }
        }
        var found: [Handover] = []
        for try await handover in tasks { found.append(handover) }
        return found
      }
    }

    /// Both sides have each statement once and name the same custodians; nothing came twice.
    private static func once(_ members: [TestAuthority], _ handovers: [Handover]) async throws {
      #expect(handovers.count == 2 * members.count)
      var registered: [[String]] = []
      for member in members {
        let all = try await member.get("/v1/statements?limit=1000", as: [StatementView].self).map(\.statement)
        #expect(Set(all).count == all.count, "\(member.name)")
        registered.append(all)
        let inbox = try await member.get("/v1/inbox?limit=1000", as: [InboxView].self)
        #expect(Set(inbox.map(\.statement)).count == inbox.count, "\(member.name) has something twice")
        #expect(inbox.allSatisfy { $0.complete && $0.via == "wire" }, "\(member.name)")
      }
      func custody(_ member: Int, _ release: String) async throws -> [String] {
        try await members[member].lines(release).map { "\($0.subject) \($0.custodian) \($0.phase)" }.sorted()
      }
      for handover in handovers {
        for side in [handover.from, handover.to] {
          #expect(registered[side].contains(handover.release) && registered[side].contains(handover.outcome))
        }
        let theirs = try await custody(handover.to, handover.release)
        #expect(try await custody(handover.from, handover.release) == theirs)
        #expect(theirs.count == 6 && theirs.allSatisfy { $0.contains(members[handover.to].name) }, "\(theirs)")
      }
    }
  }
}
