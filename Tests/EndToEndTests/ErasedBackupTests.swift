import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import ReceiptStore
import Testing

extension EndToEnd {
  /// What was erased stays so, whatever somebody kept of the database.
  @Suite struct ErasedBackupTests {
    private static let name = "Zebunnisa Qarawani"

    private struct SealedRow {
      let type: String
      let id: String
      let bytes: [UInt8]

      /// As the store seals it (`AtRest`): nonce, ciphertext and tag, bound to its place.
      func opened(_ owner: String, by key: [UInt8]) -> [UInt8]? {
        let place = CBOR.array([
          .text("amana-content-1"), .bytes(decodeHexadecimal(owner) ?? []), .text(type), .text(id),
        ]).encoded()
        let nonce = Array(bytes.prefix(AESGCM.nonceByteCount))
        return try? AESGCM.open(bytes.dropFirst(AESGCM.nonceByteCount), key: key, nonce: nonce, aad: place)
      }
    }

    private func rows(_ database: String, _ owner: String, _ side: TestAuthority) throws -> [SealedRow] {
      try Database(database, side.logs).run("SELECT type, id, sealed FROM content WHERE owner = x'\(owner)'").map {
        row in
        let parts = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let bytes = decodeHexadecimal(parts[2]) else { throw Stopped("a row: \(row)") }
        return SealedRow(type: parts[0], id: parts[1], bytes: bytes)
      }
    }

    private func keys(_ file: String, _ side: TestAuthority) throws -> [[UInt8]] {
      try Database(file, side.logs).run("SELECT bytes FROM key WHERE bytes IS NOT NULL")
        .compactMap { decodeHexadecimal(String($0)) }
    }

    /// Which files of a folder hold some bytes.
    private func files(_ folder: String, holding bytes: [UInt8]) throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: folder).filter { file in
        FileManager.default.contents(atPath: "\(folder)/\(file)")?.firstRange(of: Data(bytes)) != nil
      }
    }

    @Test("An old backup beside the keys that are left: no key opens what was erased, and its proofs hold")
    func backup() async throws {
      try await World.run(starts: false) { world in
        let (syr, folder) = (world.syr, world.folder)
        let (state, backup, before) = ("\(syr.folder)/state", "\(folder)/backup", "\(folder)/keys-before.sqlite")
        var daemon = try syr.daemon().ready()
        var request = syr.intake(3)
        request.persons?[0]["name_latin"] = Self.name
        let made = try await syr.sign(request)
        let (erased, stays) = (try made.signedID, try await syr.sign(syr.intake(2)).signedID)
        try daemon.stop()
        try syr.backUp(to: backup)
        try FileManager.default.copyItem(atPath: "\(state)/content-keys.sqlite", toPath: before)

        daemon = try syr.daemon().ready()
        var erasure = syr.request("erased")
        (erasure.statements, erasure.reason) = ([erased], "court-order")
        _ = try await syr.sign(erasure)
        let bundle = try await syr.send(.get, "/v1/bundle?record=\(made.recordID)&clear=true").body
        try Data(bundle).write(to: URL(filePath: "\(folder)/after.amana"))
        let tiles = try syr.amana("tiles", "export", "\(folder)/tiles")
        #expect(tiles.code == 0, "\(tiles)")
        #expect(try syr.amana("audit").code == 0)
        try daemon.stop()
        // Offline, from what is left: its signature, its receipt, its place in the log.
        let roster = "\(folder)/roster.cose"
        try world.amana(["verify", "\(folder)/after.amana", "--roster", roster])
        try world.amana(["tiles", "verify", "\(folder)/tiles", "--roster", roster])

        // Nothing of its keys is on disk, neither in free pages nor in a journal.
        let row = "SELECT hex(bytes) FROM key WHERE owner = x'\(erased)'"
        let key = try #require(decodeHexadecimal(try Database(before, syr.logs).run(row).first?.lowercased() ?? ""))
        #expect(try key.count == 32 && !files(folder, holding: key).isEmpty, "the copy from before has it")
        #expect(try files(state, holding: key).isEmpty)
        #expect(try files(state, holding: Array(Self.name.utf8)).isEmpty)

        // Somebody with the old backup and all keys of today, and no daemon.
        let old = try rows("\(backup)/amana.sqlite", erased, syr)
        #expect(old.count >= 3)
        let today = try keys("\(state)/content-keys.sqlite", syr)
        #expect(!today.isEmpty)
        for row in old { #expect(!today.contains { row.opened(erased, by: $0) != nil }, "\(row.type) \(row.id)") }
        let opened = old.compactMap { $0.opened(erased, by: key) }
        #expect(opened.count == old.count, "by its own key, which is gone, each would open")
        #expect(opened.contains { $0.firstRange(of: Array(Self.name.utf8)) != nil })
        let other = try rows("\(backup)/amana.sqlite", stays, syr)
        #expect(other.contains { row in today.contains { row.opened(stays, by: $0) != nil } })

        // The same put back as the store.
        try syr.putBack(backup)
        let store = try ReceiptStore(path: syr.store)
        defer { try? store.close() }
        let (gone, kept) = (
          try #require(StatementID(hex: erased)), try #require(StatementID(hex: stays))
        )
        #expect(try await store.read { try $0.statement(gone) } != nil, "the statement itself is there")
        #expect(try await store.read { try $0.content(owner: gone.bytes) } == Content())
        #expect(try await store.read { try $0.content(owner: kept.bytes) }.manifest?.lines.count == 2)
        for (id, isHere) in [(gone, false), (kept, true)] {
          for object in try await store.read({ try $0.objects(of: id) }) where object.kind == .ciphertext {
            let bytes = try? await store.objects.read(object.object)
            #expect((bytes != nil) == isHere, "\(object.payloadID)")
          }
        }
      }
    }
  }
}
