import Foundation
import TestSupport
import Testing

@testable import amana

@Suite("Encodings of a file of persons")
struct EncodingTests {
  static let combinations: [(delimiter: String, lineEnd: String)] = [",", ";", "\t"].flatMap { delimiter in
    ["\n", "\r\n", "\r"].map { (delimiter, $0) }
  }

  /// Every way in which one text may be stored.
  static func stored(_ text: String) -> [(name: String, bytes: [UInt8])] {
    [
      ("UTF-8", Array(text.utf8)), ("UTF-8 with mark", [0xef, 0xbb, 0xbf] + Array(text.utf8)),
      ("UTF-16LE with mark", [0xff, 0xfe] + Samples.utf16(text, bigEndian: false)),
      ("UTF-16BE with mark", [0xfe, 0xff] + Samples.utf16(text, bigEndian: true)),
      ("UTF-16LE", Samples.utf16(text, bigEndian: false)), ("UTF-16BE", Samples.utf16(text, bigEndian: true)),
      ("Windows-1256", Samples.windows1256(text)),
    ]
  }

  @Test("The same table in every encoding, delimiter and line end gives the same persons, and JSON too")
  func same() throws {
    let persons = Samples.list([
      1: ["name_latin": "Damirchi, Necdet; \"N.\"", "name_arabic": "عبد\u{200c}الله"],
      2: ["name_arabic": "سطر\nثان", "vulnerability": "elderly nursing"],
    ])
    let wanted = Samples.read(Samples.csv(persons)).said
    #expect(
      wanted.count == 4 && wanted[1]["name_arabic"] == "سطر ثان"
        && wanted[0]["name_latin"] == "Damirchi, Necdet; \"N.\"")
    for (delimiter, lineEnd) in Self.combinations {
      for separator in ["", "sep=\(delimiter)\(lineEnd)"] {
        let text = separator + Samples.csv(persons, delimiter: delimiter, lineEnd: lineEnd)
        for (name, bytes) in Self.stored(text) + Self.stored(text + lineEnd + lineEnd) {
          let file = ManifestFile(bytes)
          #expect(file.problems.count == 0, "\(name) \(delimiter) \(lineEnd.debugDescription): \(file.english)")
          #expect(file.said == wanted, "\(name)")
        }
      }
    }
    for (name, bytes) in Self.stored(Samples.json(persons)) {
      #expect(ManifestFile(bytes).said == wanted, "JSON in \(name): \(ManifestFile(bytes).english)")
    }
    let wrapped = Samples.read("{\"persons\": \(Samples.json(persons))}")
    #expect(wrapped.said == wanted && wrapped.problems.count == 0)
  }

  @Test("What the file was taken for is known, and why")
  func takenFor() throws {
    let text = Samples.csv()
    let expected: [(TextEncoding, DecodedText.Reason)] = [
      (.utf8, .content), (.utf8, .mark), (.utf16LittleEndian, .mark), (.utf16BigEndian, .mark),
      (.utf16LittleEndian, .content), (.utf16BigEndian, .content), (.windows1256, .guess),
    ]
    for (stored, wanted) in zip(Self.stored(text), expected) {
      let form = try #require(ManifestFile(stored.bytes).form.text)
      #expect(form == wanted, "\(stored.name)")
      let told = ManifestFile(stored.bytes, ReadingOptions(encoding: wanted.0))
      #expect(told.problems.count == 0 && told.form.text?.reason == .told)
    }
    let lines = ManifestFile(Samples.windows1256(text)).form.lines("people.csv", in: .en)
    #expect(lines.first?.contains("Windows-1256 (a guess, since it is not UTF-8: see that names read right)") == true)
    #expect(
      Samples.read(Samples.csv(delimiter: ";")).form.lines("x", in: .en)[0].contains(
        "delimiter semicolon (from the header)"))
    #expect(
      Samples.read("sep=;\r\n" + Samples.csv(delimiter: ";")).form.lines("x", in: .en)[0].contains("from its sep= line")
    )
  }

  @Test("The table of Windows-1256 is the one that iconv has")
  func windows1256() throws {
    let all = (UInt8.min...UInt8.max).map { $0 }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["iconv", "-f", "CP1256", "-t", "UTF-8"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(all))
    try input.fileHandleForWriting.close()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(Windows1256.utf8(all) == Array(answer))
  }

  @Test("What is no encoding of a manifest is refused, and says what to do")
  func refused() throws {
    let text = Samples.csv()
    var damaged = Array(text.utf8)
    damaged[try #require(damaged.lastIndex { $0 >= 0xd8 })] = 0x20
    // Arabic in ISO 8859-6, as far as Windows-1256 has those bytes: seh, ain, lam, yeh.
    let iso = Array("\(text)".utf8.filter { $0 < 0x80 }) + [0xcb, 0xd9, 0xe4, 0xea, 0xd9, 0x0a]
    let cases: [(String, [UInt8], ReadingOptions, String)] = [
      ("one byte of UTF-8 damaged", damaged, .init(), "not-utf8"),
      ("cut within a character", Array(text.utf8.prefix { $0 != 0xd8 }) + [0xd8], .init(), "cut-character"),
      ("UTF-16 of an odd length", Samples.utf16(text, bigEndian: false) + [0x41], .init(), "cut-character"),
      ("half a surrogate pair", Samples.utf16(text, bigEndian: false) + [0x00, 0xd8], .init(), "not-utf16"),
      ("ISO 8859-6", iso, .init(), "unknown-encoding"),
      ("Latin-1", Array(text.utf8.filter { $0 < 0x80 }) + [0xe9, 0x0a], .init(), "unknown-encoding"),
      ("UTF-32", [0xff, 0xfe, 0, 0] + Array(text.utf8), .init(), "utf32"),
      ("xlsx", [0x50, 0x4b, 0x03, 0x04, 0, 0], .init(), "spreadsheet"),
      ("xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1], .init(), "spreadsheet"),
      ("PDF", Array("%PDF-1.7".utf8), .init(), "pdf"),
      ("zero bytes", Array(text.utf8) + [0, 0], .init(), "zero-byte"),
      (
        "told otherwise than its mark", [0xef, 0xbb, 0xbf] + Array(text.utf8), .init(encoding: .windows1256),
        "encoding-contradicts"
      ),
      ("told UTF-8 and is not", Samples.windows1256(text), .init(encoding: .utf8), "not-utf8"),
    ]
    for (name, bytes, options, code) in cases {
      let file = ManifestFile(bytes, options)
      #expect(file.problemCodes == [code], "\(name): \(file.english)")
      #expect(file.entries.isEmpty)
    }
  }
}
