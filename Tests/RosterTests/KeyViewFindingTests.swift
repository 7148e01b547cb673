import COSE
import OpenSSL
import Roster
import Testing

/// A view is held against the roster that it names: every kind of difference, and versions.
@Suite struct KeyViewFindingTests {
  private let made: TestRoster
  private let first: VerifiedRoster
  private let prisons: AuthorityName

  init() throws {
    made = try TestRoster()
    first = try made.first(
      made.body(authorities: [
        made.authority(), made.authority("SYR/courts", uri: "https://courts.syr.example", keys: [], officers: []),
      ]))
    prisons = try #require(AuthorityName("SYR/prisons"))
  }

  private func keys(_ change: (KeyRecord) throws -> KeyRecord?) rethrows -> [KeyRecord] {
    try first.body.authorities[0].keys.compactMap(change)
  }

  /// Version 1 of the same coalition, signed by the same root holders, with other keys of SYR/prisons.
  private func twin(_ keys: [KeyRecord], courts: [KeyRecord] = []) throws -> VerifiedRoster {
    let officers = first.body.authorities[0].officers
    return try made.first(
      made.body(authorities: [
        made.authority(keys: keys, officers: officers),
        made.authority("SYR/courts", uri: "https://courts.syr.example", keys: courts, officers: []),
      ]))
  }

  private func next(_ old: VerifiedRoster, _ keys: [KeyRecord]? = nil) throws -> VerifiedRoster {
    let (prisons, courts) = (old.body.authorities[0], old.body.authorities[1])
    let changed = Authority(
      name: prisons.name, uri: prisons.uri, names: prisons.names, role: prisons.role, competence: prisons.competence,
      keys: keys ?? prisons.keys, officers: prisons.officers)
    let body = made.next(old, authorities: [changed, courts])
    return try VerifiedRoster.verify(body.signed(by: made.holders).bytes, following: old)
  }

  private func view(_ roster: VerifiedRoster) -> KeyView { KeyView(of: roster, at: TestRoster.issued) }

  private func compared(_ theirs: VerifiedRoster, _ ours: [VerifiedRoster]) throws -> KeyViewFinding {
    try view(theirs).compared(with: #require(ours.last)) { version in ours.first { $0.body.version == version } }
  }

  private func added() throws -> KeyRecord { try TestRoster.record(.receipt, .generate(.p256)) }

  @Test func theSameRosterAgrees() throws {
    let finding = try compared(first, [first])
    #expect(finding.standing == .agrees && finding.differences.isEmpty && finding.version == 1)
    #expect(view(first).differences(from: view(first)).isEmpty)
  }

  @Test func aKeyThatOneOfBothDoesNotListIsNamed() throws {
    let extra = try added()
    let more = try twin(keys { $0 } + [extra])
    let theirs = try compared(more, [first])
    #expect(theirs.standing == .fork && theirs.roster == first.digest)
    #expect(theirs.differences.map(\.kid) == [extra.kid])
    #expect(theirs.differences[0].theirs?.authority == prisons && theirs.differences[0].ours == nil)
    let ours = try compared(first, [more])
    #expect(ours.standing == .fork && ours.differences.map(\.kid) == [extra.kid])
    #expect(ours.differences[0].theirs == nil && ours.differences[0].ours?.key.purpose == .receipt)
  }

  @Test func holderPurposeValidityRevocationsAndCertificatesAreCompared() throws {
    let statement = try TestRoster.record(.statement, made.statement)
    let rest = keys { $0.purpose == .statement ? nil : $0 }
    let lost = [Revocation(reason: .lost, effectiveFrom: TestRoster.issued)]
    let others = try [
      twin(rest + [TestRoster.record(.receipt, made.statement)]), twin(rest, courts: [statement]),
      twin(rest + [TestRoster.record(.statement, made.statement, revoked: lost)]),
      twin(rest + [TestRoster.record(.statement, made.statement, until: TestRoster.issued)]),
    ]
    for other in others {
      let finding = try compared(other, [first])
      #expect(finding.standing == .fork && finding.differences.count == 1)
      #expect(finding.differences.first?.theirs != nil && finding.differences.first?.ours != nil)
      #expect(finding.differences.first?.kid == statement.kid)
    }
  }

  @Test func anotherRosterOfOneVersionIsAForkAlsoWithTheSameKeys() throws {
    let renewed = try made.first(
      made.body(next: TestRoster.issued + 5, authorities: first.body.authorities))
    let finding = try compared(renewed, [first])
    #expect(finding.standing == .fork && finding.differences.isEmpty)
  }

  @Test func otherKeysThanThoseOfTheRosterThatItNamesDiffer() throws {
    let extra = try twin(keys { $0 } + [added()])
    var fields = try #require(CBOR.decode(view(extra).encoded()[...]).map)
    fields["roster"] = .bytes(first.digest)
    let forged = try KeyView(decoding: CBOR.map(fields).encoded())
    let finding = forged.compared(with: first) { _ in nil }
    #expect(finding.standing == .differs && finding.differences.count == 1)
  }

  @Test func aLaterRosterIsNoContradictionUnlessItLostSomething() throws {
    let (second, extra) = (try next(first), try added())
    let third = try next(second, second.body.authorities[0].keys + [extra])
    let finding = try compared(third, [first, second])
    #expect(finding.standing == .newer && finding.version == 2 && finding.differences.isEmpty)
    #expect(try compared(third, [first, second, third]).standing == .agrees)
    // No roster drops a key or takes a revocation back.
    var fields = try #require(CBOR.decode(view(first).encoded()[...]).map)
    fields["version"] = 4
    let older = try KeyView(decoding: CBOR.map(fields).encoded())
    let lost = older.compared(with: third) { _ in nil }
    #expect(lost.standing == .differs && lost.differences.map(\.kid) == [extra.kid])
    let revoked = try next(
      first,
      keys {
        $0.purpose == .statement
          ? try TestRoster.record(
            .statement, made.statement, revoked: [Revocation(reason: .lost, effectiveFrom: TestRoster.issued)]) : $0
      })
    let back = older.compared(with: revoked) { _ in nil }
    #expect(back.standing == .differs && back.differences.count == 1)
    // Prolonged or cut short, and revoked, may be later.
    let ended = try next(
      first,
      keys {
        $0.purpose == .statement ? try TestRoster.record(.statement, made.statement, until: TestRoster.issued + 9) : $0
      })
    #expect(try compared(ended, [first]).standing == .newer && compared(revoked, [first]).standing == .newer)
  }

  @Test func anOlderRosterIsHeldAgainstOursOfThatVersion() throws {
    let second = try next(first)
    #expect(try compared(first, [first, second]).standing == .agrees)
    let other = try twin(keys { $0 } + [added()])
    let finding = try compared(other, [first, second])
    #expect(finding.standing == .fork && finding.version == 1 && finding.differences.count == 1)
    // We came with version 2, which says what version 1 was, and nothing of version 0 before it.
    #expect(try compared(first, [second]).standing == .unknown)
    #expect(try compared(other, [second]).standing == .fork)
    let third = try next(second)
    #expect(try compared(other, [third]).standing == .unknown)
  }

  @Test func anotherCoalitionAndAnExerciseAreForeign() throws {
    let other = try made.first(made.body(coalition: "Other", authorities: first.body.authorities))
    let exercise = try made.first(made.body(exercise: true, authorities: first.body.authorities))
    #expect(try compared(other, [first]).standing == .foreign && compared(exercise, [first]).standing == .foreign)
  }
}
