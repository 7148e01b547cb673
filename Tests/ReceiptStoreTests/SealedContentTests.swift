import Custody
import Foundation
import ReceiptStore
import Roster
import Testing

/// A name that must nowhere stand in clear.
let planted = "Zaynab al-Planted زينب"

/// Every file of a store's folder that holds some bytes.
func files(in folder: String, holding bytes: [UInt8]) throws -> [String] {
  let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
  // Folders have no bytes of their own.
  return names.filter { name in
    let found = try? Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
    return found?.range(of: Data(bytes)) != nil
  }
}

func folder(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }
func keysPath(_ path: String) -> String { folder(of: path) + "/content-keys.sqlite" }

@Suite("What stands beside statements is encrypted at rest")
struct SealedContentTests {
  private func content(_ random: inout Seeded) throws -> Content {
    var content = try random.content()
    content.annexes = [
      Annex(id: "identity", mediaType: "text/\(planted)", salt: random.bytes(32), content: Array(planted.utf8))
    ]
    return content
  }

  @Test("No file of the store holds a name in clear: not the database, nor its WAL, nor the objects")
  func nothingInClear() async throws {
    try await withStore { store, path in
      var random = Seeded(40)
      let (draft, content, id) = (random.record(), try content(&random), random.id())
      try await store.write { try $0.keep(content: content, owner: draft.bytes) }
      try await store.write { try $0.move(contentOf: draft.bytes, to: id) }
      let writer = try await store.objects.writer()
      for _ in 0..<30 { try await writer.write(Array(planted.utf8) + random.bytes(20_000)) }
      _ = try await writer.finish()
      let part = random.bytes(32)
      _ = try await store.objects.append(
        part, from: ObjectSender(try #require(AuthorityName("SYR/prisons"))), size: 4000, offset: 0, Array(planted.utf8)
      )
      #expect(try await store.read { try $0.content(owner: id.bytes) } == content)
      for name in [planted, "Zaynab", "زينب"] {
        #expect(try files(in: folder(of: path), holding: Array(name.utf8)).isEmpty)
      }
      // The search finds what is there.
      try Data("x\(planted)x".utf8).write(to: URL(filePath: folder(of: path) + "/control"))
      #expect(try files(in: folder(of: path), holding: Array("Zaynab".utf8)) == ["control"])
    }
  }

  @Test("A store that kept content in clear is encrypted when it is opened, and nothing of it stays behind")
  func olderStore() async throws {
    try await withFolder { folder in
      let path = folder + "/amana.db"
      try RawConnection.script(path, "PRAGMA journal_mode = WAL;" + SchemaThree.sql)
      var random = Seeded(41)
      let owners = (0..<450).map { _ in random.bytes(32) }
      let rows = owners.map {
        "(x'\(hexadecimal($0))', 'annex', 'identity', 'text/plain', x'01', CAST('\(planted)' AS BLOB))"
      }
      try RawConnection.script(path, "INSERT INTO content VALUES \(rows.joined(separator: ","));")
      let blob = "zeroblob(32)"
      try RawConnection.script(
        path,
        """
        INSERT INTO statement VALUES (0, \(blob), \(blob), x'00', 1, 1, 'SYR/prisons', 'intake', NULL, zeroblob(16), NULL,
        NULL, NULL, NULL, 0, \(blob), \(blob), 5);
        """)
      #expect(try !files(in: folder, holding: Array(planted.utf8)).isEmpty)
      let told = Told()
      let store = try ReceiptStore(path: path, progress: { told.add($0, $1) })
      defer { try? store.close() }
      #expect(told.all == [[200, 450], [400, 450], [450, 450]])
      let expected = Content(
        annexes: [Annex(id: "identity", mediaType: "text/plain", salt: [1], content: Array(planted.utf8))])
      #expect(
        try await store.read { try $0.leaves(from: 0, limit: 9) }.map(\.statement) == [0], "it was published then")
      #expect(try await store.read { try $0.unpublished() }.isEmpty)
      for owner in owners { #expect(try await store.read { try $0.content(owner: owner) } == expected) }
      #expect(try files(in: folder, holding: Array(planted.utf8)).isEmpty)
    }
  }

  @Test("A row that was changed, or moved to another owner, is damage and not content")
  func tampered() async throws {
    try await withStore { store, path in
      var random = Seeded(42)
      let (one, other) = (random.id(), random.id())
      let (first, second) = (try content(&random), try content(&random))
      try await store.write {
        try $0.keep(content: first, owner: one.bytes)
        try $0.keep(content: second, owner: other.bytes)
      }
      try RawConnection.run(
        path,
        """
        UPDATE content SET sealed = (SELECT sealed FROM content c WHERE c.type = 'annex' AND c.owner = x'\(other)')
        WHERE type = 'annex' AND owner = x'\(one)'
        """)
      await #expect(throws: StoreError.self) { try await store.read { try $0.content(owner: one.bytes) } }
      #expect(try await store.read { try $0.content(owner: other.bytes) } == second)
      try RawConnection.run(path, "UPDATE content SET sealed = zeroblob(5) WHERE owner = x'\(other)'")
      let error = await #expect(throws: StoreError.self) {
        try await store.read { try $0.content(owner: other.bytes) }
      }
      guard case .damaged = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("A key of another owner does not open it")
  func wrongKey() async throws {
    try await withStore { store, path in
      var random = Seeded(43)
      let (one, other, content) = (random.id(), random.id(), try content(&random))
      try await store.write {
        try $0.keep(content: content, owner: one.bytes)
        try $0.keep(content: content, owner: other.bytes)
      }
      try RawConnection.run(
        keysPath(path),
        "UPDATE key SET bytes = (SELECT bytes FROM key WHERE owner = x'\(other)') WHERE owner = x'\(one)'")
      await #expect(throws: StoreError.self) { try await store.read { try $0.content(owner: one.bytes) } }
    }
  }
}

/// What a progress was told, from any thread.
final class Told: @unchecked Sendable {
  private let lock = NSLock()
  private var told: [[Int]] = []
  var all: [[Int]] { lock.withLock { told } }
  func add(_ values: Int...) { lock.withLock { told.append(values) } }
}
