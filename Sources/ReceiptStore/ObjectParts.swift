import Custody
public import Foundation

/// What one sender has handed in of an object that is not whole.
public struct ObjectPart: Sendable, Hashable {
  public let object: [UInt8]
  public let sender: ObjectSender
  /// What its file takes.
  public let byteCount: UInt64
}

/// Objects of which something is here and not all.
extension ObjectStore {
  public func parts() async throws -> [ObjectPart] { try await change { try $0.parts() } }

  /// Forgets those that nobody has gone on with since.
  /// - Returns: what is gone.
  public func forgetParts(untouchedSince date: Date) async throws -> [ObjectPart] {
    try await change { try $0.discardParts(untouchedSince: date) }
  }

  /// How much room the file system has left for us; nil when it does not say.
  public func freeByteCount() async throws -> UInt64? { try await change { $0.freeByteCount() } }
}

/// Parts are files of their senders in a folder of their object.
extension ObjectFiles {
  private static let suffix = ".parts"

  private func partsFolder(_ id: [UInt8]) -> String { path(id) + Self.suffix }
  func partPath(_ id: [UInt8], _ sender: ObjectSender) -> String { "\(partsFolder(id))/\(sender.fileName)" }

  /// A part to go on with, begun if there is none.
  func part(_ id: [UInt8], _ sender: ObjectSender, size: UInt64) throws -> ObjectFile {
    if exists(partPath(id, sender)), let file = try usablePart(id, sender) { return file }
    try FileManager.default.createDirectory(
      atPath: partsFolder(id), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return try create(partPath(id, sender), id: id, size: size)
  }

  /// A part whose beginning was torn, or whose key is gone, is worth nothing.
  func usablePart(_ id: [UInt8], _ sender: ObjectSender) throws -> ObjectFile? {
    let file = try? ObjectFile.open(partPath(id, sender), keys: keys, forUpdating: true)
    if let file, file.id == id { return file }
    try discardPart(id, sender)
    return nil
  }

  func discardPart(_ id: [UInt8], _ sender: ObjectSender) throws {
    try discard(partPath(id, sender))
    if try senders(id).isEmpty { try discardParts(of: id) }
  }

  /// What anybody has handed in of an object.
  func discardParts(of id: [UInt8]) throws {
    guard exists(partsFolder(id)) else { return }
    for sender in try senders(id) { try discard(partPath(id, sender)) }
    try FileManager.default.removeItem(atPath: partsFolder(id))
  }

  private func senders(_ id: [UInt8]) throws -> [ObjectSender] {
    guard exists(partsFolder(id)) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: partsFolder(id)).compactMap(
      ObjectSender.init(fileName:))
  }

  func parts() throws -> [ObjectPart] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(Self.suffix) }
    return try names.compactMap { decodeHexadecimal(String($0.dropLast(Self.suffix.count))) }.flatMap { id in
      try senders(id).map { sender in
        let size = number(.size, try? attributes(partPath(id, sender)))
        return ObjectPart(object: id, sender: sender, byteCount: size ?? 0)
      }
    }
  }

  /// Takes away parts that nobody has gone on with since.
  func discardParts(untouchedSince date: Date) throws -> [ObjectPart] {
    let old = try parts().filter { part in
      let touched = try attributes(partPath(part.object, part.sender))[.modificationDate] as? Date
      return touched.map { $0 < date } ?? false
    }
    for part in old { try discardPart(part.object, part.sender) }
    return old
  }

  /// Nil when the file system does not say.
  func freeByteCount() -> UInt64? {
    number(.systemFreeSize, try? FileManager.default.attributesOfFileSystem(forPath: folder))
  }

  private func attributes(_ path: String) throws -> [FileAttributeKey: Any] {
    try FileManager.default.attributesOfItem(atPath: path)
  }

  private func number(_ key: FileAttributeKey, _ attributes: [FileAttributeKey: Any]?) -> UInt64? {
    (attributes?[key] as? NSNumber)?.uint64Value ?? attributes?[key] as? UInt64
  }
}
