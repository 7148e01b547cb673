import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// The index of an archive: one form, and no path that leads anywhere else.
@Suite("Indices of archives") struct ArchiveIndexTests {
  private static let readMes = ArchivePath.readMes.map { ArchiveIndex.File(path: $0, Array($0.utf8)) }

  private func index(_ paths: [String] = ["parts/000001.amana", "rosters/000001.cose"]) throws -> ArchiveIndex {
    try ArchiveIndex(
      authority: #require(AuthorityName("SYR/prisons")), since: nil, until: OffsetTime(unix: Coalition.now),
      files: Self.readMes + paths.map { ArchiveIndex.File(path: $0, Array($0.utf8)) })
  }

  private func text(_ change: (String) -> String) throws -> [UInt8] {
    Array(change(String(decoding: try index().encoded(), as: UTF8.self)).utf8)
  }

  @Test("It is read as it was written, sorted bytewise, with the period that it says")
  func form() throws {
    let whole = try index(["rosters/000001.cose", "parts/000001.amana", "codes/onward_condition-2.json"])
    #expect(try ArchiveIndex(decoding: whole.encoded()) == whole)
    #expect(
      whole.files.map(\.path) == [
        "README.ar.txt", "README.txt", "codes/onward_condition-2.json", "parts/000001.amana", "rosters/000001.cose",
      ])
    let since = try #require(OffsetTime("2026-01-01T00:00:00+03:00"))
    let period = try ArchiveIndex(
      authority: whole.authority, since: since, until: whole.until, files: whole.files)
    #expect(try ArchiveIndex(decoding: period.encoded()).since == since)
    let text = String(decoding: period.encoded(), as: UTF8.self)
    #expect(
      text.hasPrefix("amana-archive-1\nauthority SYR/prisons\nsince 2026-01-01T00:00:00+03:00\nuntil 2026-11-"),
      "\(text)")
    let digest = hexadecimal(SHA256.hash(Array("README.txt".utf8)))
    #expect(text.contains("\n\(digest)  10  README.txt\n"))
  }

  @Test(
    "A path that leads out, hides, differs by case or has no place is in no archive",
    arguments: [
      "../parts/000001.amana", "parts/../INDEX", "/etc/passwd", "parts/a/000001.amana", "codes/.hidden.json",
      "Parts/000001.amana", "codes/A.json", "parts/000001.cose", "INDEX", "stamps/000001.cose", "README", "parts",
      "parts/", "parts//000001.amana", "parts\\000001.amana", "parts/00000\u{0661}.amana", "parts/00001 .amana",
      "codes/\(String(repeating: "a", count: 128)).json", "",
    ])
  func places(_ path: String) throws {
    #expect(ArchivePath.limit(of: path) == nil)
    #expect(throws: ArchiveRefusal.self) { try index([path]) }
    let digest = String(repeating: "0", count: 64)
    let bytes = try text { $0 + "\(digest)  1  \(path)\n" }
    #expect(throws: ArchiveRefusal.self) { try ArchiveIndex(decoding: bytes) }
  }

  @Test(
    "Parts, rosters and checkpoints are numbered by six digits and nothing else",
    arguments: [
      "parts/x.amana", "parts/1.amana", "parts/00001.amana", "parts/0000001.amana", "parts/-00001.amana",
      "parts/.amana", "parts/000001.amana.amana", "parts/a00001.amana", "rosters/x.cose", "rosters/1.cose",
      "checkpoints/1.txt", "checkpoints/00001a.txt",
    ])
  func numbers(_ path: String) throws {
    #expect(ArchivePath.limit(of: path) == nil)
    #expect(throws: ArchiveRefusal.self) { try index([path]) }
  }

  @Test("They begin where they like and may leave numbers out; code lists have names of their own")
  func gaps() throws {
    let whole = try index([
      "parts/000000.amana", "parts/000007.amana", "rosters/000900.cose", "checkpoints/999999.txt", "codes/x.json",
    ])
    #expect(try ArchiveIndex(decoding: whole.encoded()) == whole)
  }

  @Test("A period that ends before it begins is none, whatever the offsets; one of a second is")
  func period() throws {
    let files = try index().files
    let authority = try #require(AuthorityName("SYR/prisons"))
    func made(_ since: String, _ until: String) throws -> ArchiveIndex {
      let begins: OffsetTime = try #require(OffsetTime(since))
      let ends: OffsetTime = try #require(OffsetTime(until))
      return try ArchiveIndex(authority: authority, since: begins, until: ends, files: files)
    }
    // Later by the clock on the wall, and the same moment.
    let same = try made("2026-01-01T03:00:00+03:00", "2026-01-01T00:00:00+00:00")
    #expect(try ArchiveIndex(decoding: same.encoded()) == same)
    let refusal = #expect(throws: ArchiveRefusal.self) {
      try made("2026-01-01T00:00:01+00:00", "2026-01-01T03:00:00+03:00")
    }
    #expect(refusal?.description.contains("before it begins") == true)
    let turned = String(decoding: same.encoded(), as: UTF8.self).replacing(
      "since 2026-01-01T03:00:00", with: "since 2026-01-01T03:00:01")
    #expect(throws: ArchiveRefusal.self) { try ArchiveIndex(decoding: Array(turned.utf8)) }
  }

  @Test("What is not in its one form is refused")
  func refused() throws {
    let changes: [(String) -> String] = [
      { String($0.dropLast()) }, { $0 + "\n" }, { $0.replacing("\n", with: "\r\n") }, { $0.replacing("  ", with: " ") },
      { $0.replacing("amana-archive-1", with: "amana-archive-2") }, { $0.replacing("since -", with: "since  -") },
      { $0.replacing("since -", with: "since yesterday") }, { $0.replacing("SYR/prisons", with: "SYR") },
      { $0.replacing("until 2", with: "until +2") }, { $0.replacing("  10  ", with: "  010  ") },
      { $0.replacing("  10  ", with: "  +10  ") }, { $0.replacing("  10  ", with: "  -10  ") },
      { $0.replacing("  10  ", with: "  99999999999999999999  ") }, { $0.replacing("README.txt", with: "README.tx") },
      { $0.uppercased() }, { "\u{feff}" + $0 }, { _ in "" }, { _ in "\n" }, { _ in "amana-archive-1\n" },
      { $0.split(separator: "\n").reversed().joined(separator: "\n") + "\n" },
      { $0 + ($0.split(separator: "\n").last ?? "") + "\n" },
    ]
    for (number, change) in changes.enumerated() {
      let bytes = try text(change)
      #expect(bytes != (try index().encoded()), "change \(number) changes nothing")
      #expect(throws: ArchiveRefusal.self, "change \(number)") { try ArchiveIndex(decoding: bytes) }
    }
    #expect(throws: ArchiveRefusal.self) { try ArchiveIndex(decoding: [0xff, 0x0a]) }
    #expect(throws: ArchiveRefusal.self) { try index(["parts/000001.amana", "parts/000001.amana"]) }
    let large = ArchiveIndex.File(
      path: "checkpoints/000001.txt", byteCount: (64 << 10) + 1, digest: [UInt8](repeating: 0, count: 32))
    let whole = try index()
    #expect(throws: ArchiveRefusal.self) {
      try ArchiveIndex(authority: whole.authority, since: nil, until: whole.until, files: whole.files + [large])
    }
    #expect(throws: ArchiveRefusal.self) {
      try ArchiveIndex(authority: whole.authority, since: nil, until: whole.until, files: [])
    }
  }

  @Test("Random bytes and mutants are read to the same bytes or refused, and never crash")
  func mutants() throws {
    var generator = SeededGenerator(named: "archive indices")
    let good = try index().encoded()
    for _ in 0..<500 {
      var bytes = good
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      if let read = try? ArchiveIndex(decoding: bytes) { #expect(read.encoded() == bytes) }
      _ = try? ArchiveIndex(decoding: generator.bytes(Int.random(in: 0..<400, using: &generator)))
    }
  }
}
