import COSE
public import OpenSSL
public import Roster

/// A time stamp over a statement's signature that holds, and the authority that lists whoever gave it: one of another
/// member than the issuer's where there is one. Only the verifier makes one.
public struct VerifiedTimeStamp: Hashable, Sendable {
  public let token: TimeStampToken
  public let authority: Authority
  /// From the certificate of whoever stamped to that authority's anchor.
  public let path: CertificatePath
  /// Whether that is of another member than the issuer's. A member's word for its own is no proof against that member.
  public let isWitness: Bool

  fileprivate init(token: TimeStampToken, authority: Authority, path: CertificatePath, isWitness: Bool) {
    self.token = token
    self.authority = authority
    self.path = path
    self.isWitness = isWitness
  }
}

/// Verifies time stamp tokens (RFC 3161) over the signatures of statements (RFC 9921).
public struct TimeStampVerifier: Sendable {
  public let roster: VerifiedRoster
  let revocations: [RevocationList]

  public init(roster: VerifiedRoster, revocations: [RevocationList]) {
    self.roster = roster
    self.revocations = revocations
  }

  /// Verifies the token in a time stamping authority's answer (TimeStampResp).
  public func verify(answer: [UInt8], for signed: SignedStatement) throws(ProofRefusal) -> VerifiedTimeStamp {
    let token: TimeStampToken
    do { token = try TimeStampToken(response: answer) } catch {
      throw ProofRefusal("a time stamp cannot be read: \(error)")
    }
    return try verify(token.der, for: signed)
  }

  /// Its path must lead to an anchor that the roster lists for time stamps: first of another member than the issuer's, whose
  /// word alone makes it a witness.
  public func verify(_ der: [UInt8], for signed: SignedStatement) throws(ProofRefusal) -> VerifiedTimeStamp {
    try verify(der, over: signed.message.timeStampInput, issuer: signed.issuer)
  }

  /// The same over any bytes that an authority has signed.
  /// - Parameter issuer: that authority's URI.
  func verify(_ der: [UInt8], over bytes: [UInt8], issuer: String) throws(ProofRefusal) -> VerifiedTimeStamp {
    let token: TimeStampToken
    do { token = try TimeStampToken(der: der) } catch { throw ProofRefusal("a time stamp cannot be read: \(error)") }
    let all = roster.body.authorities.filter { !$0.anchors.timestamps.isEmpty }
    let member = roster.authority(uri: issuer)?.name.member
    var (found, isKnown) = (TimeStampRefusal?.none, false)
    for authority in all.filter({ $0.name.member != member }) + all.filter({ $0.name.member == member }) {
      do throws(TimeStampRefusal) {
        let path = try token.verify(
          over: bytes, anchors: authority.anchors.timestamps, revocations: revocations)
        return VerifiedTimeStamp(
          token: token, authority: authority, path: path,
          isWitness: member != nil && authority.name.member != member)
      } catch {
        // Whoever lists something else under the same name keeps nobody's own from being found. A path that does not hold
        // says more than that there is none.
        let isUnknown = if case .path(let why) = error { why.reason == .unknownIssuer } else { false }
        if found == nil || !isUnknown, !isKnown { found = error }
        isKnown = isKnown || !isUnknown
      }
    }
    let why = found.map { "\($0)" } ?? "the roster lists no time stamping authority"
    throw ProofRefusal("a time stamp proves nothing: \(why)")
  }
}
