public import COSE
public import OpenSSL
public import Roster

/// In what office somebody approves.
public enum ApprovalRole: String, Sendable, CaseIterable {
  case officer, medical, witness, person
  case childProtection = "child-protection"
  case authorityPQ = "authority-pq"
}

/// One person's approval: a COSE_Sign1 over the detached event map without approvals (formats.md, approvals).
public struct Approval: Sendable {
  public static let type = "application/vnd.amana.approval+cose"
  public static let roleLabel: CBOR = "role"

  public let message: Sign1
  public let role: ApprovalRole
  public let keyID: [UInt8]
  public let issuer: String
  public let subject: String
  public let issuedAt: Int64

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    let message = try Sign1(decoding: bytes)
    let header = message.protected
    try message.checkHeaderRules(understood: understoodLabels)
    guard header.type?.text == Self.type else { throw DecodeError(.unexpectedType, at: 0, "typ is no approval") }
    guard message.payload == nil, message.unprotected.isEmpty else {
      throw DecodeError(.invalidValue, at: 0, "an approval is detached and has an empty unprotected header")
    }
    guard let kid = header.keyID, kid.count == 32, let issuer = header.issuer, let subject = header.subject,
      let iat = header.issuedAt, let role = header.values[Self.roleLabel]?.text.flatMap(ApprovalRole.init)
    else { throw DecodeError(.missingField, at: 0, "an approval protects kid, iss, sub, iat and role") }
    self.message = message
    self.role = role
    keyID = kid
    self.issuer = issuer
    self.subject = subject
    issuedAt = iat
  }

  /// Approves a draft with an officer's own key, in the officer's own process.
  /// - Parameters:
  ///   - draft: the deterministic event map without approvals, exactly as it will be signed.
  ///   - issuer: the URI of the authority on whose behalf it is approved.
  public static func sign(
    draft: [UInt8], record: RecordID, issuer: String, role: ApprovalRole = .officer, at time: Int64,
    with key: PrivateKey
  ) throws(OpenSSLError) -> [UInt8] {
    guard let algorithm = Algorithm.preferred(for: key.type), let kid = key.publicKey.thumbprint else { throw .unfit }
    return try Sign1.sign(
      draft[...],
      protected: [
        HeaderLabel.algorithm: .int(algorithm.rawValue), HeaderLabel.keyID: .bytes(kid),
        HeaderLabel.cwtClaims: .map([1: .text(issuer), 2: .text(record.uri), 6: .int(time)]),
        HeaderLabel.type: .text(type), roleLabel: .text(role.rawValue),
      ], detached: true, with: key
    ).bytes
  }
}

/// An approval whose signature holds and whose key the roster lists for an officer. Only the verifier here makes one.
public struct VerifiedApproval: Hashable, Sendable {
  public let role: ApprovalRole
  public let officer: UInt64
  public let keyID: [UInt8]

  /// Verifies one approval of a draft.
  /// - Parameter anchoredAt: when the statement it stands in had been seen by somebody else; of a draft, nil.
  /// - Returns: the approval, or a sentence saying why it does not count.
  public static func verify(
    _ approval: Approval, draft: [UInt8], record: RecordID, issuer: Authority, roster: VerifiedRoster,
    anchoredAt: UnixTime? = nil
  ) -> Result<VerifiedApproval, ApprovalRefusal> {
    guard sameBytes(approval.issuer, issuer.uri), sameBytes(approval.subject, record.uri) else {
      return .failure(ApprovalRefusal("it was given for another authority or another record"))
    }
    guard let holder = roster.holder(of: approval.keyID) else {
      return .failure(ApprovalRefusal("its key is not listed in roster version \(roster.body.version)"))
    }
    guard let officer = holder.officer, holder.authority.name == issuer.name else {
      return .failure(ApprovalRefusal("its key is no officer's of \(issuer.name)"))
    }
    guard officer.status == .active, officer.roles.contains(approval.role.rawValue) else {
      return .failure(ApprovalRefusal("officer \(officer.number) may not approve as \(approval.role.rawValue)"))
    }
    guard holder.record.standing(at: approval.issuedAt) == .valid else {
      return .failure(ApprovalRefusal("officer \(officer.number)'s key was not valid when it approved"))
    }
    if let exposed = holder.record.exposedFrom, let anchoredAt, anchoredAt >= exposed {
      return .failure(
        ApprovalRefusal(
          "others may have officer \(officer.number)'s key since \(OffsetTime(unix: exposed)), and nobody else had seen it before"
        ))
    }
    guard approval.message.verify(with: holder.record.key, detached: draft[...]) == .valid else {
      return .failure(ApprovalRefusal("officer \(officer.number)'s signature does not fit this draft"))
    }
    return .success(VerifiedApproval(role: approval.role, officer: officer.number, keyID: approval.keyID))
  }
}

/// Why an approval does not count.
public struct ApprovalRefusal: Error, Hashable, Sendable {
  public let why: String
  init(_ why: String) { self.why = why }
}
