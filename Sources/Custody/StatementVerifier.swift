import COSE
public import OpenSSL
public import Roster

/// A Signed Statement whose signature holds under the roster. Only the verifier makes one.
public struct VerifiedStatement: Sendable {
  public let signed: SignedStatement
  public let issuer: Authority
  public let approvals: [VerifiedApproval]
  /// Approvals that stand in the statement and do not count, and why.
  public let failedApprovals: [ApprovalRefusal]
  /// Digest of the roster it was verified under.
  public let roster: [UInt8]
  /// When it was taken to have been seen.
  public let anchoredAt: UnixTime
  /// How its key was found in a certificate; nil where the roster lists the key itself.
  public let path: CertificatePath?
  /// Since when others may have the keys of officers whom it needed, when nobody else had seen it before; else nil.
  public let approvalsExposedFrom: UnixTime?

  public var event: Event { signed.event }
  public var id: StatementID { signed.id }

  fileprivate init(
    signed: SignedStatement, issuer: Authority, approvals: [VerifiedApproval], failedApprovals: [ApprovalRefusal],
    roster: [UInt8], anchoredAt: UnixTime, path: CertificatePath?, approvalsExposedFrom: UnixTime?
  ) {
    self.path = path
    self.approvalsExposedFrom = approvalsExposedFrom
    self.roster = roster
    self.anchoredAt = anchoredAt
    self.signed = signed
    self.issuer = issuer
    self.approvals = approvals
    self.failedApprovals = failedApprovals
  }
}

/// Why a statement was not verified.
public enum StatementRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The signature does not fit the bytes.
  case signatureInvalid
  /// Nothing can be said of the signature on this machine: its OpenSSL has no ML-DSA.
  case notVerifiableHere
  case violation(Violation)

  public var description: String {
    switch self {
    case .signatureInvalid: "the signature does not fit what was signed"
    case .notVerifiableHere: MLDSA.absence
    case .violation(let violation): violation.description
    }
  }

  /// The stable code shown to people and programs.
  public var code: String {
    switch self {
    case .signatureInvalid: "signature"
    case .notVerifiableHere: "unverifiable"
    case .violation(let violation): violation.code.rawValue
    }
  }
}

/// Answers whose statement it is and whether that authority could sign it.
public struct StatementVerifier: Sendable {
  public let roster: VerifiedRoster
  public let policy: Policy
  let checks: Checks
  /// The revocation lists at hand, of whatever issuers.
  let revocations: [RevocationList]
  /// The logs that have ended. A roster whose final checkpoints do not hold is not adopted; offline it seals nothing.
  public let sealedLogs: SealedLogs

  public init(
    roster: VerifiedRoster, policy: Policy, checks: Checks = .all, revocations: [RevocationList]
  ) {
    self.revocations = revocations
    sealedLogs = roster.successions.isEmpty ? .none : (try? SealedLogs(roster.body)) ?? .none
    self.roster = roster
    self.policy = policy
    self.checks = checks
  }

  /// Verifies under the roster in force.
  /// - Parameter anchoredAt: the earliest moment by which somebody else had seen the statement.
  public func verify(_ signed: SignedStatement, anchoredAt: UnixTime) throws(StatementRefusal) -> VerifiedStatement {
    let signer = try signer(of: signed)
    // Before V13, so that what an exposed key signed, and not only what names it, can be told apart and kept.
    if checks.applies(.v15), let why = exposureProblem(signer, anchoredAt) {
      try checkSignature(of: signed, signer.key)
      throw .violation(Violation(.v15, why))
    }
    if checks.applies(.v13), let why = identityProblem(signed, signer, anchoredAt) {
      throw .violation(Violation(.v13, why))
    }
    try checkSignature(of: signed, signer.key)
    let (approvals, failed) = verifyApprovals(of: signed, issuer: signer.authority, anchoredAt)
    let exposed = approvalsExposedFrom(signed)
    return VerifiedStatement(
      signed: signed, issuer: signer.authority, approvals: approvals, failedApprovals: failed,
      roster: roster.digest, anchoredAt: anchoredAt, path: signer.path,
      approvalsExposedFrom: exposed.flatMap { anchoredAt >= $0 ? $0 : nil })
  }

  private func checkSignature(of signed: SignedStatement, _ key: PublicKey) throws(StatementRefusal) {
    switch signed.message.verify(with: key) {
    case .valid: break
    case .notVerifiableHere: throw .notVerifiableHere
    default: throw .signatureInvalid
    }
  }

  private func identityProblem(_ signed: SignedStatement, _ signer: StatementSigner, _ anchoredAt: UnixTime) -> String?
  {
    guard sameBytes(signer.authority.uri, signed.issuer) else { return "iss \(signed.issuer) does not own the key" }
    guard signed.event.exercise == roster.body.exercise else { return "an exercise and real custody do not mix" }
    return keyProblem(signer, signedAt: signed.issuedAt, anchoredAt)
  }

  /// Approvals count once for each key and each officer; they must stand sorted by kid.
  private func verifyApprovals(of signed: SignedStatement, issuer: Authority, _ anchoredAt: UnixTime)
    -> ([VerifiedApproval], [ApprovalRefusal])
  {
    let event = signed.event
    guard !event.approvals.isEmpty else { return ([], []) }
    let draft = signed.approvedBytes
    var approvals: [VerifiedApproval] = []
    var failed: [ApprovalRefusal] = []
    var previous: [UInt8] = []
    for bytes in event.approvals {
      guard let approval = try? Approval(decoding: bytes) else {
        failed.append(ApprovalRefusal("it cannot be read"))
        continue
      }
      if !previous.lexicographicallyPrecedes(approval.keyID) { failed.append(ApprovalRefusal("kids are not in order")) }
      previous = approval.keyID
      let result = VerifiedApproval.verify(
        approval, draft: draft, record: event.recordID, issuer: issuer, roster: roster,
        draftedAt: event.recordedAt.unix, signedAt: signed.issuedAt,
        anchoredAt: checks.applies(.v15) ? anchoredAt : nil)
      switch result {
      case .success(let verified): approvals.append(verified)
      case .failure(let why): failed.append(why)
      }
    }
    return (approvals, failed)
  }
}
