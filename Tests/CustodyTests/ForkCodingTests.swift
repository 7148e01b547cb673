import COSE
import Foundation
import Roster
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

/// The bytes of an equivocation proof: one form, and nothing in it that may be changed.
@Suite("Bytes of equivocation proofs") struct ForkCodingTests {
  private let forked: Forked

  init() throws { forked = try Forked() }

  private func holds(_ bytes: [UInt8]) -> Bool {
    guard let read = try? ForkProof(decoding: bytes) else { return false }
    return (try? forked.verifier().verify(read)) != nil
  }

  private func reason(_ bytes: [UInt8]) -> DecodeError.Reason? {
    do throws(DecodeError) {
      _ = try ForkProof(decoding: bytes)
      return nil
    } catch { return error.reason }
  }

  @Test("One changed byte of any kind of proof is refused")
  func v22_oneByte() throws {
    var random = SeededGenerator(named: "fork flips")
    let every = ProcessInfo.processInfo.environment["AMANA_FLIP_EVERY"].flatMap { Int($0) } ?? 11
    var tried = 0
    for (kind, proof) in try forked.everyKind().sorted(by: { $0.key < $1.key }) {
      let bytes = proof.encoded()
      try #require(holds(bytes), "\(kind)")
      for index in stride(from: Int.random(in: 0..<every, using: &random), to: bytes.count, by: every) {
        var changed = bytes
        changed[index] ^= UInt8.random(in: 1...255, using: &random)
        tried += 1
        #expect(!holds(changed), "\(kind): byte \(index) of \(bytes.count)")
      }
    }
    #expect(tried > 500)
  }

  @Test("What is cut, longer, in another order or of another version is refused for its own reason")
  func v22_form() throws {
    let proof = try #require(forked.everyKind()["roots"])
    let bytes = proof.encoded()
    #expect(reason(bytes) == nil)
    #expect(reason(bytes + [0]) == .trailingBytes)
    for count in 0..<bytes.count { #expect(reason(Array(bytes.prefix(count))) != nil, "\(count) bytes") }
    func map(_ change: (inout CBORMap) -> Void) throws -> [UInt8] {
      var fields = try #require(CBOR.decode(bytes[...]).map)
      change(&fields)
      return CBOR.map(fields).encoded()
    }
    #expect(try reason(map { $0["format"] = .text("amana-fork-2") }) == .unsupported)
    #expect(try reason(map { $0["more"] = .null }) == .unknownField)
    #expect(try reason(map { $0["contradiction"] = .array([.text("roots"), .null]) }) == .invalidValue)
    #expect(try reason(map { $0["contradiction"] = .array([.text("trees")]) }) == .invalidValue)
    #expect(try reason(map { $0["contradiction"] = nil }) == .missingField)
    #expect(
      try reason(map { $0["signed"] = $0["signed"]?.array.map { .array($0.reversed()) } }) == .invalidValue)
    #expect(try reason(map { $0["signed"] = $0["signed"]?.array.map { .array([$0[0]]) } }) == .invalidValue)
    #expect(reason([UInt8](repeating: 0, count: ForkProof.maximumByteCount + 1)) == .tooLarge)
    let later = try map { $0["format"] = .text("amana-fork-2") }
    #expect(ForkProof.isForkProof(later) && !ForkProof.isOfThisVersion(later))
    #expect(!ForkProof.isForkProof([]) && !ForkProof.isForkProof(forked.convoy.release.signed.message.bytes))
  }

  @Test("A roster may go with it, and is no part of what is proven")
  func roster() throws {
    let plain = try #require(forked.everyKind()["slots"])
    let with = ForkProof(plain.evidence, roster: forked.coalition.roster.bytes)
    #expect(try ForkProof(decoding: with.encoded()) == with && with != plain)
    #expect(holds(with.encoded()))
  }

  @Test("A line in it shows who and which step, and no other field, salt or seed")
  func shownFields() throws {
    for kind in ["releases", "answers"] {
      guard case .lines(_, let proofs) = try #require(forked.everyKind()[kind]).evidence else {
        throw ForkRefusal.sameStatement
      }
      #expect(proofs.both.allSatisfy { $0.fields.map(\.position) == (kind == "releases" ? [0, 1] : [0, 2, 3]) })
    }
    // What shows more is refused, however true it is.
    guard case .lines(let signed, let proofs) = try #require(forked.everyKind()["answers"]).evidence else {
      throw ForkRefusal.sameStatement
    }
    let manifest = try #require(forked.convoy.release.content.manifest)
    let line = try #require(manifest.lines.first).index
    let more = try LineProof(of: manifest, line: line, positions: [1, 3])
    #expect(throws: ForkRefusal.self) {
      try forked.verifier().verify(ForkProof(.lines(signed, Pair(proofs.first, more))))
    }
  }
}
