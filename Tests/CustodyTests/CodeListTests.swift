import COSE
import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import Custody

@Suite struct CodeListTests {
  static let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs")

  static func file(_ list: CodeList) -> URL { docs.appending(path: "codes/\(list.name)-\(list.version).json") }

  private func refusal(_ bytes: [UInt8]) -> DecodeError? {
    do throws(DecodeError) {
      _ = try CodeList(decoding: bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test("Each list of this program is the file that is published, byte for byte", arguments: CodeList.embedded)
  func published(_ list: CodeList) throws {
    let bytes = Array(try Data(contentsOf: Self.file(list)))
    #expect(list.encoded() == bytes, "run docs/codes/embed.py")
    #expect(try CodeList(decoding: bytes) == list)
    #expect(list.digest == SHA256.hash(bytes))
  }

  @Test("Every file that is published is part of this program, and every list that is looked up is there")
  func all() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.docs.appending(path: "codes").path)
      .filter { $0.hasSuffix(".json") }
    #expect(files.sorted() == CodeList.embedded.map { Self.file($0).lastPathComponent }.sorted())
    let named = CodeList.embedded.filter { $0.version == CodeBook.standardVersion }.map(\.name)
    #expect(Set(named) == Set(CodeListName.allCases.map(\.rawValue)) && named.count == Set(named).count)
  }

  @Test("A later version takes back nothing of the one before", arguments: CodeList.embedded)
  func versions(_ list: CodeList) {
    let before = CodeList.embedded.last { $0.name == list.name && $0.version < list.version }
    #expect(before.map(list.problems(after:)) ?? [] == [])
  }

  @Test("What a later version may not do is said")
  func takingBack() throws {
    let first = try #require(CodesInForce.standard[.reason])
    let second = CodeSamples.reasons()
    #expect(second.problems(after: first) == [])
    #expect(first.problems(after: second).count == 1)
    #expect(CodeSamples.reasons { $0.id == "health" ? nil : $0 }.problems(after: first).count == 1)
    let moved = CodeSamples.reasons { $0.id == "health" ? CodeList.Code("health", since: 2, texts: $0.texts) : $0 }
    #expect(moved.problems(after: first).count == 1)
    let early = CodeSamples.reasons { $0.id == "storm" ? CodeList.Code("storm", texts: $0.texts) : $0 }
    #expect(early.problems(after: first).count == 1)
    let third = CodeList(
      "reason", version: 3, texts: second.texts,
      codes: second.codes.map { CodeList.Code($0.id, since: $0.since, texts: $0.texts) })
    #expect(third.problems(after: second) == ["the code \"weather\" was deprecated and stays so"])
  }

  @Test(
    "A later version may neither deprecate nor leave out a code that a rule hangs on", arguments: RuleCodes.all.indices)
  func rules(_ index: Int) throws {
    let (name, id, rule) = RuleCodes.all[index]
    let first = try #require(CodesInForce.standard[name])
    #expect(first.brokenRules == [])
    func next(_ change: (CodeList.Code) -> CodeList.Code?) -> CodeList {
      CodeList(name.rawValue, version: 2, texts: first.texts, codes: first.codes.compactMap(change))
    }
    let deprecated = next {
      $0.id == id ? CodeList.Code($0.id, since: $0.since, isDeprecated: true, texts: $0.texts) : $0
    }
    #expect(deprecated.problems(after: first) == [], "by its form it may follow")
    for list in [deprecated, next { $0.id == id ? nil : $0 }] {
      let problems = list.brokenRules
      #expect(problems.count == 1 && problems[0].contains(rule.rawValue) && problems[0].contains("\"\(id)\""))
    }
    let others = next { $0.id == id ? $0 : CodeList.Code($0.id, since: $0.since, isDeprecated: true, texts: $0.texts) }
    #expect(others.brokenRules == [])
    #expect(CodeList("other", texts: first.texts, codes: deprecated.codes).brokenRules == [])
  }

  @Test("A list goes out and comes back, deprecated codes and quotation marks too")
  func roundTrip() throws {
    var list = CodeSamples.reasons()
    #expect(try CodeList(decoding: list.encoded()) == list)
    let texts = CodeSamples.texts("a \"quoted\" \\ b")
    list = CodeList("x", texts: texts, codes: [CodeList.Code("one", texts: texts)])
    #expect(try CodeList(decoding: list.encoded()) == list)
  }

  @Test(
    "A file that is written otherwise is refused with the byte",
    arguments: [
      ("  \"list\"", "   \"list\""), ("{\n  \"codes\"", "{\r\n  \"codes\""), ("\"version\": 1", "\"version\": 01"),
      ("\"version\": 1", "\"version\": 0"), ("\"version\": 1", "\"version\": 1.0"),
      ("\"version\": 1", "\"version\": \"1\""),
      ("amana-codes-1", "amana-codes-2"), ("\"id\": \"good\"", "\"id\": \"Good\""),
      ("\"id\": \"good\"", "\"id\": \"\""),
      ("\"id\": \"good\"", "\"id\": \"go\\u006fd\""), ("\"id\": \"good\"", "\"id\": \"urgent\""),
      ("\"since\": 1", "\"since\": 2"), ("\"deprecated\": false", "\"deprecated\": null"),
      ("\"deprecated\": false", "\"deprecated\": false,\n      \"deprecated\": false"),
      ("\"en\": \"Good\"", "\"en\": \"Go\u{202e}od\""), ("\"en\": \"Good\"", "\"en\": \"Go\u{200f}od\""),
      ("\"en\": \"Good\"", "\"en\": \"\u{2067}Good\u{2069}\""), ("\"en\": \"Good\"", "\"en\": \"Go\tod\""),
      ("\"en\": \"Good\"", "\"en\": \"\""), ("\"en\": \"Good\"", "\"en_GB\": \"Good\""),
      ("        \"en\": \"Good\",\n", ""), ("\"ckb\": \"باش\"", "\"zz\": \"باش\""),
      ("\"en\": \"Good\"", "\"en\": \"\(String(repeating: "x", count: 257))\""), ("\n}\n", "\n}\n "), ("\n}\n", "\n}"),
      ("\"id\": \"good\"", "\"id\": \"good\",\n      \"replaced_by\": \"urgent\""),
    ])
  func refused(_ old: String, _ new: String) throws {
    let list = try #require(CodesInForce.standard[.health])
    let text = String(decoding: list.encoded(), as: UTF8.self)
    let range = try #require(text.range(of: old))
    let error = refusal(Array(text.replacingCharacters(in: range, with: new).utf8))
    #expect(error != nil)
  }

  @Test("No cut and no changed byte passes for the same list")
  func mutations() throws {
    let bytes = try #require(CodesInForce.standard[.consent]).encoded()
    for count in 0..<bytes.count { #expect(refusal(Array(bytes.prefix(count))) != nil, "\(count)") }
    var random = SeededGenerator(seed: 25)
    var read = 0
    for _ in 0..<2000 {
      var other = bytes
      let place = Int.random(in: 0..<other.count, using: &random)
      other[place] = UInt8.random(in: 0...255, using: &random)
      guard other != bytes, let list = try? CodeList(decoding: other) else { continue }
      read += 1
      #expect(list.encoded() == other && list.digest != SHA256.hash(bytes), "one form only")
    }
    #expect(read > 0, "one is read at least")
    #expect(refusal([UInt8](repeating: 0x20, count: CodeList.maximumByteCount + 1))?.reason == .tooLarge)
  }

  @Test("How a roster names a version is read in one way")
  func references() throws {
    let list = CodeSamples.reasons()
    #expect(CodeListReference(list.reference.description) == list.reference)
    #expect(CodeListReference("12") == CodeListReference(version: 12))
    let digest = String(repeating: "ab", count: 32)
    for text in [
      "", "0", "01", "+1", "v1", "1 ", "1  sha256:\(digest)", "1 sha256:ab", "1 md5:\(digest)", "1 sha256:\(digest) ",
    ] {
      #expect(CodeListReference(text) == nil, "\(text)")
    }
  }

  @Test("A text that a language lacks is said in English; a code that is not there has none")
  func texts() throws {
    let list = CodeSamples.reasons()
    #expect(list.text("storm", in: "kmr") == "Storm" && list.text("storm", in: "ar") == "نص")
    #expect(list.text("hail", in: "en") == nil)
    #expect(list.title(in: "ckb") == "ھۆکار" && !list.ids.contains("weather") && list["weather"] != nil)
  }
}
