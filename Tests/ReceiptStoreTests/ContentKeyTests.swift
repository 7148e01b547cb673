import Custody
import Foundation
import OpenSSL
import ReceiptStore
import Roster
import Testing

@Suite("Content keys: in a file of their own, destroyed for good")
struct ContentKeyTests {
  private func kept(_ random: inout Seeded, _ store: ReceiptStore) async throws -> (owner: [UInt8], content: Content) {
    var content = try random.content()
    content.annexes.append(Annex(id: "zz", mediaType: "", salt: [], content: [1]))
    let (owner, kept) = (random.bytes(32), content)
    try await store.write { try $0.keep(content: kept, owner: owner) }
    return (owner, kept)
  }

  private func key(_ path: String, _ owner: [UInt8]) throws -> [UInt8]? {
    let rows = try RawConnection.run(
      keysPath(path), "SELECT hex(bytes) FROM key WHERE owner = x'\(hexadecimal(owner))' AND bytes IS NOT NULL")
    return rows.first.flatMap { decodeHexadecimal($0[0].lowercased()) }
  }

  @Test("Erasing destroys the key, everywhere in its file; a backup of the database brings nothing back")
  func erased() async throws {
    try await withStore { store, path in
      var random = Seeded(50)
      let (owner, content) = try await kept(&random, store)
      let (stays, other) = try await kept(&random, store)
      let key = try #require(try key(path, owner))
      #expect(key.count == 32)
      #expect(try files(in: folder(of: path), holding: key) == ["content-keys.sqlite"])
      try store.close()
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: path + ".backup" + suffix)
      }
      let again = try ReceiptStore(path: path)
      #expect(try await again.read { try $0.content(owner: owner) } == content)
      try await again.write { try $0.destroy(contentOf: owner) }
      #expect(try files(in: folder(of: path), holding: key).isEmpty)
      #expect(try await again.read { try $0.content(owner: owner) } == Content())
      try await again.write { try $0.keep(content: content, owner: owner) }
      #expect(try await again.read { try $0.content(owner: owner) } == Content(), "what was erased stays so")
      try again.close()
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + ".backup" + suffix) {
        try FileManager.default.copyItem(atPath: path + ".backup" + suffix, toPath: path + suffix)
      }
      #expect(try RawConnection.run(path, "SELECT 1 FROM content WHERE owner = x'\(hexadecimal(owner))'").count > 0)
      let restored = try ReceiptStore(path: path)
      defer { try? restored.close() }
      #expect(try await restored.read { try $0.content(owner: owner) } == Content())
      #expect(try await restored.read { try $0.content(owner: stays) } == other)
    }
  }

  @Test("A draft's key goes when it is discarded, and soon after it is signed")
  func drafts() async throws {
    try await withStore { store, path in
      var random = Seeded(51)
      let (discarded, signed, id) = (random.draft(), random.draft(), random.id())
      let content = try random.content()
      try await store.write { transaction in
        for draft in [discarded, signed] {
          try transaction.keep(draft: draft)
          try transaction.keep(content: content, owner: draft.id.bytes)
        }
      }
      try await store.write { try $0.discard(draft: discarded.id) }
      #expect(try key(path, discarded.id.bytes) == nil)
      try await store.write { try $0.sign(draft: signed.id, as: id) }
      try await store.write { try $0.set("something", "else") }
      #expect(try key(path, signed.id.bytes) == nil)
      #expect(try key(path, id.bytes) != nil)
      #expect(try await store.read { try $0.content(owner: id.bytes) } == content)
    }
  }

  @Test("Without the file of keys, or with another's, the store is not opened and nothing is changed")
  func keysMissing() async throws {
    try await withStore { store, path in
      var random = Seeded(52)
      let (owner, content) = try await kept(&random, store)
      try store.close()
      let aside = keysPath(path) + ".aside"
      try FileManager.default.moveItem(atPath: keysPath(path), toPath: aside)
      let error = #expect(throws: StoreError.self) { try ReceiptStore(path: path) }
      let sentence = try #require(error).description
      #expect(sentence.contains(keysPath(path)) && sentence.contains("Put that file back"))
      #expect(!FileManager.default.fileExists(atPath: keysPath(path)), "no empty file in its place")
      try await withStore { _, other in
        try FileManager.default.copyItem(atPath: keysPath(other), toPath: keysPath(path))
      }
      let wrong = #expect(throws: StoreError.self) { try ReceiptStore(path: path) }
      #expect(try #require(wrong).description.contains("another store"))
      try FileManager.default.removeItem(atPath: keysPath(path))
      try FileManager.default.moveItem(atPath: aside, toPath: keysPath(path))
      let again = try ReceiptStore(path: path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.content(owner: owner) } == content)
    }
  }

  @Test("Keys that are lost for good are accepted as lost once; what comes again is kept again")
  func lostForGood() async throws {
    try await withStore { store, path in
      var random = Seeded(56)
      let (owner, content) = try await kept(&random, store)
      let bytes = random.bytes(50)
      let object = try await store.objects.put(SHA256.hash(bytes), as: .ciphertext, bytes)
      try await store.write { try $0.keep(object: object, at: 1) }
      try store.close()
      // While the keys are there, nothing is forgotten.
      let whole = try ReceiptStore(path: path, acceptsLostContent: true)
      #expect(try await whole.read { try $0.content(owner: owner) } == content)
      try whole.close()
      try FileManager.default.removeItem(atPath: keysPath(path))
      #expect(throws: StoreError.self) { try ReceiptStore(path: path) }
      let again = try ReceiptStore(path: path, acceptsLostContent: true)
      defer { try? again.close() }
      #expect(try await again.read { try $0.content(owner: owner) } == Content())
      #expect(try await again.read { try $0.object(object.id) } == nil)
      try await again.write { try $0.keep(content: content, owner: owner) }
      #expect(try await again.read { try $0.content(owner: owner) } == content)
      #expect(try await again.objects.put(object.id, as: .ciphertext, bytes) == object)
    }
  }

  @Test("An older file of keys: what it lacks is named, what was erased is erased again")
  func olderKeys() async throws {
    try await withStore { store, path in
      var random = Seeded(53)
      let (erased, _) = try await kept(&random, store)
      try FileManager.default.copyItem(atPath: keysPath(path), toPath: keysPath(path) + ".old")
      let (newer, _) = try await kept(&random, store)
      try await store.write { try $0.destroy(contentOf: erased) }
      try store.close()
      try FileManager.default.removeItem(atPath: keysPath(path))
      try FileManager.default.moveItem(atPath: keysPath(path) + ".old", toPath: keysPath(path))
      #expect(try key(path, erased) != nil)
      let again = try ReceiptStore(path: path)
      defer { try? again.close() }
      #expect(try key(path, erased) == nil)
      let error = await #expect(throws: StoreError.self) {
        try await again.read { try $0.content(owner: newer) }
      }
      #expect(try #require(error).description.contains(hexadecimal(newer)))
    }
  }

  @Test("A key is on disk before the row that needs it, also when the transaction fails")
  func order() async throws {
    try await withStore { store, path in
      var random = Seeded(54)
      let (owner, content) = (random.bytes(32), try random.content())
      struct Stop: Error {}
      await #expect(throws: Stop.self) {
        try await store.write {
          try $0.keep(content: content, owner: owner)
          throw Stop()
        }
      }
      #expect(try key(path, owner) == nil)
      try await store.write { transaction in
        _ = try? transaction.nested {
          try transaction.keep(content: content, owner: owner)
          throw Stop()
        }
        #expect(try transaction.reader.content(owner: owner) == Content())
        try transaction.keep(content: content, owner: owner)
        #expect(try transaction.reader.content(owner: owner) == content)
      }
      #expect(try await store.read { try $0.content(owner: owner) } == content)
      #expect(try key(path, owner) != nil)
    }
  }

  @Test("The keys may be kept in another folder")
  func elsewhere() async throws {
    try await withFolder { keys in
      try await withFolder { folder in
        let store = try ReceiptStore(path: folder + "/amana.db", keysDirectory: keys)
        defer { try? store.close() }
        var random = Seeded(55)
        _ = try await kept(&random, store)
        #expect(FileManager.default.fileExists(atPath: keys + "/content-keys.sqlite"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/content-keys.sqlite"))
      }
    }
  }
}
