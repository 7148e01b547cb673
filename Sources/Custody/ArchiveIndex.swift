import COSE
import OpenSSL
public import Roster

/// Why an archive, or a part of it, does not hold: a sentence that names the file.
public struct ArchiveRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// What an archive holds, file by file: the text that its stamps sign (docs/formats.md, Archive).
public struct ArchiveIndex: Hashable, Sendable {
  /// One file beneath the archive's folder.
  public struct File: Hashable, Sendable {
    public let path: String
    public let byteCount: Int
    /// SHA-256 of its bytes.
    public let digest: [UInt8]

    public init(path: String, byteCount: Int, digest: [UInt8]) {
      self.path = path
      self.byteCount = byteCount
      self.digest = digest
    }

    /// Of these bytes.
    public init(path: String, _ bytes: [UInt8]) {
      self.init(path: path, byteCount: bytes.count, digest: SHA256.hash(bytes))
    }
  }

  /// Where it stands in the folder.
  public static let path = "INDEX"
  public static let format = "amana-archive-1"
  public static let maximumByteCount = 16 << 20
  public static let maximumFileCount = 65_536

  /// Whose daemon wrote it.
  public let authority: AuthorityName
  /// What that daemon registered from this moment on; nil: from the first entry of its log.
  public let since: OffsetTime?
  /// And up to this one.
  public let until: OffsetTime
  /// Sorted bytewise by path, each once.
  public let files: [File]

  /// - Throws: `ArchiveRefusal` for a period that ends before it begins, and a path that has no place in an archive, or
  ///   stands twice.
  public init(authority: AuthorityName, since: OffsetTime?, until: OffsetTime, files: [File]) throws(ArchiveRefusal) {
    self.authority = authority
    self.since = since
    self.until = until
    self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    if let since, since.unix > until.unix {
      throw ArchiveRefusal("\(Self.path): its period ends, \(until), before it begins, \(since)")
    }
    guard files.count <= Self.maximumFileCount else {
      throw ArchiveRefusal("\(Self.path): an archive has at most \(Self.maximumFileCount) files")
    }
    for (file, next) in zip(self.files, self.files.dropFirst()) where sameBytes(file.path, next.path) {
      throw ArchiveRefusal("\(Self.path): \(file.path) stands twice")
    }
    for file in files {
      guard let limit = ArchivePath.limit(of: file.path) else {
        throw ArchiveRefusal("\(Self.path): \"\(file.path)\" has no place in an archive")
      }
      guard file.byteCount >= 0, file.byteCount <= limit, file.digest.count == 32 else {
        throw ArchiveRefusal("\(Self.path): \(file.path) may have at most \(limit) bytes")
      }
    }
    let paths = Set(files.map(\.path))
    for path in ArchivePath.readMes where !paths.contains(path) {
      throw ArchiveRefusal("\(Self.path): \(path) is not in it")
    }
  }

  /// The text: four lines of what it is, then a line a file, each ended by a newline.
  public func encoded() -> [UInt8] {
    let head = [Self.format, "authority \(authority)", "since \(since?.text ?? "-")", "until \(until.text)"]
    let lines = head + files.map { "\(hexadecimal($0.digest))  \($0.byteCount)  \($0.path)" }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// Reads exactly what `encoded` writes, and nothing else.
  public init(decoding bytes: [UInt8]) throws(ArchiveRefusal) {
    let text = bytes.count <= Self.maximumByteCount ? String(validating: bytes, as: UTF8.self) : nil
    guard let text, text.utf8.last == UInt8(ascii: "\n") else {
      throw ArchiveRefusal("\(Self.path) is no text of at most \(Self.maximumByteCount) bytes whose lines are ended")
    }
    // By bytes: Swift takes CR LF for one character.
    let lines = text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard lines.count >= 4, sameBytes(lines[0], Self.format) else {
      throw ArchiveRefusal("\(Self.path) does not begin with \(Self.format): another format, or no archive")
    }
    guard let authority = Self.value(lines[1], "authority").flatMap({ AuthorityName($0) }),
      let since = Self.value(lines[2], "since"), since == "-" || OffsetTime(since) != nil,
      let until = Self.value(lines[3], "until").flatMap({ OffsetTime($0) })
    else { throw ArchiveRefusal("\(Self.path): lines 2 to 4 say whose it is, since and until when") }
    var files: [File] = []
    for (number, line) in lines.enumerated().dropFirst(4) {
      guard let file = Self.file(line) else {
        throw ArchiveRefusal("\(Self.path): line \(number + 1) is no digest, size and path")
      }
      files.append(file)
    }
    try self.init(authority: authority, since: OffsetTime(since), until: until, files: files)
    // One form: order, spaces and numbers as they are written.
    guard encoded() == bytes else { throw ArchiveRefusal("\(Self.path) is not in its one form: sorted, by two spaces") }
  }

  private static func value(_ line: String, _ name: String) -> String? {
    line.hasPrefix("\(name) ") ? String(line.dropFirst(name.count + 1)) : nil
  }

  private static func file(_ line: String) -> File? {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[1].isEmpty, parts[3].isEmpty, let digest = decodeHexadecimal(parts[0]),
      digest.count == 32, let size = Int(parts[2]), size >= 0
    else { return nil }
    return File(path: parts[4], byteCount: size, digest: digest)
  }
}

/// Which files an archive may have, by their paths: lower case and few letters, so that no file system takes two for one.
public enum ArchivePath {
  /// What people read first.
  public static let readMes = ["README.ar.txt", "README.txt"]
  public static let parts = "parts"
  public static let rosters = "rosters"
  public static let codes = "codes"
  public static let checkpoints = "checkpoints"
  public static let stamps = "stamps"
  /// The folders beneath an archive's.
  public static let folders = [checkpoints, codes, parts, rosters, stamps]
  /// The longest path, in bytes.
  public static let maximumByteCount = 128

  /// How many bytes a file of the index may have; nil for what has no place there. Stamps have none: they sign the index.
  public static func limit(of path: String) -> Int? {
    guard path.utf8.count <= maximumByteCount else { return nil }
    if readMes.contains(path) { return 1 << 20 }
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, isPlain(names[1]), let rule = rules[names[0]], names[1].hasSuffix(rule.ending),
      !rule.isNumbered || isNumber(names[1].dropLast(rule.ending.count))
    else { return nil }
    return rule.limit
  }

  /// By folder: how its files' names end, how many bytes each may have, and whether they are numbered.
  private static let rules: [String: (ending: String, limit: Int, isNumbered: Bool)] = [
    parts: (".amana", Bundle.maximumByteCount, true), rosters: (".cose", Sign.maximumByteCount, true),
    codes: (".json", 16 << 20, false), checkpoints: (".txt", 64 << 10, true),
  ]

  private static func isPlain(_ name: String) -> Bool {
    name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || "._-".utf8.contains($0) }
  }

  /// How many digits a number in a name has: there is one form.
  private static let digitCount = 6

  private static func isNumber(_ name: Substring) -> Bool {
    name.utf8.count == digitCount && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// A file's name within its folder by a number.
  public static func numbered(_ folder: String, _ number: Int, _ ending: String) -> String {
    "\(folder)/\(padded(number, digitCount))\(ending)"
  }

  /// Where a stamp stands, counted from 1.
  public static func stamp(_ number: Int) -> String { numbered(stamps, number, ".cose") }
  /// Where the time stamp over that stamp stands.
  public static func token(_ number: Int) -> String { numbered(stamps, number, ".tst") }
}
