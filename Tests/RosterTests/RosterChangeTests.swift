import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

/// Every difference between two versions is told, and nothing else.
@Suite struct RosterChangeTests {
  let made: TestRoster
  let first: VerifiedRoster
  let prisons: AuthorityName

  init() throws {
    made = try TestRoster()
    first = try made.first()
    prisons = try #require(AuthorityName("SYR/prisons"))
  }

  private func changes(
    next: UnixTime? = nil, root: RosterRoot? = nil, members: [Member]? = nil, authorities: [Authority]? = nil,
    codeLists: [String: String]? = nil
  ) -> [RosterChange] {
    made.next(first, next: next, root: root, members: members, authorities: authorities, codeLists: codeLists).changes(
      after: first.body)
  }

  private func authority(_ change: (inout Parts) throws -> Void) rethrows -> [RosterChange] {
    var parts = Parts(first.body.authorities[0])
    try change(&parts)
    return changes(authorities: [parts.authority])
  }

  /// An authority taken apart.
  struct Parts {
    let old: Authority
    var names: [String: String]
    var role: AuthorityRole
    var status: Participation
    var kinds: [String]
    var sites: [String]
    var powers: [Bool]
    var level: UInt64
    var keys: [KeyRecord]
    var officers: [Officer]
    var succeeds: Succession?

    init(_ old: Authority) {
      self.old = old
      (names, role, status, keys, officers) = (old.names, old.role, old.status, old.keys, old.officers)
      let competence = old.competence
      (kinds, sites, level) = (competence.kinds, competence.sites, competence.level)
      powers = [competence.mayRelease, competence.mayAccept, competence.mayCarry]
    }

    var authority: Authority {
      Authority(
        name: old.name, uri: old.uri, names: names, role: role, status: status,
        competence: Competence(
          kinds: kinds, sites: sites, mayRelease: powers[0], mayAccept: powers[1], mayCarry: powers[2], level: level),
        keys: keys, officers: officers, succeeds: succeeds)
    }
  }

  @Test func anAuthorityChanges() throws {
    #expect(authority { _ in } == [])
    #expect(authority { $0.status = .departed } == [.status(.authority(prisons), from: .active, to: .departed)])
    #expect(authority { $0.names["ku"] = "Girtîgeh" } == [.renamed(.authority(prisons))])
    #expect(authority { $0.role = .observer } == [.role(prisons, from: .custodian, to: .observer)])
    #expect(
      authority { $0.powers = [false, true, false] } == [
        .power(prisons, .release, isGranted: false), .power(prisons, .accept, isGranted: true),
        .power(prisons, .carry, isGranted: false),
      ])
    #expect(authority { $0.level = 7 } == [.level(prisons, from: 5, to: 7)])
    #expect(authority { $0.kinds = ["x"] } == [.kinds(prisons, added: ["x"], removed: ["detainee-transfer"])])
    #expect(authority { $0.sites.append("roj") } == [.sites(prisons, added: ["roj"], removed: [])])
    #expect(
      try authority {
        $0.succeeds = Succession(
          predecessor: try #require(AuthorityName("SYR/old")), finalCheckpoint: [1], effectiveFrom: 0)
      } == [.succession(prisons, of: try #require(AuthorityName("SYR/old")))])
    let officer = first.body.authorities[0].officers[0]
    #expect(
      authority { $0.officers = [Officer(number: 1, roles: ["medical"], status: .suspended, keys: officer.keys)] } == [
        .status(.officer(1, prisons), from: .active, to: .suspended), .officerRoles(1, prisons, ["medical"]),
      ])
    #expect(
      authority { $0.officers.append(Officer(number: 2, roles: [], keys: [])) } == [.admitted(.officer(2, prisons))])
  }

  @Test func keysMembersRootAndListsChange() throws {
    let key = try TestRoster.record(.receipt, .generate(.p256))
    let place = KeyPlace.authority(prisons)
    #expect(authority { $0.keys.append(key) } == [.admitted(.key(ListedKey(holder: place, record: key)))])
    let old = first.body.authorities[0].keys[0]
    let lost = Revocation(reason: .lost, effectiveFrom: 7)
    let later = try TestRoster.record(.statement, made.statement, revoked: [lost], until: old.notAfter + 1)
    let listed = ListedKey(holder: place, record: later)
    #expect(
      authority { $0.keys[0] = later } == [
        .keyEnd(listed, from: old.notAfter, to: old.notAfter + 1), .revoked(listed, lost),
      ])
    let syr = Member(key: "SYR", iso3: nil, names: first.body.members[0].names, status: .suspended)
    let jor = Member(key: "JOR", iso3: "JOR", names: [:])
    #expect(
      changes(members: [syr, jor]) == [
        .status(.member("SYR"), from: .active, to: .suspended), .renamed(.member("SYR")), .admitted(.member("JOR")),
      ])
    let holders = first.body.root.holders
    let root = RosterRoot(
      threshold: 3, emergencyThreshold: 2, holders: holders + [RootHolder(holder: "new", keys: [])])
    #expect(
      changes(root: root) == [
        .admitted(.rootHolder("new")), .threshold(from: 2, to: 3), .emergencyThreshold(from: 1, to: 2),
      ])
    #expect(changes(codeLists: ["reason": "2"]) == [.codeList("reason", from: nil, to: "2")])
    #expect(changes(next: 5) == [.nextUpdate(from: first.body.nextUpdate, to: 5)])
  }

  @Test("With an authority's admission is told what it may do; a first version changes everything that it begins with")
  func admissions() throws {
    let judge = try #require(AuthorityName("NGO/judge"))
    let officer = Officer(number: 4, roles: ["release"], status: .suspended, keys: [])
    let court = try made.authority("NGO/judge", uri: "https://judge.ngo.example", keys: [], officers: [officer])
    let told = changes(authorities: first.body.authorities + [court])
    for change: RosterChange in [
      .admitted(.authority(judge)), .power(judge, .release, isGranted: true), .power(judge, .carry, isGranted: true),
      .kinds(judge, added: ["detainee-transfer"], removed: []), .sites(judge, added: ["hol"], removed: []),
      .level(judge, from: 0, to: 5), .admitted(.officer(4, judge)),
      .status(.officer(4, judge), from: .active, to: .suspended),
    ] { #expect(told.contains(change), "\(change)") }
    #expect(!told.contains(.power(judge, .accept, isGranted: true)))
    let begun = first.body.beginnings
    for change: RosterChange in [
      .admitted(.rootHolder("holder-0")), .admitted(.member("SYR")), .admitted(.authority(prisons)),
      .admitted(.officer(1, prisons)), .power(prisons, .release, isGranted: true),
    ] { #expect(begun.contains(change), "\(change)") }
    // Each key of root holders, of the authority and of its officer.
    let keys = begun.filter { if case .admitted(.key) = $0 { true } else { false } }
    #expect(keys.count == first.body.root.holders.count + 3)
  }

  @Test("Another order of what is listed is told as such; nothing that differs is passed over")
  func arrangement() throws {
    #expect(authority { $0.keys.reverse() } == [.arrangement])
    let body = made.next(first)
    #expect(body.changes(after: first.body) == [] && body.encoded() != first.body.encoded())
    // The order of languages is none.
    for _ in 0..<20 { #expect(authority { $0.names = ["ar": "السجون", "en": "Prisons"] } == []) }
  }
}
