import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Objects whose bytes and whose record part, and who may hand bytes in.
  @Suite struct ObjectDoorTests {
    @Test(
      "A whole file that the record does not know of is taken into it when its sender comes again, asking or sending")
    func interrupted() async throws {
      try await World.run { world in
        try world.addPeers()
        _ = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let item = try await wire.nextWithObjects()
        _ = try await wire.receiver.take(item.statement, from: world.syr)
        try await wire.carry(Array(item.objects.dropLast()))
        // As a full disk leaves it: the file has its name and its row is missing.
        let lost = item.objects.prefix(2).map(\.id)
        for id in lost {
          try Database(world.irq.store, world.logs).run("DELETE FROM object WHERE id = x'\(hexadecimal(id))'")
        }
        let pending = try await wire.receiver.take(item.statement, from: world.syr)
        #expect(pending.missing.count == 3, "\(pending)")
        let asked = try await wire.receiver.get(
          .getObjectState, ["peer": world.syr.name], id: lost[0], as: ObjectState.self)
        #expect(asked.isWhole)
        #expect(try await wire.receiver.put([0], of: lost[1], from: world.syr, at: asked.offset).isWhole)
        #expect(try await wire.receiver.take(item.statement, from: world.syr).missing.count == 1)
        try await wire.carry(item.objects.suffix(1))
        let whole = try await wire.receiver.take(item.statement, from: world.syr)
        #expect(whole.status == .registered && whole.receipt != nil, "\(whole)")
      }
    }

    @Test(
      "A daemon that died with all bytes of an object on disk and none of them looked at takes it when it is asked for")
    func unverified() async throws {
      try await World.run { world in
        try world.addPeers()
        _ = try await world.released()
        let wire = world.wire(world.syr, world.irq)
        let item = try await wire.nextWithObjects()
        _ = try await wire.receiver.take(item.statement, from: world.syr)
        // The list of slots, and a sealed payload: the first has a size that no sealed payload has.
        let brought = Array(item.objects.prefix(2))
        #expect(brought.map { $0.size < 4096 } == [true, false])
        try await wire.carry(brought)
        Running.shared.killAll()
        for object in brought {
          let (path, id) = ("\(world.irq.folder)/state/objects/", hexadecimal(object.id))
          try FileManager.default.moveItem(atPath: path + id, toPath: path + id + ".part")
          try Database(world.irq.store, world.logs).run("DELETE FROM object WHERE id = x'\(id)'")
        }
        for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
        for object in brought {
          let asked = try await wire.receiver.get(
            .getObjectState, ["peer": world.syr.name], id: object.id, as: ObjectState.self)
          #expect(asked == ObjectState(offset: object.size, isWhole: true))
        }
        try await wire.deliver(item)
      }
    }

    @Test("Who is named beside others by a message cannot hand in bytes of it, nor have its upload begin anew")
    func coaddressee() async throws {
      try await World.run { world in
        try world.addPeers()
        let note = "\(world.logs)/note.txt"
        try Data("Corridor closed.\n".utf8).write(to: URL(filePath: note))
        let sent = try world.syr.amana("message", "send", "--all", "--subject", "Corridor", note)
        #expect(sent.code == 0, "\(sent)")
        let wire = world.wire(world.syr, world.irq)
        let item = try await wire.nextWithObjects()
        _ = try await wire.receiver.take(item.statement, from: world.syr)
        let object = try #require(item.objects.first)
        let bytes = try await wire.sender.bytes(of: object.id, for: world.irq, at: 0, Int(object.size))
        var other = bytes
        other[0] ^= 1
        let query = ["peer": world.tur.name, "offset": "0", "size": "\(object.size)"]
        let put = try await wire.receiver.ask(.takeObjectBytes, query, id: object.id, body: other)
        #expect(put.status == 404)
        #expect(try conciseCode(put) == "not-found")
        let begun = try await wire.receiver.put(Array(bytes.prefix(4096)), of: object.id, from: world.syr, at: 0)
        #expect(begun.offset == 4096)
        let seen = try await wire.receiver.get(
          .getObjectState, ["peer": world.tur.name], id: object.id, as: ObjectState.self)
        #expect(seen.offset == 4096, "it is named, so it may ask")
        try await wire.deliver(item)
      }
    }
  }
}
