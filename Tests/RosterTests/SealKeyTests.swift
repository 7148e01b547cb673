import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

/// Seal keys have a role, transport keys a certificate, and nothing else has either.
@Suite struct SealKeyTests {
  private let made: TestRoster
  private let transport: PrivateKey
  private let certificate: Certificate

  init() throws {
    made = try TestRoster()
    transport = try PrivateKey.generate(.p256)
    certificate = try Self.certificate(transport)
  }

  private static func certificate(_ key: PrivateKey, until: Int64 = TestRoster.issued + TestRoster.year) throws
    -> Certificate
  {
    try Certificate.selfSigned(key: key, commonName: "SYR/prisons", notBefore: TestRoster.issued, notAfter: until)
  }

  private static func record(
    _ purpose: KeyPurpose, _ key: PublicKey, role: SealRole? = nil, certificate: Certificate? = nil
  ) -> KeyRecord? {
    KeyRecord(
      purpose: purpose, key: key, notBefore: TestRoster.issued, notAfter: TestRoster.issued + TestRoster.year,
      role: role, certificate: certificate)
  }

  @Test func theyComeBack() throws {
    let seals = try SealRole.allCases.map { role in
      try #require(Self.record(.seal, PrivateKey.generate(role == .medical ? .x25519 : .p256).publicKey, role: role))
    }
    let courier = try #require(Self.record(.transport, transport.publicKey, certificate: certificate))
    let plain = try #require(Self.record(.seal, PrivateKey.generate(.p256).publicKey))
    #expect(plain.role == .party && courier.role == nil)
    let body = try made.body(authorities: [made.authority(keys: seals + [courier, plain])])
    let decoded = try RosterBody(decoding: body.encoded()[...])
    #expect(decoded == body)
    let authority = try #require(decoded.authorities.first)
    let now = TestRoster.issued + 1
    #expect(authority.sealKeys(.party, at: now).count == 2)
    for role in SealRole.allCases where role != .party {
      #expect(authority.sealKeys(role, at: now).map(\.role) == [role])
      #expect(authority.sealKeys(role, at: TestRoster.issued + TestRoster.year + 1).isEmpty)
    }
    #expect(authority.transportCertificates(at: now).map(\.certificate) == [certificate])
    #expect(authority.transportCertificates(at: TestRoster.issued - 1).isEmpty)
  }

  @Test func recordsThatCannotBeAreNotMade() throws {
    let key = try PrivateKey.generate(.p256).publicKey
    for purpose in KeyPurpose.allCases where purpose != .seal {
      #expect(Self.record(purpose, key, role: .medical) == nil)
    }
    for purpose in KeyPurpose.allCases where purpose != .transport {
      #expect(Self.record(purpose, transport.publicKey, certificate: certificate) == nil)
    }
    #expect(Self.record(.transport, key, certificate: certificate) == nil)
    #expect(Self.record(.transport, transport.publicKey, certificate: certificate) != nil)
  }

  /// What a roster says with one field of one key put in or replaced.
  private func refusal(_ purpose: KeyPurpose, _ key: PublicKey, _ field: String, _ value: CBOR) throws -> String? {
    let record = try #require(Self.record(purpose, key))
    var body = try #require(
      CBOR.decode(made.body(authorities: [made.authority(keys: [record])]).encoded()).map)
    var authority = try #require(body["authorities"]?.array?.first?.map)
    var entry = try #require(authority["keys"]?.array?.first?.map)
    entry[.text(field)] = value
    authority["keys"] = .array([.map(entry)])
    body["authorities"] = .array([.map(authority)])
    do throws(DecodeError) {
      _ = try RosterBody(decoding: CBOR.map(body).encoded()[...])
      return nil
    } catch {
      return error.detail
    }
  }

  @Test func hostileRostersAreRefusedByName() throws {
    let key = try PrivateKey.generate(.p256).publicKey
    #expect(try refusal(.seal, key, "role", "medical") == nil)
    for role in ["party", "Medical", "", "doctor"] {
      #expect(try refusal(.seal, key, "role", .text(role))?.contains("role is none we know") == true)
    }
    #expect(try refusal(.statement, key, "role", "medical")?.contains("no seal key") == true)
    let own = transport.publicKey
    #expect(try refusal(.transport, own, "certificate", .bytes(certificate.der)) == nil)
    #expect(try refusal(.transport, key, "certificate", .bytes(certificate.der))?.contains("of another key") == true)
    #expect(try refusal(.seal, own, "certificate", .bytes(certificate.der))?.contains("no transport key") == true)
    for bytes in [[], certificate.der + [0], Array(certificate.der.dropLast())] {
      #expect(try refusal(.transport, own, "certificate", .bytes(bytes))?.contains("does not parse") == true)
    }
    #expect(try refusal(.transport, own, "certificate", "x")?.contains("byte string") == true)
    var signed = certificate.der
    signed[signed.count - 1] ^= 1
    #expect(try refusal(.transport, own, "certificate", .bytes(signed))?.contains("its own key") == true)
    #expect(
      try refusal(.seal, PrivateKey.generate(.ed25519).publicKey, "role", "medical")?.contains("P-256 or X25519")
        == true)
  }
}
