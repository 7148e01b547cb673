import COSE
import Custody
import Foundation
import OpenSSL
import Roster

/// One object's file: a mark that names its key, a header that binds id and size, then segments of 256 KiB, each sealed
/// by itself. A part that grows has fewer bytes than its header says.
struct ObjectFile {
  static let segmentByteCount = 256 << 10
  static let markByteCount = 16
  private static let sealedByteCount = segmentByteCount + AtRest.overhead
  private static let magic = Array("amanaob1".utf8)
  private static let headerByteCount = magic.count + markByteCount + 32 + 8 + AtRest.overhead

  let handle: FileHandle
  /// Random: the owner of its key, since the id of what streams in is known at the end.
  let mark: [UInt8]
  private let key: [UInt8]
  private(set) var id: [UInt8]
  private(set) var size: UInt64

  /// Makes a file. Its key must be on disk already.
  static func create(at path: String, mark: [UInt8], key: [UInt8], id: [UInt8], size: UInt64) throws -> ObjectFile {
    guard
      FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forUpdatingAtPath: path)
    else { throw StoreError.noFile(path) }
    var file = ObjectFile(handle: handle, mark: mark, key: key, id: id, size: size)
    try file.setHeader(id: id, size: size)
    return file
  }

  /// Opens a file; nil when its header was never written whole.
  /// - Throws: `StoreError` when the header does not open or the key is gone.
  static func open(_ path: String, keys: ContentKeys, forUpdating: Bool = false) throws -> ObjectFile? {
    guard
      let handle = forUpdating ? FileHandle(forUpdatingAtPath: path) : FileHandle(forReadingAtPath: path)
    else { throw StoreError.noFile(path) }
    let header = [UInt8](try handle.read(upToCount: headerByteCount) ?? Data())
    guard header.count == headerByteCount, header.starts(with: magic) else { return nil }
    let mark = Array(header[magic.count..<magic.count + markByteCount])
    guard case .known(let key) = try keys.standing(.object(mark)) else { throw StoreError.keyMissing(path) }
    let sealed = Array(header.dropFirst(magic.count + markByteCount))
    guard let plain = AtRest.open(sealed, key: key, place: headerPlace(mark)), plain.count == 40 else {
      throw StoreError.damaged("the header of \(path) does not open under its key")
    }
    let size = plain.dropFirst(32).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return ObjectFile(handle: handle, mark: mark, key: key, id: Array(plain.prefix(32)), size: size)
  }

  /// The mark at a file's beginning, whatever follows it.
  static func mark(_ path: String) -> [UInt8]? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    let start = [UInt8]((try? handle.read(upToCount: magic.count + markByteCount)) ?? Data())
    guard start.count == magic.count + markByteCount, start.starts(with: magic) else { return nil }
    return Array(start.dropFirst(magic.count))
  }

  /// Says what it holds.
  mutating func setHeader(id: [UInt8], size: UInt64) throws {
    let plain = id + (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * UInt64($0))) }
    let sealed = try AtRest.seal(plain, key: key, place: Self.headerPlace(mark))
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data(Self.magic + mark + sealed))
    (self.id, self.size) = (id, size)
  }

  /// How many of its bytes are here and open; a torn end is cut off when the file may be written.
  func length(cutting: Bool) throws -> UInt64 {
    var end = try handle.seekToEnd()
    while end > UInt64(Self.headerByteCount) {
      let index = (end - UInt64(Self.headerByteCount) - 1) / UInt64(Self.sealedByteCount)
      if let last = try segment(index) { return index * UInt64(Self.segmentByteCount) + UInt64(last.count) }
      end = Self.place(of: index)
      if cutting { try handle.truncate(atOffset: end) }
    }
    return 0
  }

  /// Writes behind the last byte that is here.
  func append(_ bytes: [UInt8], at length: UInt64) throws {
    var index = length / UInt64(Self.segmentByteCount)
    var tail: [UInt8] = []
    if length % UInt64(Self.segmentByteCount) > 0 {
      guard let known = try segment(index) else { throw StoreError.damaged("the end of an object's part") }
      tail = known
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Self.segmentByteCount - tail.count)
      rest = rest.dropFirst(piece.count)
      try write(tail + piece, at: index)
      (tail, index) = ([], index + 1)
    }
  }

  private func write(_ plain: [UInt8], at index: UInt64) throws {
    try handle.seek(toOffset: Self.place(of: index))
    try handle.write(contentsOf: Data(try AtRest.seal(plain, key: key, place: place(index))))
  }

  /// The bytes of one segment; nil when they are not here or do not open.
  func segment(_ index: UInt64) throws -> [UInt8]? {
    try handle.seek(toOffset: Self.place(of: index))
    let sealed = [UInt8](try handle.read(upToCount: Self.sealedByteCount) ?? Data())
    return AtRest.open(sealed, key: key, place: place(index))
  }

  /// A range of its bytes, shorter at the end.
  /// - Throws: `StoreError.damaged` when what the header promises is not here.
  func read(at offset: UInt64, length: Int) throws -> [UInt8] {
    var found: [UInt8] = []
    let end = offset + min(UInt64(max(0, length)), size - min(offset, size))
    var position = offset
    while position < end {
      let index = position / UInt64(Self.segmentByteCount)
      let start = Int(position % UInt64(Self.segmentByteCount))
      guard let bytes = try segment(index), start < bytes.count else {
        throw StoreError.damaged("segment \(index) of object \(hexadecimal(id)) does not open under its key")
      }
      let piece = bytes[start..<min(bytes.count, start + Int(end - position))]
      found += piece
      position += UInt64(piece.count)
    }
    return found
  }

  private static func place(of index: UInt64) -> UInt64 {
    UInt64(headerByteCount) + index * UInt64(sealedByteCount)
  }

  private func place(_ index: UInt64) -> [CBOR] { [.text("amana-object-1"), .bytes(mark), .unsigned(index)] }
  private static func headerPlace(_ mark: [UInt8]) -> [CBOR] {
    [.text("amana-object-1"), .bytes(mark), .text("header")]
  }
}

extension ContentKeys.Name {
  static func object(_ mark: [UInt8]) -> Self { Self(kind: .object, owner: mark) }
}
