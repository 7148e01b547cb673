import OpenSSL
import TestSupport
import Testing

/// Certificates that pin a transport key.
@Suite struct CertificateTests {
  static let from: Int64 = 1_795_000_000
  static let until: Int64 = 2_600_000_000

  private func made(_ key: PrivateKey, name: String = "SYR/prisons") throws -> Certificate {
    try Certificate.selfSigned(key: key, commonName: name, notBefore: Self.from, notAfter: Self.until)
  }

  @Test func whatIsMadeReadsBack() throws {
    let key = try PrivateKey.generate(.p256)
    let certificate = try made(key)
    #expect(certificate.publicKey == key.publicKey)
    #expect(certificate.notBefore == Self.from && certificate.notAfter == Self.until)
    #expect(certificate.isSelfSigned)
    #expect(try Certificate(der: certificate.der) == certificate)
    #expect(try Certificate(pem: certificate.pem()) == certificate)
    #expect(try made(key).der != certificate.der)
    #expect(!certificate.isValid(at: Self.from - 1) && certificate.isValid(at: Self.from))
    #expect(certificate.isValid(at: Self.until) && !certificate.isValid(at: Self.until + 1))
  }

  @Test func nothingButACertificateIsRead() throws {
    let der = try made(PrivateKey.generate(.p256)).der
    for bytes in [[], der + [0], Array(der.dropLast()), [UInt8](repeating: 0x30, count: 40), der + der] {
      #expect(throws: OpenSSLError(code: .readCertificate, reasons: [])) { try Certificate(der: bytes) }
    }
    #expect(throws: OpenSSLError(code: .readCertificate, reasons: [])) {
      try Certificate(der: [UInt8](repeating: 0x30, count: Certificate.maximumByteCount + 1))
    }
    // The outer length in one byte more than it needs: BER, not DER.
    let longer = [der[0], 0x83, 0] + der[2...]
    #expect(throws: OpenSSLError.self) { try Certificate(der: longer) }
  }

  @Test func aFlippedBitShows() throws {
    let certificate = try made(PrivateKey.generate(.p256))
    var count = 0
    for index in certificate.der.indices {
      var flipped = certificate.der
      flipped[index] ^= 1
      guard let read = try? Certificate(der: flipped) else { continue }
      count += 1
      #expect(!read.isSelfSigned, "byte \(index)")
    }
    #expect(count > 0, "one is read at least")
  }

  @Test func onlyWhatTLSCanUseIsMade() throws {
    for type in [KeyType.p384, .ed25519, .x25519] {
      #expect(throws: OpenSSLError(code: .makeCertificate, reasons: [])) { try made(PrivateKey.generate(type)) }
    }
    let key = try PrivateKey.generate(.p256)
    for name in ["", String(repeating: "a", count: 65)] {
      #expect(throws: OpenSSLError(code: .makeCertificate, reasons: [])) { try made(key, name: name) }
    }
    #expect(throws: OpenSSLError.self) {
      try Certificate.selfSigned(key: key, commonName: "a", notBefore: 2, notAfter: 1)
    }
  }

  @Test func theToolTakesItAsItsOwnAnchor() throws {
    let tool = try OpenSSLTool()
    let certificate = try Certificate.selfSigned(
      key: PrivateKey.generate(.p256), commonName: "سوريا", notBefore: 1_600_000_000, notAfter: 4_000_000_000)
    try tool.write("mine.pem", try certificate.pem())
    for purpose in ["sslserver", "sslclient"] {
      try tool.run(["verify", "-CAfile", "mine.pem", "-purpose", purpose, "-x509_strict", "mine.pem"])
    }
    try tool.run(["x509", "-in", "mine.pem", "-outform", "DER", "-out", "mine.der"])
    #expect(try tool.read("mine.der") == certificate.der)
    let other = try made(PrivateKey.generate(.p256))
    try tool.write("other.pem", try other.pem())
    #expect(try !tool.succeeds(["verify", "-CAfile", "other.pem", "mine.pem"]))
  }

  /// What it issued is worth nothing: it is no authority.
  @Test func itIssuesNoOthers() throws {
    let tool = try OpenSSLTool()
    let key = try PrivateKey.generate(.p256)
    let anchor = try Certificate.selfSigned(
      key: key, commonName: "a", notBefore: 1_600_000_000, notAfter: 4_000_000_000)
    try tool.write("anchor.pem", try anchor.pem())
    try tool.write("anchor.key", try key.pem())
    try tool.run([
      "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k", "-subj", "/CN=b",
      "-out", "request",
    ])
    try tool.write("extensions", Array("subjectKeyIdentifier = hash\n".utf8))
    try tool.run([
      "x509", "-req", "-extfile", "extensions", "-in", "request", "-CA", "anchor.pem", "-CAkey", "anchor.key",
      "-CAcreateserial", "-days", "30",
      "-out", "issued.pem",
    ])
    #expect(try !Certificate(pem: tool.read("issued.pem")).isSelfSigned)
    #expect(try !tool.succeeds(["verify", "-CAfile", "anchor.pem", "issued.pem"]))
  }

  @Test func theToolsOwnCertificatesAreRead() throws {
    let tool = try OpenSSLTool()
    try tool.run([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem", "-subj",
      "/CN=peer", "-days", "30", "-out", "c.pem",
    ])
    let certificate = try Certificate(pem: tool.read("c.pem"))
    #expect(certificate.isSelfSigned)
    #expect(try PrivateKey(pem: tool.read("k.pem")).publicKey == certificate.publicKey)
    #expect(certificate.notAfter - certificate.notBefore == 30 * 86400)
  }
}
