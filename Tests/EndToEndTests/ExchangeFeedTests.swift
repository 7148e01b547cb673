import ControlAPI
import Custody
import Foundation
import Roster
import Testing
import TransparencyLog

extension EndToEnd {
  /// Who may read which envelopes on the peer service.
  @Suite struct ExchangeFeedTests {
    private func feed(_ side: TestAuthority, of peer: TestAuthority, after: UInt64 = 0, limit: Int = 256)
      async throws -> [FeedEnvelope]
    {
      try await ExchangeClient(side).get(
        .getFeed, ["peer": peer.name, "after": "\(after)", "limit": "\(limit)"], as: Feed.self
      ).envelopes
    }

    @Test("Five members: two hand people over, one eavesdrops at every door in its own name and learns of nothing")
    func eavesdropper() async throws {
      try await World.runFive { members in
        let (syr, irq, eve) = (members[0], members[1], members[4])
        let others = members[2...3]
        let intake = try await syr.sign(syr.intake(3))
        _ = try await syr.sign(syr.request("release", intake.statement, to: irq.name, hours: 8))
        let wire = Wire(from: syr, to: irq)
        var items: [DueStatement] = []
        try Database(syr.store, syr.logs).run(
          "INSERT INTO peer VALUES ('\(irq.name)', 'https://127.0.0.1:1', 0, 0)")
        while let item = try await wire.sender.due(to: irq).first {
          items.append(item)
          try await wire.deliver(item)
        }
        #expect(items.count >= 2)
        for side in [syr, irq] {
          let client = ExchangeClient(side)
          for peer in [eve] + others {
            #expect(try await feed(side, of: peer).isEmpty)
            #expect(try await client.due(to: peer).isEmpty)
            for item in items {
              let id = try SignedStatement(decoding: item.statement).id.bytes
              var asked: [(ExchangeOperation, [UInt8])] = [(.getEntry, item.entry), (.getSlots, id), (.getEntry, id)]
              for object in item.objects { asked += [(.getObjectState, object.id), (.getObjectBytes, object.id)] }
              for (operation, id) in asked {
                let query = operation == .getObjectBytes ? ["peer": peer.name, "offset": "0"] : ["peer": peer.name]
                let answer = try await client.ask(operation, query, id: id)
                #expect(answer.status == 404, "\(side.name) to \(peer.name): \(operation)")
                // What is not there and what is not for it look the same.
                let never = try await client.ask(operation, query, id: [UInt8](repeating: 1, count: 32))
                #expect(never.body == answer.body)
              }
              let object = try #require(items.flatMap(\.objects).first)
              let put = try await client.ask(
                .takeObjectBytes, ["peer": peer.name, "offset": "0"], id: object.id, body: [1])
              #expect(put.status == 404)
            }
          }
        }
        // Those it concerns read it, in log order, with receipts, and go on where they stopped.
        let all = try await feed(syr, of: irq)
        #expect(all.map(\.position) == Array(1...UInt64(all.count)) && !all.isEmpty)
        for envelope in all {
          let signed = try SignedStatement(decoding: envelope.statement)
          #expect(signed.event.addressees.contains { $0.description == irq.name } && !signed.receipts.isEmpty)
        }
        #expect(try await feed(syr, of: irq, after: UInt64(all.count)).isEmpty)
        #expect(try await feed(syr, of: irq, after: 0, limit: 1) == Array(all.prefix(1)))
        let release = try #require(try items.last.map { try SignedStatement(decoding: $0.statement) })
        let slots = try await ExchangeClient(syr).ask(.getSlots, ["peer": irq.name], id: release.id.bytes)
        #expect(slots.status == 200 && slots.body.count == 16 * 32)
        let list = stride(from: 0, to: slots.body.count, by: 32).map { Array(slots.body[$0..<$0 + 32]) }
        #expect(Slots.root(of: list).bytes == release.event.slotsRoot)
      }
    }

    @Test("Nobody finds our receipt in a feed or beside what is due before all that belongs to the statement is here")
    func receiptOfIncomplete() async throws {
      try await World.run { world in
        let (wire, item) = try await world.messageToAll()
        #expect(try await wire.receiver.take(item.statement, from: world.syr).status == .pending)
        func origins() async throws -> [String] {
          let all = try await feed(world.irq, of: world.tur).map { try SignedStatement(decoding: $0.statement) }
          let found = try #require(all.first { $0.entry.bytes == item.entry })
          return try found.receipts.map { try Receipt(decoding: $0).origin }
        }
        let sender = try await origins()
        #expect(sender.count == 1 && sender.allSatisfy { $0.hasPrefix("syr.example/") }, "\(sender)")
        try await wire.carry(item.objects)
        #expect(try await origins().count == 2, "what is whole is receipted for everybody")
      }
    }

    @Test("An observer by role reads slots of a statement whose id it has, and still no envelope that does not name it")
    func observer() async throws {
      try await World.runFive(observer: true) { members in
        let (syr, irq, observer) = (members[0], members[1], members[4])
        let intake = try await syr.sign(syr.intake(3))
        let release = try await syr.sign(syr.request("release", intake.statement, to: irq.name, hours: 8))
        let id = try #require(decodeHexadecimal(release.signedID))
        let client = ExchangeClient(syr)
        #expect(try await client.ask(.getSlots, ["peer": observer.name], id: id).status == 200)
        #expect(try await client.ask(.getSlots, ["peer": members[3].name], id: id).status == 404)
        #expect(try await feed(syr, of: observer).isEmpty)
      }
    }
  }
}
