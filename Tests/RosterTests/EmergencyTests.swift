import COSE
import OpenSSL
import Roster
import Testing

/// Fewer holders than the threshold may add revocations and do nothing else.
@Suite struct EmergencyTests {
  let made: TestRoster
  let first: VerifiedRoster
  let lost = Revocation(reason: .compromised, effectiveFrom: TestRoster.issued - 9)

  init() throws {
    made = try TestRoster()
    first = try made.first()
  }

  private func refusal(_ body: RosterBody, by keys: [PrivateKey]) throws -> RosterRefusal? {
    try TestRoster.refusal(body, by: keys, following: first)
  }

  private func authorities(
    revoked: [Revocation]? = nil, officer: [Revocation] = [], uri: String = "https://prisons.syr.example",
    more: [KeyRecord] = []
  ) throws -> [Authority] {
    let keys = try [
      TestRoster.record(.statement, made.statement, revoked: revoked ?? [lost]),
      TestRoster.record(.checkpoint, made.checkpoint),
    ]
    let person = try TestRoster.record(.officer, made.officer, revoked: officer)
    return [
      try made.authority(
        uri: uri, keys: keys + more, officers: [Officer(number: 1, roles: ["officer"], keys: [person])])
    ]
  }

  @Test("One holder of three revokes, and a stranger does not")
  func revocation() throws {
    let body = made.next(first, authorities: try authorities())
    #expect(try refusal(body, by: [made.holders[1]]) == nil)
    #expect(try refusal(body, by: [.generate(.p256)]) == .thresholdNotMet(signed: 0, needed: 1))
    #expect(try refusal(made.next(first, authorities: authorities(officer: [lost])), by: [made.holders[2]]) == nil)
    let second = try VerifiedRoster.verify(body.signed(by: [made.holders[1]]).bytes, following: first)
    let kid = try #require(made.statement.publicKey.thumbprint)
    #expect(second.holder(of: kid)?.record.standing(at: TestRoster.issued) == .revoked(lost))
    // It is a version like any other: the next needs the whole threshold, and cannot take the revocation back.
    let third = made.next(second)
    #expect(try TestRoster.refusal(third, by: [made.holders[1]], following: second) != nil)
    #expect(try TestRoster.refusal(third, by: made.holders, following: second) == nil)
  }

  @Test("Pinned by its digest it is read again, which no first version is by so few")
  func pinnedAgain() throws {
    let body = made.next(first, authorities: try authorities())
    let digest = SHA256.hash(body.encoded())
    let bytes = try body.signed(by: [made.holders[1]]).bytes
    #expect(try VerifiedRoster.verify(bytes, pinned: digest).body == body)
    let nobody = try body.signed(by: [.generate(.p256)]).bytes
    #expect(throws: RosterRefusal.thresholdNotMet(signed: 0, needed: 1)) {
      try VerifiedRoster.verify(nobody, pinned: digest)
    }
    let poor = try first.body.signed(by: [made.holders[1]]).bytes
    #expect(throws: RosterRefusal.thresholdNotMet(signed: 1, needed: 2)) {
      try VerifiedRoster.verify(poor, pinned: first.digest)
    }
  }

  @Test("F22 A roster past its next update can still be revoked in, and stays past it: the freeze is not ended by few")
  func stale() throws {
    let end = TestRoster.issued + 100
    let old = try made.first(made.body(next: end))
    func refusal(_ body: RosterBody, _ count: Int) throws -> RosterRefusal? {
      try TestRoster.refusal(body, by: Array(made.holders.prefix(count)), following: old)
    }
    func late(_ next: UnixTime, issued: UnixTime, _ authorities: [Authority]? = nil) throws -> RosterBody {
      made.next(old, issued: issued, next: next, authorities: try authorities ?? self.authorities())
    }
    let body = try late(end, issued: end + 5)
    #expect(try refusal(body, 1) == nil)
    let second = try VerifiedRoster.verify(body.signed(by: [made.holders[2]]).bytes, following: old)
    #expect(second.isStale(at: end + 5))
    #expect(try VerifiedRoster.verify(second.bytes, pinned: second.digest).body == body)
    // Few do not move it, neither on nor further back.
    #expect(try refusal(late(end + 10, issued: end + 5), 1) == .thresholdNotMet(signed: 1, needed: 2))
    #expect(try refusal(late(end + 10, issued: end + 5), 2) == nil)
    #expect(try refusal(late(end - 1, issued: end + 5), 3) == .doesNotFollow(.staleWhenIssued))
    #expect(try refusal(late(end - 50, issued: end - 50), 3) == .doesNotFollow(.staleWhenIssued))
    #expect(try refusal(late(end - 50, issued: end - 51), 1) == nil)
    // Whatever is no emergency is for a time to come, whoever signs.
    #expect(try refusal(late(end, issued: end + 5, old.body.authorities), 3) == .doesNotFollow(.staleWhenIssued))
    // The next version after an emergency, in its own time, ends the freeze.
    let third = made.next(second, issued: end + 20, next: end + 1000)
    #expect(try TestRoster.refusal(third, by: made.holders, following: second) == nil)
    #expect(throws: RosterRefusal.self) { try made.first(made.body(issued: end, next: end)) }
  }

  @Test("The emergency threshold is asked for")
  func threshold() throws {
    let root = RosterRoot(threshold: 3, emergencyThreshold: 2, holders: first.body.root.holders)
    let old = try made.first(made.body(root: root))
    let body = made.next(old, authorities: try authorities())
    #expect(
      try TestRoster.refusal(body, by: [made.holders[0]], following: old) == .thresholdNotMet(signed: 1, needed: 2))
    #expect(try TestRoster.refusal(body, by: Array(made.holders.prefix(2)), following: old) == nil)
  }

  @Test("Whatever else is changed beside a revocation, or nothing, needs the whole threshold")
  func nothingElse() throws {
    let body = first.body
    let few = RosterRefusal.thresholdNotMet(signed: 1, needed: 2)
    func changed(
      next: UnixTime? = nil, root: RosterRoot? = nil, members: [Member]? = nil, authorities: [Authority]? = nil,
      codeLists: [String: String]? = nil
    ) throws -> RosterRefusal? {
      let body = made.next(
        first, next: next, root: root, members: members, authorities: try authorities ?? self.authorities(),
        codeLists: codeLists)
      #expect(try refusal(body, by: made.holders) == nil)
      return try refusal(body, by: [made.holders[0]])
    }
    #expect(try changed() == nil)
    #expect(try changed(authorities: body.authorities) == few)
    #expect(try changed(next: body.nextUpdate + 1) == few)
    #expect(try changed(next: body.nextUpdate - 1) == nil)
    #expect(try changed(members: [Member(key: "SYR", iso3: nil, names: [:])]) == few)
    #expect(try changed(codeLists: ["reason": "2"]) == few)
    #expect(try changed(authorities: authorities(more: [TestRoster.record(.receipt, .generate(.p256))])) == few)
    let raised = RosterRoot(threshold: 2, emergencyThreshold: 2, holders: body.root.holders)
    #expect(try changed(root: raised) == few)
    let revokedRoot = try made.root().holders.enumerated().map { index, holder in
      index == 2
        ? RootHolder(
          holder: holder.holder, keys: [try TestRoster.record(.root, made.holders[2], revoked: [lost])]) : holder
    }
    #expect(try changed(root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: revokedRoot)) == few)
  }
}
