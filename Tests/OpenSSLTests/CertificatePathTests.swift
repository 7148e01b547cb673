import Foundation
import OpenSSL
import TestSupport
import Testing

/// Paths of certificates made with the stock command, each wrong thing alone.
@Suite("Certification paths") struct CertificatePathTests {
  private static let uri = "https://prisons.syr.example"
  /// 2026-06-01 and the ends of the test infrastructure's certificates: 2020 to 2049.
  private static let time: Int64 = 1_780_272_000
  private let pki: TestPKI
  private let root: Certificate

  init() throws {
    pki = try TestPKI()
    root = try Certificate(pem: pki.root("root"))
  }

  private func issue(
    _ name: String, by issuer: String, extensions: String = TestPKI.signer, key: [String] = TestPKI.p256,
    from: String? = nil, until: String? = nil, md: String = "sha256"
  ) throws -> Certificate {
    try Certificate(
      pem: pki.issue(name, by: issuer, extensions: extensions, key: key, from: from, until: until, md: md))
  }

  private func validate(
    _ signer: Certificate, _ others: [Certificate] = [], anchors: [Certificate]? = nil,
    use: CertificatePath.Use = .statement(uri: Self.uri), at time: Int64 = Self.time, lists: [RevocationList] = []
  ) throws(PathRefusal) -> CertificatePath {
    try CertificatePath.validate(
      signer, through: others, to: anchors ?? [root], for: use, at: time, revocations: lists)
  }

  private func refusal(
    _ signer: Certificate, _ others: [Certificate] = [], anchors: [Certificate]? = nil, at time: Int64 = Self.time,
    use: CertificatePath.Use = .statement(uri: Self.uri), lists: [RevocationList] = []
  ) -> PathRefusal.Reason? {
    do throws(PathRefusal) {
      _ = try validate(signer, others, anchors: anchors, use: use, at: time, lists: lists)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("A signer two authorities below the anchor is found, in whatever order they are shown")
  func holds() throws {
    let first = try issue("first", by: "root", extensions: TestPKI.authority)
    let second = try issue("second", by: "first", extensions: TestPKI.authority)
    let signer = try issue("signer", by: "second")
    for others in [[second, first], [first, second], [first, root, second, second]] {
      let path = try validate(signer, others)
      #expect(path.certificates == [signer, second, first, root])
      #expect(path.revocation == nil)
    }
    // An anchor need not be signed with its own key: the roster says so.
    #expect(try validate(signer, [second], anchors: [first]).certificates == [signer, second, first])
    #expect(refusal(signer, [second]) == .unknownIssuer)
    #expect(refusal(signer, []) == .unknownIssuer)
    #expect(refusal(signer, [second, first], anchors: []) == .noAnchor)
  }

  @Test("Validity is judged at the moment that is asked for")
  func validity() throws {
    let signer = try issue("signer", by: "root", from: "20260101000000Z", until: "20260301000000Z")
    #expect(refusal(signer, at: 1_767_225_599) == .notYetValid)
    #expect(refusal(signer, at: 1_767_225_600) == nil)
    // OpenSSL takes the last second to be over.
    #expect(refusal(signer, at: 1_772_323_199) == nil)
    #expect(refusal(signer, at: 1_772_323_201) == .expired)
    let short = try issue("short", by: "root", extensions: TestPKI.authority, until: "20260201000000Z")
    let below = try issue("below", by: "short")
    #expect(refusal(below, [short], at: Self.time) == .expired)
    #expect(refusal(below, [short], at: 1_767_225_600) == nil)
  }

  @Test("What is signed with its own key, and what is another's, proves nothing")
  func strangers() throws {
    let alone = try Certificate(pem: pki.root("alone", extensions: TestPKI.signer))
    #expect(refusal(alone) == .selfSigned)
    // Listed as an anchor, it still vouches for nobody.
    #expect(refusal(alone, anchors: [alone]) == .selfSigned)
    try pki.root("stranger")
    #expect(refusal(try issue("theirs", by: "stranger")) == .unknownIssuer)
    let signer = try issue("signer", by: "root")
    #expect(refusal(signer, anchors: [signer]) == .issuerIsNoAuthority)
  }

  @Test("A forged signature is no path, although all names fit")
  func forged() throws {
    let signer = try issue("signer", by: "root")
    var der = signer.der
    der[der.count - 1] ^= 1
    let forged = try Certificate(der: der)
    #expect([.badSignature, .unknownIssuer].contains(refusal(forged)))
    let other = try TestPKI()
    try other.root("root")
    #expect([.badSignature, .unknownIssuer].contains(refusal(try Certificate(pem: other.issue("x", by: "root")))))
  }

  @Test("Certificates of authorities and of no authority stay what they are")
  func roles() throws {
    let authority = try issue("authority", by: "root", extensions: TestPKI.authority)
    #expect(refusal(authority) == .isAuthority)
    let signer = try issue("signer", by: "root")
    #expect([.issuerIsNoAuthority, .nonConforming].contains(refusal(try issue("below", by: "signer"), [signer])))
  }

  @Test("A path may be as long as its authorities allow, and five between at most")
  func length() throws {
    let none = TestPKI.authority.replacingOccurrences(of: "CA:TRUE", with: "CA:TRUE,pathlen:0")
    let first = try issue("first", by: "root", extensions: none)
    let second = try issue("second", by: "first", extensions: TestPKI.authority)
    #expect(refusal(try issue("signer", by: "second"), [second, first]) == .tooLong)
    #expect(refusal(try issue("near", by: "first"), [first]) == nil)
    var chain: [Certificate] = []
    for depth in 1...6 {
      let issuer = depth == 1 ? "root" : "a\(depth - 1)"
      chain.append(try issue("a\(depth)", by: issuer, extensions: TestPKI.authority))
    }
    #expect(refusal(try issue("five", by: "a5"), chain) == nil)
    #expect([.tooLong, .unknownIssuer].contains(refusal(try issue("six", by: "a6"), chain)))
  }

  @Test("An authority issues only the names it may")
  func constraints() throws {
    let limited = try issue(
      "limited", by: "root", extensions: TestPKI.authority + "\nnameConstraints = critical,permitted;URI:.syr.example")
    let named = TestPKI.signer + "\nsubjectAltName = URI:"
    #expect(refusal(try issue("ours", by: "limited", extensions: named + Self.uri), [limited]) == nil)
    let theirs = try issue("theirs", by: "limited", extensions: named + "https://moj.irq.example")
    #expect(refusal(theirs, [limited], use: .statement(uri: "https://moj.irq.example")) == .nameConstraint)
  }

  @Test("A certificate that names an authority signs for that one alone")
  func names() throws {
    let signer = try issue("signer", by: "root", extensions: TestPKI.signer + "\nsubjectAltName = URI:\(Self.uri)")
    #expect(refusal(signer) == nil)
    #expect(refusal(signer, use: .statement(uri: Self.uri + "/K")) == .otherName)
    #expect(refusal(signer, use: .message(uri: "https://moj.irq.example")) == .otherName)
    // Another kind of name binds nothing.
    let mail = try issue("mail", by: "root", extensions: TestPKI.signer + "\nsubjectAltName = email:a@b.example")
    #expect(refusal(mail) == nil)
  }

  @Test("The key usage must allow signatures", arguments: ["keyAgreement", "keyCertSign", "keyEncipherment", ""])
  func usage(_ usage: String) throws {
    let line = usage.isEmpty ? "" : "keyUsage = critical,\(usage)"
    let extensions = TestPKI.signer.replacingOccurrences(of: "keyUsage = critical,digitalSignature", with: line)
    let reason = refusal(try issue("signer", by: "root", extensions: extensions))
    #expect(usage == "keyCertSign" ? [.keyUsage, .isAuthority].contains(reason) : reason == .keyUsage)
  }

  @Test(
    "An extended key usage must fit",
    arguments: [
      ("serverAuth", false, false), ("timeStamping", false, false), ("emailProtection", false, true),
      ("1.3.6.1.5.5.7.3.36", true, true), ("anyExtendedKeyUsage", true, true),
    ])
  func extendedUsage(_ usage: String, _ forStatements: Bool, _ forMail: Bool) throws {
    let signer = try issue("signer", by: "root", extensions: TestPKI.signer + "\nextendedKeyUsage = \(usage)")
    #expect(refusal(signer) == (forStatements ? nil : .extendedKeyUsage))
    #expect(refusal(signer, use: .message(uri: Self.uri)) == (forMail ? nil : .extendedKeyUsage))
  }

  @Test("Weak keys, other curves and SHA-1 are refused")
  func weak() throws {
    #expect(throws: OpenSSLError(code: .unsupportedKey, reasons: [])) {
      try issue("small", by: "root", key: ["rsa:1024"])
    }
    #expect(throws: OpenSSLError(code: .unsupportedKey, reasons: [])) {
      try issue("koblitz", by: "root", key: ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"])
    }
    #expect(refusal(try issue("old", by: "root", md: "sha1")) == .weakSignature)
    #expect(refusal(try issue("rsa", by: "root", key: ["rsa:2048"])) == nil)
    #expect(refusal(try issue("edwards", by: "root", key: ["ed25519"])) == nil)
  }

  @Test("Authorities that leave out what RFC 5280 asks of them are named")
  func conformance() throws {
    let bare = try issue(
      "bare", by: "root", extensions: "basicConstraints = critical,CA:TRUE\nsubjectKeyIdentifier = hash")
    #expect([.nonConforming, .issuerIsNoAuthority].contains(refusal(try issue("signer", by: "bare"), [bare])))
    let odd = TestPKI.signer + "\n1.2.3.4 = critical,DER:0500"
    #expect(refusal(try issue("odd", by: "root", extensions: odd)) == .nonConforming)
  }

  @Test("Many certificates, and circles of them, end at once")
  func hostile() throws {
    let signer = try issue("signer", by: "root")
    #expect(refusal(signer, [Certificate](repeating: root, count: 1000)) == .tooMany)
    #expect(refusal(signer, [Certificate](repeating: root, count: 8)) == .tooMany)
    // Two authorities that certify each other, and nobody else them.
    let (one, two) = (try TestPKI(), try TestPKI())
    try one.root("a")
    try two.root("b")
    let b = try Certificate(pem: one.issue("b", by: "a", extensions: TestPKI.authority, pem: two.key(of: "b")))
    let a = try Certificate(pem: two.issue("a", by: "b", extensions: TestPKI.authority, pem: one.key(of: "a")))
    let leaf = try Certificate(pem: one.issue("leaf", by: "a"))
    #expect([.unknownIssuer, .tooLong].contains(refusal(leaf, [a, b])))
  }

  @Test("Every refusal is a sentence of its own")
  func sentences() {
    let sentences = PathRefusal.Reason.allCases.map { PathRefusal($0).description }
    #expect(Set(sentences).count == sentences.count)
    #expect(PathRefusal(.expired, "CN=a").description == "a certificate had expired (CN=a)")
  }
}
