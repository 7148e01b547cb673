import COSE
public import OpenSSL
public import Roster

/// A CMS message (RFC 5652) whose signer the roster knows: what partners who have only stock OpenSSL send. It is evidence
/// of what they said, never a Statement: nobody's custody moves by it.
public struct ForeignSignature: Hashable, Sendable {
  /// How the signer is known.
  public enum Standing: Hashable, Sendable {
    /// The roster lists the certificate's key as a statement key.
    case listed
    /// The certificate leads to a certification authority that the roster lists for the authority.
    case certified(CertificatePath)
  }

  public let authority: Authority
  public let signer: SignedData.Signer
  public let standing: Standing
  /// What was signed.
  public let content: [UInt8]
}

/// Why a CMS message is nobody's word.
public enum ForeignRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case message(SignedDataRefusal)
  case path(PathRefusal)
  /// The key is listed or certified, but not good for this.
  case key(String)
  /// Several authorities have the certification authority in common; one must be named.
  case ambiguous([AuthorityName])
  case unknownAuthority

  public var description: String {
    switch self {
    case .message(let why): why.description
    case .path(let why): why.description
    case .key(let why): why
    case .ambiguous(let names): "the certificate may be that of \(names.map(\.description).joined(separator: ", "))"
    case .unknownAuthority: "the roster lists no such authority"
    }
  }
}

extension StatementVerifier {
  /// Verifies a CMS message over a file.
  /// - Parameters:
  ///   - content: the file; nil when the message carries it.
  ///   - name: whose word it is said to be; nil finds that out.
  ///   - now: when it is verified: nobody else has seen it before.
  public func verify(_ message: SignedData, over content: [UInt8]?, of name: AuthorityName?, now: UnixTime)
    throws(ForeignRefusal) -> ForeignSignature
  {
    let signer: SignedData.Signer
    do { signer = try message.verify(over: content) } catch { throw .message(error) }
    guard signer.signedAt <= now &+ policy.toleranceSeconds else { throw .key("its signed time lies in the future") }
    let (authority, standing) = try standing(of: signer, name, now)
    return ForeignSignature(
      authority: authority, signer: signer, standing: standing, content: message.content ?? content ?? [])
  }

  private func standing(of signer: SignedData.Signer, _ name: AuthorityName?, _ now: UnixTime)
    throws(ForeignRefusal) -> (Authority, ForeignSignature.Standing)
  {
    if let name, roster.authority(name) == nil { throw .unknownAuthority }
    if let kid = signer.certificate.publicKey.thumbprint, let holder = roster.holder(of: kid) {
      guard name == nil || holder.authority.name == name else { throw .key("the key is \(holder.authority.name)'s") }
      if let why = problem(.listed(holder), signer, now) { throw .key(why) }
      return (holder.authority, .listed)
    }
    return try certified(signer, name, now)
  }

  private func certified(_ signer: SignedData.Signer, _ name: AuthorityName?, _ now: UnixTime)
    throws(ForeignRefusal) -> (Authority, ForeignSignature.Standing)
  {
    var found: [(Authority, CertificatePath)] = []
    var first: ForeignRefusal?
    let candidates = roster.body.authorities.filter { name == nil || $0.name == name }
    for authority in candidates {
      do throws(PathRefusal) {
        let path = try CertificatePath.validate(
          signer.certificate, through: signer.others, to: authority.anchors.statements,
          for: .message(uri: authority.uri), at: signer.signedAt, revocations: revocations)
        if let why = problem(.certified(authority, path), signer, now) {
          first = .key(why)
        } else {
          found.append((authority, path))
        }
      } catch {
        let isUnknown = error.reason == .noAnchor || error.reason == .unknownIssuer
        // A path that does not hold says more than that there is none.
        if first == nil || !isUnknown { first = .path(error) }
      }
    }
    guard let only = found.first else { throw first ?? .path(PathRefusal(.noAnchor)) }
    guard found.count == 1 else { throw .ambiguous(found.map(\.0.name)) }
    return (only.0, .certified(only.1))
  }

  /// Nobody else has seen the message before it is verified.
  private func problem(_ key: StatementSigner, _ signer: SignedData.Signer, _ now: UnixTime) -> String? {
    exposureProblem(key, now) ?? keyProblem(key, signedAt: signer.signedAt, now)
  }
}
