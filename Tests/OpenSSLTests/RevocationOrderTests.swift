import OpenSSL
import TestSupport
import Testing

/// Which of two lists of one issuer is the later, and what the later leaves out.
@Suite("Revocation lists after one another") struct RevocationOrderTests {
  private let pki: TestPKI
  private let root: Certificate
  private let signer: Certificate

  init() throws {
    pki = try TestPKI()
    root = try Certificate(pem: pki.root("root"))
    signer = try Certificate(pem: pki.issue("signer", by: "root"))
  }

  private func list(from: String, number: String? = nil) throws -> RevocationList {
    try RevocationList(file: pki.revocations(of: "root", from: from, number: number))
  }

  @Test("A list is older by when it was issued or by its number, and no list is older than itself")
  func older() throws {
    let (first, second) = (try list(from: "20260101000000Z"), try list(from: "20260201000000Z"))
    #expect(first.thisUpdate == 1_767_225_600)
    #expect(first.isOlder(than: second) && !second.isOlder(than: first) && !first.isOlder(than: first))
    let low = try list(from: "20260301000000Z", number: "0A")
    let high = try list(from: "20260301000000Z", number: "0100")
    #expect(low.isOlder(than: high) && !high.isOlder(than: low) && !low.isOlder(than: low))
    // One without a number is judged by its time alone.
    #expect(!low.isOlder(than: second) && second.isOlder(than: low))
    // Dated anew, a former number is still a former number.
    #expect(try list(from: "20260401000000Z", number: "0B").isOlder(than: high))
  }

  @Test("A list is its issuer's, and nobody else's of that name")
  func issuer() throws {
    let list = try list(from: "20260101000000Z")
    let other = try TestPKI()
    let stranger = try Certificate(pem: other.root("root"))
    for _ in 0..<2 { #expect(list.isSigned(by: root) && !list.isSigned(by: stranger) && !list.isSigned(by: signer)) }
  }

  @Test("What a later list leaves out or says otherwise is seen; more than before, or a hold that passed, is not")
  func leavesOut() throws {
    let none = try list(from: "20260101000000Z")
    try pki.revoke("signer", by: "root", reason: "certificateHold", at: "260201000000Z")
    let held = try list(from: "20260201000000Z")
    #expect(!held.saysMore(than: [none]) && !none.saysMore(than: [held]))
    try pki.revoke(again: "signer", by: "root", reason: "keyCompromise", at: "260201000000Z")
    let compromised = try list(from: "20260301000000Z")
    #expect(!held.saysMore(than: [compromised]) && !compromised.saysMore(than: [compromised]))
    #expect(compromised.saysMore(than: [none]))
    try pki.revoke(again: "signer", by: "root", reason: "superseded", at: "260201000000Z")
    #expect(try compromised.saysMore(than: [list(from: "20260401000000Z")]))
    try pki.revoke(again: "signer", by: "root", reason: "keyCompromise", at: "260202000000Z")
    #expect(try compromised.saysMore(than: [list(from: "20260401000000Z")]))
  }

  @Test("One that takes the invalidity date back, or makes it later, leaves out what was said before")
  func invalidity() throws {
    func said(_ reason: String) throws -> RevocationList {
      try pki.revoke(again: "signer", by: "root", reason: reason, at: "260201000000Z")
      return try list(from: "20260201000000Z")
    }
    try pki.revoke("signer", by: "root", reason: "keyCompromise", at: "260201000000Z")
    let (without, early) = (try said("keyCompromise"), try said("keyTime,20260115000000Z"))
    let later = try said("keyTime,20260116000000Z")
    #expect(early.earliestExposure == 1_768_435_200 && without.earliestExposure == 1_769_904_000)
    #expect(early.saysMore(than: [without]) && early.saysMore(than: [later]))
    #expect(!without.saysMore(than: [early]) && !later.saysMore(than: [early]) && !early.saysMore(than: [early]))
  }

  @Test("What one of several lists says needs no further list; what ended in order is asked for or not")
  func several() throws {
    try pki.issue("second", by: "root")
    let none = try list(from: "20260101000000Z")
    try pki.revoke("signer", by: "root", reason: "keyCompromise", at: "260201000000Z")
    let first = try list(from: "20260201000000Z")
    try pki.revoke("second", by: "root", reason: "superseded", at: "260202000000Z")
    let both = try list(from: "20260202000000Z")
    #expect(both.saysMore(than: [none, first]) && !both.saysMore(than: [none, first], onlyExposing: true))
    #expect(!first.saysMore(than: [none, both]) && !both.saysMore(than: [first, both]) && first.saysMore(than: []))
    #expect(both.saysMore(than: [none], onlyExposing: true) && !none.saysMore(than: []))
  }

  @Test("A former list goes on to say what it said, but that something is on hold")
  func former() throws {
    func found(_ lists: [RevocationList]) throws(PathRefusal) -> CertificatePath {
      try CertificatePath.validate(
        signer, through: [], to: [root], for: .statement(uri: "https://a.example"), at: 1_780_272_000,
        revocations: lists)
    }
    let none = try list(from: "20260101000000Z")
    #expect(none.earliestExposure == nil)
    try pki.revoke("signer", by: "root", reason: "certificateHold", at: "260501000000Z")
    let held = try list(from: "20260501000000Z")
    #expect(held.earliestExposure == 1_777_593_600)
    #expect(try found([none, held]).exposedFrom == 1_777_593_600)
    let passed = try RevocationList(der: held.der, isFormer: true)
    #expect(passed.isFormer && passed != held && passed.earliestExposure == nil)
    #expect(try found([none, passed]).revocations.isEmpty)
    try pki.revoke(again: "signer", by: "root", reason: "keyCompromise", at: "260501000000Z")
    let gone = try RevocationList(der: list(from: "20260502000000Z").der, isFormer: true)
    #expect(gone.earliestExposure == 1_777_593_600)
    #expect(try found([none, gone]).exposedFrom == 1_777_593_600)
    try pki.revoke(again: "signer", by: "root", reason: "superseded", at: "260501000000Z")
    #expect(try list(from: "20260503000000Z").earliestExposure == nil, "an orderly end")
  }

  @Test("Of what is on record, a list that has ended goes on to say what it said")
  func ended() throws {
    try pki.revoke("signer", by: "root", reason: "keyCompromise", at: "260101000000Z")
    let old = try RevocationList(file: pki.revocations(of: "root", until: "20260201000000Z"))
    func path(asksReach: Bool) throws(PathRefusal) -> CertificatePath {
      try CertificatePath.validate(
        signer, through: [], to: [root], for: .statement(uri: "https://a.example"), at: 1_780_272_000,
        revocations: [old], asksReach: asksReach)
    }
    #expect(throws: PathRefusal(.revocationsTooOld, "CN=root")) { try path(asksReach: true) }
    #expect(try path(asksReach: false).exposedFrom == 1_767_225_600)
  }
}
