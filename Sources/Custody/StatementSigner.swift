import OpenSSL
import Roster

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
    case .certified(_, let path): path.revocation.flatMap { $0.reason.isOrderly ? nil : $0.since }
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

  private func refusal(_ code: CheckCode, _ why: String) -> StatementRefusal {
    checks.applies(code) ? .violation(Violation(code, why)) : .signatureInvalid
  }

  /// What is wrong with a certified key. One that was taken back in order ended then; that of others is V15.
  func certificateProblem(_ signed: SignedStatement, _ path: CertificatePath, _ anchoredAt: UnixTime) -> String? {
    if let revocation = path.revocation, revocation.since <= signed.issuedAt {
      let since = OffsetTime(unix: revocation.since)
      return "the certificate was revoked when it signed (\(revocation.reason), since \(since))"
    }
    let end = min(path.signer.notAfter, path.revocation?.since ?? .max)
    return isAnchoredInTime(anchoredAt, end)
      ? nil : "nobody had seen it before the certificate's validity and grace ended"
  }
}
