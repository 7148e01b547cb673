import Custody
import ReceiptStore

/// What is kept beside statements as files: ciphertexts, and the lists of slots.
struct Objects: Sendable {
  let store: ReceiptStore

  /// Keeps objects whose id is known; each is verified and on disk before the store says that it is here.
  func keep(_ objects: [Sealing.Object]) async throws {
    // What was erased does not come back.
    let objects = try await store.read { reader in try objects.filter { try !reader.isErased(object: $0.id) } }
    guard !objects.isEmpty else { return }
    let found = try await store.objects.put(objects.map { (id: $0.id, kind: $0.kind, bytes: $0.bytes) })
    let now = currentTime()
    try await store.write { transaction in
      for object in found { try transaction.keep(object: object, at: now) }
    }
  }

  /// A whole object's bytes; nil when it is not here.
  func read(_ id: [UInt8]) async throws -> [UInt8]? {
    guard try await store.read({ try $0.object(id) }) != nil else { return nil }
    return try await store.objects.read(id)
  }
}
