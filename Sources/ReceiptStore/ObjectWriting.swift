import Custody
import Foundation
import OpenSSL
import Roster
import Synchronization
import TransparencyLog

extension ObjectFiles {
  /// Keeps several objects, with one write of their keys.
  func put(_ objects: [(id: [UInt8], kind: StoredObject.Kind, bytes: [UInt8])]) throws -> [StoredObject] {
    for (id, kind, bytes) in objects {
      var digest = ObjectDigest(kind)
      digest.update(bytes)
      guard digest.finish() == id else { throw ObjectRefusal.notWhatItsIDSays }
    }
    let new = objects.filter { !exists(path($0.id)) }
    let made = try new.map { (object: $0, mark: try randomBytes(ObjectFile.markByteCount), key: try AtRest.newKey()) }
    try keys.change(adding: Dictionary(uniqueKeysWithValues: made.map { (.object($0.mark), $0.key) }))
    for (object, mark, key) in made { try write(object.bytes, id: object.id, mark: mark, key: key) }
    if !made.isEmpty { try synchronizeFolder() }
    return objects.map { StoredObject(id: $0.id, kind: $0.kind, size: UInt64($0.bytes.count)) }
  }

  private func write(_ bytes: [UInt8], id: [UInt8], mark: [UInt8], key: [UInt8]) throws {
    let path = newPath(mark)
    let file = try ObjectFile.create(at: path, mark: mark, key: key, id: id, size: UInt64(bytes.count))
    defer { try? file.handle.close() }
    try file.append(bytes, at: 0)
    try file.handle.synchronize()
    try settle(path, as: id)
  }

  /// Gives a finished file its object's name, unless the object came in another way meanwhile.
  fileprivate func settle(_ path: String, as id: [UInt8]) throws {
    if exists(self.path(id)) { return try discard(path) }
    try discardParts(of: id)
    try move(path, to: self.path(id))
  }

  fileprivate func newPath(_ mark: [UInt8]) -> String { "\(folder)/\(hexadecimal(mark)).new" }

  /// A file for bytes whose id is known when all of them are.
  func growing() throws -> GrowingFile {
    let (mark, key) = (try randomBytes(ObjectFile.markByteCount), try AtRest.newKey())
    try keys.change(adding: [.object(mark): key])
    let path = newPath(mark)
    let none = [UInt8](repeating: 0, count: 32)
    return GrowingFile(
      files: self, path: path, file: try ObjectFile.create(at: path, mark: mark, key: key, id: none, size: 0))
  }
}

/// Writes a ciphertext whose digest is known at its end. What is not finished vanishes.
public final class ObjectWriter: Sendable {
  private let store: ObjectStore
  private let growing: GrowingFile

  init(store: ObjectStore, growing: GrowingFile) {
    self.store = store
    self.growing = growing
  }

  deinit { store.changeLater { [growing] _ in growing.abandon() } }

  /// - Throws: `ObjectRefusal.tooLarge`.
  public func write(_ bytes: [UInt8]) async throws {
    try await store.change { [growing] _ in try growing.write(bytes) }
  }

  /// The object, on disk and named by the digest of what was written. Once.
  public func finish() async throws -> StoredObject {
    try await store.change { [growing] _ in try growing.finish() }
  }
}

/// What an `ObjectWriter` has written.
final class GrowingFile: Sendable {
  private struct Growing: ~Copyable {
    var file: ObjectFile
    var digest = ObjectDigest(.ciphertext)
    var buffer: [UInt8] = []
    var written: UInt64 = 0
    var isFinished = false

    mutating func flush(_ count: Int) throws {
      try file.append(Array(buffer.prefix(count)), at: written)
      written += UInt64(count)
      buffer.removeFirst(count)
    }
  }

  private let files: ObjectFiles
  private let path: String
  private let growing: Mutex<Growing>

  fileprivate init(files: ObjectFiles, path: String, file: ObjectFile) {
    self.files = files
    self.path = path
    growing = Mutex(Growing(file: file))
  }

  /// Unless it was finished, nothing is left of it.
  func abandon() {
    if !growing.withLock({ $0.isFinished }) { try? files.discard(path) }
  }

  func write(_ bytes: [UInt8]) throws {
    try growing.withLock { growing in
      guard growing.written + UInt64(growing.buffer.count + bytes.count) <= ObjectStore.maximumByteCount else {
        throw ObjectRefusal.tooLarge
      }
      growing.digest.update(bytes)
      growing.buffer += bytes
      let whole = growing.buffer.count - growing.buffer.count % ObjectFile.segmentByteCount
      if whole > 0 { try growing.flush(whole) }
    }
  }

  func finish() throws -> StoredObject {
    let object = try growing.withLock { growing in
      guard !growing.isFinished else { throw ObjectRefusal.notHere }
      try growing.flush(growing.buffer.count)
      let id = growing.digest.finish()
      try growing.file.setHeader(id: id, size: growing.written)
      try growing.file.handle.synchronize()
      try growing.file.handle.close()
      growing.isFinished = true
      return StoredObject(id: id, kind: .ciphertext, size: growing.written)
    }
    try files.settle(path, as: object.id)
    try files.synchronizeFolder()
    return object
  }
}

/// What an object's id must be, of bytes that come in any pieces.
struct ObjectDigest: ~Copyable {
  private let kind: StoredObject.Kind
  private var hasher: SHA256Hasher? = SHA256Hasher()
  private var slots = Frontier()
  private var rest: [UInt8] = []

  init(_ kind: StoredObject.Kind) { self.kind = kind }

  mutating func update(_ bytes: some Collection<UInt8>) {
    guard kind == .slots else {
      hasher?.update(bytes)
      return
    }
    rest += bytes
    let whole = rest.count - rest.count % 32
    for start in stride(from: 0, to: whole, by: 32) { slots.append(TreeHash.leaf(rest[start..<start + 32])) }
    rest.removeFirst(whole)
  }

  /// 32 bytes; empty, which is no id, for slots that are not whole.
  mutating func finish() -> [UInt8] {
    if kind == .slots { return rest.isEmpty ? slots.root.bytes : [] }
    return hasher.take()?.finish() ?? []
  }
}
