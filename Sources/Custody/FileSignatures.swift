import COSE
import OpenSSL
import Roster

/// A file that a signature covers.
public struct FileCover: Hashable, Sendable {
  /// Below the folder that the signature is about.
  public let path: String
  /// SHA-256 of its bytes.
  public let digest: [UInt8]

  /// Any values.
  public init(path: String, digest: [UInt8]) {
    self.path = path
    self.digest = digest
  }
}

/// How an authority signs over files: a COSE_Sign (RFC 9052, section 4.1) of all its statement keys over a map with their
/// digests. A stamp of an archive is one, a signed report of a monitor another.
struct FileSignatureForm: Sendable {
  let type: String
  let mediaType: String
  /// What it is called where it cannot be read.
  let name: String
  let maximumByteCount: Int
  /// Of one path, in bytes.
  let maximumPath: Int
  /// The authority's statement key and its ML-DSA key, of which the first may be one too.
  static let maximumSigners = 4

  func sign(_ payload: CBORMap, with keys: [PrivateKey]) throws(OpenSSLError) -> Sign {
    try Sign.sign(
      CBOR.map(payload).encoded(),
      protected: [HeaderLabel.contentType: .text(mediaType), HeaderLabel.type: .text(type)],
      with: keys)
  }

  /// The fields that every such payload has, whose `schema` is 1.
  func fields(_ issuer: String, _ at: UnixTime, _ roster: [UInt8], _ covers: [FileCover]) -> [(String, CBOR?)] {
    [
      ("schema", 1), ("issuer", .text(issuer)), ("at", .int(at)), ("roster", .bytes(roster)),
      ("covers", .array(covers.map { .array([.text($0.path), .bytes($0.digest)]) })),
    ]
  }

  /// A message, and of its payload what every one has beside `covers`.
  struct Opened {
    let message: Sign
    let issuer: String
    let at: UnixTime
    let roster: [UInt8]
    /// The rest.
    var fields: FieldReader
  }

  /// Reads a message strictly; who signed it is `FileSigners`' to say.
  func open(_ bytes: [UInt8]) throws(DecodeError) -> Opened {
    guard bytes.count <= maximumByteCount else { throw DecodeError(.tooLarge, at: maximumByteCount) }
    let message = try Sign(decoding: bytes)
    let header = message.protected
    guard header.values.entries.count == 2, header.type?.text == type, header.contentType?.text == mediaType,
      message.unprotected.isEmpty, let payload = message.payload,
      message.signatures.count <= Self.maximumSigners,
      message.signatures.allSatisfy({ $0.unprotected.isEmpty && $0.protected.values.entries.count == 2 }),
      message.signatures.allSatisfy({ $0.protected.keyID?.count == 32 && $0.protected.algorithmID != nil }),
      Set(message.signatures.compactMap(\.protected.keyID)).count == message.signatures.count
    else {
      throw DecodeError(.invalidValue, at: 0, "\(name): the message is no \(type), or its headers say more")
    }
    var fields = try FieldReader(CBOR.decode(payload), path: name, offset: payload.startIndex)
    guard try fields.uint("schema") == 1 else { throw fields.invalid("schema", "is none we know") }
    return try Opened(
      message: message, issuer: fields.text("issuer", maximum: 256), at: fields.unixTime("at"),
      roster: fields.bytes("roster", count: 32), fields: fields)
  }

  /// `[path, digest]` of each file: at least one.
  func covers(_ fields: inout FieldReader, maximum: Int) throws(DecodeError) -> [FileCover] {
    let pairs = try fields.array("covers", maximum: maximum)
    let covers = pairs.compactMap { item -> FileCover? in
      guard let pair = item.array, pair.count == 2, let path = pair[0].text, path.utf8.count <= maximumPath,
        let digest = pair[1].bytes, digest.count == 32
      else { return nil }
      return FileCover(path: path, digest: digest)
    }
    guard covers.count == pairs.count, !covers.isEmpty else { throw fields.invalid("covers", "must be [path, digest]") }
    return covers
  }
}

/// Whose signatures stand under a message over files, by a roster.
struct FileSigners: Sendable {
  /// Why they are nobody's who may sign.
  enum Refusal: Error, Hashable {
    /// The roster lists no authority with that URI.
    case issuer
    /// It says that it was signed later than now.
    case future
    /// A key that is no statement key of that authority.
    case stranger([UInt8])
    /// A signature that does not hold.
    case broken([UInt8])
  }

  let authority: Authority
  /// The keys whose signatures hold, and that were valid when they signed.
  private(set) var records: [KeyRecord] = []
  /// Whether a signature holds by a key that was not: a roster may say so afterwards.
  private(set) var hasVoidKey = false
  private(set) var algorithms: [String] = []
  /// What could be neither verified nor refuted on this machine, and why.
  private(set) var unverified: [String] = []

  /// - Parameter time: when it was signed, by the signer's clock.
  init(
    of message: Sign, by issuer: String, at time: UnixTime, under roster: VerifiedRoster, _ policy: Policy,
    now: UnixTime
  ) throws(Refusal) {
    guard let authority = roster.authority(uri: issuer) else { throw Refusal.issuer }
    guard time <= now + policy.toleranceSeconds else { throw Refusal.future }
    self.authority = authority
    for signature in message.signatures {
      let kid = signature.protected.keyID ?? []
      guard let holder = roster.holder(of: kid), holder.officer == nil, holder.authority.name == authority.name,
        holder.record.purpose == .statement
      else { throw Refusal.stranger(kid) }
      switch message.verify(signature, with: holder.record.key) {
      case .valid:
        guard holder.record.standing(at: time) == .valid else {
          hasVoidKey = true
          continue
        }
        records.append(holder.record)
        if let algorithm = signature.protected.algorithm { algorithms.append(algorithm.name) }
      case .notVerifiableHere: unverified.append(MLDSA.absence)
      default: throw Refusal.broken(kid)
      }
    }
  }

  /// Whether one of its signatures had been seen before its key ended, and the grace, and before others may have had it.
  func stand(seenAt seen: UnixTime, _ policy: Policy) -> Bool {
    records.contains { record in
      policy.isInTime(seen, forEnd: record.endsAt) && record.exposedFrom.map { seen < $0 } != false
    }
  }
}
