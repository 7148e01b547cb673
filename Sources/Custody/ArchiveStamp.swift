public import COSE
public import OpenSSL
public import Roster

/// An authority's signature over an archive: its index and every stamp before this one (docs/formats.md, Archive).
public struct ArchiveStamp: Sendable {
  /// A file that it covers.
  public struct Cover: Hashable, Sendable {
    public let path: String
    /// SHA-256 of its bytes.
    public let digest: [UInt8]

    public init(path: String, digest: [UInt8]) {
      self.path = path
      self.digest = digest
    }
  }

  public static let type = "application/vnd.amana.archive-stamp+cose"
  public static let mediaType = "application/vnd.amana.archive-stamp+cbor"
  public static let maximumByteCount = Sign.maximumByteCount
  /// How many stamps an archive may have.
  public static let maximumCount = 256
  /// The authority's statement key and its ML-DSA key, of which the first may be one too.
  static let maximumSigners = 4

  /// The COSE_Sign as signed.
  public let bytes: [UInt8]
  /// What it says.
  public let content: Content
  let message: Sign

  /// What is signed.
  public struct Content: Sendable {
    /// The URI of the authority.
    public let issuer: String
    /// When it was signed, by the signer's clock.
    public let at: UnixTime
    /// The digest of the roster in force there then.
    public let roster: [UInt8]
    /// Signed rosters that came after those of the archive, by version: they lead from there to that one.
    public let rosters: [[UInt8]]
    public let covers: [Cover]

    public init(issuer: String, at: UnixTime, roster: [UInt8], rosters: [[UInt8]], covers: [Cover]) {
      self.issuer = issuer
      self.at = at
      self.roster = roster
      self.rosters = rosters
      self.covers = covers
    }
  }

  /// Signs with each key in turn: the statement key, and the ML-DSA key where there is one.
  /// - Throws: `OpenSSLError` when a key does not sign, `DecodeError` when it would be larger than it may be.
  public static func sign(_ content: Content, with keys: [PrivateKey]) throws -> ArchiveStamp {
    let payload = CBOR.map(
      CBORMap(fields: [
        ("schema", 1), ("issuer", .text(content.issuer)), ("at", .int(content.at)), ("roster", .bytes(content.roster)),
        ("rosters", content.rosters.isEmpty ? nil : .array(content.rosters.map(CBOR.bytes))),
        ("covers", .array(content.covers.map { .array([.text($0.path), .bytes($0.digest)]) })),
      ])
    ).encoded()
    let message = try Sign.sign(
      payload, protected: [HeaderLabel.contentType: .text(mediaType), HeaderLabel.type: .text(type)], with: keys)
    return try ArchiveStamp(decoding: message.bytes)
  }

  /// Reads one strictly; who signed it is `ArchiveStampVerifier`'s to say.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    let message = try Sign(decoding: bytes)
    let header = message.protected
    guard header.values.entries.count == 2, header.type?.text == Self.type,
      header.contentType?.text == Self.mediaType, message.unprotected.isEmpty, let payload = message.payload,
      message.signatures.count <= Self.maximumSigners,
      message.signatures.allSatisfy({ $0.unprotected.isEmpty && $0.protected.values.entries.count == 2 }),
      message.signatures.allSatisfy({ $0.protected.keyID?.count == 32 && $0.protected.algorithmID != nil }),
      Set(message.signatures.compactMap(\.protected.keyID)).count == message.signatures.count
    else {
      throw DecodeError(.invalidValue, at: 0, "stamp: the message is no \(Self.type), or its headers say more")
    }
    var fields = try FieldReader(CBOR.decode(payload), path: "stamp", offset: payload.startIndex)
    guard try fields.uint("schema") == 1 else { throw fields.invalid("schema", "is none we know") }
    let issuer = try fields.text("issuer", maximum: 256)
    let at = try fields.unixTime("at")
    let roster = try fields.bytes("roster", count: 32)
    let list = try fields.optionalArray("rosters", maximum: 4096)
    guard list?.isEmpty != true else { throw fields.invalid("rosters", "must be left out when it is empty") }
    let rosters = (list ?? []).compactMap(\.bytes)
    guard rosters.count == list?.count ?? 0 else { throw fields.invalid("rosters", "must be byte strings") }
    let pairs = try fields.array("covers", maximum: 2 * Self.maximumCount + 1)
    let covers = pairs.compactMap { item -> Cover? in
      guard let pair = item.array, pair.count == 2, let path = pair[0].text,
        path.utf8.count <= ArchivePath.maximumByteCount, let digest = pair[1].bytes, digest.count == 32
      else { return nil }
      return Cover(path: path, digest: digest)
    }
    guard covers.count == pairs.count, !covers.isEmpty else { throw fields.invalid("covers", "must be [path, digest]") }
    try fields.finish()
    content = Content(issuer: issuer, at: at, roster: roster, rosters: rosters, covers: covers)
    self.message = message
    self.bytes = bytes
  }
}

/// A stamp and what stands beside it, as an archive's folder has them.
public struct ArchiveStampFile: Hashable, Sendable {
  public let bytes: [UInt8]
  /// A time stamp (RFC 3161) over those bytes; nil where there is none.
  public let token: [UInt8]?

  public init(bytes: [UInt8], token: [UInt8]?) {
    self.bytes = bytes
    self.token = token
  }

  /// What the stamp after these must cover: the index, and every file of `stamps/` so far.
  public static func covers(index: [UInt8], _ files: [ArchiveStampFile]) -> [ArchiveStamp.Cover] {
    let first = [ArchiveStamp.Cover(path: ArchiveIndex.path, digest: SHA256.hash(index))]
    return files.enumerated().reduce(into: first) { covers, file in
      covers += file.element.covers(number: file.offset + 1)
    }
  }

  /// What every stamp after this one must cover of it.
  /// - Parameter number: counted from 1.
  func covers(number: Int) -> [ArchiveStamp.Cover] {
    [ArchiveStamp.Cover(path: ArchivePath.stamp(number), digest: SHA256.hash(bytes))]
      + [token].compactMap(\.self).map { ArchiveStamp.Cover(path: ArchivePath.token(number), digest: SHA256.hash($0)) }
  }
}
