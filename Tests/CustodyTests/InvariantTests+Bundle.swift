import COSE
import Custody
import OpenSSL
import Roster
import Testing

extension InvariantTests {
  @Test("V32: a bundle holds by itself, and shows every roster from its statements to the one that is trusted")
  func v32_aBundleHoldsByItself() throws {
    let convoy = try Convoy()
    let coalition = convoy.coalition
    let first = coalition.roster
    let second = try coalition.roster(after: first)
    let third = try coalition.roster(after: second)
    func report(_ rosters: [VerifiedRoster], trusting trusted: VerifiedRoster) throws -> BundleReport {
      var bundle = try TestBundle([convoy.intake, convoy.release], of: coalition)
      bundle.rosters = rosters.map(\.bytes)
      return try bundle.report(pinned: trusted.digest)
    }
    for trusted in [first, second, third] {
      let whole = try report([first, second, third], trusting: trusted)
      #expect(whole.holds && whole.lines.allSatisfy(\.flags.isEmpty), "\(whole.failures)")
    }
    // Of the first nobody can tell whether it led to the third.
    let gap = try report([first, third], trusting: third)
    #expect(!gap.holds && gap.failures.count == 1 && gap.failures[0].hasPrefix("V32: "), "\(gap.failures)")
    #expect(gap.lines.allSatisfy { $0.refusal == nil && $0.flags.map(\.code) == [.v32] })
    let alone = try report([third], trusting: third)
    #expect(alone.holds && alone.lines.allSatisfy { $0.flags.map(\.code) == [.v32] })
    // Another coalition's, and a second version that the trusted one does not name or that comes beside the first.
    let other = try coalition.roster(after: first, issuedLater: 7)
    let strays: [([VerifiedRoster], VerifiedRoster)] = [
      ([first, try Coalition().roster], first), ([first, second, other], first),
      ([first, second, other, third], third),
    ]
    for (rosters, trusted) in strays {
      let stray = try report(rosters, trusting: trusted)
      #expect(!stray.holds && stray.failures.count == 1 && stray.failures[0].hasPrefix("V32: "), "\(stray.failures)")
      #expect(stray.lines.allSatisfy { $0.flags.isEmpty })
    }
  }

  @Test(
    "V32: an archive's parts hold under the newest roster that follows the one its reader trusts, and with none missing"
  )
  func v32_anArchiveHoldsByItself() throws {
    let convoy = try Convoy()
    let coalition = convoy.coalition
    let first = coalition.roster
    let second = try coalition.roster(after: first)
    let third = try coalition.roster(after: second)
    var bundle = try TestBundle([convoy.intake, convoy.release], of: coalition)
    bundle.rosters = [first.bytes]
    func report(_ rosters: [VerifiedRoster], trusting trusted: VerifiedRoster?) throws -> BundleReport {
      let found = try ArchiveRosters(rosters.map(\.bytes), trusting: trusted?.digest)
      #expect(found.newest.digest == rosters.last?.digest && found.isPinned == (trusted != nil))
      let whole = found.completing(try Bundle(decoding: bundle.bytes, checks: checksInForce))
      return BundleVerifier(checks: checksInForce).verify(whole, pinned: found.newest.digest, now: Coalition.now)
    }
    for trusted in [first, second, third, nil] {
      let whole = try report([first, second, third], trusting: trusted)
      #expect(whole.holds && whole.lines.allSatisfy(\.flags.isEmpty), "\(whole.failures)")
    }
    let gap = try report([first, third], trusting: third)
    #expect(!gap.holds && gap.failures.count == 1 && gap.failures[0].hasPrefix("V32: "), "\(gap.failures)")
    let unknown = #expect(throws: ArchiveRefusal.self) {
      try ArchiveRosters([first.bytes, second.bytes], trusting: third.digest)
    }
    #expect(unknown?.description.contains("is not in the archive") == true)
    #expect(throws: ArchiveRefusal.self) { try ArchiveRosters([Array(first.bytes.dropLast())], trusting: nil) }
    #expect(throws: ArchiveRefusal.self) { try ArchiveRosters([], trusting: nil) }
  }

  @Test(
    "V13, V32: whom another member's stamp shows to have been seen in time holds in decades; its own member's does not")
  func v32_aStampOfAnotherMemberAnchors() throws {
    let convoy = try Convoy()
    let coalition = convoy.coalition
    let bundle = try Bundle(
      decoding: TestBundle([convoy.intake], of: coalition).bytes, checks: checksInForce)
    let late = Coalition.notAfter + 30 * 31_536_000
    func codes(_ witnesses: [ArchiveWitness]) -> [String?] {
      BundleVerifier(checks: checksInForce)
        .verify(bundle, pinned: coalition.roster.digest, now: late, witnesses: witnesses).lines.map(\.code)
    }
    #expect(codes([]) == ["V13"])
    #expect(codes([ArchiveWitness(authority: coalition.tur.name, at: Coalition.now)]) == [nil])
    #expect(codes([ArchiveWitness(authority: coalition.tur.name, at: late)]) == ["V13"])
    for own in [coalition.syr, coalition.police] {
      #expect(codes([ArchiveWitness(authority: own.name, at: Coalition.now)]) == ["V13"])
    }
  }
}

extension Coalition {
  /// The version that follows another, signed by the same root holders.
  fileprivate func roster(after old: VerifiedRoster, issuedLater seconds: UnixTime = 0) throws -> VerifiedRoster {
    let body = old.body
    let next = RosterBody(
      coalition: body.coalition, exercise: body.exercise, version: body.version + 1, previous: old.digest,
      issuedAt: body.issuedAt + seconds, nextUpdate: body.nextUpdate, root: body.root, members: body.members,
      authorities: body.authorities, codeLists: body.codeLists)
    return try VerifiedRoster.verify(next.signed(by: roots).bytes, following: old)
  }
}
