import COSE
import Custody
import Foundation
import OpenSSL
import TestSupport
import Testing

/// What a statement must be, and the named reason when it is not (formats.md, the last paragraph).
@Suite struct StatementProfileTests {
  let convoy: Convoy
  var event: Event { convoy.intake.event }

  init() throws { convoy = try Convoy(1) }

  private func reason(_ bytes: [UInt8]) -> DecodeError.Reason? {
    do throws(DecodeError) {
      _ = try SignedStatement(decoding: bytes)
      return nil
    } catch {
      return error.reason
    }
  }

  private func raw(_ payload: [UInt8]? = nil, unprotected: CBORMap = [:], _ change: (inout CBORMap) -> Void = { _ in })
    throws -> DecodeError.Reason?
  {
    reason(
      try convoy.scribe.signRaw(
        payload ?? event.encoded(), record: event.recordID, by: convoy.coalition.syr, unprotected: unprotected,
        change: change))
  }

  @Test func theRightOneIsRead() throws {
    #expect(try raw() == nil)
    #expect(try raw(unprotected: [394: .array([.bytes([1])])]) == nil)
  }

  @Test(arguments: [-111, -222, -333, 391, 392, 393, 13] as [Int64])
  func labelsOfDraftsAreRefused(_ label: Int64) throws {
    #expect(try raw { $0[.int(label)] = 1 } == .preRFCLabel)
    #expect(try raw(unprotected: [.int(label): 1]) == .preRFCLabel)
  }

  @Test func headersMustSayWhatTheyMust() throws {
    #expect(try raw(unprotected: [1: -9]) == .unprotectedAlgorithm)
    #expect(try raw(unprotected: [99: 1]) == .unknownField)
    #expect(try raw(unprotected: [394: 1]) == .unexpectedType)
    #expect(try raw(unprotected: [394: .array([])]) == .unexpectedType)
    #expect(try raw(unprotected: [394: .array([1])]) == .unexpectedType)
    #expect(try raw { $0[2] = .array([99]) } == .unknownCritical)
    #expect(try raw { $0[2] = .array([1, 33]) } == .unknownCritical)
    #expect(try raw { $0[2] = .array([]) } == .invalidValue)
    #expect(try raw { $0[2] = .array([1]) } == nil)
    #expect(try raw { $0[16] = nil } == .unexpectedType)
    #expect(try raw { $0[16] = .text(Approval.type) } == .unexpectedType)
    #expect(try raw { $0[3] = "application/cbor" } == .unexpectedType)
    #expect(try raw { $0[4] = .bytes([1, 2]) } == .unsupported)
    #expect(try raw { $0[4] = nil } == .unsupported)
  }

  @Test func claimsMustBeThere() throws {
    let (iss, sub) = (CBOR.text(convoy.coalition.syr.uri), CBOR.text(event.recordID.uri))
    #expect(try raw { $0[15] = .map([1: iss, 2: sub, 6: 0]) } == nil)
    let incomplete: [CBORMap] = [[2: sub, 6: 0], [1: iss, 6: 0], [1: iss, 2: sub], [1: 1, 2: sub, 6: 0]]
    for claims in incomplete { #expect(try raw { $0[15] = .map(claims) } == .missingField, "\(claims)") }
    #expect(try raw { $0[15] = nil } == .missingField)
    #expect(try raw { $0[15] = .map([1: iss, 2: sub, 6: -1]) } == .missingField)
    #expect(try raw { $0[15] = .map([1: iss, 2: "urn:uuid:0", 6: 0]) } == .invalidValue)
  }

  @Test func payloadsAndReceiptsHaveLimits() throws {
    #expect(try raw([]) == .emptyPayload)
    #expect(try raw([UInt8](repeating: 0, count: SignedStatement.maximumPayload + 1)) == .tooLarge)
    let detached = convoy.intake.signed.message
    var encoder = CBOREncoder()
    encoder.tag(18)
    encoder.arrayHead(4)
    encoder.byteString(detached.protected.encoded)
    encoder.item(.map([:]))
    encoder.item(.null)
    encoder.byteString(detached.signature)
    #expect(reason(encoder.bytes) == .emptyPayload)
    func receipts(_ count: Int) -> CBORMap { [394: .array([CBOR](repeating: .bytes([1]), count: count))] }
    #expect(try raw(unprotected: receipts(64)) == nil)
    #expect(try raw(unprotected: receipts(65)) == .tooManyReceipts)
  }

  @Test func theWrappingIsStrict() throws {
    let bytes = convoy.intake.signed.message.bytes
    #expect(reason(bytes) == nil)
    #expect(reason(bytes + [0]) == .trailingBytes)
    #expect(reason(Array(bytes.dropFirst())) == .unexpectedType)
    #expect(reason([0xd8, 18] + bytes.dropFirst()) == .nonShortest)
    #expect(reason([0xd8, 98] + bytes.dropFirst()) == .unexpectedType)
    #expect(reason([0xd2, 0x9f] + bytes.dropFirst(2) + [0xff]) == .indefiniteLength)
    for count in stride(from: 0, to: bytes.count, by: 5) {
      #expect(reason(Array(bytes.prefix(count))) == .truncated, "\(count) bytes")
    }
  }

  @Test func theAlgorithmMustFitTheKey() throws {
    let verifier = StatementVerifier(roster: convoy.coalition.roster, policy: .standard, revocations: [])
    func refused(_ algorithm: CBOR?) throws -> StatementRefusal? {
      let bytes = convoy.intake.signed.message.bytes
      let message = try Sign1(decoding: bytes)
      var header = message.protected.values
      header[1] = algorithm
      var encoder = CBOREncoder()
      encoder.tag(18)
      encoder.arrayHead(4)
      encoder.byteString(CBOR.map(header).encoded())
      encoder.item(.map([:]))
      encoder.byteString(try #require(message.payload))
      encoder.byteString(message.signature)
      let signed = try SignedStatement(decoding: encoder.bytes)
      do throws(StatementRefusal) {
        _ = try verifier.verify(signed, anchoredAt: Coalition.now)
        return nil
      } catch {
        return error
      }
    }
    #expect(try refused(-9) == nil)
    for algorithm: CBOR? in [-7, -8, -19, -35, -51, -999, "ES256", nil] {
      #expect(try refused(algorithm) == .signatureInvalid, "\(String(describing: algorithm))")
    }
  }

  @Test(arguments: ["sign1-tests", "ecdsa-examples", "eddsa-examples"])
  func foreignMessagesAreNoStatements(_ folder: String) throws {
    struct Example: Decodable {
      struct Output: Decodable { let cbor: String }
      let output: Output
    }
    Vectors.announce("cose-wg/\(folder) as statements")
    var tally = VectorTally("cose-wg/\(folder) as statements")
    for file in try Vectors.files("cose-wg/\(folder)") {
      let bytes = hex(try JSONDecoder().decode(Example.self, from: file.content).output.cbor)
      #expect(reason(bytes) != nil, "\(file.name)")
      tally.refused += 1
    }
    #expect(tally.refused > 0 || Vectors.folder == nil)
    tally.report()
  }
}
