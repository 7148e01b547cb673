import OpenSSL
import TestSupport
import Testing

/// CMS messages that the stock command signs.
@Suite("CMS SignedData") struct SignedDataTests {
  private static let content = Array("an event".utf8)
  private let pki: TestPKI
  private let root: Certificate
  private let signer: Certificate

  init() throws {
    pki = try TestPKI()
    root = try Certificate(pem: pki.root("root"))
    signer = try Certificate(pem: pki.issue("signer", by: "root"))
    try pki.tool.write("event.cbor", Self.content)
  }

  private func signed(_ more: [String] = [], attached: Bool = false, form: String = "DER") throws -> SignedData {
    try pki.tool.run(
      [
        "cms", "-sign", "-binary", "-in", "event.cbor", "-signer", "signer.pem", "-inkey", "signer.key", "-outform",
        form, "-out", "event.p7s",
      ] + (attached ? ["-nodetach"] : []) + more)
    return try SignedData(file: pki.tool.read("event.p7s"))
  }

  @Test("Detached and attached, in DER and PEM, the signer and the time are found", arguments: ["DER", "PEM"])
  func holds(form: String) throws {
    let detached = try signed(form: form)
    #expect(detached.content == nil)
    let found = try detached.verify(over: Self.content)
    #expect(found.certificate == signer && found.others.isEmpty && found.signedAt > 1_700_000_000)
    let attached = try signed(attached: true, form: form)
    #expect(attached.content == Self.content)
    #expect(try attached.verify(over: nil).certificate == signer)
    #expect(try attached.verify(over: Self.content).certificate == signer)
  }

  @Test("Another content, and none, are refused")
  func content() throws {
    #expect(throws: SignedDataRefusal.signatureInvalid) { try signed().verify(over: Self.content + [0]) }
    #expect(throws: SignedDataRefusal.noContent) { try signed().verify(over: nil) }
    #expect(throws: SignedDataRefusal.otherContent) { try signed(attached: true).verify(over: Self.content + [0]) }
  }

  @Test("Without its certificate, its time or a strong digest, and by two, it proves nothing")
  func form() throws {
    #expect(throws: SignedDataRefusal.noCertificate) { try signed(["-nocerts"]).verify(over: Self.content) }
    #expect(throws: SignedDataRefusal.noTime) { try signed(["-noattr"]).verify(over: Self.content) }
    #expect(throws: SignedDataRefusal.weakDigest) { try signed(["-md", "sha1"]).verify(over: Self.content) }
    try pki.issue("second", by: "root")
    #expect(throws: SignedDataRefusal.notOneSigner) {
      try signed(["-signer", "second.pem", "-inkey", "second.key"]).verify(over: Self.content)
    }
    try pki.tool.run([
      "cms", "-encrypt", "-in", "event.cbor", "-outform", "DER", "-out", "encrypted", "-aes256", "signer.pem",
    ])
    let others = [[], root.der, try pki.tool.read("encrypted"), try signed().der + [0]]
    for bytes in others {
      #expect(throws: OpenSSLError(code: .readSignedData, reasons: [])) { try SignedData(file: bytes) }
    }
  }

  @Test("Certificates in it are counted")
  func crowd() throws {
    var pem: [UInt8] = []
    for index in 0..<9 { pem += try pki.issue("c\(index)", by: "root") }
    try pki.tool.write("crowd.pem", pem)
    #expect(throws: SignedDataRefusal.path(PathRefusal(.tooMany))) {
      try signed(["-certfile", "crowd.pem"]).verify(over: Self.content)
    }
  }

  @Test("Mutated messages are refused, and never crash")
  func mutated() throws {
    let real = try signed()
    var generator = SeededGenerator(seed: 5652)
    var count = 0
    for round in 0..<1500 {
      var der = real.der
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        der[Int.random(in: der.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if round % 5 == 0 { der.removeLast(Int.random(in: 1..<der.count, using: &generator)) }
      guard der != real.der, let read = try? SignedData(file: der) else { continue }
      count += 1
      if let found = try? read.verify(over: Self.content) {
        // What the signature does not cover may change, but never so that somebody else signed.
        #expect(found.certificate.publicKey == signer.publicKey)
      }
    }
    #expect(count > 0, "one is read at least")
  }
}
