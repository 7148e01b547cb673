import COSE
import Roster
import Testing

@testable @_spi(Testing) import Custody

/// What a partner's view of the keys says against ours becomes alarms that end together.
@Suite struct KeyViewChecksTests {
  private let coalition: Coalition
  private let issuer: AuthorityName
  private let view: KeyView

  init() throws {
    coalition = try Coalition.shared()
    issuer = try #require(AuthorityName("IRQ/moj"))
    view = KeyView(of: coalition.roster, at: Coalition.now)
  }

  /// The view with its last authority renamed, so that each of that one's keys has another holder, and perhaps another digest.
  private func renamed(digest: [UInt8]? = nil) throws -> KeyView {
    var fields = try #require(CBOR.decode(view.encoded()[...]).map)
    var holders = try #require(fields["authorities"]?.array)
    var last = try #require(holders.last?.map)
    last["authority"] = "ZZZ/nobody"
    holders[holders.count - 1] = .map(last)
    fields["authorities"] = .array(holders)
    if let digest { fields["roster"] = .bytes(digest) }
    return try KeyView(decoding: CBOR.map(fields).encoded())
  }

  private func alarms(_ view: KeyView, _ checks: Checks = .all) -> [Violation] {
    KeyViewChecks(checks: checks).alarms(view.compared(with: coalition.roster) { _ in nil }, of: view, by: issuer)
  }

  @Test("A view that agrees raises nothing")
  func agrees() { #expect(alarms(view).isEmpty) }

  @Test("Each key that differs is named with who says what, under V16, and the same again in the same words")
  func differs() throws {
    let other = try renamed()
    let found = alarms(other)
    let count = try #require(view.authorities.last?.keys.count)
    #expect(found.count == count && count > 0 && found.allSatisfy { $0.code == .v16 })
    #expect(found.allSatisfy { $0.detail.hasPrefix(KeyViewChecks.mark(issuer)) })
    let kid = hexadecimal(try #require(view.authorities.last?.keys.first?.kid.prefix(8)))
    #expect(found.contains { $0.detail.contains(kid) && $0.detail.contains("ZZZ/nobody") }, "\(found)")
    #expect(alarms(other) == found)
    #expect(alarms(other, .without(.v16)).isEmpty)
  }

  @Test("Another roster of the same version is a fork, V20, with both digests")
  func fork() throws {
    let digest = [UInt8](repeating: 7, count: 32)
    let found = alarms(try renamed(digest: digest))
    let fork = try #require(found.first)
    #expect(fork.code == .v20 && fork.detail.contains(hexadecimal(digest)))
    #expect(fork.detail.contains(hexadecimal(coalition.roster.digest)))
    #expect(found.dropFirst().allSatisfy { $0.code == .v16 } && found.count > 1)
    let without = alarms(try renamed(digest: digest), .without(.v20))
    #expect(without.count == found.count - 1 && without.allSatisfy { $0.code == .v16 })
  }

  @Test("Of a view that lists no key at all so many are named as an alarm list bears, and the rest is counted")
  func many() throws {
    var fields = try #require(CBOR.decode(view.encoded()[...]).map)
    fields["authorities"] = .array([])
    let found = alarms(try KeyView(decoding: CBOR.map(fields).encoded()))
    let count = view.authorities.map(\.keys.count).reduce(0, +)
    let named = min(count, KeyViewChecks.maximumNamed)
    #expect(found.count == named + (count > named ? 1 : 0))
    #expect(found.first?.detail.contains("it does not list") == true)
    if count > named { #expect(found.last?.detail.contains("\(count - named) further") == true) }
  }

  @Test("Names of which one begins like the other do not share their alarms")
  func marks() throws {
    let longer = try #require(AuthorityName("IRQ/moj2"))
    #expect(!KeyViewChecks.mark(longer).hasPrefix(KeyViewChecks.mark(issuer)))
  }
}
