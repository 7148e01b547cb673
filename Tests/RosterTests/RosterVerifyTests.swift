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

  private func next(
    _ old: VerifiedRoster, version: UInt64 = 2, coalition: String = "Test", exercise: Bool = false,
    root: RosterRoot? = nil, authorities: [Authority]? = nil
  ) throws -> RosterBody {
    try made.body(
      version: version, previous: old.digest, coalition: coalition, exercise: exercise, root: root,
      authorities: authorities)
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

  @Test func aFollowingVersionNeedsBothThresholds() throws {
    let old = try made.first()
    let fresh = try (0..<3).map { _ in try PrivateKey.generate(.p256) }
    let body = try next(old, root: made.root(fresh))
    #expect(try TestRoster.refusal(body, by: made.holders, following: old) != nil)
    #expect(try TestRoster.refusal(body, by: fresh, following: old) != nil)
    #expect(try TestRoster.refusal(body, by: [made.holders[0]] + fresh, following: old) != nil)
    #expect(try TestRoster.refusal(body, by: Array(made.holders.prefix(2)) + fresh.prefix(2), following: old) == nil)
  }

  @Test func eachVersionFollowsTheOneBefore() throws {
    let first = try made.first()
    func refused(_ body: RosterBody, _ old: VerifiedRoster) throws -> Bool {
      if case .doesNotFollow = try TestRoster.refusal(body, by: made.holders, following: old) { true } else { false }
    }
    let second = try next(first)
    #expect(try TestRoster.refusal(second, by: made.holders, following: first) == nil)
    #expect(try refused(next(first, version: 3), first))
    #expect(try refused(made.body(), first))
    #expect(try refused(made.body(version: 2, previous: [UInt8](repeating: 0, count: 32)), first))
    #expect(try refused(next(first, coalition: "Other"), first))
    #expect(try refused(next(first, exercise: true), first))
    let verified = try VerifiedRoster.verify(second.signed(by: made.holders).bytes, following: first)
    #expect(try refused(second, verified))
    #expect(try refused(made.body(), verified))
    #expect(try refused(next(first, version: 3), verified))
    #expect(try TestRoster.refusal(next(verified, version: 3), by: made.holders, following: verified) == nil)
  }

  @Test func aNameThatOnlyLooksTheSameIsAnotherCoalition() throws {
    let old = try made.first(made.body(coalition: "caf\u{e9}"))
    #expect(try TestRoster.refusal(next(old, coalition: "caf\u{e9}"), by: made.holders, following: old) == nil)
    #expect(try TestRoster.refusal(next(old, coalition: "cafe\u{301}"), by: made.holders, following: old) != nil)
  }

  @Test("F21: revocations are only ever added") func revocationsStay() throws {
    let lost = Revocation(reason: .lost, effectiveFrom: TestRoster.issued - 5)
    let worse = Revocation(reason: .compromised, effectiveFrom: TestRoster.issued - 9)
    func authority(_ revoked: [Revocation]?) throws -> Authority {
      try made.authority(keys: revoked.map { [try TestRoster.record(.statement, made.statement, revoked: $0)] } ?? [])
    }
    let old = try made.first(made.body(authorities: [authority([lost])]))
    func refused(_ revoked: [Revocation]?) throws -> RosterRefusal? {
      try TestRoster.refusal(next(old, authorities: [authority(revoked)]), by: made.holders, following: old)
    }
    #expect(try refused([lost]) == nil && refused([worse, lost]) == nil)
    for revoked: [Revocation]? in [nil, [], [worse]] {
      guard case .doesNotFollow = try refused(revoked) else {
        Issue.record("revocations \(String(describing: revoked)) follow")
        continue
      }
    }
  }

  @Test func theLastVersionHasNoNext() throws {
    let body = try made.body(version: .max, previous: [UInt8](repeating: 1, count: 32))
    let last = try VerifiedRoster.verify(body.signed(by: made.holders).bytes, pinned: SHA256.hash(body.encoded()))
    #expect(try TestRoster.refusal(next(last, version: 1), by: made.holders, following: last) != nil)
    #expect(try TestRoster.refusal(next(last, version: 2), by: made.holders, following: last) != nil)
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
