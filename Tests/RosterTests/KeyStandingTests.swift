import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

@Suite struct KeyStandingTests {
  private func record(_ revocations: [Revocation] = []) throws -> KeyRecord {
    try #require(
      KeyRecord(
        purpose: .statement, key: PrivateKey.generate(.p256).publicKey, notBefore: 100, notAfter: 200,
        revocations: revocations))
  }

  @Test func validityIncludesItsFirstAndLastSecond() throws {
    let key = try record()
    #expect(key.standing(at: 99) == .notYetValid(from: 100))
    #expect(key.standing(at: 100) == .valid && key.standing(at: 200) == .valid)
    #expect(key.standing(at: 201) == .expired(since: 200))
    #expect(key.standing(at: .min) == .notYetValid(from: 100) && key.standing(at: .max) == .expired(since: 200))
  }

  /// F20: what was valid then stays valid. F21: what is revoked never becomes valid again.
  @Test func aRevocationCountsFromItsMomentOn() throws {
    let early = Revocation(reason: .compromised, effectiveFrom: 150)
    let late = Revocation(reason: .retired, effectiveFrom: 170)
    for key in try [record([early, late]), record([late, early])] {
      for time in 100..<150 { #expect(key.standing(at: UnixTime(time)) == .valid) }
      for time in 150..<250 { #expect(key.standing(at: UnixTime(time)) == .revoked(early)) }
      #expect(key.standing(at: 99) == .notYetValid(from: 100))
    }
    let before = try record([Revocation(reason: .lost, effectiveFrom: 1)])
    #expect((100...300).allSatisfy { before.standing(at: $0) != .valid })
  }

  @Test func moreRevocationsNeverMakeAKeyValid() throws {
    var random = SeededGenerator(named: "revocations")
    var valid = 0
    for _ in 0..<200 {
      let all = (0..<4).map { _ in
        Revocation(
          reason: Revocation.Reason.allCases.randomElement(using: &random) ?? .lost,
          effectiveFrom: .random(in: 50...250, using: &random))
      }
      let (fewer, more) = try (record(Array(all.prefix(2))), record(all))
      for time in stride(from: UnixTime(90), through: 260, by: 5) where more.standing(at: time) == .valid {
        valid += 1
        #expect(fewer.standing(at: time) == .valid)
      }
    }
    #expect(valid > 0)
  }

  @Test func aKeyMustEndAfterItBegins() throws {
    let key = try PrivateKey.generate(.p256).publicKey
    #expect(KeyRecord(purpose: .seal, key: key, notBefore: 2, notAfter: 1) == nil)
    #expect(KeyRecord(purpose: .seal, key: key, notBefore: 2, notAfter: 2)?.kid == key.thumbprint)
  }

  @Test("F24: not listed is nil, never valid") func notListed() throws {
    let made = try TestRoster()
    let roster = try made.first()
    let stranger = try #require(PrivateKey.generate(.p256).publicKey.thumbprint)
    #expect(roster.holder(of: stranger) == nil && roster.holder(of: []) == nil)
    let root = try #require(made.holders[0].publicKey.thumbprint)
    #expect(roster.holder(of: root) == nil)
    let (statement, person) = (made.statement.publicKey.thumbprint, made.officer.publicKey.thumbprint)
    let own = try #require(statement.flatMap { roster.holder(of: $0) })
    #expect(own.officer == nil && own.authority.name.description == "SYR/prisons")
    let officer = try #require(person.flatMap { roster.holder(of: $0) })
    #expect(officer.officer?.number == 1 && officer.record.purpose == .officer)
    #expect(roster.authority(uri: "https://other.example") == nil)
    let other = try #require(AuthorityName("SYR/other"))
    #expect(roster.authority(other) == nil)
  }

  @Test func aRosterIsStaleAfterItsNextUpdate() throws {
    let roster = try TestRoster().first()
    #expect(!roster.isStale(at: roster.body.nextUpdate) && roster.isStale(at: roster.body.nextUpdate + 1))
  }

  @Test(arguments: ["SYR/prisons", "a.b-c_9/D"]) func names(_ text: String) {
    #expect(AuthorityName(text)?.description == text)
  }

  @Test(arguments: ["", "/", "SYR", "SYR/", "/x", "SYR/a/b", "SYR/é", "SYR/a b", "\u{212a}/a", "SYR/٣", "SYR/a\u{301}"])
  func noNames(_ text: String) { #expect(AuthorityName(text) == nil) }

  @Test func originsAreThoseOfItsEpochs() throws {
    let authority = try TestRoster().authority(uri: "https://K.syr.example/log")
    #expect(authority.origin(epoch: 3) == "K.syr.example/log/log/3")
    #expect(authority.owns(origin: "K.syr.example/log/log/3"))
    for origin in [
      "K.syr.example/log/log/0", "K.syr.example/log/log/03", "K.syr.example/log/log/", "K.syr.example/log/log/+3",
      "\u{212a}.syr.example/log/log/3", "https://K.syr.example/log/log/3", "", "/",
    ] { #expect(!authority.owns(origin: origin), "\(origin)") }
  }
}
