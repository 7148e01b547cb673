import Custody
import Foundation
import OpenSSL

/// The folder of an archive as it was handed to us: nothing in it is believed. Links and whatever is no plain file are
/// refused, and what a file may have is known before it is read.
struct ArchiveFolder {
  let path: String

  /// The index, and its bytes.
  /// - Throws: `ArchiveRefusal` where there is none, or it is not in its form.
  func index() throws(ArchiveRefusal) -> (index: ArchiveIndex, bytes: [UInt8]) {
    guard try names(in: "").contains(ArchiveIndex.path) else {
      throw ArchiveRefusal("\(ArchiveIndex.path) is missing: this folder is no archive, or somebody took it away")
    }
    let bytes = try read(ArchiveIndex.path, limit: ArchiveIndex.maximumByteCount)
    return (try ArchiveIndex(decoding: bytes), bytes)
  }

  /// Every file beneath, by its path and with its size, sorted.
  func files() throws(ArchiveRefusal) -> [String: Int] {
    var found: [String: Int] = [:]
    for name in try names(in: "") {
      if ArchivePath.folders.contains(name), try type(of: name).type == .typeDirectory {
        for inner in try names(in: name) { found["\(name)/\(inner)"] = try size(of: "\(name)/\(inner)") }
      } else {
        found[name] = try size(of: name)
      }
    }
    return found
  }

  /// That the folder holds the files of the index and the stamps, all of them and no others.
  func check(_ index: ArchiveIndex) throws(ArchiveRefusal) {
    var there = try files()
    there[ArchiveIndex.path] = nil
    for file in index.files {
      guard let size = there.removeValue(forKey: file.path) else {
        throw ArchiveRefusal("\(file.path) is missing: \(ArchiveIndex.path) names it")
      }
      guard size == file.byteCount else {
        throw ArchiveRefusal("\(file.path) has \(size) bytes, and \(file.byteCount) by \(ArchiveIndex.path)")
      }
    }
    var number = 1
    while number <= ArchiveStamp.maximumCount, there.removeValue(forKey: ArchivePath.stamp(number)) != nil {
      there[ArchivePath.token(number)] = nil
      number += 1
    }
    guard number > 1 else {
      throw ArchiveRefusal("\(ArchivePath.stamp(1)) is missing: nobody vouches for this archive")
    }
    if let extra = there.keys.min() {
      throw ArchiveRefusal("\(extra) is not in \(ArchiveIndex.path): somebody put it there later")
    }
  }

  /// A file of the index, which must be what it was.
  func read(_ file: ArchiveIndex.File) throws(ArchiveRefusal) -> [UInt8] {
    let bytes = try read(file.path, limit: file.byteCount)
    guard SHA256.hash(bytes) == file.digest else {
      throw ArchiveRefusal("\(file.path) is not what it was when \(ArchiveIndex.path) was written: its digest differs")
    }
    return bytes
  }

  /// The stamps in their order, each with its time stamp.
  func stamps() throws(ArchiveRefusal) -> [ArchiveStampFile] {
    var stamps: [ArchiveStampFile] = []
    let there = try files()
    while stamps.count < ArchiveStamp.maximumCount, there[ArchivePath.stamp(stamps.count + 1)] != nil {
      let number = stamps.count + 1
      let bytes = try read(ArchivePath.stamp(number), limit: ArchiveStamp.maximumByteCount)
      var token: [UInt8]?
      if there[ArchivePath.token(number)] != nil {
        token = try read(ArchivePath.token(number), limit: TimeStampToken.maximumByteCount)
      }
      stamps.append(ArchiveStampFile(bytes: bytes, token: token))
    }
    return stamps
  }

  private func names(in folder: String) throws(ArchiveRefusal) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")
    guard let names else { throw ArchiveRefusal("\(folder.isEmpty ? path : folder) cannot be read as a folder") }
    guard names.count <= ArchiveIndex.maximumFileCount + 2 * ArchiveStamp.maximumCount else {
      throw ArchiveRefusal("\(folder.isEmpty ? path : folder) has more files than an archive may have")
    }
    return names
  }

  /// By the entry itself: what a link points to is not asked.
  private func type(of name: String) throws(ArchiveRefusal) -> (type: FileAttributeType, size: Int) {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"),
      let type = attributes[.type] as? FileAttributeType
    else { throw ArchiveRefusal("\(name) is missing or cannot be looked at") }
    return (type, (attributes[.size] as? NSNumber)?.intValue ?? 0)
  }

  private func size(of name: String) throws(ArchiveRefusal) -> Int {
    let (type, size) = try type(of: name)
    guard type == .typeRegular else {
      throw ArchiveRefusal("\(name) is no plain file: an archive holds no links, no further folders and no devices")
    }
    return size
  }

  private func read(_ name: String, limit: Int) throws(ArchiveRefusal) -> [UInt8] {
    guard try size(of: name) <= limit else { throw ArchiveRefusal("\(name) has more than \(limit) bytes") }
    guard let handle = FileHandle(forReadingAtPath: "\(path)/\(name)") else {
      throw ArchiveRefusal("\(name) cannot be read")
    }
    defer { try? handle.close() }
    let data: Data
    // Nothing is read from an empty file, which is no error.
    do { data = try handle.read(upToCount: limit + 1) ?? Data() } catch {
      throw ArchiveRefusal("\(name) cannot be read")
    }
    guard data.count <= limit else { throw ArchiveRefusal("\(name) has more than \(limit) bytes") }
    return [UInt8](data)
  }
}
