public import OpenSSL
public import Roster

/// Whose key a statement is signed with, and how that is known.
enum StatementSigner {
  /// The roster lists the key.
  case listed(KeyHolder)
  /// A certificate of the key leads to a certification authority that the roster lists for the authority.
  case certified(Authority, CertificatePath)

  var authority: Authority {
    switch self {
    case .listed(let holder): holder.authority
    case .certified(let authority, _): authority
    }
  }

  var key: PublicKey {
    switch self {
    case .listed(let holder): holder.record.key
    case .certified(_, let path): path.signer.publicKey
    }
  }

  /// Since when others may have the key.
  var exposedFrom: UnixTime? {
    switch self {
    case .listed(let holder): holder.record.exposedFrom
    case .certified(_, let path): path.exposedFrom
    }
  }

  var path: CertificatePath? { if case .certified(_, let path) = self { path } else { nil } }
}

extension StatementVerifier {
  /// By the key first: what the roster says of a key it lists is final, whatever certificates stand beside it. Else by the
  /// certificates, which must lead to an anchor of the authority that the statement names as its issuer.
  func signer(of signed: SignedStatement) throws(StatementRefusal) -> StatementSigner {
    if let holder = roster.holder(of: signed.keyID) { return .listed(holder) }
    let notListed =
      "the key \(hexadecimal(signed.keyID.prefix(8))) is not listed in roster version \(roster.body.version)"
    guard let certificate = signed.certificates.first else { throw refusal(.v16, notListed) }
    guard let authority = roster.authority(uri: signed.issuer) else {
      throw refusal(.v16, "\(notListed), and its issuer neither")
    }
    do throws(PathRefusal) {
      return .certified(
        authority,
        try CertificatePath.validate(
          certificate, through: Array(signed.certificates.dropFirst()), to: authority.anchors.statements,
          for: .statement(uri: authority.uri), at: signed.issuedAt, revocations: revocations))
    } catch {
      // No way from what the roster lists to this key is "not listed"; a way that does not hold is another matter.
      let isUnknown = error.reason == .noAnchor || error.reason == .unknownIssuer
      throw isUnknown ? refusal(.v16, "\(notListed); \(error)") : refusal(.v13, "\(error), when it signed")
    }
  }

  /// From when on others may have the key of a statement on record, be it one that the roster lists or one that a
  /// certificate is for; nil when nobody says so.
  public func exposure(of signed: SignedStatement) -> UnixTime? {
    if let holder = roster.holder(of: signed.keyID) { return holder.record.exposedFrom }
    return path(of: signed)?.exposedFrom
  }

  /// The path of a statement on record whose key no roster lists, with what the lists at hand say of it; nil where there
  /// is none. Lists count here whenever they ended: what they say was said.
  public func path(of signed: SignedStatement) -> CertificatePath? {
    guard roster.holder(of: signed.keyID) == nil, let certificate = signed.certificates.first,
      let authority = roster.authority(uri: signed.issuer)
    else { return nil }
    return try? CertificatePath.validate(
      certificate, through: Array(signed.certificates.dropFirst()), to: authority.anchors.statements,
      for: .statement(uri: authority.uri), at: signed.issuedAt, revocations: revocations, asksReach: false)
  }

  private func refusal(_ code: CheckCode, _ why: String) -> StatementRefusal {
    checks.applies(code) ? .violation(Violation(code, why)) : .signatureInvalid
  }

  /// What is wrong with what was signed at a moment and first seen by somebody else at another, as far as the key goes;
  /// nil when nothing is. That others may have it is V15.
  func keyProblem(_ signer: StatementSigner, signedAt: UnixTime, _ anchoredAt: UnixTime) -> String? {
    switch signer {
    case .listed(let holder): listedProblem(holder.record, signedAt, anchoredAt)
    case .certified(_, let path): certificateProblem(path, signedAt, anchoredAt)
    }
  }

  private func listedProblem(_ record: KeyRecord, _ signedAt: UnixTime, _ anchoredAt: UnixTime) -> String? {
    guard record.purpose == .statement else { return "a \(record.purpose.rawValue) key cannot sign statements" }
    switch record.standing(at: signedAt) {
    case .valid: break
    case .notYetValid: return "the key was not yet valid when it signed"
    case .expired: return "the key had expired when it signed"
    case .revoked(let revocation): return "the key was \(revocation.reason.rawValue) when it signed"
    }
    return policy.isInTime(anchoredAt, forEnd: record.endsAt)
      ? nil : "nobody had seen it before the key's validity and grace ended"
  }

  /// A certificate that was taken back in order ended then.
  private func certificateProblem(_ path: CertificatePath, _ signedAt: UnixTime, _ anchoredAt: UnixTime) -> String? {
    if let revocation = path.revocation, revocation.since <= signedAt {
      let since = OffsetTime(unix: revocation.since)
      return "the certificate was revoked when it signed (\(revocation.reason), since \(since))"
    }
    return policy.isInTime(anchoredAt, forEnd: min(path.signer.notAfter, path.revocation?.since ?? .max))
      ? nil : "nobody had seen it before the certificate's validity and grace ended"
  }

  /// Why others may have signed it, when nobody else had seen it before they may have had the key.
  func exposureProblem(_ signer: StatementSigner, _ anchoredAt: UnixTime) -> String? {
    guard let exposed = signer.exposedFrom, anchoredAt >= exposed else { return nil }
    return "others may have its key since \(OffsetTime(unix: exposed)), and nobody else had seen it before"
  }
}
