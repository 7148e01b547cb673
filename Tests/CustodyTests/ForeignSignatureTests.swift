import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// CMS messages by keys that the roster lists or whose certificates lead to its anchors.
@Suite("Messages of stock OpenSSL") struct ForeignSignatureTests {
  /// 2048-01-01, long after the command has signed.
  private static let end: UnixTime = 2_461_449_600
  private static let content = Array("an event".utf8)

  private func signed(_ party: CertifiedParty, by name: String = "signer") throws -> SignedData {
    let tool = party.pki.tool
    try tool.write("event", Self.content)
    try tool.run([
      "cms", "-sign", "-binary", "-in", "event", "-signer", "\(name).pem", "-inkey", "\(name).key", "-certfile",
      "middle.pem", "-outform", "DER", "-out", "event.p7s",
    ])
    return try SignedData(file: tool.read("event.p7s"))
  }

  private func refusal(
    _ party: CertifiedParty, _ message: SignedData, at now: UnixTime, _ lists: [RevocationList] = []
  ) throws -> String? {
    do throws(ForeignRefusal) {
      let found = try party.verifier(lists).verify(message, over: Self.content, of: nil, now: now)
      #expect(found.authority.name == party.party.name && found.content == Self.content)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("A listed key signs, and a certified one, each of its authority")
  func holds() throws {
    for listsKey in [true, false] {
      let party = try CertifiedParty(listsKey: listsKey)
      let message = try signed(party)
      let time = try message.verify(over: Self.content).signedAt
      let found = try party.verifier().verify(message, over: Self.content, of: party.party.name, now: time)
      if case .listed = found.standing { #expect(listsKey) } else { #expect(!listsKey) }
      #expect(
        throws: ForeignRefusal.self
      ) {
        try party.verifier().verify(message, over: Self.content, of: party.convoy.coalition.irq.name, now: time)
      }
    }
  }

  @Test("A listed key of another purpose signs no message, whatever its certificate")
  func purpose() throws {
    let party = try CertifiedParty()
    try party.pki.issue("receipt", by: "middle", pem: party.party.key(.receipt).pem())
    let message = try signed(party, by: "receipt")
    let time = try message.verify(over: Self.content).signedAt
    #expect(try refusal(party, message, at: time) == "a receipt key cannot sign statements")
  }

  @Test("What was taken back in order ends with the grace, and a compromise that comes later ends it at once")
  func revoked() throws {
    let party = try CertifiedParty()
    let message = try signed(party)
    let grace = Policy.standard.graceSeconds
    try party.pki.revoke("signer", by: "middle", reason: "superseded", at: "480101000000Z")
    let orderly = try RevocationList(file: party.pki.revocations(of: "middle"))
    #expect(try refusal(party, message, at: Self.end + grace, [orderly]) == nil)
    #expect(try refusal(party, message, at: Self.end + grace + 1, [orderly])?.contains("grace ended") == true)
    try party.pki.revoke(again: "signer", by: "middle", reason: "keyCompromise", at: "480110000000Z")
    let compromise = try RevocationList(file: party.pki.revocations(of: "middle"))
    let since = Self.end + 9 * secondsPerDay
    for lists in [[orderly, compromise], [compromise, orderly]] {
      #expect(try refusal(party, message, at: since - 1, lists) == nil)
      #expect(try refusal(party, message, at: since, lists)?.contains("others may have its key") == true)
    }
    try party.pki.revoke(again: "signer", by: "middle", reason: "superseded", at: "260101000000Z")
    let early = try RevocationList(file: party.pki.revocations(of: "middle"))
    #expect(try refusal(party, message, at: Self.end, [early])?.contains("revoked when it signed") == true)
  }
}
