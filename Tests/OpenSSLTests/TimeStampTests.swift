import Foundation
import OpenSSL
import TestSupport
import Testing

/// Time stamp tokens of a time stamping authority that the stock command plays.
@Suite("Time stamp tokens") struct TimeStampTests {
  private static let bytes = Array("what was signed".utf8)
  private let pki: TestPKI
  private let root: Certificate

  init() throws {
    pki = try TestPKI()
    root = try Certificate(pem: pki.root("root"))
    try pki.issue("tsa", by: "root", extensions: TestPKI.stamper)
  }

  private func token(by name: String = "tsa", chain: [String] = ["tsa"], digest: String = "sha256") throws
    -> TimeStampToken
  {
    try TimeStampToken(
      response: pki.stamp(TimeStampToken.request(over: Self.bytes), by: name, chain: chain, digest: digest))
  }

  @Test("A token holds over what it stamps, under its anchor, and for nothing else")
  func holds() throws {
    let token = try token()
    try token.verify(over: Self.bytes, anchors: [root])
    #expect(try TimeStampToken(der: token.der) == token)
    #expect(throws: TimeStampRefusal.signatureOrImprint) { try token.verify(over: Self.bytes + [0], anchors: [root]) }
    let stranger = try Certificate(pem: pki.root("stranger"))
    #expect(throws: TimeStampRefusal.path(PathRefusal(.unknownIssuer, "CN=tsa"))) {
      try token.verify(over: Self.bytes, anchors: [stranger])
    }
    #expect(throws: TimeStampRefusal.path(PathRefusal(.noAnchor))) { try token.verify(over: Self.bytes, anchors: []) }
  }

  @Test("The request is one that the command reads, and its token verifies with the command too")
  func stock() throws {
    let token = try token()
    try pki.tool.write("data", Self.bytes)
    try pki.tool.write("token.der", token.der)
    try pki.tool.run([
      "ts", "-verify", "-data", "data", "-token_in", "-in", "token.der", "-CAfile", "root.pem",
    ])
  }

  @Test("Who stamps must be certified to stamp times and to do nothing else")
  func use() throws {
    let loose = TestPKI.stamper.replacingOccurrences(of: "critical,timeStamping", with: "timeStamping")
    let both = TestPKI.stamper.replacingOccurrences(
      of: "critical,timeStamping", with: "critical,timeStamping,codeSigning")
    for (name, extensions) in [("loose", loose), ("both", both), ("signer", TestPKI.signer)] {
      let certificate = try Certificate(pem: pki.issue(name, by: "root", extensions: extensions))
      #expect(throws: PathRefusal(.extendedKeyUsage, "CN=\(name)")) {
        try CertificatePath.validate(certificate, through: [], to: [root], for: .timeStamp, at: 1_780_272_000)
      }
      // Neither does the stock command stamp with such a one.
      #expect(throws: OpenSSLTool.Failed.self) { try token(by: name, chain: [name]) }
    }
  }

  @Test("A weak digest of the token, or in it, is refused")
  func weak() throws {
    #expect(throws: TimeStampRefusal.noSigner) {
      try token(digest: "sha1").verify(over: Self.bytes, anchors: [root])
    }
    try pki.tool.write("data", Self.bytes)
    try pki.tool.run(["ts", "-query", "-data", "data", "-sha1", "-cert", "-out", "sha1.tsq"])
    let over = try TimeStampToken(response: pki.stamp(pki.tool.read("sha1.tsq"), by: "tsa", chain: ["tsa"]))
    #expect(throws: TimeStampRefusal.weakDigest) { try over.verify(over: Self.bytes, anchors: [root]) }
    try pki.tool.run(["ts", "-query", "-data", "data", "-sha512", "-cert", "-out", "sha512.tsq"])
    let strong = try TimeStampToken(response: pki.stamp(pki.tool.read("sha512.tsq"), by: "tsa", chain: ["tsa"]))
    try strong.verify(over: Self.bytes, anchors: [root])
  }

  @Test("A time stamping authority whose time is over, or that was taken back, proves nothing")
  func ended() throws {
    try pki.issue("early", by: "root", extensions: TestPKI.stamper, until: "20210101000000Z")
    // The command looks at no dates when it stamps.
    #expect(throws: TimeStampRefusal.path(PathRefusal(.expired, "CN=early"))) {
      try token(by: "early", chain: ["early"]).verify(over: Self.bytes, anchors: [root])
    }
    let good = try token()
    try pki.revoke("tsa", by: "root", reason: "superseded", at: "240501000000Z")
    let list = try RevocationList(file: pki.revocations(of: "root"))
    #expect(throws: TimeStampRefusal.path(PathRefusal(.revoked, "superseded"))) {
      try good.verify(over: Self.bytes, anchors: [root], revocations: [list])
    }
  }

  @Test("An orderly end after the stamp hides no compromise that comes still later")
  func compromised() throws {
    let good = try token()
    try pki.revoke("tsa", by: "root", reason: "superseded", at: "480101000000Z")
    let orderly = try RevocationList(file: pki.revocations(of: "root"))
    try good.verify(over: Self.bytes, anchors: [root], revocations: [orderly])
    try pki.revoke(again: "tsa", by: "root", reason: "keyCompromise", at: "480501000000Z")
    let compromise = try RevocationList(file: pki.revocations(of: "root"))
    #expect(throws: TimeStampRefusal.path(PathRefusal(.revoked, "key compromised"))) {
      try good.verify(over: Self.bytes, anchors: [root], revocations: [orderly, compromise])
    }
  }

  @Test("What is no token is refused: a refusal of the authority, a certificate, bytes behind it, none at all")
  func noToken() throws {
    let token = try token()
    let huge = [UInt8](repeating: 0x30, count: TimeStampToken.maximumByteCount + 1)
    for bytes in [[], root.der, token.der + [0], Array(token.der.dropLast()), huge] {
      #expect(throws: OpenSSLError(code: .readTimeStamp, reasons: [])) { try TimeStampToken(der: bytes) }
      #expect(throws: OpenSSLError(code: .readTimeStamp, reasons: [])) { try TimeStampToken(response: bytes) }
    }
    let refusal = try pki.stamp(Array("no query".utf8), by: "tsa", chain: ["tsa"])
    #expect(throws: OpenSSLError(code: .readTimeStamp, reasons: [])) { try TimeStampToken(response: refusal) }
  }

  @Test("Mutated tokens are refused, and never crash")
  func mutated() throws {
    let token = try token()
    var generator = SeededGenerator(seed: 3161)
    var count = 0
    for round in 0..<1500 {
      var der = token.der
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        der[Int.random(in: der.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if round % 5 == 0 { der.removeLast(Int.random(in: 1..<der.count, using: &generator)) }
      guard der != token.der, let read = try? TimeStampToken(der: der) else { continue }
      count += 1
      // A byte outside of what is signed may change, the certificates' order say; the time may not.
      if (try? read.verify(over: Self.bytes, anchors: [root])) != nil { #expect(read.time == token.time) }
    }
    #expect(count > 0, "one is read at least")
  }
}
