import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Files that were handed in for messages and wait to be sealed. Each lies encrypted under a key that stands in memory
/// alone: what is not sent within the hour, or before the daemon ends, can be read by nobody.
actor Uploads {
  /// How long a file waits for its message.
  static let keptSeconds: UnixTime = 3600
  static let maximumWaiting = 256
  static let maximumOfUser = 64
  /// Of all that wait together, in bytes.
  static let maximumTotal: UInt64 = 4 << 30

  private let folder: String
  private var waiting: [String: SpooledFile] = [:]
  private var reserved: [String: (user: UInt32, bytes: UInt64)] = [:]
  /// Digests of files that were sent, so that the same request again is known to be the same.
  private var sent: [String: [UInt8]] = [:]

  /// - Parameter folder: emptied: whatever an earlier daemon left there has lost its key.
  init(folder: String) throws {
    self.folder = folder
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// Makes room for a file and begins it.
  func begin(_ user: UInt32, limit: UInt64) throws -> SpoolWriter {
    let (count, total) = (waiting.count + reserved.count, total + limit)
    let own = waiting.values.count { $0.user == user } + reserved.values.count { $0.user == user }
    guard own < Self.maximumOfUser else { throw Self.tooMany }
    guard count < Self.maximumWaiting, total <= Self.maximumTotal else { throw Self.full }
    let id = hexadecimal(try randomBytes(16))
    let writer = try SpoolWriter(id: id, path: "\(folder)/\(id)", user: user)
    reserved[id] = (user, limit)
    return writer
  }

  /// All of it has come.
  func keep(_ file: SpooledFile) {
    reserved[file.id] = nil
    waiting[file.id] = file
    Task {
      try await Task.sleep(for: .seconds(Self.keptSeconds))
      forget([file.id])
    }
  }

  /// It broke off: nothing is left of it.
  func abandon(_ id: String) {
    reserved[id] = nil
    try? FileManager.default.removeItem(atPath: "\(folder)/\(id)")
  }

  /// A file of this user's.
  func file(_ id: String, of user: UInt32) -> SpooledFile? { waiting[id].flatMap { $0.user == user ? $0 : nil } }

  /// What a file of this user's was, also when it has been sent.
  func digest(_ id: String, of user: UInt32) -> [UInt8]? { file(id, of: user)?.digest ?? sent["\(user) \(id)"] }

  /// Their message is registered.
  func note(sent files: [SpooledFile]) {
    if sent.count > 10_000 { sent = [:] }
    for file in files { sent["\(file.user) \(file.id)"] = file.digest }
    forget(files.map(\.id))
  }

  /// They were handed in again for a message that is registered.
  func forget(_ ids: [String], of user: UInt32) { forget(ids.filter { file($0, of: user) != nil }) }

  private func forget(_ ids: [String]) {
    for id in ids where waiting.removeValue(forKey: id) != nil {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(id)")
    }
  }

  private var total: UInt64 {
    waiting.values.reduce(0) { $0 + $1.size } + reserved.values.reduce(0) { $0 + $1.bytes }
  }

  private static let tooMany = Problem(
    status: 429, code: "too-many-attachments", title: "Too many of your files wait for their messages",
    detail: "at most \(maximumOfUser) of one user wait", next: "send the messages that wait, or ask again in an hour")

  private static let full = Problem(
    status: 503, code: "busy", title: "Too much is being handed in at once",
    detail: "the files that wait for their messages fill the room kept for them",
    next: "send the messages that wait, or ask again in an hour")
}

/// A file that waits whole.
struct SpooledFile: Sendable {
  let id: String
  let path: String
  let user: UInt32
  let size: UInt64
  /// SHA-256 of its content.
  let digest: [UInt8]
  fileprivate let key: [UInt8]
}

/// Segments of a spooled file: AES-256-GCM with the segment's number as nonce, under a key that encrypts this file alone.
private enum Segment {
  static let byteCount = 256 << 10

  static func nonce(_ number: UInt64) -> [UInt8] {
    [0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
  }
}

/// Writes a file as it comes, encrypted.
actor SpoolWriter {
  nonisolated let id: String
  private let path: String
  private let user: UInt32
  private let key: [UInt8]
  private let handle: FileHandle
  private var held: [UInt8] = []
  private var number: UInt64 = 0
  private var size: UInt64 = 0
  private var hasher: SHA256Hasher? = SHA256Hasher()

  init(id: String, path: String, user: UInt32) throws {
    self.id = id
    self.path = path
    self.user = user
    key = try randomBytes(32)
    let made = FileManager.default.createFile(
      atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    guard made, let handle = FileHandle(forWritingAtPath: path) else {
      throw StartError("\(path) cannot be written")
    }
    self.handle = handle
  }

  func write(_ bytes: [UInt8]) throws {
    held += bytes
    hasher?.update(bytes)
    size += UInt64(bytes.count)
    while held.count >= Segment.byteCount {
      try put(Array(held.prefix(Segment.byteCount)))
      held.removeFirst(Segment.byteCount)
    }
  }

  func finish() throws -> SpooledFile {
    if !held.isEmpty { try put(held) }
    held = []
    try handle.close()
    let digest = hasher.take()?.finish() ?? []
    return SpooledFile(id: id, path: path, user: user, size: size, digest: digest, key: key)
  }

  private func put(_ segment: [UInt8]) throws {
    try handle.write(
      contentsOf: Data(try AESGCM.seal(segment, key: key, nonce: Segment.nonce(number), aad: Array(id.utf8))))
    number += 1
  }
}

extension SpooledFile {
  /// Hands on its content from the beginning, piece by piece.
  func read(_ take: ([UInt8]) async throws -> Void) async throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw StartError("\(path) is missing") }
    defer { try? handle.close() }
    var (left, number) = (size, UInt64(0))
    while left > 0 {
      let count = Int(min(left, UInt64(Segment.byteCount)))
      guard let data = try handle.read(upToCount: count + AESGCM.tagByteCount) else {
        throw StartError("\(path) was cut off")
      }
      try await take(try AESGCM.open([UInt8](data), key: key, nonce: Segment.nonce(number), aad: Array(id.utf8)))
      left -= UInt64(count)
      number += 1
    }
  }
}
