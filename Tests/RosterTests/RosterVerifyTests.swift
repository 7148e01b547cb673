import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

@Suite struct RosterVerifyTests {
  let made: TestRoster

  init() throws { made = try TestRoster() }

  private func refusal(_ bytes: [UInt8], pinned: [UInt8]) -> RosterRefusal? {
    do throws(RosterRefusal) {
      _ = try VerifiedRoster.verify(bytes, pinned: pinned)
      return nil
    } catch {
      return error
    }
  }

  @Test func theFirstIsTrustedByItsDigest() throws {
    let body = try made.body()
    let digest = SHA256.hash(body.encoded())
    let bytes = try body.signed(by: made.holders).bytes
    #expect(refusal(bytes, pinned: digest) == nil)
    #expect(try VerifiedRoster.digest(of: bytes) == digest)
    #expect(try VerifiedRoster.verify(bytes, pinned: digest).body == body)
    #expect(refusal(bytes, pinned: [UInt8](repeating: 0, count: 32)) == .notPinned(digest: digest))
    #expect(refusal(bytes, pinned: []) == .notPinned(digest: digest))
    #expect(refusal(bytes, pinned: Array(digest.dropLast())) == .notPinned(digest: digest))
  }

  @Test func holdersCountAndNotSignatures() throws {
    let body = try made.body()
    let digest = SHA256.hash(body.encoded())
    func refused(_ keys: [PrivateKey]) throws -> RosterRefusal? {
      refusal(try body.signed(by: keys).bytes, pinned: digest)
    }
    let few = RosterRefusal.thresholdNotMet(signed: 1, needed: 2)
    #expect(try refused([made.holders[0], made.holders[2]]) == nil)
    #expect(try refused([made.holders[0]]) == few)
    #expect(try refused([made.holders[0], made.holders[0]]) == few)
    #expect(try refused([made.holders[0], made.statement, made.officer]) == few)
    #expect(try refused([made.holders[0], .generate(.p256)]) == few)
  }

  @Test func twoKeysOfOneHolderCountOnce() throws {
    let second = try PrivateKey.generate(.p256)
    let holders = try made.root().holders
    let rich = RootHolder(holder: "holder-0", keys: holders[0].keys + [try TestRoster.record(.root, second)])
    let root = RosterRoot(threshold: 2, emergencyThreshold: 1, holders: [rich] + holders.dropFirst())
    let body = try made.body(root: root)
    let digest = SHA256.hash(body.encoded())
    #expect(
      refusal(try body.signed(by: [made.holders[0], second]).bytes, pinned: digest)
        == .thresholdNotMet(signed: 1, needed: 2))
    #expect(refusal(try body.signed(by: [second, made.holders[1]]).bytes, pinned: digest) == nil)
  }

  @Test func aRootKeyMustBeValidWhenTheRosterWasIssued() throws {
    let holders = try made.root().holders
    let gone = try RootHolder(
      holder: "holder-0",
      keys: [
        TestRoster.record(
          .root, made.holders[0], revoked: [Revocation(reason: .lost, effectiveFrom: TestRoster.issued)])
      ])
    let body = try made.body(
      root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: [gone] + holders.dropFirst()))
    let digest = SHA256.hash(body.encoded())
    #expect(refusal(try body.signed(by: Array(made.holders.prefix(2))).bytes, pinned: digest) != nil)
    #expect(refusal(try body.signed(by: Array(made.holders.suffix(2))).bytes, pinned: digest) == nil)
  }

  @Test func whatIsNoRosterIsRefused() throws {
    let body = try made.body()
    let digest = SHA256.hash(body.encoded())
    let bytes = try body.signed(by: made.holders).bytes
    let untyped = try Sign.sign(body.encoded(), protected: [3: .text(RosterBody.mediaType)], with: made.holders)
    #expect(refusal(untyped.bytes, pinned: digest) == .wrongType)
    for count in [0, 1, bytes.count / 2, bytes.count - 1] {
      guard case .form = refusal(Array(bytes.prefix(count)), pinned: digest) else {
        Issue.record("\(count) bytes are read")
        continue
      }
    }
  }

  @Test("A content has one form: an empty list that could be left out is refused")
  func oneForm() throws {
    var map = try #require(CBOR.decode(made.body().encoded()[...]).map)
    map["code_lists"] = .map([:])
    let payload = CBOR.map(map).encoded()
    let bytes = try Sign.sign(
      payload,
      protected: [
        HeaderLabel.contentType: .text(RosterBody.mediaType), HeaderLabel.type: .text(VerifiedRoster.type),
      ], with: made.holders
    ).bytes
    guard case .form = refusal(bytes, pinned: SHA256.hash(payload)) else {
      Issue.record("an empty field is taken")
      return
    }
  }

  @Test func everyChangedByteIsRefused() throws {
    let body = try made.body()
    let bytes = try body.signed(by: Array(made.holders.prefix(2))).bytes
    let digest = SHA256.hash(body.encoded())
    var random = SeededGenerator(named: "roster flips")
    for index in stride(from: Int.random(in: 0..<3, using: &random), to: bytes.count, by: 3) {
      var changed = bytes
      changed[index] ^= UInt8.random(in: 1...255, using: &random)
      #expect(refusal(changed, pinned: digest) != nil, "byte \(index)")
    }
  }
}
