import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// SYR/prisons under a roster that lists none of its statement keys, but the certification authority of its State; and
/// TUR/x, which lists a time stamping authority's.
struct CertifiedParty {
  let pki: TestPKI
  let convoy: Convoy
  let roster: VerifiedRoster
  let key: PrivateKey
  let root: Certificate
  let middle: Certificate
  let signer: Certificate

  var party: Party { convoy.coalition.syr }
  var event: Event { convoy.intake.event }

  /// - Parameters:
  ///   - extensions: of the signer's certificate.
  ///   - keyEnd: when the listed keys of TUR end, in the stories of time.
  init(
    extensions: String = TestPKI.signer, from: String? = nil, until: String? = nil, listsKey: Bool = false,
    stamps: Party? = nil, keyEnd: UnixTime? = nil
  ) throws {
    pki = try TestPKI()
    convoy = try Convoy(1)
    root = try Certificate(pem: pki.root("root"))
    middle = try Certificate(pem: pki.issue("middle", by: "root", extensions: TestPKI.authority))
    key = try convoy.coalition.syr.key(.statement)
    signer = try Certificate(
      pem: pki.issue("signer", by: "middle", extensions: extensions, pem: key.pem(), from: from, until: until))
    try pki.issue("tsa", by: "root", extensions: TestPKI.stamper)
    let coalition = convoy.coalition
    let own = try Self.authority(
      coalition.syr, without: listsKey ? nil : .statement, Anchors(statements: [root]), keyEnd: keyEnd)
    let other = try Self.authority(coalition.irq, without: nil, .none)
    let third = try Self.authority(coalition.tur, without: nil, Anchors(timestamps: [root]))
    let body = RosterBody(
      coalition: "Test coalition", exercise: false, version: 1, previous: nil, issuedAt: Coalition.start - 2_592_000,
      nextUpdate: Coalition.nextUpdate, root: try Coalition.root(coalition.roots),
      members: coalition.roster.body.members,
      authorities: [own, other, third])
    roster = try VerifiedRoster.verify(body.signed(by: coalition.roots).bytes, pinned: SHA256.hash(body.encoded()))
  }

  private static func authority(
    _ party: Party, without purpose: KeyPurpose?, _ anchors: Anchors, keyEnd: UnixTime? = nil
  )
    throws -> Authority
  {
    let full = try party.authority()
    let keys = try full.keys.filter { $0.purpose != purpose }.map { record in
      try #require(
        KeyRecord(
          purpose: record.purpose, key: record.key, notBefore: record.notBefore, notAfter: keyEnd ?? record.notAfter,
          role: record.role))
    }
    return Authority(
      name: full.name, uri: full.uri, names: full.names, role: full.role, competence: full.competence, keys: keys,
      officers: full.officers, anchors: anchors)
  }

  func verifier(_ lists: [RevocationList] = []) -> StatementVerifier {
    StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: lists)
  }

  /// A statement of the event with these headers; by itself with kid and the whole chain.
  func sign(
    at time: UnixTime = Coalition.start, issuer: String? = nil, with other: PrivateKey? = nil,
    unprotected: CBORMap = [:], change: (inout CBORMap) -> Void = { _ in }
  ) throws -> [UInt8] {
    let key = other ?? self.key
    var header: CBORMap = [
      HeaderLabel.algorithm: .int(try #require(Algorithm.preferred(for: key.type)).rawValue),
      HeaderLabel.contentType: .text(Event.mediaType), HeaderLabel.type: .text(SignedStatement.type),
      HeaderLabel.keyID: .bytes(try #require(key.publicKey.thumbprint)),
      HeaderLabel.cwtClaims: .map([1: .text(issuer ?? party.uri), 2: .text(event.recordID.uri), 6: .int(time)]),
      HeaderLabel.x5chain: CertificateHeaders.chain([signer, middle]),
    ]
    change(&header)
    return try Sign1.sign(event.encoded()[...], protected: header, unprotected: unprotected, with: key).bytes
  }

  /// The code and the sentence of a refusal; nil when it holds.
  func refusal(_ bytes: [UInt8], anchoredAt: UnixTime? = nil, lists: [RevocationList] = []) throws -> StatementRefusal?
  {
    let signed = try SignedStatement(decoding: bytes)
    do throws(StatementRefusal) {
      _ = try verifier(lists).verify(signed, anchoredAt: anchoredAt ?? signed.issuedAt)
      return nil
    } catch {
      return error
    }
  }
}
