import COSE
import OpenSSL
import Roster
import Testing

/// Which version may follow which, and how many holders it takes: each refusal says what is wrong.
@Suite struct RosterSequenceTests {
  let made: TestRoster
  let first: VerifiedRoster

  init() throws {
    made = try TestRoster()
    first = try made.first()
  }

  private func refusal(_ body: RosterBody, after old: VerifiedRoster, by keys: [PrivateKey]? = nil) throws
    -> RosterRefusal?
  {
    try TestRoster.refusal(body, by: keys ?? made.holders, following: old)
  }

  private func verified(_ body: RosterBody, after old: VerifiedRoster) throws -> VerifiedRoster {
    try VerifiedRoster.verify(body.signed(by: made.holders).bytes, following: old)
  }

  @Test("F21 F22 Rollback, the same version, a fork, a skipped version and another history are told apart")
  func sequence() throws {
    let second = try verified(made.next(first), after: first)
    let third = try verified(made.next(second), after: second)
    #expect(try refusal(second.body, after: third) == .doesNotFollow(.rollback(version: 2, inForce: 3)))
    #expect(try refusal(first.body, after: third) == .doesNotFollow(.rollback(version: 1, inForce: 3)))
    #expect(try refusal(third.body, after: third) == .doesNotFollow(.sameVersion(3, isFork: false)))
    let other = made.next(second, next: second.body.nextUpdate + 5)
    #expect(try refusal(other, after: third) == .doesNotFollow(.sameVersion(3, isFork: true)))
    #expect(try refusal(third.body, after: first) == .doesNotFollow(.versionsMissing(2...2)))
    #expect(try refusal(made.next(first, version: 5), after: first) == .doesNotFollow(.versionsMissing(2...4)))
    let zeros = [UInt8](repeating: 0, count: 32)
    #expect(
      try refusal(made.next(first, previous: zeros), after: first) == .doesNotFollow(.anotherHistory(version: 2)))
    let sentences: [(RosterBreak, String)] = [
      (.rollback(version: 2, inForce: 3), "version 2 is older than version 3"),
      (.sameVersion(3, isFork: false), "in force already"), (.sameVersion(3, isFork: true), "fork"),
      (.versionsMissing(2...2), "version 2 comes before it and is missing"),
      (.versionsMissing(2...4), "versions 2 to 4 come before it and are missing"),
      (.anotherHistory(version: 2), "cites another one"), (.staleWhenIssued, "past its next update"),
      (.anotherCoalition, "another coalition's"),
    ]
    for (found, words) in sentences { #expect(found.description.contains(words)) }
  }

  @Test("Mix-and-match: another coalition's roster and an exercise's are refused, whoever signed them")
  func mixAndMatch() throws {
    #expect(try refusal(made.next(first, coalition: "Other"), after: first) == .doesNotFollow(.anotherCoalition))
    #expect(try refusal(made.next(first, exercise: true), after: first) == .doesNotFollow(.anotherCoalition))
  }

  @Test func aRosterIsNotIssuedBeforeTheOneItFollows() throws {
    let issued = first.body.issuedAt
    #expect(try refusal(made.next(first, issued: issued - 1), after: first) == .doesNotFollow(.issuedBefore))
    #expect(try refusal(made.next(first, issued: issued), after: first) == nil)
  }

  /// Three new holders beside the three old ones, who departed.
  private func newRoot(_ fresh: [PrivateKey]) throws -> RosterRoot {
    let old = first.body.root.holders.map { RootHolder(holder: $0.holder, status: .departed, keys: $0.keys) }
    let new = try fresh.enumerated().map { index, key in
      RootHolder(holder: "new-\(index)", keys: [try TestRoster.record(.root, key)])
    }
    return RosterRoot(threshold: 2, emergencyThreshold: 1, holders: old + new)
  }

  @Test("F22 A change of root holders needs the old threshold and the new one")
  func bothThresholds() throws {
    let fresh = try (0..<3).map { _ in try PrivateKey.generate(.p256) }
    let body = made.next(first, root: try newRoot(fresh))
    let few = RosterRefusal.thresholdNotMet(signed: 0, needed: 2)
    #expect(try refusal(body, after: first, by: made.holders) == few)
    #expect(try refusal(body, after: first, by: fresh) == few)
    let one = RosterRefusal.thresholdNotMet(signed: 1, needed: 2)
    #expect(try refusal(body, after: first, by: [made.holders[0]] + fresh) == one)
    #expect(try refusal(body, after: first, by: made.holders + [fresh[0]]) == one)
    #expect(try refusal(body, after: first, by: Array(made.holders.prefix(2)) + fresh.prefix(2)) == nil)
    // From then on the departed sign nothing, and the new ones do.
    let second = try VerifiedRoster.verify(body.signed(by: made.holders + fresh).bytes, following: first)
    let third = made.next(second)
    #expect(try refusal(third, after: second, by: made.holders) == few)
    #expect(try refusal(third, after: second, by: fresh) == nil)
  }

  @Test("A raised threshold counts at once, a lowered one only from the next version on")
  func thresholdsMove() throws {
    let holders = first.body.root.holders
    let raised = made.next(first, root: RosterRoot(threshold: 3, emergencyThreshold: 1, holders: holders))
    #expect(try refusal(raised, after: first, by: Array(made.holders.prefix(2))) != nil)
    let second = try verified(raised, after: first)
    let lowered = made.next(second, root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: holders))
    #expect(
      try refusal(lowered, after: second, by: Array(made.holders.prefix(2)))
        == .thresholdNotMet(signed: 2, needed: 3))
    let third = try verified(lowered, after: second)
    #expect(try refusal(made.next(third), after: third, by: Array(made.holders.prefix(2))) == nil)
  }

  @Test("A holder who is not active is not counted, neither as signer nor in the half")
  func endedHolders() throws {
    for status in [Participation.suspended, .departed] {
      let holders = first.body.root.holders
      let ended = [RootHolder(holder: holders[0].holder, status: status, keys: holders[0].keys)] + holders.dropFirst()
      let body = made.next(first, root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: ended))
      #expect(try RosterBody(decoding: body.encoded()[...]) == body)
      #expect(
        try refusal(body, after: first, by: Array(made.holders.prefix(2))) == .thresholdNotMet(signed: 1, needed: 2))
      #expect(try refusal(body, after: first, by: Array(made.holders.suffix(2))) == nil)
      let tooMany = RosterRoot(threshold: 3, emergencyThreshold: 1, holders: ended)
      #expect(throws: DecodeError.self) {
        try RosterBody(decoding: made.next(first, root: tooMany).encoded()[...])
      }
    }
    let spelled = try #require(CBOR.decode(first.body.encoded()[...]).map)
    var root = try #require(spelled["root"]?.map)
    var holder = try #require(root["holders"]?.array?.first?.map)
    holder["status"] = "active"
    root["holders"] = .array([.map(holder)] + (root["holders"]?.array ?? []).dropFirst())
    var changed = spelled
    changed["root"] = .map(root)
    #expect(throws: DecodeError.self) { try RosterBody(decoding: CBOR.map(changed).encoded()[...]) }
  }

  @Test("F22 Who was offline long walks every version; one that is left out or altered stops it")
  func walk() throws {
    var versions: [VerifiedRoster] = []
    for _ in 2...6 {
      let last = versions.last ?? first
      versions.append(try verified(made.next(last), after: last))
    }
    let bytes = versions.map(\.bytes)
    #expect(try VerifiedRoster.walk(from: first, through: bytes).map(\.digest) == versions.map(\.digest))
    #expect(try VerifiedRoster.walk(from: first, through: []) == [])
    #expect(throws: RosterRefusal.doesNotFollow(.versionsMissing(4...4))) {
      try VerifiedRoster.walk(from: first, through: [bytes[0], bytes[1], bytes[3]])
    }
    #expect(throws: RosterRefusal.doesNotFollow(.rollback(version: 2, inForce: 3))) {
      try VerifiedRoster.walk(from: first, through: [bytes[0], bytes[1], bytes[0]])
    }
    let forged = try made.next(versions[0]).signed(by: [made.holders[0]]).bytes
    #expect(throws: RosterRefusal.thresholdNotMet(signed: 1, needed: 2)) {
      try VerifiedRoster.walk(from: first, through: [bytes[0], forged, bytes[2]])
    }
  }
}
