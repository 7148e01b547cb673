import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import TransparencyLog

/// The monitor cannot look or keep what it saw: a sentence that says what to do.
public struct MonitorError: Error, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

/// What an observer keeps between looks, as files: a copy of each log, the statements, the alarms that last. Each file is put in
/// its place whole, and a log's checkpoint behind all that it covers, so that whatever stops the process leaves a state that
/// was true.
struct MonitorState: Sendable {
  /// How many alarms of one kind about one log or statement are kept: whoever forks at every look fills no disk.
  static let maximumOfSubject = 16
  /// How many statements that do not verify are kept. They have no part in how many of the rest are: whoever sends them hides
  /// no fork.
  static let maximumUnverified = 1024
  /// How many notes wait for the log to reach their size.
  static let maximumNotes = 1024

  let path: String

  init(path: String) throws {
    self.path = path
    do {
      for folder in ["logs", "statements", "alarms", "notes"] {
        try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
      }
    } catch {
      throw MonitorError("\(path) cannot be made (\(error.localizedDescription)): name a folder that you may write")
    }
    clearStaging()
  }

  /// One look at a time: of two, each would clear away what the other fetches, and put an older copy over a newer one.
  static func lock(_ path: String) throws -> FolderLock {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      return try FolderLock(folder: path)
    } catch FolderLockError.taken {
      throw MonitorError("another monitor looks with \(path): wait for its end, or name another folder")
    } catch {
      throw MonitorError("\(path) cannot be made or written: name a folder that you may write")
    }
  }

  /// What places showed when they were last looked at.
  struct Place: Codable, Hashable {
    var origin: String
    var size: UInt64
    /// How far its feed was read.
    var feed: UInt64 = 0
  }

  func places() throws -> [String: Place] { try read([String: Place].self, "places.json") ?? [:] }
  func keep(_ places: [String: Place]) throws { try write(places, "places.json") }

  /// Notes how far the feed of a place was read. What its log showed stays as it was at the last whole look.
  func keep(feed position: UInt64, of url: String) throws {
    var places = try places()
    places[url, default: .init(origin: "", size: 0)].feed = position
    try keep(places)
  }

  /// Which roster was used last: an older one is never used again, nor another of the same version.
  private struct Used: Codable {
    let version: UInt64
    let digest: String
  }

  func use(_ roster: VerifiedRoster) throws {
    let new = Used(version: roster.body.version, digest: hexadecimal(roster.digest))
    if let old = try read(Used.self, "roster.json") {
      guard new.version > old.version || new.digest == old.digest else {
        throw MonitorError(
          "version \(old.version) of the roster was used here before, and this is \(new.version) with another digest: "
            + "take the newest roster")
      }
    }
    try write(new, "roster.json")
  }

  /// A file of the state as JSON; nil where there is none.
  func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value? {
    guard let bytes = bytes(name) else { return nil }
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
      throw MonitorError("\(path)/\(name) was changed by something else: restore it, or name another folder")
    }
  }

  func write(_ value: some Encodable, _ name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try put([UInt8](try encoder.encode(value)), name)
  }

  func bytes(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map { [UInt8]($0) }
  }

  func put(_ bytes: [UInt8], _ name: String) throws { try putFile(bytes, "\(path)/\(name)") }

  /// The names in a folder, sorted.
  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
  }

  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }

  /// A new empty folder for what is not verified yet.
  func staging(_ name: String) -> TileFolder {
    remove("staging/\(name)")
    return TileFolder(path: "\(path)/staging/\(name)")
  }

  func clearStaging() { remove("staging") }
}

/// Puts a file in its place, whole and on disk.
func putFile(_ bytes: [UInt8], _ target: String) throws {
  let url = URL(filePath: target)
  do {
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url, options: .atomic)
    guard let handle = FileHandle(forReadingAtPath: target) else { throw CocoaError(.fileReadUnknown) }
    defer { try? handle.close() }
    try handle.synchronize()
  } catch {
    throw MonitorError("\(target) cannot be written (\(error.localizedDescription)): see to the disk")
  }
}

extension MonitorState {
  /// An alarm that was raised, as it is kept.
  struct Alarm: Codable, Hashable {
    let code: String
    let subject: String
    let values: [String]
    let since: UnixTime
    let files: [String]
  }

  /// Keeps an alarm with its proofs, where not so many of its kind are kept already; the first time that it was seen stays.
  func keep(_ finding: MonitorFinding, at now: UnixTime) throws {
    let id = finding.id
    guard try read(Alarm.self, "alarms/\(id)/alarm.json") == nil else { return }
    let alike = names("alarms").filter { $0.hasPrefix("\(finding.code.rawValue)-") }
    if finding.code == .statement {
      // Each has a subject of its own.
      guard alike.count < Self.maximumUnverified else { return }
    } else {
      let same = try alike.compactMap { try read(Alarm.self, "alarms/\($0)/alarm.json") }
      guard same.count(where: { $0.subject == finding.subject }) < Self.maximumOfSubject else { return }
    }
    let alarm = Alarm(
      code: finding.code.rawValue, subject: finding.subject, values: finding.values, since: now,
      files: finding.proofs.map(\.name))
    for proof in finding.proofs { try put(proof.bytes, "alarms/\(id)/\(proof.name)") }
    try write(alarm, "alarms/\(id)/alarm.json")
  }

  /// What is kept. A folder whose alarm was not written any more is none.
  func alarms() throws -> [(id: String, alarm: Alarm)] {
    try names("alarms").compactMap { id in
      try read(Alarm.self, "alarms/\(id)/alarm.json").map { (id, $0) }
    }
  }
}

extension MonitorState {
  /// Keeps a verified statement, and the one with the most receipts where it comes again.
  /// - Returns: whether it is new.
  func keep(_ signed: SignedStatement, slots: [[UInt8]]?) throws -> Bool {
    let name = "statements/\(signed.id)"
    let known = bytes("\(name).cose").flatMap { try? SignedStatement(decoding: $0) }
    if let list = slots?.flatMap(\.self), bytes("\(name).slots") != list { try put(list, "\(name).slots") }
    if let known, known.receipts.count >= signed.receipts.count { return false }
    try put(signed.message.bytes, "\(name).cose")
    return known == nil
  }

  func statements() throws -> [ObservedStatement] {
    try names("statements").filter { $0.hasSuffix(".cose") }.compactMap { name in
      guard let bytes = bytes("statements/\(name)") else { return nil }
      guard let signed = try? SignedStatement(decoding: bytes) else {
        throw MonitorError("\(path)/statements/\(name) was changed by something else: remove it, and bring it again")
      }
      let slots = self.bytes("statements/\(name.dropLast(5)).slots").map(Slots.split)
      return ObservedStatement(signed, slots: slots)
    }
  }

  /// Notes that came with statements and whose log has not reached their size here yet.
  func notes() -> [(name: String, bytes: [UInt8])] {
    names("notes").compactMap { name in bytes("notes/\(name)").map { ("notes/\(name)", $0) } }
  }

  func keep(note bytes: [UInt8]) throws {
    guard names("notes").count < Self.maximumNotes else { return }
    try put(bytes, "notes/\(hexadecimal(SHA256.hash(bytes)))")
  }
}
