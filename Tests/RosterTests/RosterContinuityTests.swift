import COSE
import OpenSSL
import Roster
import Testing

/// What is listed once stays listed: each way of losing something is refused by its name.
@Suite struct RosterContinuityTests {
  let made: TestRoster
  let first: VerifiedRoster
  let prisons: AuthorityName
  let courts: AuthorityName

  init() throws {
    made = try TestRoster()
    let other = try made.authority("SYR/courts", uri: "https://courts.syr.example", keys: [], officers: [])
    first = try made.first(made.body(authorities: [made.authority(), other]))
    prisons = try #require(AuthorityName("SYR/prisons"))
    courts = try #require(AuthorityName("SYR/courts"))
  }

  private func found(_ body: RosterBody) throws -> RosterBreak? {
    guard let refusal = try TestRoster.refusal(body, by: made.holders, following: first) else { return nil }
    guard case .doesNotFollow(let found) = refusal else { throw refusal }
    #expect(body.breaks(after: first.body).contains(found))
    return found
  }

  /// The next version with the first authority changed.
  private func next(_ change: (Authority) throws -> Authority) rethrows -> RosterBody {
    made.next(first, authorities: [try change(first.body.authorities[0]), first.body.authorities[1]])
  }

  private func authority(
    _ old: Authority, uri: String? = nil, status: Participation = .active, keys: [KeyRecord]? = nil,
    officers: [Officer]? = nil, succeeds: Succession? = nil
  ) -> Authority {
    Authority(
      name: old.name, uri: uri ?? old.uri, names: old.names, role: old.role, status: status,
      competence: old.competence, keys: keys ?? old.keys, officers: officers ?? old.officers, succeeds: succeeds)
  }

  @Test func nothingVanishes() throws {
    let body = first.body
    let extra = Member(key: "IRQ", iso3: "IRQ", names: [:])
    let wide = try made.first(made.body(members: body.members + [extra]))
    #expect(
      try TestRoster.refusal(made.next(wide, members: body.members), by: made.holders, following: wide)
        == .doesNotFollow(.vanished(.member("IRQ"))))
    #expect(
      try found(made.next(first, authorities: [body.authorities[0]])) == .vanished(.authority(courts)))
    #expect(try found(next { authority($0, officers: []) }) == .vanished(.officer(1, prisons)))
    let statement = ListedKey(holder: .authority(prisons), record: body.authorities[0].keys[0])
    #expect(
      try found(next { authority($0, keys: Array($0.keys.dropFirst())) }) == .vanished(.key(statement)))
    let officer = body.authorities[0].officers[0]
    #expect(
      try found(next { authority($0, officers: [Officer(number: 1, roles: officer.roles, keys: [])]) })
        == .vanished(.key(ListedKey(holder: .officer(1, prisons), record: officer.keys[0]))))
    let holders = Array(body.root.holders.dropLast())
    #expect(
      try found(made.next(first, root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: holders)))
        == .vanished(.rootHolder("holder-2")))
  }

  @Test("Suspension and departure are statuses that erase nothing, and follow")
  func statuses() throws {
    let body = first.body
    for status in [Participation.suspended, .departed] {
      let members = [Member(key: "SYR", iso3: "SYR", names: body.members[0].names, status: status)]
      #expect(try found(made.next(first, members: members)) == nil)
      #expect(try found(next { authority($0, status: status) }) == nil)
      let officer = body.authorities[0].officers[0]
      let ended = Officer(number: 1, roles: officer.roles, status: status, keys: officer.keys)
      #expect(try found(next { authority($0, officers: [ended]) }) == nil)
    }
  }

  @Test func anAuthorityKeepsItsURI() throws {
    let changed = next { authority($0, uri: "https://other.example") }
    #expect(try found(changed) == .changed(.authority(prisons), field: "uri"))
  }

  private func record(
    _ old: KeyRecord, purpose: KeyPurpose? = nil, from: UnixTime? = nil, until: UnixTime? = nil,
    replaces: [UInt8]? = nil
  ) throws -> KeyRecord {
    try #require(
      KeyRecord(
        purpose: purpose ?? old.purpose, key: old.key, notBefore: from ?? old.notBefore,
        notAfter: until ?? old.notAfter, revocations: old.revocations, replaces: replaces ?? old.replaces,
        role: old.role))
  }

  @Test func aKeyKeepsItsPurposeHolderAndBeginning() throws {
    let keys = first.body.authorities[0].keys
    let listed = ListedKey(holder: .authority(prisons), record: keys[0])
    func changed(_ key: KeyRecord) throws -> RosterBreak? { try found(next { authority($0, keys: [key, keys[1]]) }) }
    #expect(
      try changed(record(keys[0], purpose: .receipt)) == .changed(.key(listed), field: "purpose"))
    for shift: UnixTime in [-1, 1] {
      #expect(
        try changed(record(keys[0], from: keys[0].notBefore + shift))
          == .changed(.key(listed), field: "not_before"))
    }
    let (one, two) = (first.body.authorities[0], first.body.authorities[1])
    let moved = made.next(
      first, authorities: [authority(one, keys: [keys[1]]), authority(two, keys: [keys[0]])])
    #expect(try found(moved) == .changed(.key(listed), field: "holder"))
  }

  @Test("F20 A key's end may grow, and shrink to no earlier than the new version: what was valid stays valid")
  func keyEnds() throws {
    let keys = first.body.authorities[0].keys
    let issued = first.body.issuedAt + 1
    func ended(_ time: UnixTime) throws -> RosterBreak? {
      try found(next { authority($0, keys: [try record(keys[0], until: time), keys[1]]) })
    }
    #expect(try ended(keys[0].notAfter + 5) == nil)
    #expect(try ended(issued) == nil)
    #expect(try ended(issued - 1) == .cutShort(ListedKey(holder: .authority(prisons), record: keys[0])))
  }

  @Test("A seal key keeps its role, and a key what it replaces and the link to it")
  func keysKeepTheirStory() throws {
    let (old, new, seal) = try (PrivateKey.generate(.p256), PrivateKey.generate(.p256), PrivateKey.generate(.p256))
    let link = try KeyLink.sign(from: old, to: new.publicKey, purpose: .statement, at: 7).bytes
    func keys(replaces: Bool = true, link: [UInt8]?, role: SealRole = .medical) throws -> [KeyRecord] {
      try [
        TestRoster.record(.statement, old),
        try #require(
          KeyRecord(
            purpose: .statement, key: new.publicKey, notBefore: 5, notAfter: TestRoster.issued + 9,
            replaces: replaces ? old.publicKey.thumbprint : nil, link: link)),
        try #require(
          KeyRecord(purpose: .seal, key: seal.publicKey, notBefore: 5, notAfter: 9, role: role)),
      ]
    }
    func next(_ from: [KeyRecord], _ to: [KeyRecord]) throws -> String? {
      let first = try made.first(made.body(authorities: [made.authority(keys: from)]))
      let body = made.next(first, authorities: [try made.authority(keys: to)])
      guard
        case .doesNotFollow(.changed(_, let field)) = try TestRoster.refusal(
          body, by: made.holders, following: first)
      else { return nil }
      return field
    }
    #expect(try next(keys(link: link), keys(link: link)) == nil)
    #expect(try next(keys(link: nil), keys(link: nil)) == nil)
    #expect(try next(keys(link: nil), keys(link: link)) == "link")
    #expect(try next(keys(replaces: false, link: nil), keys(link: nil)) == "replaces")
    #expect(try next(keys(link: link), keys(link: nil)) == "link")
    #expect(try next(keys(link: nil), keys(replaces: false, link: nil)) == "replaces")
    #expect(try next(keys(link: nil), keys(link: nil, role: .judicial)) == "role")
  }

  @Test("A succession stays: the same predecessor and the same final checkpoint")
  func successions() throws {
    func body(_ succeeds: Succession?) throws -> [Authority] {
      let authorities = first.body.authorities
      return [authority(authorities[0], status: .departed), authority(authorities[1], succeeds: succeeds)]
    }
    let succession = Succession(predecessor: prisons, finalCheckpoint: [1], effectiveFrom: 0)
    let begun = try made.first(made.body(authorities: body(succession)))
    func refused(_ succeeds: Succession?) throws -> RosterRefusal? {
      try TestRoster.refusal(
        made.next(begun, authorities: body(succeeds)), by: made.holders, following: begun)
    }
    let changed = RosterRefusal.doesNotFollow(.changed(.authority(courts), field: "succeeds"))
    #expect(try refused(succession) == nil)
    #expect(try refused(nil) == changed)
    #expect(try refused(Succession(predecessor: prisons, finalCheckpoint: [2], effectiveFrom: 0)) == changed)
  }
}
