import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// Whose signatures stand over an archive, and how long they prove something.
@Suite("Stamps of archives") struct ArchiveStampTests {
  private let coalition: Coalition
  private let index = Array("an index\n".utf8)
  private static let day: UnixTime = 86_400

  init() throws { coalition = try Coalition.shared() }

  private func stamp(
    _ party: Party, at time: UnixTime = Coalition.start, after files: [ArchiveStampFile] = [],
    over index: [UInt8]? = nil,
    with keys: [PrivateKey]? = nil
  ) throws -> ArchiveStampFile {
    let content = ArchiveStamp.Content(
      issuer: party.uri, at: time, roster: coalition.roster.digest, rosters: [],
      covers: ArchiveStampFile.covers(index: index ?? self.index, files))
    return ArchiveStampFile(
      bytes: try ArchiveStamp.sign(content, with: keys ?? [party.key(.statement)]).bytes, token: nil)
  }

  private func verify(
    _ files: [ArchiveStampFile], at now: UnixTime = Coalition.now, under roster: VerifiedRoster? = nil
  )
    throws -> [VerifiedArchiveStamp]
  {
    try ArchiveStampVerifier(roster: roster ?? coalition.roster).verify(files, index: index, now: now)
  }

  private func why(_ files: [ArchiveStampFile], under roster: VerifiedRoster? = nil) throws -> String {
    do { _ = try verify(files, under: roster) } catch let refusal as ArchiveRefusal { return refusal.description }
    return "holds"
  }

  @Test("Each covers the index and all stamps before it; authorities of other members stamp as well")
  func chain() throws {
    let first = try stamp(coalition.syr)
    let second = try stamp(coalition.tur, at: Coalition.start + 1, after: [first])
    let third = try stamp(coalition.syr, at: Coalition.start + 2, after: [first, second])
    let found = try verify([first, second, third])
    #expect(found.map(\.number) == [1, 2, 3])
    #expect(found.map(\.authority) == [coalition.syr.name, coalition.tur.name, coalition.syr.name])
    #expect(found.allSatisfy { $0.lapse == nil && $0.algorithms == ["ESP256"] && $0.unverified.isEmpty })
    #expect(VerifiedArchiveStamp.witnesses(found).map(\.at) == [0, 1, 2].map { Coalition.start + $0 })
    #expect(try verify([]).isEmpty)
    for others in [[second], [first, third], [second, first], [first, first], [first, second, second]] {
      #expect(try why(others).contains("was not made over this INDEX and the stamps before it"))
    }
    let elsewhere = try stamp(coalition.syr, over: Array("another index\n".utf8))
    #expect(try why([elsewhere]).contains("was not made over this INDEX"))
    let token = ArchiveStampFile(bytes: first.bytes, token: [1, 2, 3])
    #expect(try why([token]).contains("time stamp"))
    #expect(try why([stamp(coalition.syr, at: Coalition.now + 400)]).contains("of the future"))
    let older = try stamp(coalition.tur, at: Coalition.start - 400, after: [first])
    #expect(try why([first, older]).contains("older than the stamp before it"))
  }

  @Test("A key that the roster lists for nobody, for another, or for something else, stamps nothing")
  func keys() throws {
    let strangers = try [
      PrivateKey.generate(.p256), coalition.syr.key(.receipt), coalition.irq.key(.statement),
      coalition.syr.officerKey(1),
    ]
    for key in strangers {
      #expect(try why([stamp(coalition.syr, with: [key])]).contains("is no statement key of SYR/prisons"))
      // Beside a good one neither.
      #expect(
        try why([stamp(coalition.syr, with: [coalition.syr.key(.statement), key])]).contains("is no statement key"))
    }
    #expect(try why([stamp(Party("SYR/nobody"))]).contains("lists no authority"))
    let gone = try coalition.changedRoster { try $0.revokingStatementKeys(.retired, from: Coalition.start) }
    // A roster may say so afterwards: then it proves nothing, and nobody has changed anything.
    #expect(try verify([stamp(coalition.syr)], under: gone).map(\.lapse) == ["its key was not valid when it signed"])
  }

  @Test("One byte changed anywhere is refused")
  func flips() throws {
    let good = try stamp(coalition.syr)
    for place in good.bytes.indices {
      var bytes = good.bytes
      bytes[place] ^= 1
      #expect(throws: ArchiveRefusal.self, "byte \(place)") { try verify([ArchiveStampFile(bytes: bytes, token: nil)]) }
    }
    for bytes in [[], Array(good.bytes.dropLast()), good.bytes + [0]] {
      #expect(throws: ArchiveRefusal.self) { try verify([ArchiveStampFile(bytes: bytes, token: nil)]) }
    }
  }

  @Test("It says nothing more than it is asked for")
  func headers() throws {
    let key = try coalition.syr.key(.statement)
    let payload = Array(try #require(Sign(decoding: stamp(coalition.syr).bytes).payload))
    func reason(_ payload: [UInt8], _ change: (inout CBORMap) -> Void = { _ in }, keys: Int = 1) throws
      -> DecodeError.Reason?
    {
      let types = (ArchiveStamp.type, ArchiveStamp.mediaType)
      return try refusal(of: payload, as: types, by: Array(repeating: key, count: keys), change) {
        bytes throws(DecodeError) in _ = try ArchiveStamp(decoding: bytes)
      }
    }
    #expect(try reason(payload) == nil)
    #expect(try reason(payload, keys: 2) == .invalidValue)
    #expect(try reason(payload, { $0[HeaderLabel.type] = .text(VerifiedRoster.type) }) == .invalidValue)
    #expect(try reason(payload, { $0[HeaderLabel.contentType] = nil }) == .invalidValue)
    #expect(try reason(payload, { $0[HeaderLabel.critical] = .array([16]) }) == .invalidValue)
    func changed(_ change: (inout CBORMap) -> Void) throws -> DecodeError.Reason? {
      var map = try #require(CBOR.decode(payload[...]).map)
      change(&map)
      return try reason(CBOR.map(map).encoded())
    }
    #expect(try changed { _ in } == nil)
    #expect(try changed { $0["more"] = 1 } == .unknownField)
    #expect(try changed { $0["schema"] = 2 } == .invalidValue)
    #expect(try changed { $0["at"] = .unsigned(253_402_300_800) } == .invalidValue)
    #expect(try changed { $0["rosters"] = .array([]) } == .invalidValue)
    #expect(try changed { $0["rosters"] = .array([1]) } == .invalidValue)
    #expect(try changed { $0["covers"] = .array([]) } == .invalidValue)
    #expect(try changed { $0["covers"] = .array([.array([.text("INDEX"), .bytes([1])])]) } == .invalidValue)
    #expect(try changed { $0["roster"] = nil } == .missingField)
  }

  @Test("A stamp lapses with its key, unless a later one that stands shows that it was made before")
  func lapses() throws {
    let (syr, tur) = (coalition.syr, coalition.tur)
    let late = Coalition.notAfter + Policy.standard.graceSeconds
    let first = try stamp(syr)
    #expect(try verify([first], at: late).map(\.lapse) == [nil])
    let lapsed = try verify([first], at: late + 1)
    #expect(lapsed.count == 1 && lapsed[0].lapse != nil)
    #expect(VerifiedArchiveStamp.witnesses(lapsed).isEmpty)
    // Thirty years later, under a roster in which TUR has a key of that time.
    let years: UnixTime = 30 * 365 * Self.day
    let new = try PrivateKey.generate(.p384)
    let roster = try coalition.changedRoster { authority in
      guard authority.name == tur.name else { return authority }
      let record = try #require(
        KeyRecord(purpose: .statement, key: new.publicKey, notBefore: Coalition.notBefore, notAfter: late + years))
      return authority.replacing(keys: authority.keys + [record])
    }
    let again = try stamp(tur, at: Coalition.notAfter, after: [first], with: [new])
    let found = try verify([first, again], at: late + years, under: roster)
    #expect(found.map(\.lapse) == [nil, nil])
    // Too late: the first had lapsed.
    let slow = try stamp(tur, at: late + 1, after: [first], with: [new])
    #expect(try verify([first, slow], at: late + years, under: roster).map { $0.lapse == nil } == [false, true])
    // The same key says nothing of when.
    let same = try stamp(syr, at: Coalition.notAfter, after: [first])
    #expect(try verify([first, same], at: late + 1).allSatisfy { $0.lapse != nil })
  }

  @Test("A compromised key's stamp counts only where somebody else's shows that it was made before")
  func exposed() throws {
    let (syr, tur) = (coalition.syr, coalition.tur)
    let roster = try coalition.changedRoster { authority in
      authority.name == syr.name
        ? try authority.revokingStatementKeys(.compromised, from: Coalition.start + 10) : authority
    }
    let first = try stamp(syr)
    #expect(try verify([first], under: roster).allSatisfy { $0.lapse != nil })
    let before = try stamp(tur, at: Coalition.start + 9, after: [first])
    #expect(try verify([first, before], under: roster).allSatisfy { $0.lapse == nil })
    let late = try stamp(syr, at: Coalition.start + 10)
    #expect(try verify([late], under: roster).map(\.lapse) == ["its key was not valid when it signed"])
    let after = try stamp(tur, at: Coalition.start + 10, after: [first])
    #expect(try verify([first, after], under: roster).map { $0.lapse == nil } == [false, true])
  }

  @Test("A time stamp over a stamp dates it where another member lists who gave it, and fits no other")
  func timeStamp() throws {
    let certified = try CertifiedParty(listsKey: true)
    func stamped(_ party: Party) throws -> ArchiveStampFile {
      let content = ArchiveStamp.Content(
        issuer: party.uri, at: Coalition.start, roster: certified.roster.digest, rosters: [],
        covers: ArchiveStampFile.covers(index: index, []))
      return ArchiveStampFile(bytes: try ArchiveStamp.sign(content, with: [party.key(.statement)]).bytes, token: nil)
    }
    let (syr, tur) = (certified.convoy.coalition.syr, certified.convoy.coalition.tur)
    let first = try stamped(syr)
    let token = try TimeStampToken(
      response: certified.pki.stamp(TimeStampToken.request(over: first.bytes), by: "tsa", chain: ["tsa"]))
    let whole = ArchiveStampFile(bytes: first.bytes, token: token.der)
    let found = try verify([whole], at: max(token.time, Coalition.now), under: certified.roster)
    #expect(found.map(\.stampedBy) == [tur.name] && found.map(\.stampedAt) == [token.time])
    let other = ArchiveStampFile(bytes: try stamped(syr).bytes, token: token.der)
    #expect(try why([other], under: certified.roster).contains("time stamp proves nothing"))
    // TUR lists who stamped: of its own stamp that says nothing.
    let own = try stamped(tur)
    let ownToken = try TimeStampToken(
      response: certified.pki.stamp(TimeStampToken.request(over: own.bytes), by: "tsa", chain: ["tsa"]))
    let unwitnessed = try verify(
      [ArchiveStampFile(bytes: own.bytes, token: ownToken.der)], at: max(token.time, Coalition.now),
      under: certified.roster)
    #expect(unwitnessed.map(\.stampedBy) == [nil])
    // What comes after covers it too.
    let next = ArchiveStampFile.covers(index: index, [whole])
    #expect(next.map(\.path) == ["INDEX", "stamps/000001.cose", "stamps/000001.tst"])
  }

  @Test(
    "With an ML-DSA key both signatures stand in one stamp",
    .enabled(if: MLDSA.isAvailable, "ML-DSA needs OpenSSL 3.5: Tests/Debian13"))
  func dual() throws {
    let second = try PrivateKey.generate(.mlDSA65)
    let roster = try coalition.changedRoster { authority in
      guard authority.name == coalition.syr.name else { return authority }
      return authority.replacing(keys: authority.keys + [try Coalition.record(.statement, second)])
    }
    let both = try stamp(coalition.syr, with: [coalition.syr.key(.statement), second])
    #expect(try verify([both], under: roster).map(\.algorithms) == [["ESP256", "ML-DSA-65"]])
    var bytes = both.bytes
    bytes[bytes.count - 1] ^= 1
    #expect(try why([ArchiveStampFile(bytes: bytes, token: nil)], under: roster).contains("does not hold"))
  }
}

extension Authority {
  /// The same with other keys.
  func replacing(keys: [KeyRecord]) -> Authority {
    Authority(
      name: name, uri: uri, names: names, role: role, status: status, competence: competence,
      keys: keys.sorted { $0.kid.lexicographicallyPrecedes($1.kid) }, officers: officers, anchors: anchors)
  }

  /// The same with its statement keys revoked.
  func revokingStatementKeys(_ reason: Revocation.Reason, from time: UnixTime) throws -> Authority {
    replacing(
      keys: keys.map { record in
        record.purpose == .statement
          ? record.with(revocations: [Revocation(reason: reason, effectiveFrom: time)]) : record
      })
  }
}
