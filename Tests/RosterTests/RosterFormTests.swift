import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

@Suite struct RosterFormTests {
  let made: TestRoster

  init() throws { made = try TestRoster() }

  /// What decoding a body says against it, or nil.
  private func refusal(_ body: RosterBody) -> String? {
    do throws(DecodeError) {
      _ = try RosterBody(decoding: body.encoded()[...])
      return nil
    } catch {
      return error.detail
    }
  }

  @Test func roundTrip() throws {
    let revoked = [
      Revocation(reason: .compromised, effectiveFrom: 7), Revocation(reason: .retired, effectiveFrom: 9),
    ]
    let replacing = try #require(
      KeyRecord(
        purpose: .seal, key: PrivateKey.generate(.p256).publicKey, notBefore: 1, notAfter: 2, revocations: revoked,
        replaces: [UInt8](1...32)))
    let departed = Member(key: "IOM", iso3: nil, names: [:], status: .departed)
    let authority = try made.authority(keys: [TestRoster.record(.statement, made.statement), replacing])
    let body = try made.body(
      version: 2, previous: [UInt8](repeating: 3, count: 32), exercise: true,
      members: [Member(key: "SYR", iso3: "SYR", names: ["ar-Arab": "سوريا"]), departed], authorities: [authority])
    let decoded = try RosterBody(decoding: body.encoded()[...])
    #expect(decoded == body && decoded.encoded() == body.encoded())
  }

  @Test(
    arguments: [(3, 1, false), (3, 2, true), (3, 3, true), (3, 4, false), (4, 2, false), (4, 3, true), (1, 1, true)]
      as [(Int, UInt64, Bool)])
  func theThresholdIsMoreThanHalf(_ holders: Int, _ threshold: UInt64, _ fits: Bool) throws {
    let made = try TestRoster(holders: holders)
    let refused = refusal(try made.body(root: made.root(threshold: threshold)))
    #expect((refused == nil) == fits)
    if !fits { #expect(refused?.contains("threshold") == true) }
  }

  @Test func noHoldersNoRoster() throws {
    for threshold: UInt64 in [0, 1] {
      let root = RosterRoot(threshold: threshold, emergencyThreshold: 0, holders: [])
      #expect(refusal(try made.body(root: root))?.contains("threshold") == true)
    }
    let emergency = RosterRoot(threshold: 2, emergencyThreshold: 3, holders: try made.root().holders)
    #expect(refusal(try made.body(root: emergency))?.contains("emergency") == true)
  }

  @Test func namesStandOnce() throws {
    let key = try TestRoster.record(.root, .generate(.p256))
    let holders = try made.root().holders
    let twice = RosterRoot(
      threshold: 3, emergencyThreshold: 1, holders: holders + [RootHolder(holder: "holder-0", keys: [key])])
    #expect(refusal(try made.body(root: twice))?.contains("root holder holder-0 stands twice") == true)
    let member = Member(key: "SYR", iso3: "SYR", names: [:])
    #expect(refusal(try made.body(members: [member, member]))?.contains("member SYR stands twice") == true)
    let bare = try made.authority(keys: [], officers: [])
    #expect(
      refusal(try made.body(authorities: [made.authority(), bare]))?.contains("SYR/prisons stands twice") == true)
    let sameURI = try made.authority("SYR/other", keys: [], officers: [])
    #expect(refusal(try made.body(authorities: [made.authority(), sameURI]))?.contains("the URI") == true)
    let officers = [Officer(number: 1, roles: [], keys: []), Officer(number: 1, roles: [], keys: [])]
    let crowded = try made.authority(officers: officers)
    #expect(refusal(try made.body(authorities: [crowded]))?.contains("officer 1 of SYR/prisons stands twice") == true)
  }

  @Test func eachKeyHasOnePlaceAndOnePurpose() throws {
    func with(_ keys: [KeyRecord], officer: KeyRecord? = nil) throws -> String? {
      let officers = [Officer(number: 1, roles: ["officer"], keys: officer.map { [$0] } ?? [])]
      return refusal(try made.body(authorities: [made.authority(keys: keys, officers: officers)]))
    }
    let statement = try TestRoster.record(.statement, made.statement)
    #expect(try with([statement]) == nil)
    #expect(
      try with([statement, TestRoster.record(.receipt, made.statement)])?.contains("one key stands twice") == true)
    #expect(try with([statement], officer: TestRoster.record(.officer, made.statement)) != nil)
    #expect(try with([TestRoster.record(.statement, made.holders[0])])?.contains("one key stands twice") == true)
    #expect(try with([TestRoster.record(.root, made.statement)])?.contains("root key") == true)
    #expect(try with([TestRoster.record(.officer, made.statement)])?.contains("officer key") == true)
    #expect(try with([], officer: TestRoster.record(.seal, made.officer))?.contains("another purpose") == true)
    #expect(try with([TestRoster.record(.checkpoint, made.statement)])?.contains("must be Ed25519") == true)
    #expect(try with([TestRoster.record(.checkpoint, made.checkpoint)]) == nil)
    let wrongRoot = RosterRoot(
      threshold: 1, emergencyThreshold: 1,
      holders: [RootHolder(holder: "h", keys: [try TestRoster.record(.witness, .generate(.p256))])])
    #expect(refusal(try made.body(root: wrongRoot))?.contains("another purpose") == true)
  }

  @Test func versionsTimesAndMembersFit() throws {
    let digest = [UInt8](repeating: 1, count: 32)
    #expect(refusal(try made.body(version: 1, previous: digest)) != nil)
    #expect(refusal(try made.body(version: 2)) != nil)
    #expect(refusal(try made.body(version: 0)) != nil)
    #expect(refusal(try made.body(version: 2, previous: digest)) == nil)
    #expect(refusal(try made.body(issued: 5, next: 5)) != nil)
    #expect(refusal(try made.body(issued: 5, next: 6)) == nil)
    #expect(refusal(try made.body(members: []))?.contains("belongs to no member") == true)
    for uri in ["http://a.example", "https://a.example/", "https://a b", "https://é.example"] {
      #expect(refusal(try made.body(authorities: [made.authority(uri: uri)]))?.contains("uri") == true, "\(uri)")
    }
  }

  @Test func namesThatLookTheSameAreRefused() throws {
    let map = try #require(CBOR.decode(made.body().encoded()[...]).map)
    func with(_ names: CBORMap) -> DecodeError? {
      var changed = map
      changed["members"] = .array([
        .map(["member": "SYR", "iso3": .null, "names": .map(names), "status": "active"])
      ])
      do throws(DecodeError) {
        _ = try RosterBody(decoding: CBOR.map(changed).encoded()[...])
        return nil
      } catch {
        return error
      }
    }
    #expect(with(["K": "a", "k": "b"]) == nil)
    #expect(with(["K": "a", "\u{212a}": "b"])?.reason == .duplicateKey)
  }

  @Test func unknownFieldsAreRefused() throws {
    var map = try #require(CBOR.decode(made.body().encoded()[...]).map)
    map["note"] = "x"
    #expect(throws: DecodeError(.unknownField, at: 0, "roster.note")) {
      try RosterBody(decoding: CBOR.map(map).encoded()[...])
    }
    #expect(throws: DecodeError.self) { try RosterBody(decoding: (made.body().encoded() + [0])[...]) }
  }
}

/// Rotation and succession within one roster.
@Suite struct RosterStoryTests {
  let made: TestRoster

  init() throws { made = try TestRoster() }

  private func refusal(_ authorities: [Authority]) throws -> String? {
    let bytes = try made.body(authorities: authorities).encoded()
    do throws(DecodeError) {
      _ = try RosterBody(decoding: bytes[...])
      return nil
    } catch {
      return error.detail
    }
  }

  @Test("A link must be signed by the key that it takes over from, where the roster lists that")
  func links() throws {
    let (old, new, stranger) = try (PrivateKey.generate(.p256), PrivateKey.generate(.p384), PrivateKey.generate(.p256))
    let kid = try #require(old.publicKey.thumbprint)
    func keys(_ link: [UInt8]?, listed: KeyPurpose? = .statement) throws -> [KeyRecord] {
      let record = try #require(
        KeyRecord(
          purpose: .statement, key: new.publicKey, notBefore: 1, notAfter: 2, replaces: kid, link: link))
      return try listed.map { [try TestRoster.record($0, old), record] } ?? [record]
    }
    func authority(_ keys: [KeyRecord]) throws -> [Authority] { [try made.authority(keys: keys)] }
    let good = try KeyLink.sign(from: old, to: new.publicKey, purpose: .statement, at: 9).bytes
    #expect(try refusal(authority(keys(good))) == nil)
    #expect(try refusal(authority(keys(nil))) == nil)
    #expect(try refusal(authority(keys(good, listed: nil))) == nil)
    #expect(try refusal(authority(keys(good, listed: .receipt)))?.contains("another holder or purpose") == true)
    let forged = try forgedLink(claiming: kid, to: new.publicKey, by: stranger)
    #expect(try refusal(authority(keys(forged)))?.contains("is not signed by the key that it replaces") == true)
    let elsewhere = try made.authority(
      "SYR/courts", uri: "https://courts.syr.example", keys: keys(good, listed: nil), officers: [])
    let moved = try [made.authority(keys: [TestRoster.record(.statement, old)]), elsewhere]
    #expect(try refusal(moved)?.contains("another holder or purpose") == true)
  }

  /// A link that names the old key and is signed by another.
  private func forgedLink(claiming kid: [UInt8], to new: PublicKey, by stranger: PrivateKey) throws -> [UInt8] {
    let payload = CBOR.map([
      "from": .bytes(kid), "to": .bytes(try #require(new.thumbprint)), "purpose": "statement", "at": 9,
    ]).encoded()
    return Array(
      try Sign1.sign(
        payload[...],
        protected: [
          HeaderLabel.algorithm: .int(Algorithm.esp256.rawValue), HeaderLabel.keyID: .bytes(kid),
          HeaderLabel.contentType: .text(KeyLink.mediaType), HeaderLabel.type: .text(KeyLink.type),
        ],
        with: stranger
      ).bytes)
  }

  @Test("A link by ML-DSA-87, the longest, is kept whole, and is judged where it can be")
  func latticeLinks() throws {
    let new = try PrivateKey.generate(.p256).publicKey
    let old = try PublicKey(type: .mlDSA87, raw: [UInt8](repeating: 7, count: 2592))
    let kid = try #require(old.thumbprint)
    func refused(_ old: PublicKey, _ link: [UInt8]) throws -> String? {
      let records = [
        KeyRecord(purpose: .statement, key: old, notBefore: 1, notAfter: 2),
        KeyRecord(
          purpose: .statement, key: new, notBefore: 1, notAfter: 2, replaces: old.thumbprint, link: link),
      ]
      return try refusal([made.authority(keys: records.map { try #require($0) })])
    }
    let forged = try KeyLink(decoding: latticeLink(claiming: kid, to: new)).bytes
    #expect(forged.count > 4627)
    let why = "is not signed by the key that it replaces"
    #expect(try MLDSA.isAvailable ? refused(old, forged)?.contains(why) == true : refused(old, forged) == nil)
    guard MLDSA.isAvailable else { return print("SKIPPED: links that ML-DSA signs: \(MLDSA.absence)") }
    let key = try PrivateKey.generate(.mlDSA87)
    let good = try KeyLink.sign(from: key, to: new, purpose: .statement, at: 9).bytes
    #expect(try refused(key.publicKey, good) == nil)
  }

  /// A link with room for a signature by ML-DSA-87, and nothing in it.
  private func latticeLink(claiming kid: [UInt8], to new: PublicKey) throws -> [UInt8] {
    let payload = CBOR.map([
      "from": .bytes(kid), "to": .bytes(try #require(new.thumbprint)), "purpose": "statement", "at": 9,
    ]).encoded()
    let header = CBOR.map([
      HeaderLabel.algorithm: .int(Algorithm.mlDSA87.rawValue), HeaderLabel.keyID: .bytes(kid),
      HeaderLabel.contentType: .text(KeyLink.mediaType), HeaderLabel.type: .text(KeyLink.type),
    ]).encoded()
    let signature = CBOR.bytes([UInt8](repeating: 0, count: 4627))
    return [0xd2] + CBOR.array([.bytes(header), .map([:]), .bytes(payload), signature]).encoded()
  }

  @Test("An authority succeeds one that is listed and ended, and only one does")
  func successions() throws {
    func authority(_ name: String, _ status: Participation = .active, succeeds: String? = nil) throws -> Authority {
      let template = try made.authority(name, uri: "https://\(name.lowercased()).example", keys: [], officers: [])
      return Authority(
        name: template.name, uri: template.uri, names: [:], role: .custodian, status: status,
        competence: template.competence, keys: [], officers: [],
        succeeds: try succeeds.map {
          Succession(predecessor: try #require(AuthorityName($0)), finalCheckpoint: [1], effectiveFrom: 0)
        })
    }
    let heir = try authority("SYR/b", succeeds: "SYR/a")
    for status in [Participation.suspended, .departed] {
      #expect(try refusal([authority("SYR/a", status), heir]) == nil)
    }
    #expect(try refusal([authority("SYR/a"), heir])?.contains("not listed as suspended or departed") == true)
    #expect(try refusal([heir])?.contains("not listed as suspended or departed") == true)
    #expect(try refusal([authority("SYR/b", succeeds: "SYR/b")]) != nil)
    let circle = try [
      authority("SYR/a", .departed, succeeds: "SYR/b"), authority("SYR/b", .departed, succeeds: "SYR/a"),
    ]
    #expect(try refusal(circle)?.contains("succeeds itself, by way of others") == true)
    let two = try [authority("SYR/a", .departed), heir, authority("SYR/c", succeeds: "SYR/a")]
    #expect(try refusal(two)?.contains("two authorities succeed SYR/a") == true)
  }
}
