import Custody
import Foundation
import OpenSSL
import Roster

/// The folder of objects, a file each. Everything here waits for the disk and is done by one at a time: `ObjectStore` sees
/// to both.
final class ObjectFiles: Sendable {
  let folder: String
  let keys: ContentKeys

  init(folder: String, keys: ContentKeys) throws {
    self.folder = folder
    self.keys = keys
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// How much of an object is durably here: whole, or of one sender.
  func state(_ id: [UInt8], from sender: ObjectSender?) throws -> ObjectStore.State {
    if exists(path(id)) {
      let size = try ObjectFile.open(path(id), keys: keys)?.size
      return .init(offset: size ?? 0, isWhole: true, size: size)
    }
    guard let sender, exists(partPath(id, sender)), let file = try usablePart(id, sender) else {
      return .init(offset: 0, isWhole: false, size: nil)
    }
    defer { try? file.handle.close() }
    return .init(offset: try file.length(cutting: true), isWhole: false, size: file.size)
  }

  /// Takes the next bytes of an object; they are on disk when this returns.
  /// - Parameters:
  ///   - size: how large it will be. Where its sender does not say, what was announced may grow while it goes on; a part
  ///     that was announced with any other size begins anew at offset 0.
  ///   - offset: where the bytes belong: exactly where `state` says.
  /// - Throws: `ObjectRefusal.offset` with where it goes on, `.tooLarge`.
  func append(
    _ id: [UInt8], from sender: ObjectSender, size: UInt64, offset: UInt64, _ bytes: [UInt8]
  ) throws -> ObjectStore.State {
    let before = try state(id, from: sender)
    if before.isWhole { return before }
    guard size <= ObjectStore.maximumByteCount, offset <= size, UInt64(bytes.count) <= size - offset else {
      throw ObjectRefusal.tooLarge
    }
    let mayGrow = before.size.map { offset > 0 && offset == before.offset && size > $0 } ?? false
    if let known = before.size, known != size, !mayGrow {
      guard offset == 0 else { throw ObjectRefusal.offset(before) }
      try discardPart(id, sender)
    } else if before.offset != offset {
      throw ObjectRefusal.offset(before)
    }
    var file = try part(id, sender, size: size)
    defer { try? file.handle.close() }
    if mayGrow { try file.setHeader(id: id, size: size) }
    try file.append(bytes, at: offset)
    try file.handle.synchronize()
    return ObjectStore.State(offset: offset + UInt64(bytes.count), isWhole: false, size: size)
  }

  /// Verifies an object of which every byte is here, and gives it its name. `StoreTransaction.keep(object:)` then says
  /// so to those who wait for it.
  /// - Throws: `ObjectRefusal.notHere` when bytes are missing, `.notWhatItsIDSays`.
  func finish(_ id: [UInt8], from sender: ObjectSender?, as kind: StoredObject.Kind) throws -> StoredObject {
    let state = try state(id, from: sender)
    guard let size = state.size, state.offset == size else { throw ObjectRefusal.notHere }
    if let sender, !state.isWhole {
      guard try isWhatItSays(partPath(id, sender), id: id, kind: kind) else {
        try discardPart(id, sender)
        throw ObjectRefusal.notWhatItsIDSays
      }
      try move(partPath(id, sender), to: path(id))
      try discardParts(of: id)
      try synchronizeFolder()
    }
    return StoredObject(id: id, kind: kind, size: size)
  }

  /// Verifies what is here of an object whose size nobody announced: nil when it is not all of it, and what is here stays.
  func finishIfWhole(_ id: [UInt8], from sender: ObjectSender, as kind: StoredObject.Kind) throws -> StoredObject? {
    let part = partPath(id, sender)
    let isWhole = try state(id, from: sender).isWhole || exists(part) && isWhatItSays(part, id: id, kind: kind)
    return isWhole ? try finish(id, from: sender, as: kind) : nil
  }

  /// A range of a whole object's bytes, shorter at its end.
  /// - Throws: `ObjectRefusal.notHere`; `StoreError` when the file or its key does not fit.
  func read(_ id: [UInt8], offset: UInt64 = 0, length: Int = .max) throws -> [UInt8] {
    guard exists(path(id)) else { throw ObjectRefusal.notHere }
    guard let file = try ObjectFile.open(path(id), keys: keys), file.id == id else {
      throw StoreError.damaged("the file of object \(hexadecimal(id)) is another's")
    }
    defer { try? file.handle.close() }
    return try file.read(at: offset, length: length)
  }

  /// Forgets an object: its key first, then its file.
  func destroy(_ id: [UInt8]) throws {
    try discard(path(id))
    try discardParts(of: id)
    try synchronizeFolder()
  }
}

extension ObjectFiles {
  func path(_ id: [UInt8]) -> String { "\(folder)/\(hexadecimal(id))" }
  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// A new file under a new key, which is on disk before it.
  func create(_ path: String, id: [UInt8], size: UInt64) throws -> ObjectFile {
    let (mark, key) = (try randomBytes(ObjectFile.markByteCount), try AtRest.newKey())
    try keys.change(adding: [.object(mark): key])
    return try ObjectFile.create(at: path, mark: mark, key: key, id: id, size: size)
  }

  /// Whether a file's bytes are what an id says.
  func isWhatItSays(_ path: String, id: [UInt8], kind: StoredObject.Kind) throws -> Bool {
    guard let file = try ObjectFile.open(path, keys: keys) else { return false }
    defer { try? file.handle.close() }
    var found = ObjectDigest(kind)
    var offset: UInt64 = 0
    while offset < file.size {
      let bytes = try file.read(at: offset, length: ObjectFile.segmentByteCount)
      found.update(bytes)
      offset += UInt64(bytes.count)
    }
    return found.finish() == id
  }

  /// Removes a file and its key; nothing when it is not there.
  func discard(_ path: String) throws {
    guard exists(path) else { return }
    if let mark = ObjectFile.mark(path) { try keys.change(adding: [:], destroying: [.object(mark)]) }
    try FileManager.default.removeItem(atPath: path)
  }

  func move(_ path: String, to final: String) throws {
    try FileManager.default.moveItem(atPath: path, toPath: final)
  }

  /// A name is on disk when its folder is.
  func synchronizeFolder() throws {
    guard let handle = FileHandle(forReadingAtPath: folder) else { throw StoreError.noFile(folder) }
    defer { try? handle.close() }
    try handle.synchronize()
  }
}
