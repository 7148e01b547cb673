import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

extension CertificateHeaders {
  /// `x5t` of a certificate.
  static func digest(of certificate: Certificate) -> CBOR { .array([-16, .bytes(SHA256.hash(certificate.der))]) }
}

/// Statements whose key the roster does not list, but whose certificate leads to its authority's anchor (RFC 9360).
@Suite("Certified statements") struct CertifiedStatementTests {
  @Test("With kid and chain, chain alone, or the digest of the certificate and the chain outside, it holds")
  func holds() throws {
    let certified = try CertifiedParty()
    let chain = CertificateHeaders.chain([certified.signer, certified.middle])
    let forms = try [
      certified.sign(), certified.sign { $0[HeaderLabel.keyID] = nil },
      certified.sign { $0[HeaderLabel.x5t] = CertificateHeaders.digest(of: certified.signer) },
      certified.sign(unprotected: [33: chain]) {
        $0[HeaderLabel.keyID] = nil
        $0[HeaderLabel.x5chain] = nil
        $0[HeaderLabel.x5t] = CertificateHeaders.digest(of: certified.signer)
      },
      certified.sign { $0[HeaderLabel.critical] = .array([33]) },
    ]
    for bytes in forms {
      let signed = try SignedStatement(decoding: bytes)
      #expect(signed.keyID == certified.key.publicKey.thumbprint)
      let verified = try certified.verifier().verify(signed, anchoredAt: Coalition.start)
      #expect(verified.issuer.name == certified.party.name)
      #expect(verified.path?.certificates == [certified.signer, certified.middle, certified.root])
      // What is stored and handed on verifies as what came.
      let again = try SignedStatement(decoding: signed.attaching([]))
      #expect(again.entry == signed.entry && again.certificates == signed.certificates)
      #expect(try certified.verifier().verify(again, anchoredAt: Coalition.start).path != nil)
    }
    let made = try SignedStatement.sign(
      certified.event, issuer: certified.party.uri, at: Coalition.start, with: certified.key,
      chain: [certified.signer, certified.middle])
    #expect(try certified.refusal(made.message.bytes) == nil)
  }

  @Test("A key that the roster lists is the roster's, whatever certificate stands beside it")
  func listed() throws {
    let certified = try CertifiedParty(until: "20210101000000Z", listsKey: true)
    let signed = try SignedStatement(decoding: certified.sign())
    let verified = try certified.verifier().verify(signed, anchoredAt: Coalition.start)
    #expect(verified.path == nil)
    // Listed for another purpose, no certificate makes it a statement key.
    let receipt = try certified.party.key(.receipt)
    let other = try Certificate(pem: certified.pki.issue("receipt", by: "root", pem: receipt.pem()))
    let bytes = try certified.sign(with: receipt) { $0[HeaderLabel.x5chain] = CertificateHeaders.chain([other]) }
    #expect(try certified.refusal(bytes)?.code == "V13")
  }

  private func reason(_ certified: CertifiedParty, _ bytes: [UInt8]) -> DecodeError.Reason? {
    do throws(DecodeError) {
      _ = try SignedStatement(decoding: bytes)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("Headers that do not agree, or name no certificate, are refused by name")
  func headers() throws {
    let certified = try CertifiedParty()
    let digest = CertificateHeaders.digest(of: certified.signer)
    let chain = CertificateHeaders.chain([certified.signer, certified.middle])
    func reason(unprotected: CBORMap = [:], _ change: (inout CBORMap) -> Void) throws -> DecodeError.Reason? {
      self.reason(certified, try certified.sign(unprotected: unprotected, change: change))
    }
    #expect(try reason { $0[4] = .bytes([UInt8](repeating: 1, count: 32)) } == .invalidValue)
    #expect(try reason { $0[4] = .bytes([1]) } == .unsupported)
    #expect(try reason { $0[34] = CertificateHeaders.digest(of: certified.middle) } == .invalidValue)
    #expect(try reason { $0[34] = .array([-15, .bytes([1, 2, 3, 4, 5, 6, 7, 8])]) } == .unsupported)
    #expect(try reason { $0[34] = .bytes([1]) } == .unexpectedType)
    #expect(
      try reason {
        $0[33] = nil
        $0[34] = digest
      } == .missingField)
    #expect(
      try reason {
        $0[33] = nil
        $0[4] = nil
      } == .unsupported)
    #expect(try reason(unprotected: [33: chain]) { $0[33] = nil } == .missingField)
    #expect(try reason(unprotected: [33: chain]) { $0[34] = digest } == .duplicateKey)
    #expect(try reason(unprotected: [34: digest]) { _ in } == .unknownField)
    // The signer's own must be first.
    #expect(try reason { $0[33] = CertificateHeaders.chain([certified.middle, certified.signer]) } == .invalidValue)
  }

  @Test("Chains are limited before anything of them is parsed")
  func limits() throws {
    let certified = try CertifiedParty()
    func reason(_ chain: CBOR) throws -> DecodeError.Reason? {
      self.reason(certified, try certified.sign { $0[33] = chain })
    }
    let one = CBOR.bytes(certified.signer.der)
    #expect(try reason(.array([CBOR](repeating: one, count: 8))) == nil)
    #expect(try reason(.array([CBOR](repeating: one, count: 9))) == .tooLarge)
    #expect(try reason(.array([CBOR](repeating: .bytes([0x30]), count: 1000))) == .tooLarge)
    #expect(try reason(.array([one, .bytes([UInt8](repeating: 0x30, count: 16385))])) == .tooLarge)
    #expect(try reason(.array([one])) == .unexpectedType)
    #expect(try reason(.array([])) == .unexpectedType)
    #expect(try reason(.text("x")) == .unexpectedType)
    #expect(try reason(.array([one, 1])) == .unexpectedType)
    #expect(try reason(.bytes([])) == .invalidValue)
    for end in stride(from: 1, to: certified.signer.der.count, by: 7) {
      #expect(try reason(.bytes(Array(certified.signer.der.prefix(end)))) == .invalidValue)
    }
  }

  @Test("Keys that sign no statements are refused")
  func weak() throws {
    let certified = try CertifiedParty()
    for type in [["rsa:1024"], ["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"]] {
      let pem = try certified.pki.issue("odd", by: "root", key: type)
      try certified.pki.tool.write("odd.pem", pem)
      try certified.pki.tool.run(["x509", "-in", "odd.pem", "-outform", "DER", "-out", "odd.der"])
      let der = try certified.pki.tool.read("odd.der")
      let bytes = try certified.sign {
        $0[4] = nil
        $0[33] = .bytes(der)
      }
      #expect(reason(certified, bytes) == .unsupported)
    }
  }

  @Test("Nobody's certificate, and another authority's, is not listed")
  func strangers() throws {
    let certified = try CertifiedParty()
    func code(_ certificates: [Certificate], with key: PrivateKey, issuer: String? = nil) throws -> String? {
      try certified.refusal(
        certified.sign(issuer: issuer, with: key) { $0[33] = CertificateHeaders.chain(certificates) })?.code
    }
    let stranger = try TestPKI()
    try stranger.root("root")
    let theirs = try PrivateKey.generate(.p256)
    let leaf = try Certificate(pem: stranger.issue("signer", by: "root", pem: theirs.pem()))
    #expect(["V16", "V13"].contains(try code([leaf], with: theirs)))
    try stranger.root("elsewhere")
    let far = try Certificate(pem: stranger.issue("far", by: "elsewhere", pem: theirs.pem()))
    #expect(try code([far], with: theirs) == "V16")
    // The chain is cut.
    #expect(try code([certified.signer], with: certified.key) == "V16")
    // IRQ lists no certification authority: SYR's vouches for SYR alone.
    #expect(
      try code([certified.signer, certified.middle], with: certified.key, issuer: certified.convoy.coalition.irq.uri)
        == "V16")
    #expect(
      try code([certified.signer, certified.middle], with: certified.key, issuer: "https://nobody.example") == "V16")
    // Somebody else's key under a genuine chain.
    let bytes = try certified.sign()
    var forged = bytes
    forged[forged.count - 1] ^= 1
    #expect(try certified.refusal(forged) == .signatureInvalid)
  }

  @Test("A path that did not hold when it signed is V13, and says why")
  func paths() throws {
    let end = try CertifiedParty(until: "20261201000000Z")
    #expect(try end.refusal(end.sign()) == nil)
    let later: UnixTime = 1_798_761_600
    let expired = try #require(try end.refusal(end.sign(at: later)))
    #expect(expired.code == "V13" && expired.description.contains("had expired (CN=signer)"))
    let begin = try CertifiedParty(from: "20271201000000Z")
    #expect(try begin.refusal(begin.sign())?.description.contains("not yet valid") == true)
    let use = try CertifiedParty(extensions: TestPKI.signer + "\nextendedKeyUsage = serverAuth")
    #expect(try use.refusal(use.sign())?.description.contains("another use") == true)
    let name = try CertifiedParty(extensions: TestPKI.signer + "\nsubjectAltName = URI:https://moj.irq.example")
    #expect(try name.refusal(name.sign())?.description.contains("another authority") == true)
    // Anchored too late after its end.
    let grace = Policy.standard.graceSeconds
    #expect(try end.refusal(end.sign(), anchoredAt: end.signer.notAfter + grace) == nil)
    #expect(try end.refusal(end.sign(), anchoredAt: end.signer.notAfter + grace + 1)?.code == "V13")
  }

  @Test("A revoked certificate signs nothing; what was seen before stays valid, what was not does not")
  func revoked() throws {
    let certified = try CertifiedParty()
    try certified.pki.revoke("signer", by: "middle", reason: "keyCompromise", at: "261120000000Z")
    let list = try RevocationList(file: certified.pki.revocations(of: "middle"))
    let since: UnixTime = 1_795_132_800
    #expect(try certified.refusal(certified.sign(), anchoredAt: since - 1, lists: [list]) == nil)
    let unseen = try #require(try certified.refusal(certified.sign(), anchoredAt: since, lists: [list]))
    #expect(unseen.code == "V15" && unseen.description.contains("others may have its key since 2026-11-20"))
    let after = try #require(try certified.refusal(certified.sign(at: since), lists: [list]))
    #expect(after.code == "V15" && after.description.contains("others may have its key since 2026-11-20"))
    #expect(try certified.refusal(certified.sign(at: since)) == nil, "without the list nobody can know")
    let old = try RevocationList(file: certified.pki.revocations(of: "middle", until: "20260201000000Z"))
    #expect(
      try certified.refusal(certified.sign(), lists: [old])?.description.contains("lists at hand had ended") == true)
  }

  @Test("A certificate that was taken back in order ended then, with the grace of every key")
  func superseded() throws {
    let certified = try CertifiedParty()
    try certified.pki.revoke("signer", by: "middle", reason: "superseded", at: "261120000000Z")
    let list = try RevocationList(file: certified.pki.revocations(of: "middle"))
    let end = 1_795_132_800 + Policy.standard.graceSeconds
    #expect(try certified.refusal(certified.sign(), anchoredAt: end, lists: [list]) == nil)
    #expect(try certified.refusal(certified.sign(), anchoredAt: end + 1, lists: [list])?.code == "V13")
    #expect(try certified.refusal(certified.sign(at: 1_795_132_800), lists: [list])?.code == "V13")
  }

  @Test("An orderly end, of the certificate or of the authority above, hides no compromise that comes after it")
  func compromisedLater() throws {
    let certified = try CertifiedParty()
    let (pki, since) = (certified.pki, UnixTime(1_795_564_800))
    func list(_ issuer: String) throws -> RevocationList { try RevocationList(file: pki.revocations(of: issuer)) }
    func code(at time: UnixTime, _ lists: [RevocationList]) throws -> String? {
      try certified.refusal(certified.sign(), anchoredAt: time, lists: lists)?.code
    }
    try pki.revoke("signer", by: "middle", reason: "superseded", at: "261120000000Z")
    let orderly = try list("middle")
    try pki.revoke(again: "signer", by: "middle", reason: "keyCompromise", at: "261125000000Z")
    let compromise = try list("middle")
    try pki.revoke("middle", by: "root", reason: "cessationOfOperation", at: "261120000000Z")
    for lists in try [[orderly, compromise], [compromise, orderly], [list("root"), compromise]] {
      #expect(try code(at: since - 1, lists) == nil)
      #expect(try code(at: since, lists) == "V15")
    }
    #expect(try code(at: since, [orderly]) == nil)
  }

  @Test("Mutated chains are refused or read, and never crash or find another signer")
  func mutated() throws {
    let certified = try CertifiedParty()
    let real = try certified.sign()
    var generator = SeededGenerator(seed: 9360)
    var count = 0
    for _ in 0..<1500 {
      var bytes = real
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard bytes != real, let signed = try? SignedStatement(decoding: bytes) else { continue }
      count += 1
      #expect((try? certified.verifier().verify(signed, anchoredAt: Coalition.start)) == nil)
    }
    #expect(count > 0, "one is read at least")
  }
}
