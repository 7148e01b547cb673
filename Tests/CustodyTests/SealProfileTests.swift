import COSE
import Custody
import OpenSSL
import TestSupport
import Testing

/// A COSE_Encrypt that any library would take is refused unless it is exactly of our form.
@Suite struct SealProfileTests {
  private static func parts(_ bytes: [UInt8]) throws -> [CBOR] {
    guard case .tagged(96, let message) = try CBOR.decode(bytes), let parts = message.array, parts.count == 4 else {
      throw SealRefusal.truncated
    }
    return parts
  }

  /// The message with one element changed, its length kept by what is put in.
  private static func changed(_ bytes: [UInt8], _ change: (inout [CBOR]) throws -> Void) throws -> [UInt8] {
    var parts = try parts(bytes)
    try change(&parts)
    return CBOR.tagged(96, .array(parts)).encoded()
  }

  private static func recipient(_ parts: inout [CBOR], _ change: (inout [CBOR]) -> Void) throws {
    var list = try #require(parts[3].array)
    var first = try #require(list[0].array)
    change(&first)
    list[0] = .array(first)
    parts[3] = .array(list)
  }

  @Test func everyDepartureIsNamed() throws {
    let key = try PrivateKey.generate(.p256)
    let sealed = try SealForge(key, .sample).message(SealForge.plaintext([], padded: 4096))
    let changes: [(String, (inout [CBOR]) throws -> Void)] = [
      ("the protected header", { $0[0] = .bytes(hex("a10102")) }),
      ("the unprotected header", { $0[1] = .map([6: .bytes([UInt8](repeating: 0, count: 12))]) }),
      ("a recipient's protected header", { try Self.recipient(&$0) { $0[0] = .bytes(hex("a101381d")) } }),
      (
        "a recipient's unprotected header",
        { try Self.recipient(&$0) { $0[1] = .map([-2: $0[1].map?[-1] ?? .null]) } }
      ),
      (
        "a recipient's unprotected header",
        {
          try Self.recipient(&$0) { parts in
            let key = parts[1].map?[-1]?.map
            parts[1] = .map([-1: .map([1: 2, -1: 3, -2: key?[-2] ?? .null, -3: key?[-3] ?? .null])])
          }
        }
      ),
    ]
    for (reason, change) in changes {
      let forged = try Self.changed(sealed, change)
      #expect(forged.count == sealed.count)
      #expect(refusal(forged, key, .sample) == .profile(reason))
    }
    let reordered = try Self.changed(sealed) { parts in
      parts[3] = .array(Array(try #require(parts[3].array).reversed()))
    }
    #expect(refusal(reordered, key, .sample) == nil)
  }

  /// Seven recipients and a wrapped key that is longer make up the same length.
  @Test func otherNumbersOfTheSameLengthAreRefused() throws {
    let key = try PrivateKey.generate(.p256)
    let sealed = try SealForge(key, .sample).message(SealForge.plaintext([], padded: 4096))
    let seven = try Self.changed(sealed) { parts in
      var list = try #require(parts[3].array?.dropLast())
      var last = try #require(list.popLast()?.array)
      last[2] = .bytes([UInt8](repeating: 0, count: 165))
      parts[3] = .array(list + [.array(last)])
    }
    #expect(seven.count == sealed.count)
    #expect(refusal(seven, key, .sample) == .profile("the number of recipients"))
  }
}
