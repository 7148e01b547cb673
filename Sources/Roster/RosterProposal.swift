import COSE
public import OpenSSL

/// A roster on its way from hand to hand: its content is fixed, and root holders add their signatures. Nothing in it is
/// trusted; `VerifiedRoster` says when it is.
public struct RosterProposal: Sendable {
  public let body: RosterBody
  public let digest: [UInt8]
  private let message: Sign

  public var bytes: [UInt8] { message.bytes }

  /// What a key's signature was refused for.
  public enum Refusal: Error, Hashable, Sendable {
    /// The roster lists it for no active root holder.
    case noRootKey
    /// It is listed, and its signature would not count.
    case standing(holder: String, KeyStanding)
    case signedAlready(holder: String)
  }

  /// A content that nobody has signed.
  public init(_ body: RosterBody) throws(OpenSSLError) {
    self.body = body
    message = try body.signed(by: [])
    guard let payload = message.payload else { throw .unfit }
    digest = SHA256.hash(payload)
  }

  public init(decoding bytes: [UInt8]) throws(RosterRefusal) {
    let (message, payload) = try VerifiedRoster.decode(bytes, allowsUnsigned: true)
    body = try VerifiedRoster.read(payload)
    digest = SHA256.hash(payload)
    self.message = message
  }

  private init(_ message: Sign, of other: RosterProposal) {
    self.message = message
    body = other.body
    digest = other.digest
  }

  /// The active holders of a root who have signed.
  public func signers(of root: RosterRoot) -> [RootHolder] { root.signers(of: message, at: body.issuedAt) }

  /// Which active holder's root key this is, where its signature would count under the root of this version or of the one before.
  public func holder(of key: PublicKey, before old: RosterBody? = nil) throws(Refusal) -> String {
    let roots = [body.root] + (old.map { [$0.root] } ?? [])
    let listed = roots.flatMap { root in
      root.activeHolders.flatMap { holder in holder.keys.map { (holder.holder, $0) } }
    }.filter { $0.1.key == key }
    guard let first = listed.first else { throw .noRootKey }
    guard listed.contains(where: { $0.1.standing(at: body.issuedAt) == .valid }) else {
      throw .standing(holder: first.0, first.1.standing(at: body.issuedAt))
    }
    if message.signatures.contains(where: {
      $0.protected.keyID == first.1.kid && message.verify($0, with: key) == .valid
    }) {
      throw .signedAlready(holder: first.0)
    }
    return first.0
  }

  /// The same with one more signature.
  public func signed(by key: PrivateKey) throws(OpenSSLError) -> RosterProposal {
    RosterProposal(try message.adding(key), of: self)
  }
}
