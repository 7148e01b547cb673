import COSE
import OpenSSL
import Roster
import Testing

@testable import Custody

/// What ends soon is an alarm at 90, 30 and 7 days, and ends with what takes over.
@Suite struct ExpiryTests {
  private static let day: UnixTime = 86_400
  private static let end: UnixTime = 2_000_000_000

  private func roster(keys: [KeyRecord], nextUpdate: UnixTime) throws -> (Authority, VerifiedRoster) {
    let root = try PrivateKey.generate(.p256)
    let name = try #require(AuthorityName("SYR/prisons"))
    let authority = Authority(
      name: name, uri: "https://syr.example/custody", names: ["en": "Prisons"], role: .custodian,
      competence: Competence(
        kinds: ["detainee-transfer"], sites: [], mayRelease: true, mayAccept: true, mayCarry: false, level: 5),
      keys: keys, officers: [])
    let holder = try #require(
      KeyRecord(purpose: .root, key: root.publicKey, notBefore: 0, notAfter: Self.end * 2))
    let body = RosterBody(
      coalition: "Test", exercise: false, version: 1, previous: nil, issuedAt: 1, nextUpdate: nextUpdate,
      root: RosterRoot(
        threshold: 1, emergencyThreshold: 1, holders: [RootHolder(holder: "SYR/prisons", keys: [holder])]),
      members: [Member(key: "SYR", iso3: "SYR", names: ["en": "Syria"])], authorities: [authority])
    let signed = try body.signed(by: [root])
    let verified = try VerifiedRoster.verify(signed.bytes, pinned: SHA256.hash(body.encoded()))
    return (try #require(verified.authority(name)), verified)
  }

  private func record(until end: UnixTime, revoked: Bool = false) throws -> KeyRecord {
    try #require(
      KeyRecord(
        purpose: .statement, key: PrivateKey.generate(.p256).publicKey, notBefore: 0, notAfter: end,
        revocations: revoked ? [Revocation(reason: .lost, effectiveFrom: 1)] : []))
  }

  @Test(
    "Each threshold has one alarm, and what has ended another",
    arguments: [
      (91, nil), (90, "within 90 days"), (31, "within 90 days"), (30, "within 30 days"), (8, "within 30 days"),
      (7, "within 7 days"), (0, "within 7 days"), (-1, "has ended"),
    ] as [(Int64, String?)])
  func thresholds(days: Int64, said: String?) throws {
    let (authority, roster) = try roster(keys: [record(until: Self.end)], nextUpdate: Self.end * 2)
    let found = ExpiryChecks().alarms(of: authority, in: roster, at: Self.end - days * Self.day)
    #expect(found.map(\.code) == (said == nil ? [] : [.v13]), "\(found)")
    if let said { #expect(found.first?.detail.hasPrefix(ExpiryChecks.mark) == true && "\(found)".contains(said)) }
    let (_, due) = try self.roster(keys: [record(until: Self.end * 2)], nextUpdate: Self.end)
    let stale = ExpiryChecks().alarms(of: authority, in: due, at: Self.end - days * Self.day)
    #expect(stale.filter { $0.code == .v11 }.count == (said == nil ? 0 : 1), "\(stale)")
  }

  @Test("A key that follows ends the alarm; a revoked one does not")
  func following() throws {
    let soon = Self.end - 5 * Self.day
    for (revoked, count) in [(false, 0), (true, 1)] {
      let keys = [try record(until: Self.end), try record(until: Self.end * 2, revoked: revoked)]
      let (authority, roster) = try roster(keys: keys, nextUpdate: Self.end * 2)
      #expect(ExpiryChecks().alarms(of: authority, in: roster, at: soon).count == count)
    }
  }
}
