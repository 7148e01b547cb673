public import COSE
public import OpenSSL
public import Roster

/// An authority's signature over an archive: its index and every stamp before this one (docs/formats.md, Archive).
public struct ArchiveStamp: Sendable {
  /// A file that it covers: the index, or of `stamps/`.
  public typealias Cover = FileCover

  public static let type = "application/vnd.amana.archive-stamp+cose"
  public static let mediaType = "application/vnd.amana.archive-stamp+cbor"
  public static let maximumByteCount = Sign.maximumByteCount
  /// How many stamps an archive may have.
  public static let maximumCount = 256
  private static let form = FileSignatureForm(
    type: type, mediaType: mediaType, name: "stamp", maximumByteCount: maximumByteCount,
    maximumPath: ArchivePath.maximumByteCount)

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
    let rosters = content.rosters.isEmpty ? nil : CBOR.array(content.rosters.map(CBOR.bytes))
    let fields = form.fields(content.issuer, content.at, content.roster, content.covers) + [("rosters", rosters)]
    let message = try form.sign(CBORMap(fields: fields), with: keys)
    return try ArchiveStamp(decoding: message.bytes)
  }

  /// Reads one strictly; who signed it is `ArchiveStampVerifier`'s to say.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    let opened = try Self.form.open(bytes)
    var fields = opened.fields
    let list = try fields.optionalArray("rosters", maximum: 4096)
    guard list?.isEmpty != true else { throw fields.invalid("rosters", "must be left out when it is empty") }
    let rosters = (list ?? []).compactMap(\.bytes)
    guard rosters.count == list?.count ?? 0 else { throw fields.invalid("rosters", "must be byte strings") }
    let covers = try Self.form.covers(&fields, maximum: 2 * Self.maximumCount + 1)
    try fields.finish()
    content = Content(
      issuer: opened.issuer, at: opened.at, roster: opened.roster, rosters: rosters, covers: covers)
    message = opened.message
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
