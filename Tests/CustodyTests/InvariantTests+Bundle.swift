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
