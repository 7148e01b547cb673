import ControlAPI
import Custody
import Foundation
import TestSupport
import Testing

extension EndToEnd {
  /// F12 by wire: envelopes and objects in any order, over restarts.
  @Suite struct IncompleteWireTests {
    /// SYR's intake and release, in the order in which they are due to IRQ.
    private func due(_ world: World) async throws -> (intake: DueStatement, release: DueStatement, id: String) {
      try world.addPeers()
      let intake = try await world.syr.sign(world.syr.intake())
      let release = try await world.syr.sign(
        world.syr.request("release", intake.statement, to: world.irq.name, hours: 8))
      let due = try await ExchangeClient(world.syr).due(to: world.irq)
      let found = try due.map { (item: $0, event: try SignedStatement(decoding: $0.statement).event.type) }
      return (
        try #require(found.first { $0.event == .intake }).item, try #require(found.first { $0.event == .release }).item,
        try release.signedID
      )
    }

    @Test(
      "F12 Objects in any order, a restart between each: pending until the last, then the receipt, once",
      arguments: 0..<2)
    func anyOrder(seed: Int) async throws {
      try await World.run { world in
        let (intake, release, id) = try await due(world)
        let wire = world.wire(world.syr, world.irq)
        var random = SeededGenerator(named: "wire order \(seed)")
        #expect(intake.objects.isEmpty, "history travels as bare envelopes")
        #expect(release.objects.count == 8)
        for item in seed == 0 ? [intake, release] : [release, intake] {
          _ = try await wire.receiver.take(item.statement, from: world.syr)
        }
        var missing = Set(release.objects.map(\.id))
        for object in release.objects.shuffled(using: &random) {
          let answer = try await wire.receiver.take(release.statement, from: world.syr)
          #expect(answer.status == .pending && Set(answer.missing) == missing && answer.receipt == nil)
          try await wire.carry([object])
          missing.remove(object.id)
          Running.shared.killAll()
          for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
        }
        let answer = try await wire.receiver.get(
          .getEntry, ["peer": world.syr.name], id: release.entry, as: EntryAnswer.self)
        #expect(answer.status == .registered && answer.receipt != nil)
        let custody = try await world.custody(id)
        #expect(custody.syr == custody.irq && custody.syr.count == 12)
        #expect(try await world.irq.lines(id).allSatisfy { $0.name != nil })
        #expect(try await world.irq.status().size == 5, "three of its own and these two, however often they came")
        #expect(try world.irq.amana("audit").code == 0)
      }
    }

    @Test("A peer's statements that concern nobody here are kept up to a limit, and no longer counted once cited")
    func uncited() async throws {
      try await World.run(starts: false) { world in
        let settings = #"{"exchange": {"uncited-limit": 1}}"#
        try Data(settings.utf8).write(to: URL(filePath: "\(world.irq.folder)/amanad.json"))
        for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
        let (intake, release, _) = try await due(world)
        let other = try await world.syr.sign(world.syr.intake(2)).signedID
        let stranger = try await world.syr.send(.get, "/v1/statements/\(other)/cose").body
        let receiver = ExchangeClient(world.irq)
        #expect(try await receiver.take(intake.statement, from: world.syr).status == .registered)
        let refused = try await receiver.ask(.takeEntry, ["peer": world.syr.name], body: stranger)
        let answer = try? EntryAnswer(decoding: refused.body)
        #expect(answer?.code == "limit", "\(refused.status)")
        #expect(try await receiver.take(release.statement, from: world.syr).status == .pending)
        #expect(try await receiver.take(stranger, from: world.syr).status == .registered)
      }
    }
  }
}
