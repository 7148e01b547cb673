import OpenSSL
import TestSupport
import Testing

/// Revocation lists made with the stock command.
@Suite("Revocation lists") struct RevocationTests {
  private static let time: Int64 = 1_780_272_000
  private let pki: TestPKI
  private let root: Certificate
  private let signer: Certificate

  init() throws {
    pki = try TestPKI()
    root = try Certificate(pem: pki.root("root"))
    signer = try Certificate(pem: pki.issue("signer", by: "root"))
  }

  private func path(_ lists: [RevocationList], at time: Int64 = Self.time) throws(PathRefusal) -> CertificatePath {
    try CertificatePath.validate(
      signer, through: [], to: [root], for: .statement(uri: "https://a.example"), at: time, revocations: lists)
  }

  @Test("A list says since when and why, whatever the moment of the path")
  func revoked() throws {
    let before = try RevocationList(file: pki.revocations(of: "root"))
    #expect(try path([before]).revocation == nil)
    try pki.revoke("signer", by: "root", reason: "keyCompromise", at: "260501000000Z")
    let after = try RevocationList(file: pki.revocations(of: "root"))
    for found in [try path([before, after]).revocation, try path([after], at: 1_600_000_000).revocation] {
      #expect(found?.reason == .keyCompromise && found?.since == 1_777_593_600)
      #expect(found.map { "\($0.reason)" } == "key compromised")
    }
  }

  @Test("A compromise that comes after an orderly end is not hidden by it, whichever list says so")
  func twice() throws {
    try pki.revoke("signer", by: "root", reason: "superseded", at: "260301000000Z")
    let orderly = try RevocationList(file: pki.revocations(of: "root"))
    #expect(try path([orderly]).exposedFrom == nil)
    try pki.revoke(again: "signer", by: "root", reason: "keyCompromise", at: "260501000000Z")
    let compromise = try RevocationList(file: pki.revocations(of: "root"))
    for lists in [[orderly, compromise], [compromise, orderly]] {
      let path = try path(lists)
      #expect(path.revocations.count == 2)
      #expect(path.revocation?.reason == .superseded && path.revocation?.since == 1_772_323_200)
      #expect(path.exposedFrom == 1_777_593_600)
    }
  }

  @Test("The signer's compromise is not hidden by the orderly end of the authority above it")
  func above() throws {
    let middle = try Certificate(pem: pki.issue("middle", by: "root", extensions: TestPKI.authority))
    let below = try Certificate(pem: pki.issue("below", by: "middle"))
    try pki.revoke("middle", by: "root", reason: "cessationOfOperation", at: "260301000000Z")
    try pki.revoke("below", by: "middle", reason: "keyCompromise", at: "260501000000Z")
    let path = try CertificatePath.validate(
      below, through: [middle], to: [root], for: .statement(uri: "https://a.example"), at: Self.time,
      revocations: [
        RevocationList(file: pki.revocations(of: "root")), RevocationList(file: pki.revocations(of: "middle")),
      ])
    #expect(path.revocation?.reason == .cessationOfOperation && path.exposedFrom == 1_777_593_600)
  }

  @Test("What a list is to one issuer of its name, it is not to another that comes later")
  func issuersApart() throws {
    try pki.revoke("signer", by: "root", reason: "superseded", at: "260501000000Z")
    let list = try RevocationList(file: pki.revocations(of: "root"))
    let other = try TestPKI()
    let theirRoot = try Certificate(pem: other.root("root"))
    let theirs = try Certificate(pem: other.issue("signer", by: "root"))
    for _ in 0..<2 {
      #expect(try path([list]).revocation?.reason == .superseded)
      let path = try CertificatePath.validate(
        theirs, through: [], to: [theirRoot], for: .statement(uri: "https://a.example"), at: Self.time,
        revocations: [list])
      #expect(path.revocation == nil)
    }
  }

  @Test("DER and PEM are the same list, and nothing may follow it")
  func forms() throws {
    let pem = try pki.revocations(of: "root")
    let list = try RevocationList(file: pem)
    #expect(try RevocationList(der: list.der) == list)
    #expect(list.nextUpdate == 2_493_072_000)
    for bytes in [[], list.der + [0], Array(list.der.dropLast()), root.der, Array("-----BEGIN".utf8)] {
      #expect(throws: OpenSSLError(code: .readRevocations, reasons: [])) { try RevocationList(file: bytes) }
    }
    #expect(throws: OpenSSLError(code: .readRevocations, reasons: [])) {
      try RevocationList(der: [UInt8](repeating: 0x30, count: RevocationList.maximumByteCount + 1))
    }
  }

  @Test("Lists that had ended before the moment refuse the path: nobody can tell")
  func tooOld() throws {
    let old = try RevocationList(file: pki.revocations(of: "root", until: "20260201000000Z"))
    #expect(throws: PathRefusal(.revocationsTooOld, "CN=root")) { try path([old]) }
    #expect(try path([old], at: 1_769_000_000).revocation == nil)
    #expect(try path([old, RevocationList(file: pki.revocations(of: "root"))]).revocation == nil)
  }

  @Test("Another's list, a forged one and one by an authority that may sign none are not looked at")
  func foreign() throws {
    let other = try TestPKI()
    try other.root("root")
    try other.issue("signer", by: "root")
    try other.revoke("signer", by: "root", reason: "superseded", at: "260501000000Z")
    #expect(try path([RevocationList(file: other.revocations(of: "root"))]).revocation == nil)
    try pki.revoke("signer", by: "root", reason: "superseded", at: "260501000000Z")
    let real = try RevocationList(file: pki.revocations(of: "root"))
    var der = real.der
    der[der.count - 1] ^= 1
    #expect(try path([RevocationList(der: der)]).revocation == nil)
    #expect(try path([real]).revocation?.reason == .superseded)
  }

  @Test("That an authority of the path was taken back counts like the signer's own")
  func authorityRevoked() throws {
    let middle = try Certificate(pem: pki.issue("middle", by: "root", extensions: TestPKI.authority))
    let below = try Certificate(pem: pki.issue("below", by: "middle"))
    try pki.revoke("middle", by: "root", reason: "CACompromise", at: "260501000000Z")
    let path = try CertificatePath.validate(
      below, through: [middle], to: [root], for: .statement(uri: "https://a.example"), at: Self.time,
      revocations: [RevocationList(file: pki.revocations(of: "root"))])
    #expect(path.revocation?.reason == .authorityCompromise)
  }

  @Test("Mutated lists are refused or read, and never crash")
  func mutated() throws {
    let real = try RevocationList(file: pki.revocations(of: "root"))
    var generator = SeededGenerator(seed: 33)
    var count = 0
    for _ in 0..<2000 {
      var der = real.der
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        der[Int.random(in: der.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if let list = try? RevocationList(der: der), list != real {
        count += 1
        #expect(try path([list]).revocation == nil)
      }
    }
    #expect(count > 0, "one is read at least")
  }
}
