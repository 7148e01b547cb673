import Custody
import ReceiptStore
import Testing
import TransparencyLog

@Suite("The log's tree in tiles")
struct TileTests {
  /// Batches of 1, 2, 3 … so that every boundary of a tile falls inside and between batches.
  private static let batches = [255, 1, 1, 254, 1, 1, 30, 57]

  @Test("Roots and proofs are those of the plain tree for every size from 1 to 600, and after reopening")
  func everySize() async throws {
    try await withStore { store, path in
      var random = Seeded(22)
      let statements = try (0..<600).map { try random.statement(UInt64($0)) }
      let leaves = statements.map(\.entry.leafHash)
      var done = 0
      for count in Self.batches {
        try await append(statements[done..<(done + count)], to: store)
        done += count
        let size = done
        let root = try await store.read { try TileReader(source: $0).root(size: UInt64(size)) }
        #expect(root == MerkleTree.root(of: Array(leaves.prefix(size))))
      }
      #expect(done == 600)
      try await compare(store, leaves)
      let again = try reopen(store, path)
      try await compare(again, leaves)
      let more = try (600..<700).map { try random.statement(UInt64($0)) }
      try await append(more[...], to: again)
      let all = leaves + more.map(\.entry.leafHash)
      #expect(try await again.read { try TileReader(source: $0).root(size: 700) } == MerkleTree.root(of: all))
    }
  }

  @Test("One entry at a time gives the same, each with a writer of its own")
  func oneByOne() async throws {
    try await withStore { store, _ in
      var random = Seeded(23)
      let statements = try (0..<600).map { try random.statement(UInt64($0)) }
      let leaves = statements.map(\.entry.leafHash)
      try await store.write { transaction in
        for (index, statement) in statements.enumerated() {
          let root = try Self.append([statement], to: transaction)
          #expect(root == MerkleTree.root(of: Array(leaves[...index])))
        }
      }
      try await compare(store, leaves)
    }
  }

  @Test("A damaged right edge stops the writer", arguments: ["DELETE FROM tile", "UPDATE tile SET hashes = x'00'"])
  func damaged(sql: String) async throws {
    try await withStore { store, path in
      var random = Seeded(24)
      try await append([try random.statement(0), try random.statement(1)], to: store)
      try RawConnection.run(path, sql)
      await #expect(throws: StoreError.self) { try await store.write { _ = try $0.tileWriter() } }
    }
  }

  private func append(_ batch: ArraySlice<StoredStatement>, to store: ReceiptStore) async throws {
    _ = try await store.write { try Self.append(batch, to: $0) }
  }

  private static func append(_ batch: ArraySlice<StoredStatement>, to transaction: StoreTransaction) throws
    -> TreeHash?
  {
    var writer = try transaction.tileWriter()
    for statement in batch {
      #expect(writer.size == statement.index)
      try transaction.append(statement)
      try transaction.keep(leaf: writer.size, entry: statement.entry, of: statement.index)
      writer.append(statement.entry.leafHash)
    }
    try transaction.keep(tiles: writer.takeChanged())
    return writer.frontier?.root
  }

  private func compare(_ store: ReceiptStore, _ leaves: [TreeHash]) async throws {
    try await store.read { reader in
      let tree = TileReader(source: reader)
      for size in 1...leaves.count {
        let prefix = Array(leaves.prefix(size))
        let known = UInt64(size)
        #expect(try tree.root(size: known) == MerkleTree.root(of: prefix))
        for index in Set([0, size / 2, size - 1]) {
          let path = try tree.inclusionProof(index: UInt64(index), size: known)?.path
          #expect(path == MerkleTree.inclusionPath(of: index, in: prefix))
        }
        for old in Set([1, (size + 1) / 2, size]) {
          let path = try tree.consistencyProof(from: UInt64(old), to: known)?.path
          #expect(path == MerkleTree.consistencyPath(from: old, in: prefix))
        }
      }
      #expect(try tree.root(size: UInt64(leaves.count + 256)) == nil, "no root beyond what was written")
    }
  }
}
