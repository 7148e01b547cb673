import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

/// Each version follows the one in force: both thresholds, the digest, every revocation.
@Suite struct RosterSuccessionTests {
  let made: TestRoster

  init() throws { made = try TestRoster() }

  private func next(
    _ old: VerifiedRoster, version: UInt64 = 2, coalition: String = "Test", exercise: Bool = false,
    root: RosterRoot? = nil, authorities: [Authority]? = nil
  ) throws -> RosterBody {
    try made.body(
      version: version, previous: old.digest, coalition: coalition, exercise: exercise, root: root,
      authorities: authorities)
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
    for revoked in [[], [worse]] {
      guard case .doesNotFollow(.revocationMissing) = try refused(revoked) else {
        Issue.record("revocations \(revoked) follow")
        continue
      }
    }
    guard case .doesNotFollow(.vanished) = try refused(nil) else {
      Issue.record("a key that vanishes takes its revocation along")
      return
    }
  }

  @Test func theLastVersionHasNoNext() throws {
    let body = try made.body(version: .max, previous: [UInt8](repeating: 1, count: 32))
    let last = try VerifiedRoster.verify(body.signed(by: made.holders).bytes, pinned: SHA256.hash(body.encoded()))
    #expect(try TestRoster.refusal(next(last, version: 1), by: made.holders, following: last) != nil)
    #expect(try TestRoster.refusal(next(last, version: 2), by: made.holders, following: last) != nil)
  }
}
