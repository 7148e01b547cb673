import Custody
import Dispatch
import Foundation

/// Why an object was not taken.
public enum ObjectRefusal: Error, Sendable, Equatable {
  /// It is not here, or not whole.
  case notHere
  /// It goes on at another offset.
  case offset(ObjectStore.State)
  /// It is larger than what it was announced as, or than any may be.
  case tooLarge
  /// The bytes are not what its id says. They were thrown away.
  case notWhatItsIDSays
}

/// The objects' bytes: a file each in one folder, encrypted under a key of its own. What is whole has been verified and is
/// on disk; what is not grows beside it and survives a restart. Encryption, digests and the disk are waited for on threads
/// of this store, so that nobody who hands in objects holds up those that answer.
public final class ObjectStore: Sendable {
  /// How much of an object is here.
  public struct State: Sendable, Hashable {
    /// Where its sender goes on.
    public let offset: UInt64
    /// Whether all of it is here and is what its id says.
    public let isWhole: Bool
    /// Its size, when any of it is here.
    public let size: UInt64?

    public init(offset: UInt64, isWhole: Bool, size: UInt64?) {
      self.offset = offset
      self.isWhole = isWhole
      self.size = size
    }
  }

  /// The most bytes an object may have.
  public static let maximumByteCount: UInt64 = 256 << 20

  let files: ObjectFiles
  /// Files are changed by one at a time.
  private let changing = DispatchQueue(label: "amana.objects.changing")
  /// Whole ones never change, so reading them needs no turn.
  private let reading = DispatchQueue(label: "amana.objects.reading")

  init(folder: String, keys: ContentKeys) throws { files = try ObjectFiles(folder: folder, keys: keys) }

  /// How much of an object is durably here.
  /// - Parameter sender: whose part counts while it is not whole; nil: nobody's.
  public func state(_ id: [UInt8], from sender: ObjectSender? = nil) async throws -> State {
    try await change { try $0.state(id, from: sender) }
  }

  /// Takes the next bytes of an object; they are on disk when this returns.
  /// - Parameters:
  ///   - size: how large it will be. Where its sender does not say, what was announced may grow while it goes on; a part
  ///     that was announced with any other size begins anew at offset 0.
  ///   - offset: where the bytes belong: exactly where `state` says.
  /// - Throws: `ObjectRefusal.offset` with where it goes on, `.tooLarge`.
  public func append(
    _ id: [UInt8], from sender: ObjectSender, size: UInt64, offset: UInt64, _ bytes: [UInt8]
  ) async throws -> State {
    try await change { try $0.append(id, from: sender, size: size, offset: offset, bytes) }
  }

  /// Verifies an object of which one sender has handed in every byte, and gives it its name; what others began of it goes.
  /// `StoreTransaction.keep(object:)` then says so to those who wait for it.
  /// - Throws: `ObjectRefusal.notHere` when bytes are missing, `.notWhatItsIDSays`.
  public func finish(_ id: [UInt8], from sender: ObjectSender? = nil, as kind: StoredObject.Kind) async throws
    -> StoredObject
  {
    try await change { try $0.finish(id, from: sender, as: kind) }
  }

  /// Verifies what is here of an object whose size nobody announced: nil when it is not all of it, and what is here stays.
  public func finishIfWhole(_ id: [UInt8], from sender: ObjectSender, as kind: StoredObject.Kind) async throws
    -> StoredObject?
  {
    try await change { try $0.finishIfWhole(id, from: sender, as: kind) }
  }

  /// Keeps a whole object of ours; one that is here stays. On disk when this returns.
  /// - Throws: `ObjectRefusal.notWhatItsIDSays`.
  public func put(_ id: [UInt8], as kind: StoredObject.Kind, _ bytes: [UInt8]) async throws -> StoredObject {
    try await change { try $0.put([(id, kind, bytes)])[0] }
  }

  /// Keeps several objects, with one write of their keys.
  public func put(_ objects: [(id: [UInt8], kind: StoredObject.Kind, bytes: [UInt8])]) async throws -> [StoredObject] {
    try await change { try $0.put(objects) }
  }

  /// A writer for bytes whose id is known when all of them are: nothing is ever held whole in memory.
  public func writer() async throws -> ObjectWriter {
    ObjectWriter(store: self, growing: try await change { try $0.growing() })
  }

  /// A range of a whole object's bytes, shorter at its end.
  /// - Throws: `ObjectRefusal.notHere`; `StoreError` when the file or its key does not fit.
  public func read(_ id: [UInt8], offset: UInt64 = 0, length: Int = .max) async throws -> [UInt8] {
    try await wait(on: reading) { try $0.read(id, offset: offset, length: length) }
  }

  /// The same for code that runs where waiting holds nobody up, as within `ReceiptStore.read`.
  public func readWaiting(_ id: [UInt8]) throws -> [UInt8] { try files.read(id) }

  /// Does something to files while nobody else changes any.
  func change<Value: Sendable>(_ body: @escaping @Sendable (ObjectFiles) throws -> Value) async throws -> Value {
    try await wait(on: changing, body)
  }

  /// Does something to files some time after this.
  func changeLater(_ body: @escaping @Sendable (ObjectFiles) -> Void) {
    changing.async { [files] in body(files) }
  }

  private func wait<Value: Sendable>(
    on queue: DispatchQueue, _ body: @escaping @Sendable (ObjectFiles) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { done in
      queue.async { [files] in done.resume(with: Result { try body(files) }) }
    }
  }
}
