public import COSE
public import OpenSSL

/// Why a roster is not trusted.
public enum RosterRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  case form(DecodeError)
  /// Its digest is not the one that was pinned.
  case notPinned(digest: [UInt8])
  /// Fewer holders signed than the threshold asks for.
  case thresholdNotMet(signed: Int, needed: UInt64)
  case wrongType
  /// It does not follow the version it must follow.
  case doesNotFollow(RosterBreak)

  public var description: String {
    switch self {
    case .form(let error): "the roster cannot be read: \(error)"
    case .notPinned: "the roster's digest is not the one pinned here"
    case .thresholdNotMet(let signed, let needed): "\(signed) root holders signed the roster, \(needed) are needed"
    case .wrongType: "the message is no signed roster"
    case .doesNotFollow(let why): "the roster does not follow the one in force: \(why)"
    }
  }
}

/// A roster whose signatures met the threshold. Only the verifier here makes one.
public struct VerifiedRoster: Sendable, Hashable {
  /// The COSE_Sign as received.
  public let bytes: [UInt8]
  public let body: RosterBody
  /// SHA-256 of the COSE_Sign payload, 32 bytes.
  public let digest: [UInt8]
  /// Who has taken whose place.
  public let successions: Successions
  private let holders: [[UInt8]: KeyHolder]
  private let byName: [AuthorityName: Authority]
  private let byURI: [String: Authority]

  public static let type = "application/vnd.amana.roster+cose"

  private init(bytes: [UInt8], body: RosterBody, digest: [UInt8]) {
    self.bytes = bytes
    self.body = body
    self.digest = digest
    var holders: [[UInt8]: KeyHolder] = [:]
    for authority in body.authorities {
      for key in authority.keys { holders[key.kid] = KeyHolder(authority: authority, officer: nil, record: key) }
      for officer in authority.officers {
        for key in officer.keys { holders[key.kid] = KeyHolder(authority: authority, officer: officer, record: key) }
      }
    }
    self.holders = holders
    byName = Dictionary(body.authorities.map { ($0.name, $0) }) { first, _ in first }
    byURI = Dictionary(body.authorities.map { ($0.uri, $0) }) { first, _ in first }
    successions = body.successions
  }

  /// The digest that people compare before they pin a first roster.
  public static func digest(of bytes: [UInt8]) throws(RosterRefusal) -> [UInt8] {
    SHA256.hash(try decode(bytes).payload)
  }

  /// Verifies a roster that is trusted by its digest, which came here by another way.
  public static func verify(_ bytes: [UInt8], pinned digest: [UInt8]) throws(RosterRefusal) -> VerifiedRoster {
    let (message, payload) = try decode(bytes)
    let found = SHA256.hash(payload)
    guard constantTimeEqual(found, digest) else { throw .notPinned(digest: found) }
    let body = try read(payload)
    // One that came by an emergency was judged by the version before it, which is not at hand; the digest says that it is this.
    let enough = body.version > 1 ? body.root.emergencyThreshold : nil
    return try verify(message, payload, body, roots: [], threshold: enough)
  }

  /// Verifies a roster that follows one already trusted: the next version, nothing of the old one lost, its root's
  /// threshold and the new one both met. Where it only adds revocations, the emergency threshold is enough.
  public static func verify(_ bytes: [UInt8], following old: VerifiedRoster) throws(RosterRefusal) -> VerifiedRoster {
    let (message, payload) = try decode(bytes)
    let body = try read(payload)
    if let found = body.sequenceBreak(after: old) { throw .doesNotFollow(found) }
    let enough = body.isEmergency(after: old.body) ? old.body.root.emergencyThreshold : nil
    let new = try verify(message, payload, body, roots: [old.body.root], threshold: enough)
    if let found = body.breaks(after: old.body).first { throw .doesNotFollow(found) }
    return new
  }

  /// Verifies version after version, each following the one before, and leaves none out (F22).
  /// - Returns: those after `old`, in order.
  public static func walk(from old: VerifiedRoster, through versions: [[UInt8]]) throws(RosterRefusal)
    -> [VerifiedRoster]
  {
    var walked: [VerifiedRoster] = []
    for bytes in versions { walked.append(try verify(bytes, following: walked.last ?? old)) }
    return walked
  }

  static func decode(_ bytes: [UInt8], allowsUnsigned: Bool = false) throws(RosterRefusal)
    -> (message: Sign, payload: ArraySlice<UInt8>)
  {
    let message: Sign
    do { message = try Sign(decoding: bytes, allowsUnsigned: allowsUnsigned) } catch { throw .form(error) }
    guard message.protected.type?.text == type, let payload = message.payload else { throw .wrongType }
    return (message, payload)
  }

  static func read(_ payload: ArraySlice<UInt8>) throws(RosterRefusal) -> RosterBody {
    let body: RosterBody
    do { body = try RosterBody(decoding: payload) } catch { throw .form(error) }
    // What is reviewed as text is encoded anew: it must be these bytes.
    guard body.encoded()[...] == payload else {
      let why = "roster: it has an empty field that must be left out"
      throw .form(DecodeError(.invalidValue, at: payload.startIndex, why))
    }
    return body
  }

  /// - Parameter threshold: what is enough instead of each root's own.
  private static func verify(
    _ message: Sign, _ payload: ArraySlice<UInt8>, _ body: RosterBody, roots: [RosterRoot], threshold: UInt64? = nil
  ) throws(RosterRefusal) -> VerifiedRoster {
    for root in roots + [body.root] {
      let signed = root.signers(of: message, at: body.issuedAt).count
      let needed = threshold ?? root.threshold
      guard UInt64(signed) >= needed else { throw .thresholdNotMet(signed: signed, needed: needed) }
    }
    return VerifiedRoster(bytes: message.bytes, body: body, digest: SHA256.hash(payload))
  }

  public func authority(_ name: AuthorityName) -> Authority? { byName[name] }
  public func authority(uri: String) -> Authority? {
    byURI[uri].flatMap { sameBytes($0.uri, uri) ? $0 : nil }
  }

  /// Whose key this is. Nil means "not listed", which is an answer and never "valid".
  public func holder(of kid: [UInt8]) -> KeyHolder? { holders[kid] }

  /// Whether the roster must be renewed before anything new is intended under it.
  public func isStale(at time: UnixTime) -> Bool { time > body.nextUpdate }
}

/// Whose key it is, in what office.
public struct KeyHolder: Hashable, Sendable {
  public let authority: Authority
  /// The officer, when it is an officer's key.
  public let officer: Officer?
  public let record: KeyRecord
}

extension RosterRoot {
  /// The active holders of whom a root key, valid at a time, signed the message.
  public func signers(of message: Sign, at time: UnixTime) -> [RootHolder] {
    activeHolders.filter { holder in
      holder.keys.contains { record in
        record.standing(at: time) == .valid
          && message.signatures.contains { signature in
            signature.protected.keyID == record.kid && message.verify(signature, with: record.key) == .valid
          }
      }
    }
  }
}

extension RosterBody {
  /// The body as a COSE_Sign by these root keys.
  public func signed(by keys: [PrivateKey]) throws(OpenSSLError) -> Sign {
    try Sign.sign(
      encoded(),
      protected: [HeaderLabel.contentType: .text(Self.mediaType), HeaderLabel.type: .text(VerifiedRoster.type)],
      with: keys)
  }
}
