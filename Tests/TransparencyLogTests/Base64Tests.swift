import Foundation
import TestSupport
import Testing

@testable import TransparencyLog

@Suite struct Base64Tests {
  /// RFC 4648 §10.
  static let published = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ]

  private func decode(_ text: String) -> [UInt8]? { Base64.decode(Array(text.utf8)[...]) }

  @Test(arguments: published) func theExamplesOfTheRFC(_ bytes: String, _ text: String) {
    #expect(Base64.encode(Array(bytes.utf8)) == text)
    #expect(decode(text) == Array(bytes.utf8))
  }

  @Test func agreesWithFoundation() {
    var random = SeededGenerator(named: "base64")
    for _ in 0..<500 {
      let bytes = random.bytes(Int.random(in: 0...100, using: &random))
      let text = Data(bytes).base64EncodedString()
      #expect(Base64.encode(bytes) == text && decode(text) == bytes)
    }
  }

  static let refused = [
    "Z", "Zg", "Zg=", "Zm8", "Zg===", "=", "==", "===", "====", "=Zg=", "Z===", "Z=g=", "Zg=A", "Zg==Zg==", "Zm9v=",
    "Zm9v====", "Zm9vYg=", "Zh==", "Zv==", "Zm9=", "Zm8=\n", "\nZm8", "Zm 8", " Zm8", "Zm8\u{0}", "Zm9-", "Zm9_",
    "Zm9.",
    "Zmé", "Ｚm9v", "\u{212a}AA", "....",
  ]

  @Test(arguments: refused) func anyOtherFormIsRefused(_ text: String) { #expect(decode(text) == nil) }

  /// Whatever is decoded is the only text of its bytes.
  @Test func noTwoTextsOfOneGroupDecodeAlike() throws {
    let alphabet = Array("AQgw19+/=-".utf8)
    var texts: [[UInt8]: [UInt8]] = [:]
    for number in 0..<10_000 {
      let text = [1000, 100, 10, 1].map { alphabet[number / $0 % 10] }
      guard let bytes = Base64.decode(text[...]) else { continue }
      #expect(texts.updateValue(text, forKey: bytes) == nil)
      #expect(Array(Base64.encode(bytes).utf8) == text)
    }
    // 8 digits where the group is full; with padding only those with the unused bits zero: A, Q, g and w of them.
    #expect(texts.keys.count { $0.count == 3 } == 8 * 8 * 8 * 8)
    #expect(Set(texts.keys.map(\.count)) == [1, 2, 3])
  }
}
