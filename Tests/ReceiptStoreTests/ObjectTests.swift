import Custody
import Dispatch
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

@testable import ReceiptStore

@Suite("Objects: content that travels beside statements, in files")
struct ObjectTests {
  private static let segment = 256 << 10

  private func path(_ store: String, _ id: [UInt8], _ suffix: String = "") -> String {
    "\(folder(of: store))/objects/\(hexadecimal(id))\(suffix)"
  }

  private func part(_ store: String, _ id: [UInt8]) throws -> String {
    "\(path(store, id, ".parts"))/\(try sender.fileName)"
  }

  private var sender: ObjectSender { get throws { ObjectSender(try #require(AuthorityName("SYR/prisons"))) } }

  private func keyCount(_ path: String) throws -> String {
    try RawConnection.run(keysPath(path), "SELECT COUNT(*) FROM key WHERE kind = 'object'")[0][0]
  }

  @Test("Bytes arrive in pieces of any size, with restarts between them", arguments: 0..<12)
  func pieces(seed: UInt64) async throws {
    try await withStore { store, path in
      var random = Seeded(60 + seed)
      let size = [0, 1, 31, Self.segment - 1, Self.segment, Self.segment + 1, 3 * Self.segment][Int(seed % 7)]
      let bytes = random.bytes(size + random.int(0..<2) * 700)
      let id = SHA256.hash(bytes)
      var current = store
      defer { try? current.close() }
      var state = try await current.objects.state(id, from: sender)
      #expect(state == .init(offset: 0, isWhole: false, size: nil))
      repeat {
        let count = min(bytes.count - Int(state.offset), random.int(1..<Self.segment * 2))
        let piece = Array(bytes[Int(state.offset)..<Int(state.offset) + count])
        let after = try await current.objects.append(
          id, from: sender, size: UInt64(bytes.count), offset: state.offset, piece)
        if random.bool() { current = try reopen(current, path) }
        state = try await current.objects.state(id, from: sender)
        #expect(state == after)
        #expect(state.offset == UInt64(bytes.count) || !state.isWhole)
      } while state.offset < UInt64(bytes.count)
      await #expect(throws: ObjectRefusal.notHere) { try await current.objects.read(id) }
      let object = try await current.finish(object: id, from: sender, as: .ciphertext, at: 5)
      #expect(object == StoredObject(id: id, kind: .ciphertext, size: UInt64(bytes.count)))
      #expect(
        try await current.objects.state(id, from: sender)
          == .init(offset: object.size, isWhole: true, size: object.size))
      #expect(try await current.objects.read(id) == bytes)
      #expect(try await current.read { try $0.object(id) } == object)
      for _ in 0..<20 {
        let (from, count) = (random.int(0..<bytes.count + 1), random.int(0..<Self.segment * 2))
        let range = Array(bytes[from..<min(bytes.count, from + count)])
        #expect(try await current.objects.read(id, offset: UInt64(from), length: count) == range)
      }
      #expect(try await current.objects.read(id, offset: .max, length: 9).isEmpty)
    }
  }

  @Test("A part torn at any byte goes on where it is still whole", arguments: 0..<10)
  func torn(seed: UInt64) async throws {
    try await withStore { store, path in
      var random = Seeded(80 + seed)
      let bytes = random.bytes(2 * Self.segment + 5000)
      let (id, size) = (SHA256.hash(bytes), UInt64(bytes.count))
      _ = try await store.objects.append(
        id, from: sender, size: size, offset: 0, Array(bytes.prefix(bytes.count - 1000)))
      try store.close()
      let part = try self.part(path, id)
      let length = try #require(try FileManager.default.attributesOfItem(atPath: part)[.size] as? Int)
      let handle = try #require(FileHandle(forUpdatingAtPath: part))
      let cut = seed == 0 ? 50 : random.int(0..<length)
      try handle.truncate(atOffset: UInt64(cut))
      // A file system may have made room without writing it.
      if random.bool() { try handle.truncate(atOffset: UInt64(min(length, cut + random.int(1..<9000)))) }
      try handle.close()
      let again = try ReceiptStore(path: path)
      defer { try? again.close() }
      let state = try await again.objects.state(id, from: sender)
      #expect(!state.isWhole && state.offset <= UInt64(cut))
      let rest = Array(bytes[Int(state.offset)...])
      _ = try await again.objects.append(id, from: sender, size: size, offset: state.offset, rest)
      _ = try await again.objects.finish(id, from: sender, as: .ciphertext)
      #expect(try await again.objects.read(id) == bytes)
    }
  }

  @Test("Bytes that are not what the id says are thrown away with their key; the right ones are taken afterwards")
  func wrongBytes() async throws {
    try await withStore { store, path in
      var random = Seeded(100)
      let bytes = random.bytes(5000)
      let (id, wrong) = (SHA256.hash(bytes), random.bytes(5000))
      _ = try await store.objects.append(id, from: sender, size: 5000, offset: 0, wrong)
      await #expect(throws: ObjectRefusal.notWhatItsIDSays) {
        try await store.finish(object: id, from: sender, as: .ciphertext, at: 0)
      }
      #expect(try await store.objects.state(id, from: sender).offset == 0)
      #expect(try keyCount(path) == "0")
      await #expect(throws: ObjectRefusal.notWhatItsIDSays) { try await store.objects.put(id, as: .ciphertext, wrong) }
      _ = try await store.objects.append(id, from: sender, size: 5000, offset: 0, bytes)
      #expect(try await store.objects.finish(id, from: sender, as: .ciphertext).size == 5000)
    }
  }

  @Test("A wrong offset is told the right one; no more is taken than was announced; another size begins anew")
  func offsets() async throws {
    try await withStore { store, _ in
      var random = Seeded(101)
      let bytes = random.bytes(100)
      let id = SHA256.hash(bytes)
      let state = try await store.objects.append(id, from: sender, size: 100, offset: 0, Array(bytes.prefix(40)))
      for offset in [0, 39, 41, 100] as [UInt64] {
        await #expect(throws: ObjectRefusal.offset(state)) {
          try await store.objects.append(id, from: sender, size: 100, offset: offset, [])
        }
      }
      for offset in [101, UInt64.max] {
        await #expect(throws: ObjectRefusal.tooLarge) {
          try await store.objects.append(id, from: sender, size: 100, offset: offset, [])
        }
      }
      await #expect(throws: ObjectRefusal.tooLarge) {
        try await store.objects.append(id, from: sender, size: 100, offset: 40, bytes)
      }
      await #expect(throws: ObjectRefusal.tooLarge) {
        try await store.objects.append(
          random.bytes(32), from: sender, size: ObjectStore.maximumByteCount + 1, offset: 0, [])
      }
      await #expect(throws: ObjectRefusal.notHere) { try await store.objects.finish(id, from: sender, as: .ciphertext) }
      await #expect(throws: ObjectRefusal.offset(state)) {
        try await store.objects.append(id, from: sender, size: 90, offset: 40, [])
      }
      let anew = try await store.objects.append(id, from: sender, size: 90, offset: 0, Array(bytes.prefix(10)))
      #expect(anew == .init(offset: 10, isWhole: false, size: 90))
    }
  }

  @Test(
    "Whoever waits for objects holds up nobody else: more wait than the program has threads, and all goes on",
    .timeLimit(.minutes(1)))
  func nobodyWaits() async throws {
    try await withStore { store, _ in
      var random = Seeded(108)
      let bytes = random.bytes(8 * Self.segment)
      let id = SHA256.hash(bytes)
      _ = try await store.objects.append(id, from: sender, size: UInt64(bytes.count), offset: 0, bytes)
      let threads = 4 * ProcessInfo.processInfo.activeProcessorCount
      let gate = DispatchSemaphore(value: 0)
      try await withThrowingTaskGroup { tasks in
        // Somebody holds the turn until this thread of the pool, which must be free for it, lets go.
        tasks.addTask { try await store.objects.change { _ in gate.wait() } }
        for _ in 0..<threads { tasks.addTask { _ = try await store.objects.finish(id, from: sender, as: .ciphertext) } }
        tasks.addTask { gate.signal() }
        try await tasks.waitForAll()
      }
      #expect(try await store.objects.read(id) == bytes)
    }
  }

  @Test("What is unfinished is counted, and what nobody has gone on with goes with its key; what is new or whole stays")
  func unfinished() async throws {
    try await withStore { store, path in
      var random = Seeded(109)
      let (old, new, whole) = (random.bytes(32), random.bytes(32), random.bytes(5000))
      _ = try await store.objects.put(SHA256.hash(whole), as: .ciphertext, whole)
      for id in [old, new] {
        _ = try await store.objects.append(id, from: sender, size: 9000, offset: 0, random.bytes(4096))
      }
      let parts = try await store.objects.parts()
      #expect(Set(parts.map(\.object)) == [old, new] && parts.allSatisfy { (4096...4400).contains($0.byteCount) })
      let week = 7.0 * 86_400
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -week - 60)], ofItemAtPath: self.part(path, old))
      let gone = try await store.objects.forgetParts(untouchedSince: Date(timeIntervalSinceNow: -week))
      #expect(gone.map(\.object) == [old])
      #expect(try await store.objects.state(old, from: sender).offset == 0)
      #expect(try await store.objects.state(new, from: sender).offset == 4096)
      #expect(try await store.objects.read(SHA256.hash(whole)) == whole)
      #expect(try keyCount(path) == "2")
      #expect(try await store.objects.freeByteCount() ?? 0 > 0)
    }
  }

  @Test("Slots are an object under their root")
  func slots() async throws {
    try await withStore { store, _ in
      var random = Seeded(102)
      let slots = (0..<64).map { _ in random.bytes(32) }
      let (id, bytes) = (Slots.root(of: slots).bytes, slots.flatMap { $0 })
      let object = try await store.objects.put(id, as: .slots, bytes)
      #expect(object.size == 2048)
      #expect(try await store.objects.read(id) == bytes)
      let fewer = Array(bytes.dropLast())
      await #expect(throws: ObjectRefusal.notWhatItsIDSays) { try await store.objects.put(id, as: .slots, fewer) }
      await #expect(throws: ObjectRefusal.notWhatItsIDSays) { try await store.objects.put(id, as: .ciphertext, bytes) }
    }
  }

  @Test("Several are put at once; one that is here stays")
  func several() async throws {
    try await withStore { store, path in
      var random = Seeded(103)
      let objects = (0..<8).map { _ in random.bytes(4096 + random.int(0..<9)) }
        .map { (id: SHA256.hash($0), kind: StoredObject.Kind.ciphertext, bytes: $0) }
      for _ in 0..<2 {
        let kept = try await store.objects.put(objects)
        #expect(kept.map(\.id) == objects.map { $0.id })
      }
      for object in objects { #expect(try await store.objects.read(object.id) == object.bytes) }
      #expect(try keyCount(path) == "8")
    }
  }

  @Test("A writer streams what has no id yet; what is not finished vanishes, after a crash too")
  func writer() async throws {
    try await withStore { store, path in
      var random = Seeded(104)
      let bytes = random.bytes(600_000)
      let writer = try await store.objects.writer()
      for start in stride(from: 0, to: bytes.count, by: 77_777) {
        try await writer.write(Array(bytes[start..<min(bytes.count, start + 77_777)]))
      }
      let object = try await writer.finish()
      #expect(object.id == SHA256.hash(bytes))
      await #expect(throws: ObjectRefusal.notHere) { try await writer.finish() }
      #expect(try await store.objects.read(object.id) == bytes)
      do {
        let dropped = try await store.objects.writer()
        try await dropped.write(bytes)
      }
      // What it leaves is taken away in its turn.
      _ = try await store.objects.state(object.id)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder(of: path) + "/objects").count == 1)
      #expect(try keyCount(path) == "1")
      let crashed = folder(of: path) + "/objects/" + String(repeating: "ab", count: 16) + ".new"
      try Data([1, 2, 3]).write(to: URL(filePath: crashed))
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(!FileManager.default.fileExists(atPath: crashed))
      #expect(try await again.read { try $0.object(object.id) } == object, "a file without a row gets its row")
    }
  }

  @Test("A changed, shortened or exchanged file is damage")
  func tampered() async throws {
    try await withStore { store, path in
      var random = Seeded(105)
      var objects: [StoredObject] = []
      for _ in 0..<4 {
        let bytes = random.bytes(Self.segment + 10)
        objects.append(try await store.objects.put(SHA256.hash(bytes), as: .ciphertext, bytes))
      }
      func change(_ index: Int, _ body: (FileHandle) throws -> Void) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: self.path(path, objects[index].id)))
        try body(handle)
        try handle.close()
      }
      try change(0) {
        try $0.seek(toOffset: 200)
        try $0.write(contentsOf: Data([0]))
      }
      try change(1) { try $0.truncate(atOffset: UInt64(Self.segment)) }
      try FileManager.default.removeItem(atPath: self.path(path, objects[2].id))
      try FileManager.default.copyItem(
        atPath: self.path(path, objects[3].id), toPath: self.path(path, objects[2].id))
      for index in 0..<3 {
        await #expect(throws: StoreError.self, "\(index)") { try await store.objects.read(objects[index].id) }
      }
      #expect(try await store.objects.read(objects[3].id).count == Self.segment + 10)
    }
  }

  @Test("An erased object is gone with its key")
  func destroyed() async throws {
    try await withStore { store, path in
      var random = Seeded(106)
      let bytes = random.bytes(100)
      let object = try await store.objects.put(SHA256.hash(bytes), as: .ciphertext, bytes)
      try await store.write { try $0.keep(object: object, at: 1) }
      try await store.write { try $0.destroy(object: object.id) }
      #expect(try await store.read { try $0.object(object.id) } == nil)
      await #expect(throws: ObjectRefusal.notHere) { try await store.objects.read(object.id) }
      #expect(try keyCount(path) == "0")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder(of: path) + "/objects").isEmpty)
    }
  }

  @Test("What a statement lacks is one question; a row whose file is lost is lacking again")
  func missing() async throws {
    try await withStore { store, path in
      var random = Seeded(107)
      let (id, other) = (random.id(), random.id())
      let bytes = (0..<3).map { _ in random.bytes(50) }
      let references = bytes.enumerated().map {
        ObjectReference(payloadID: "p\($0.offset)", object: SHA256.hash($0.element))
      }
      try await store.write {
        try $0.keep(objects: references, of: id)
        try $0.keep(objects: [references[1]], of: other)
        try $0.mark(incomplete: id, at: 10)
      }
      #expect(try await store.read { try $0.objects(of: id) } == references)
      #expect(try await store.read { try $0.missingObjects(of: id) } == references)
      #expect(try await store.read { try $0.statements(awaiting: references[1].object) } == [id])
      let with = try await store.read { try $0.statements(with: references[1].object) }
      #expect(Set(with.map(\.statement)) == [id, other])
      let object = try await store.objects.put(references[1].object, as: .ciphertext, bytes[1])
      try await store.write { try $0.keep(object: object, at: 1) }
      #expect(try await store.read { try $0.missingObjects(of: id) } == [references[0], references[2]])
      #expect(try await store.read { try $0.missingObjects(of: other) }.isEmpty)
      try store.close()
      try FileManager.default.removeItem(atPath: self.path(path, object.id))
      let again = try ReceiptStore(path: path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.missingObjects(of: id) } == references)
    }
  }
}
