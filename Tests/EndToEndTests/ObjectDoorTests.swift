import COSE
import ControlAPI
import Custody
import Foundation
import Roster
import Testing

@testable import ReceiptStore
@testable import amanad

extension EndToEnd {
  /// Objects whose bytes and whose record part, and who may hand bytes in.
  @Suite struct ObjectDoorTests {
    @Test(
      "A whole file that the record does not know of is taken into it when its sender comes again, asking or sending")
    func interrupted() async throws {
      try await World.run { world in
        let (wire, item) = try await world.awaited()
        try await wire.carry(Array(item.objects.dropLast()))
        // As a full disk leaves it: the file has its name and its row is missing.
        let lost = item.objects.prefix(2).map(\.id)
        for id in lost {
          try Database(world.irq.store, world.logs).run("DELETE FROM object WHERE id = x'\(hexadecimal(id))'")
        }
        let pending = try await wire.receiver.take(item.statement, from: world.syr)
        #expect(pending.missing.count == 3, "\(pending)")
        let asked = try await wire.receiver.state(of: lost[0], from: world.syr)
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
        let (wire, item) = try await world.awaited()
        // The list of slots, and a sealed payload: the first has a size that no sealed payload has.
        let brought = Array(item.objects.prefix(2))
        #expect(brought.map { $0.size < 4096 } == [true, false])
        try await wire.carry(brought)
        Running.shared.killAll()
        for object in brought {
          let (path, id) = ("\(world.irq.folder)/state/objects/", hexadecimal(object.id))
          let parts = path + id + ".parts"
          try FileManager.default.createDirectory(atPath: parts, withIntermediateDirectories: true)
          let part = "\(parts)/\(try ObjectSender(world.syr.authorityName).fileName)"
          try FileManager.default.moveItem(atPath: path + id, toPath: part)
          try Database(world.irq.store, world.logs).run("DELETE FROM object WHERE id = x'\(id)'")
        }
        for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
        for object in brought {
          let asked = try await wire.receiver.state(of: object.id, from: world.syr)
          #expect(asked == ObjectState(offset: object.size, isWhole: true))
        }
        try await wire.deliver(item)
      }
    }

    @Test("Who is named beside others by a message cannot hand in bytes of it, nor have its upload begin anew")
    func coaddressee() async throws {
      try await World.run { world in
        let (wire, item) = try await world.messageToAll()
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
        let seen = try await wire.receiver.state(of: object.id, from: world.tur)
        #expect(seen.offset == 0 && !seen.isWhole, "it is named, so it may ask; of another's part it learns nothing")
        try await wire.deliver(item)
      }
    }

    @Test(
      "Two that hand in the same object, one of them other bytes: neither disturbs the other, and the right ones count")
    func twoSenders() async throws {
      try await World.run(World.Setting(three: true)) { world in
        try world.addPeers()
        let note = "\(world.logs)/note.txt"
        try Data("Corridor closed.\n".utf8).write(to: URL(filePath: note))
        #expect(try world.syr.amana("message", "send", "--all", "--subject", "Corridor", note).code == 0)
        let (wire, tur) = (world.wire(world.syr, world.irq), world.tur)
        let item = try await wire.nextWithObjects()
        let object = try #require(item.objects.first)
        _ = try await wire.receiver.take(item.statement, from: world.syr)
        let stated = try await Self.state(tur, world.wire(tur, world.irq), digest: object.id, note)
        #expect(stated.status == .pending && stated.missing.contains(object.id), "\(stated)")
        let bytes = try await wire.sender.bytes(of: object.id, for: world.irq, at: 0, Int(object.size))
        let wrong = bytes.map { ~$0 }
        func put(_ peer: TestAuthority, _ offset: Int, _ bytes: [UInt8]) async throws -> ControlResponse {
          try await wire.receiver.ask(
            .takeObjectBytes, ["peer": peer.name, "offset": "\(offset)", "size": "\(object.size)"], id: object.id,
            body: bytes)
        }
        #expect(try await put(tur, 0, Array(wrong.prefix(4096))).status == 200)
        #expect(try await put(world.syr, 0, Array(bytes.prefix(4096))).status == 200)
        for (peer, offset) in [(tur, 4096), (world.syr, 4096)] as [(TestAuthority, UInt64)] {
          let state = try await wire.receiver.state(of: object.id, from: peer)
          #expect(state.offset == offset, "\(peer.name)")
        }
        let end = try await put(tur, 4096, Array(wrong.dropFirst(4096)))
        #expect(try end.status == 422 && conciseCode(end) == "digest")
        #expect(try await put(world.syr, 4096, Array(bytes.dropFirst(4096))).status == 200)
        #expect(try await wire.receiver.state(of: object.id, from: tur).isWhole)
        try await wire.deliver(item)
      }
    }

    @Test("An upload whose size cannot be is refused at its first piece, and nothing of it is kept")
    func sizes() async throws {
      try await World.run { world in
        let (wire, item) = try await world.awaited()
        // The statement says how large its list of slots is; sealed payloads have few sizes.
        let slots = try #require(item.objects.first { $0.size < 4096 })
        let sealed = try #require(item.objects.first { $0.size > 4096 })
        let tooMuch = ObjectTransfers.largest + 1
        for (object, size, status, code) in [
          (slots, slots.size * 2, 422, "size"), (sealed, sealed.size + 1, 422, "size"), (sealed, 0, 422, "size"),
          (sealed, tooMuch, 413, "too-large"), (slots, UInt64(Int64.max), 413, "too-large"),
        ] {
          let query = ["peer": world.syr.name, "offset": "0", "size": "\(size)"]
          let piece = [UInt8](repeating: 1, count: ObjectTransfers.smallestPiece)
          let answer = try await wire.receiver.ask(.takeObjectBytes, query, id: object.id, body: piece)
          #expect(answer.status == status, "\(size): \(answer.status)")
          #expect(try conciseCode(answer) == code, "\(size)")
          let state = try await wire.receiver.state(of: object.id, from: world.syr)
          #expect(state == ObjectState(offset: 0, isWhole: false))
        }
        // Begun as a larger one, then said to be what it is: it begins anew.
        let larger = try #require(ObjectTransfers.size(atLeast: sealed.size + 1))
        let bytes = try await wire.sender.bytes(of: sealed.id, for: world.irq, at: 0, Int(sealed.size))
        func put(_ offset: Int, _ size: UInt64, _ bytes: [UInt8]) async throws -> Int {
          try await wire.receiver.ask(
            .takeObjectBytes, ["peer": world.syr.name, "offset": "\(offset)", "size": "\(size)"], id: sealed.id,
            body: bytes
          ).status
        }
        #expect(try await put(0, larger, Array(bytes.prefix(4096))) == 200)
        #expect(try await put(4096, sealed.size, Array(bytes.dropFirst(4096))) == 409)
        #expect(try await put(0, sealed.size, bytes) == 200)
        try await wire.deliver(item)
      }
    }

    /// Has an authority sign a message of its own that commits to somebody else's object, and hand it in.
    private static func state(_ authority: TestAuthority, _ wire: Wire, digest: [UInt8], _ file: String) async throws
      -> EntryAnswer
    {
      let sent = try authority.amana("message", "send", "--to", wire.to.name, "--subject", "Mine", file)
      guard sent.code == 0 else { throw Stopped("\(sent)") }
      let signed = try SignedStatement(decoding: try await wire.nextWithObjects().statement)
      var event = signed.event
      let mine = event.sealed[0]
      event.sealed[0] = SealedReference(
        id: mine.id, mediaType: mine.mediaType, ciphertextDigest: digest, commitment: mine.commitment,
        retentionClass: mine.retentionClass, eraseAfter: mine.eraseAfter)
      let other = try SignedStatement.sign(
        event, issuer: signed.issuer, at: Int64(Date().timeIntervalSince1970),
        with: authority.key("\(authority.folder)/keys/statement.pem"))
      return try await wire.receiver.take(other.message.bytes, from: authority)
    }
  }
}
