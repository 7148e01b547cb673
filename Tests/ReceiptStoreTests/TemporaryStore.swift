import Foundation
import ReceiptStore

/// Does something with a new store in a folder of its own, which is removed afterwards.
func withStore<Value>(_ body: (ReceiptStore, _ path: String) async throws -> Value) async throws -> Value {
  try await withFolder { folder in
    let path = folder + "/amana.db"
    let store = try ReceiptStore(path: path)
    defer { try? store.close() }
    return try await body(store, path)
  }
}

/// Does something with a folder of its own, which is removed afterwards.
func withFolder<Value>(_ body: (_ folder: String) async throws -> Value) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appending(path: "receipt-store-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder.path)
}

/// Closes a store and opens the same file anew.
func reopen(_ store: ReceiptStore, _ path: String) throws -> ReceiptStore {
  try store.close()
  return try ReceiptStore(path: path)
}
