public import COSE
import OpenSSL

/// Two rosters of one version, both signed: proof that root holders equivocated, which anybody can check again.
public struct RosterFork: Hashable, Sendable {
  public static let mediaType = "application/vnd.amana.roster-fork+cbor"
  static let maximumByteCount = 2 * Sign.maximumByteCount

  public let coalition: String
  public let version: UInt64
  /// Both COSE_Signs as they were received, by their digests, so that one fork has one form.
  public let first: [UInt8]
  public let second: [UInt8]
  /// Digests of the two payloads, the smaller one first.
  public let digests: [[UInt8]]

  /// Nil unless both read as rosters of one coalition, mode and version with different contents. Who signed them is not
  /// looked at: `isProven` does.
  public init?(_ left: [UInt8], _ right: [UInt8]) {
    guard let one = Self.read(left), let other = Self.read(right), one.digest != other.digest else { return nil }
    let (a, b) = (one.body, other.body)
    guard sameBytes(a.coalition, b.coalition), a.exercise == b.exercise, a.version == b.version else { return nil }
    let ordered = one.digest.lexicographicallyPrecedes(other.digest)
    coalition = a.coalition
    version = a.version
    (first, second) = ordered ? (left, right) : (right, left)
    digests = ordered ? [one.digest, other.digest] : [other.digest, one.digest]
  }

  private static func read(_ bytes: [UInt8]) -> (body: RosterBody, digest: [UInt8])? {
    guard let (_, payload) = try? VerifiedRoster.decode(bytes), let body = try? VerifiedRoster.read(payload) else {
      return nil
    }
    return (body, SHA256.hash(payload))
  }

  /// Whether it is proven to somebody who trusts this roster: both follow it, or it is one of the two and its own root
  /// holders signed the other as well.
  public func isProven(to trusted: VerifiedRoster) -> Bool {
    if digests.contains(trusted.digest) {
      let other = trusted.digest == digests[0] ? second : first
      guard let (message, payload) = try? VerifiedRoster.decode(other), let body = try? VerifiedRoster.read(payload)
      else { return false }
      let root = trusted.body.root
      return UInt64(root.signers(of: message, at: body.issuedAt).count) >= root.threshold
    }
    return [first, second].allSatisfy { (try? VerifiedRoster.verify($0, following: trusted)) != nil }
  }

  /// A deterministic map {first, second} of the two COSE_Sign, as they were received.
  public func encoded() -> [UInt8] { CBOR.map(["first": .bytes(first), "second": .bytes(second)]).encoded() }

  /// Reads what `encoded` wrote: exactly that, in that order.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    var fields = try FieldReader(CBOR.decode(bytes[...]), path: "fork")
    let first = try fields.bytes("first", maximum: Sign.maximumByteCount)
    let second = try fields.bytes("second", maximum: Sign.maximumByteCount)
    try fields.finish()
    guard let fork = RosterFork(first, second), fork.first == first else {
      throw DecodeError(.invalidValue, at: 0, "fork: these are no two rosters of one version in the order of digests")
    }
    self = fork
  }
}
