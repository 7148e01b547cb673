import COSE
import TestSupport
import Testing
import TransparencyLog

/// Every reason a receipt is refused for, by name. Decoding checks no signature, so any bytes stand for one.
@Suite struct ReceiptRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let reason: DecodeError.Reason
    let bytes: [UInt8]
    var testDescription: String { name }

    init(_ name: String, _ reason: DecodeError.Reason, _ bytes: [UInt8]) {
      (self.name, self.reason, self.bytes) = (name, reason, bytes)
    }

    /// A receipt with some protected labels changed, or left out where nil is given.
    static func protected(_ name: String, _ reason: DecodeError.Reason, _ changes: [(CBOR, CBOR?)]) -> Case {
      var header = goodHeader
      for (label, value) in changes { header[label] = value }
      return Case(name, reason, receipt(protected: header))
    }

    static func claims(_ name: String, _ reason: DecodeError.Reason, _ claims: CBORMap) -> Case {
      .protected(name, reason, [(15, .map(claims))])
    }

    static func unprotected(_ name: String, _ reason: DecodeError.Reason, _ label: CBOR, _ value: CBOR) -> Case {
      var header: CBORMap = [396: .map([-1: .array([.bytes(goodProof)])])]
      header[label] = value
      return Case(name, reason, receipt(unprotected: header))
    }

    static func proofs(_ name: String, _ reason: DecodeError.Reason, _ proofs: CBORMap) -> Case {
      .unprotected(name, reason, 396, .map(proofs))
    }

    static func proof(_ name: String, _ reason: DecodeError.Reason, _ proof: [UInt8]) -> Case {
      .proofs(name, reason, [-1: .array([.bytes(proof)])])
    }
  }

  static let goodHeader: CBORMap = [
    1: -9, 4: .bytes([UInt8](repeating: 1, count: 32)), 15: .map([1: "https://a.example", 2: "a.example/log/1", 6: 5]),
    395: 1,
  ]
  static let hash: CBOR = .bytes([UInt8](repeating: 2, count: 32))
  static let goodProof = CBOR.array([2, 1, .array([hash])]).encoded()

  static func receipt(
    protected: CBORMap = goodHeader, unprotected: CBORMap = [396: .map([-1: .array([.bytes(goodProof)])])],
    payload: CBOR = .null
  ) -> [UInt8] {
    let signature: CBOR = .bytes([UInt8](repeating: 3, count: 64))
    let header: CBOR = .bytes(CBOR.map(protected).encoded())
    return CBOR.tagged(18, .array([header, .map(unprotected), payload, signature])).encoded()
  }

  static let headerCases: [Case] = [
    .protected("no alg", .missingField, [(1, nil)]),
    .protected("no vds", .missingField, [(395, nil)]),
    .protected("vds 2", .unsupported, [(395, 2)]),
    .protected("vds 0", .unsupported, [(395, 0)]),
    .protected("vds as text", .unsupported, [(395, "1")]),
    .protected("no kid", .missingField, [(4, nil)]),
    .protected("an empty kid", .invalidValue, [(4, .bytes([]))]),
    .protected("a kid of 65 bytes", .invalidValue, [(4, .bytes([UInt8](repeating: 1, count: 65)))]),
    .protected("no claims", .missingField, [(15, nil)]),
    .claims("no iss", .missingField, [2: "o", 6: 1]),
    .claims("an empty iss", .missingField, [1: "", 2: "o", 6: 1]),
    .claims("no sub", .missingField, [1: "i", 6: 1]),
    .claims("no iat", .missingField, [1: "i", 2: "o"]),
    .claims("iat as text", .missingField, [1: "i", 2: "o", 6: "1"]),
    .claims("iat before 1970", .missingField, [1: "i", 2: "o", 6: -1]),
    .claims("an iss of 1025 bytes", .tooLarge, [1: .text(String(repeating: "i", count: 1025)), 2: "o", 6: 1]),
    .protected("crit with an unknown label", .unknownCritical, [(2, .array([99])), (99, 1)]),
    .protected("crit with an absent label", .unknownCritical, [(2, .array([4])), (4, nil)]),
    .protected("an empty crit", .invalidValue, [(2, .array([]))]),
    .unprotected("crit unprotected", .invalidValue, 2, .array([395])),
    .unprotected("alg unprotected", .unprotectedAlgorithm, 1, -9),
    Case("a payload", .unexpectedType, receipt(payload: hash)),
    Case("something after it", .trailingBytes, receipt() + [0]),
    Case("no tag", .unexpectedType, Array(receipt().dropFirst())),
    Case("too large", .tooLarge, [UInt8](repeating: 0, count: Receipt.maximumByteCount + 1)),
    Case("cut off", .truncated, receipt().dropLast()),
  ]

  static let oldLabelCases: [Case] = ([-111, -222, -333, 391, 392, 393, 13] as [Int64]).flatMap { label in
    [
      Case.protected("label \(label) protected", .preRFCLabel, [(.int(label), 1)]),
      Case.unprotected("label \(label) unprotected", .preRFCLabel, .int(label), 1),
    ]
  }

  static let proofCases: [Case] = [
    Case("no proofs", .missingField, receipt(unprotected: CBORMap())),
    .unprotected("proofs that are no map", .unexpectedType, 396, 1),
    .proofs("an empty map of proofs", .missingField, CBORMap()),
    .proofs("an empty array of proofs", .missingField, [-1: .array([])]),
    .proofs("proofs that are no array", .unexpectedType, [-1: .bytes(goodProof)]),
    .proofs("two inclusion proofs", .invalidValue, [-1: .array([.bytes(goodProof), .bytes(goodProof)])]),
    .proofs("17 proofs", .tooLarge, [-1: .array([CBOR](repeating: .bytes(goodProof), count: 17))]),
    .proofs("a proof not in a byte string", .unexpectedType, [-1: .array([.array([2, 1, .array([hash])])])]),
    .proofs("a proof of another kind", .unknownField, [-1: .array([.bytes(goodProof)]), -3: .array([])]),
    .proofs(
      "a consistency proof beside", .unknownField, [-1: .array([.bytes(goodProof)]), -2: .array([.bytes(goodProof2)])]),
    .proofs("a consistency proof alone", .invalidValue, [-2: .array([.bytes(goodProof2)])]),
    .proof("index not below size", .invalidValue, CBOR.array([2, 2, .array([hash])]).encoded()),
    .proof("size 0", .invalidValue, CBOR.array([0, 0, .array([])]).encoded()),
    .proof("an empty path of 2 leaves", .invalidValue, CBOR.array([2, 1, .array([])]).encoded()),
    .proof("65 hashes", .tooLarge, CBOR.array([2, 1, .array([CBOR](repeating: hash, count: 65))]).encoded()),
    .proof(
      "a hash of 31 bytes", .invalidValue,
      CBOR.array([2, 1, .array([.bytes([UInt8](repeating: 2, count: 31))])]).encoded()),
    .proof("a hash as text", .unexpectedType, CBOR.array([2, 1, .array(["hash"])]).encoded()),
    .proof("a negative index", .unexpectedType, CBOR.array([2, -1, .array([hash])]).encoded()),
    .proof("two elements", .unexpectedType, CBOR.array([2, 1]).encoded()),
    .proof("four elements", .unexpectedType, CBOR.array([2, 1, .array([hash]), 1]).encoded()),
    .proof("a byte after the proof", .trailingBytes, goodProof + [0]),
    .proof("a size longer than need be", .nonShortest, [0x83, 0x18, 2] + goodProof.dropFirst(2)),
    .proof("an indefinite array", .indefiniteLength, [0x9f] + goodProof.dropFirst() + [0xff]),
    .proof("nothing", .truncated, []),
  ]
  static let goodProof2 = CBOR.array([1, 2, .array([hash])]).encoded()

  @Test(arguments: headerCases + oldLabelCases + proofCases) func isRefusedForItsReason(_ test: Case) throws {
    let error = #expect(throws: DecodeError.self) { try Receipt(decoding: test.bytes) }
    #expect(error?.reason == test.reason, "\(String(describing: error))")
    #expect((0...test.bytes.count).contains(error?.offset ?? -1))
  }

  @Test func theReceiptTheCasesStartFromIsGood() throws {
    let receipt = try Receipt(decoding: Self.receipt())
    #expect(receipt.proof.size == 2 && receipt.proof.index == 1 && receipt.issuedAt == 5)
    var critical = Self.goodHeader
    critical[2] = .array([395, 15])
    #expect(throws: Never.self) { try Receipt(decoding: Self.receipt(protected: critical)) }
  }

  @Test func theErrorNamesTheByteInsideTheProof() throws {
    let short: CBOR = .bytes([UInt8](repeating: 0xee, count: 31))
    let proof = CBOR.array([4, 1, .array([Self.hash, short])]).encoded()
    let bytes = Self.receipt(unprotected: [396: .map([-1: .array([.bytes(proof)])])])
    let error = try #require(#expect(throws: DecodeError.self) { try Receipt(decoding: bytes) })
    #expect(bytes[error.offset...].starts(with: [0x58, 31, 0xee]))
  }

  @Test func noReceiptCutShortDecodes() {
    let bytes = Self.receipt()
    for count in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try Receipt(decoding: Array(bytes.prefix(count))) }
    }
  }
}
