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
  /// Room for the largest signature, ML-DSA-87's 4627 bytes.
  static let maximumByteCount = 8192
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

/// An approval whose signature holds and whose key the roster lists for an officer, or as the ML-DSA key of the
/// authority itself. Only the verifier here makes one.
public struct VerifiedApproval: Hashable, Sendable {
  public let role: ApprovalRole
  /// Nil for `authority-pq`, which the authority itself gives.
  public let officer: UInt64?
  public let keyID: [UInt8]
  /// By which it was verified.
  public let algorithm: Algorithm

  /// How far the clock of whoever approves may be off from that of the authority: three days, in seconds.
  public static let longestClockDifference: Int64 = 259_200

  /// Verifies one approval of a draft.
  /// - Parameters:
  ///   - draftedAt: its `recorded_at`: nobody approves what is not written yet, and least of all with a key that had ended
  ///     by then.
  ///   - signedAt: when its authority signed it, or is about to; nil where nobody can tell.
  ///   - anchoredAt: when the statement it stands in had been seen by somebody else; of a draft, nil.
  /// - Returns: the approval, or a sentence saying why it does not count.
  public static func verify(
    _ approval: Approval, draft: [UInt8], record: RecordID, issuer: Authority, roster: VerifiedRoster,
    draftedAt: UnixTime, signedAt: UnixTime? = nil, anchoredAt: UnixTime? = nil
  ) -> Result<VerifiedApproval, ApprovalRefusal> {
    func refuse(_ why: String, unverifiable: Bool = false) -> Result<VerifiedApproval, ApprovalRefusal> {
      .failure(ApprovalRefusal(why, role: approval.role, isUnverifiableHere: unverifiable))
    }
    guard sameBytes(approval.issuer, issuer.uri), sameBytes(approval.subject, record.uri) else {
      return refuse("it was given for another authority or another record")
    }
    guard let holder = roster.holder(of: approval.keyID) else {
      return refuse("its key is not listed in roster version \(roster.body.version)")
    }
    if let why = powerProblem(approval.role, holder, of: issuer) { return refuse(why) }
    let giver = holder.officer.map { "officer \($0.number)" } ?? issuer.name.description
    guard holder.record.standing(at: approval.issuedAt) == .valid else {
      return refuse("\(giver)'s key was not valid when it approved")
    }
    if let why = timeProblem(approval.issuedAt, draftedAt, signedAt) { return refuse("\(giver) \(why)") }
    if let exposed = holder.record.exposedFrom, let anchoredAt, anchoredAt >= exposed {
      let since = OffsetTime(unix: exposed)
      return refuse("others may have \(giver)'s key since \(since), and nobody else had seen it before")
    }
    let algorithm = approval.message.protected.algorithm
    switch approval.message.verify(with: holder.record.key, detached: draft[...]) {
    case .valid:
      guard let algorithm else { return refuse("\(giver)'s signature is by an unknown algorithm") }
      return .success(
        VerifiedApproval(
          role: approval.role, officer: holder.officer?.number, keyID: approval.keyID, algorithm: algorithm))
    case .notVerifiableHere: return refuse("\(giver)'s signature: \(MLDSA.absence)", unverifiable: true)
    default: return refuse("\(giver)'s signature does not fit this draft")
    }
  }

  /// What the time of an approval says against it. It is its giver's word, so with it alone a key that has ended, or is not
  /// valid yet, could be made to count.
  private static func timeProblem(_ approvedAt: UnixTime, _ draftedAt: UnixTime, _ signedAt: UnixTime?) -> String? {
    let said = OffsetTime(unix: approvedAt)
    if approvedAt < draftedAt - longestClockDifference {
      return "says to have approved at \(said), before the draft was recorded: check that clock and approve again"
    }
    guard let last = signedAt.map({ max($0, draftedAt) }), approvedAt > last, approvedAt - last > longestClockDifference
    else { return nil }
    return "says to have approved at \(said), after it was signed: check that clock and approve again"
  }

  /// Why the holder of a key may not approve in this role; nil when it may.
  private static func powerProblem(_ role: ApprovalRole, _ holder: KeyHolder, of issuer: Authority) -> String? {
    if role == .authorityPQ {
      let isOwn = holder.officer == nil && holder.authority.name == issuer.name
      guard isOwn, holder.record.purpose == .statement, holder.record.key.type.isMLDSA else {
        return "its key is no ML-DSA statement key of \(issuer.name)"
      }
      return nil
    }
    guard let officer = holder.officer, holder.authority.name == issuer.name else {
      return "its key is no officer's of \(issuer.name)"
    }
    guard officer.status == .active, officer.roles.contains(role.rawValue) else {
      return "officer \(officer.number) may not approve as \(role.rawValue)"
    }
    return nil
  }
}

/// Why an approval does not count.
public struct ApprovalRefusal: Error, Hashable, Sendable {
  public let why: String
  /// Nil when it could not be read.
  public let role: ApprovalRole?
  /// Whether nothing is wrong with it but that this machine cannot verify it.
  public let isUnverifiableHere: Bool

  init(_ why: String, role: ApprovalRole? = nil, isUnverifiableHere: Bool = false) {
    self.why = why
    self.role = role
    self.isUnverifiableHere = isUnverifiableHere
  }
}
