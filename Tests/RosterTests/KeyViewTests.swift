import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

/// A view of everybody's keys has one form, and nothing else is read as one.
@Suite struct KeyViewTests {
  private let made: TestRoster
  private let roster: VerifiedRoster
  private let view: KeyView

  init() throws {
    made = try TestRoster()
    roster = try KeyViewTests.rich(made)
    view = KeyView(of: roster, at: TestRoster.issued + 60)
  }

  /// Two authorities, written in another order than that of a view, with keys of every kind.
  static func rich(_ made: TestRoster) throws -> VerifiedRoster {
    let transport = try PrivateKey.generate(.p256)
    let until = TestRoster.issued + TestRoster.year
    func record(_ purpose: KeyPurpose, _ key: PrivateKey, _ role: SealRole? = nil, _ certificate: Certificate? = nil)
      throws -> KeyRecord
    {
      try #require(
        KeyRecord(
          purpose: purpose, key: key.publicKey, notBefore: TestRoster.issued - 1, notAfter: until, role: role,
          certificate: certificate))
    }
    let certificate = try Certificate.selfSigned(
      key: transport, commonName: "SYR/prisons", notBefore: TestRoster.issued, notAfter: until)
    let lost = [
      Revocation(reason: .lost, effectiveFrom: 20), Revocation(reason: .compromised, effectiveFrom: 20),
      Revocation(reason: .retired, effectiveFrom: 10), Revocation(reason: .lost, effectiveFrom: 20),
    ]
    let keys = try [
      TestRoster.record(.statement, made.statement, revoked: lost), TestRoster.record(.checkpoint, made.checkpoint),
      record(.seal, .generate(.p256)), record(.seal, .generate(.x25519), .medical),
      record(.transport, transport, nil, certificate), record(.receipt, .generate(.p256)),
      record(.witness, .generate(.ed25519)),
    ]
    let courts = try made.authority("SYR/courts", uri: "https://courts.syr.example", keys: [], officers: [])
    return try made.first(made.body(authorities: [made.authority(keys: keys), courts]))
  }

  @Test func aViewListsEveryKeyOfItsRosterInOneOrder() throws {
    #expect(view.version == 1 && view.roster == roster.digest && view.coalition == "Test" && !view.exercise)
    #expect(view.authorities.map(\.authority.description) == ["SYR/courts", "SYR/prisons"])
    let keys = try #require(view.authorities.last?.keys)
    #expect(keys.count == 8)
    #expect(keys.map { hexadecimal($0.kid) } == keys.map { hexadecimal($0.kid) }.sorted())
    #expect(keys.filter { $0.officer == 1 }.map(\.purpose) == [.officer])
    #expect(Set(keys.compactMap(\.role)) == [.party, .medical])
    #expect(keys.filter { $0.certificate?.count == 32 }.map(\.purpose) == [.transport])
    #expect(
      keys.first { $0.purpose == .statement }?.revocations == [
        Revocation(reason: .retired, effectiveFrom: 10), Revocation(reason: .compromised, effectiveFrom: 20),
        Revocation(reason: .lost, effectiveFrom: 20),
      ])
  }

  @Test func itComesBackAndHasOneForm() throws {
    let bytes = view.encoded()
    #expect(try KeyView(decoding: bytes) == view)
    #expect(try KeyView(decoding: bytes).encoded() == bytes)
    #expect(throws: DecodeError.self) { try KeyView(decoding: bytes + [0]) }
    #expect(throws: DecodeError.self) { try KeyView(decoding: []) }
    #expect(throws: DecodeError.self) { try KeyView(decoding: [UInt8](repeating: 0, count: (4 << 20) + 1)) }
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: DecodeError.self) { try KeyView(decoding: Array(bytes.prefix(count))) }
    }
  }

  /// The view with one field of it set or left out, or with one of its first key of a purpose.
  private func changed(_ field: String, _ value: CBOR?, of purpose: KeyPurpose? = nil) throws -> [UInt8] {
    var whole = try #require(CBOR.decode(view.encoded()[...]).map)
    guard let purpose else {
      whole[.text(field)] = value
      return CBOR.map(whole).encoded()
    }
    return try edited { keys in
      let index = try #require(keys.firstIndex { $0.map?["purpose"] == .text(purpose.rawValue) })
      var key = try #require(keys[index].map)
      key[.text(field)] = value
      keys[index] = .map(key)
    }
  }

  /// The view with the keys of its last authority changed.
  private func edited(_ change: (inout [CBOR]) throws -> Void) throws -> [UInt8] {
    var whole = try #require(CBOR.decode(view.encoded()[...]).map)
    var holders = try #require(whole["authorities"]?.array)
    var holder = try #require(holders.last?.map)
    var keys = try #require(holder["keys"]?.array)
    try change(&keys)
    holder["keys"] = .array(keys)
    holders[holders.count - 1] = .map(holder)
    whole["authorities"] = .array(holders)
    return CBOR.map(whole).encoded()
  }

  @Test func fieldsThatAreMissingUnknownOrWrongAreRefused() throws {
    for field in ["schema", "coalition", "exercise", "version", "roster", "issued_at", "authorities"] {
      #expect(throws: DecodeError.self, "\(field)") { try KeyView(decoding: changed(field, nil)) }
      #expect(throws: DecodeError.self, "\(field)") { try KeyView(decoding: changed(field, .null)) }
    }
    let wrong: [(String, CBOR)] = [
      ("schema", 2), ("version", 0), ("roster", .bytes([1])), ("issued_at", .int(253_402_300_800)), ("more", 1),
      ("coalition", .text(String(repeating: "x", count: 257))),
    ]
    for (field, value) in wrong {
      #expect(throws: DecodeError.self, "\(field)") { try KeyView(decoding: changed(field, value)) }
    }
  }

  @Test func keysThatCannotBeAreRefused() throws {
    let wrong: [(KeyPurpose, String, CBOR?)] = [
      (.statement, "kid", .bytes([1])), (.statement, "purpose", "root"), (.statement, "purpose", "king"),
      (.statement, "officer", 1), (.officer, "officer", nil), (.statement, "role", "medical"), (.seal, "role", "party"),
      (.seal, "role", "king"), (.statement, "not_after", 1), (.statement, "not_before", nil),
      (.receipt, "revocations", .array([])), (.receipt, "certificate", .bytes([UInt8](repeating: 1, count: 32))),
      (.transport, "certificate", .bytes([1])), (.statement, "more", 1),
    ]
    for (purpose, field, value) in wrong {
      #expect(throws: DecodeError.self, "\(purpose) \(field)") {
        try KeyView(decoding: changed(field, value, of: purpose))
      }
    }
    func lost(_ time: Int64) -> CBOR { .map(["reason": "lost", "effective_from": .int(time)]) }
    for list in [[lost(2), lost(1)], [lost(1), lost(1)], [lost(-1)], [CBOR.null]] {
      #expect(throws: DecodeError.self) {
        try KeyView(decoding: changed("revocations", .array(list), of: .statement))
      }
    }
    #expect(try KeyView(decoding: changed("revocations", .array([lost(1), lost(2)]), of: .statement)) != view)
  }

  @Test func listsOutOfOrderOrWithSomethingTwiceAreRefused() throws {
    #expect(try KeyView(decoding: edited { _ in }) == view)
    #expect(throws: DecodeError.self) { try KeyView(decoding: edited { $0.reverse() }) }
    #expect(throws: DecodeError.self) { try KeyView(decoding: edited { $0.append($0[$0.count - 1]) }) }
    var whole = try #require(CBOR.decode(view.encoded()[...]).map)
    let holders = try #require(whole["authorities"]?.array)
    whole["authorities"] = .array(holders.reversed())
    #expect(throws: DecodeError.self) { try KeyView(decoding: CBOR.map(whole).encoded()) }
    whole["authorities"] = .array([holders[0], holders[0]])
    #expect(throws: DecodeError.self) { try KeyView(decoding: CBOR.map(whole).encoded()) }
    // The same key with two authorities.
    let keys = try #require(holders[1].map?["keys"])
    whole["authorities"] = .array([.map(["authority": "SYR/courts", "keys": keys]), holders[1]])
    #expect(throws: DecodeError.self) { try KeyView(decoding: CBOR.map(whole).encoded()) }
    whole["authorities"] = .array([.map(["authority": "SYR courts", "keys": .array([])])])
    #expect(throws: DecodeError.self) { try KeyView(decoding: CBOR.map(whole).encoded()) }
  }
}
