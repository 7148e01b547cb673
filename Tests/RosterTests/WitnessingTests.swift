import COSE
import OpenSSL
import Roster
import Testing

/// Who witnesses whose logs: what may be listed, how it changes, and that rosters without it are as they were.
@Suite struct WitnessingTests {
  let made: TestRoster
  let prisons: AuthorityName
  let courts: AuthorityName
  let watch: AuthorityName
  let aid: AuthorityName

  init() throws {
    made = try TestRoster()
    prisons = try #require(AuthorityName("SYR/prisons"))
    courts = try #require(AuthorityName("SYR/courts"))
    watch = try #require(AuthorityName("NGO/watch"))
    aid = try #require(AuthorityName("NGO/aid"))
  }

  private func body(_ witnessing: Witnessing?) throws -> RosterBody {
    let members = ["SYR", "NGO"].map { Member(key: $0, iso3: nil, names: [:]) }
    let others = try [courts, watch, aid].map { name in
      try made.authority(
        name.description, uri: "https://\(name.authority).\(name.member.lowercased()).example", keys: [], officers: [])
    }
    return try made.body(members: members, authorities: [made.authority().with(witnessing: witnessing)] + others)
  }

  private func refusal(_ witnesses: [AuthorityName], _ quorum: UInt64) throws -> String? {
    let bytes = try body(Witnessing(witnesses: witnesses, quorum: quorum)).encoded()
    do throws(DecodeError) {
      _ = try RosterBody(decoding: bytes[...])
      return nil
    } catch {
      return error.detail
    }
  }

  @Test("Witnesses are other members' listed authorities, each once, and the quorum lies between 1 and all")
  func form() throws {
    #expect(try refusal([watch], 1) == nil)
    #expect(try refusal([watch, aid], 1) == nil)
    #expect(try refusal([aid, watch], 2) == nil)
    #expect(try refusal([watch, aid], 3)?.contains("quorum of SYR/prisons") == true)
    #expect(try refusal([watch], 0)?.contains("quorum of SYR/prisons") == true)
    #expect(try refusal([], 0)?.contains("1 to 15 witnesses") == true)
    #expect(try refusal([], 1)?.contains("1 to 15 witnesses") == true)
    #expect(try refusal([watch, watch], 1)?.contains("NGO/watch stands twice") == true)
    #expect(try refusal([courts], 1)?.contains("of the same member") == true)
    #expect(try refusal([prisons], 1)?.contains("of the same member") == true)
    #expect(try refusal([try #require(AuthorityName("JOR/police"))], 1)?.contains("is not listed") == true)
    let crowd = try (0...Witnessing.maximumCount).map { try #require(AuthorityName("NGO/w\($0)")) }
    #expect(try refusal(crowd, 1)?.contains("witnesses") == true)
  }

  @Test("A roster without witnesses has the bytes it always had, and one with them is read as it was written")
  func bytes() throws {
    let without = try body(nil)
    let map = try #require(CBOR.decode(without.encoded()[...]).map)
    let first = try #require(map["authorities"]?.array?.first?.map)
    #expect(first["witnessing"] == nil)
    let read = try RosterBody(decoding: without.encoded()[...])
    #expect(read == without && read.encoded() == without.encoded() && read.authorities[0].witnessing == nil)
    let with = try body(Witnessing(witnesses: [watch, aid], quorum: 2))
    let again = try RosterBody(decoding: with.encoded()[...])
    #expect(again == with && again.encoded() == with.encoded())
    #expect(again.authorities[0].witnessing == Witnessing(witnesses: [watch, aid], quorum: 2))
  }

  @Test("Other keys and officers leave the witnesses as they were")
  func kept() throws {
    let witnessing = Witnessing(witnesses: [watch], quorum: 1)
    let authority = try made.authority().with(witnessing: witnessing)
    #expect(authority.with(keys: [], officers: []).witnessing == witnessing)
    #expect(authority.with(witnessing: nil).witnessing == nil && authority.with(witnessing: nil).keys == authority.keys)
  }

  private func next(_ old: VerifiedRoster, _ witnessing: Witnessing?) -> RosterBody {
    let authorities = old.body.authorities
    return made.next(old, authorities: [authorities[0].with(witnessing: witnessing)] + authorities.dropFirst())
  }

  @Test("Every change of witnesses and quorum is told, and each version may make one")
  func changes() throws {
    let both = Witnessing(witnesses: [watch, aid], quorum: 2)
    let bare = try made.first(body(nil))
    let begun = next(bare, both)
    #expect(
      begun.changes(after: bare.body) == [
        .witnesses(prisons, added: [watch, aid], removed: []), .quorum(prisons, from: nil, to: 2),
      ])
    #expect(try TestRoster.refusal(begun, by: made.holders, following: bare) == nil)
    let first = try made.first(body(both))
    let one = next(first, Witnessing(witnesses: [aid], quorum: 1))
    #expect(
      one.changes(after: first.body) == [
        .witnesses(prisons, added: [], removed: [watch]), .quorum(prisons, from: 2, to: 1),
      ])
    #expect(try TestRoster.refusal(one, by: made.holders, following: first) == nil)
    let lower = next(first, Witnessing(witnesses: [watch, aid], quorum: 1))
    #expect(lower.changes(after: first.body) == [.quorum(prisons, from: 2, to: 1)])
    let none = next(first, nil)
    #expect(
      none.changes(after: first.body) == [
        .witnesses(prisons, added: [], removed: [watch, aid]), .quorum(prisons, from: 2, to: nil),
      ])
    #expect(try TestRoster.refusal(none, by: made.holders, following: first) == nil)
    let turned = next(first, Witnessing(witnesses: [aid, watch], quorum: 2))
    #expect(turned.changes(after: first.body) == [.arrangement])
  }

  @Test("An authority that is admitted with witnesses says so")
  func admitted() throws {
    let first = try made.first()
    let new = try body(Witnessing(witnesses: [watch], quorum: 1))
    let renamed = try made.authority("NGO/judge", uri: "https://judge.ngo.example", keys: [], officers: [])
      .with(witnessing: Witnessing(witnesses: [courts], quorum: 1))
    let grown = made.next(first, members: new.members, authorities: new.authorities + [renamed])
    let judge = try #require(AuthorityName("NGO/judge"))
    let told = grown.changes(after: first.body)
    #expect(told.contains(.witnesses(judge, added: [courts], removed: [])))
    #expect(told.contains(.quorum(judge, from: nil, to: 1)))
  }

  @Test("A version that also changes witnesses is no emergency: the whole threshold signs it")
  func emergency() throws {
    let first = try made.first(body(Witnessing(witnesses: [watch, aid], quorum: 2)))
    let authorities = first.body.authorities
    let lost = Revocation(reason: .lost, effectiveFrom: TestRoster.issued)
    let keys = authorities[0].keys.map { $0.purpose == .statement ? $0.with(revocations: [lost]) : $0 }
    let revoked = authorities[0].with(keys: keys, officers: authorities[0].officers)
    let plain = made.next(first, authorities: [revoked] + authorities.dropFirst())
    #expect(plain.isEmergency(after: first.body))
    let lower = revoked.with(witnessing: Witnessing(witnesses: [watch, aid], quorum: 1))
    #expect(!made.next(first, authorities: [lower] + authorities.dropFirst()).isEmergency(after: first.body))
  }

  @Test("The name of a witness key is the URI without its scheme, and /witness")
  func keyName() throws {
    #expect(try made.authority().witnessKeyName == "prisons.syr.example/witness")
  }
}
