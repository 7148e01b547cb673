public import COSE
public import OpenSSL
public import Roster

/// An authority's signature over what its monitor saw: the report, its texts and its proofs, by their digests (docs/formats.md,
/// Signed monitor report). It vouches that this was seen, and not that what is said there is so.
public struct SignedMonitorReport: Sendable {
  public static let type = "application/vnd.amana.monitor-report+cose"
  public static let mediaType = "application/vnd.amana.monitor-report+cbor"
  /// More than `maximumFileCount` paths and digests take.
  public static let maximumByteCount = 1 << 20
  public static let maximumFileCount = 4096
  private static let form = FileSignatureForm(
    type: type, mediaType: mediaType, name: "report", maximumByteCount: maximumByteCount,
    maximumPath: MonitorReportPath.maximumByteCount)

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
    /// The digest of the roster under which was looked.
    public let roster: [UInt8]
    /// As `MonitorReportPath.base(of:)` wants them.
    public let covers: [FileCover]

    /// Any values.
    public init(issuer: String, at: UnixTime, roster: [UInt8], covers: [FileCover]) {
      self.issuer = issuer
      self.at = at
      self.roster = roster
      self.covers = covers
    }
  }

  /// The report's name without its ending.
  public var base: String { MonitorReportPath.base(of: content.covers.map(\.path)) ?? "" }

  /// Signs with each key in turn: the statement key, and the ML-DSA key where there is one.
  /// - Throws: `OpenSSLError` when a key does not sign, `DecodeError` when its files are not those of a report.
  public static func sign(_ content: Content, with keys: [PrivateKey]) throws -> SignedMonitorReport {
    let fields = form.fields(content.issuer, content.at, content.roster, content.covers)
    return try SignedMonitorReport(decoding: try form.sign(CBORMap(fields: fields), with: keys).bytes)
  }

  /// Reads one strictly; who signed it is `MonitorReportVerifier`'s to say.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    let opened = try Self.form.open(bytes)
    var fields = opened.fields
    let covers = try Self.form.covers(&fields, maximum: Self.maximumFileCount)
    try fields.finish()
    guard MonitorReportPath.base(of: covers.map(\.path)) != nil else {
      throw fields.invalid("covers", "must be a report, its texts and its proofs, sorted")
    }
    content = Content(issuer: opened.issuer, at: opened.at, roster: opened.roster, covers: covers)
    message = opened.message
    self.bytes = bytes
  }

  /// Whether these bytes begin as a COSE_Sign, which of what is verified by itself a report alone is.
  public static func isSigned(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xd8, 0x62]) }
}

/// Which files are a monitor's report, by their names in its folder.
public enum MonitorReportPath {
  /// The longest path, in bytes.
  public static let maximumByteCount = 128
  private static let ending = ".json"

  /// The name without its ending of the report whose files these are: its two texts, itself, and its proofs, sorted bytewise and
  /// none twice. Nil where they are not.
  public static func base(of paths: [String]) -> String? {
    guard paths.count >= 3, paths.count <= SignedMonitorReport.maximumFileCount, let base = base(ofReport: paths[2]),
      sameBytes(paths[0], text("ar", of: base)), sameBytes(paths[1], text("en", of: base)),
      paths.dropFirst(3).allSatisfy({ isProof($0, of: base) }),
      zip(paths, paths.dropFirst()).allSatisfy({ $0.utf8.lexicographicallyPrecedes($1.utf8) })
    else { return nil }
    return base
  }

  /// The name of a report without its ending; nil where it has another ending, or letters that not every file system keeps.
  public static func base(ofReport name: String) -> String? {
    guard name.hasSuffix(ending), isPlain(name), name.utf8.count <= maximumByteCount else { return nil }
    let base = String(name.dropLast(ending.count))
    return base.isEmpty ? nil : base
  }

  /// The files of a report beside its proofs: its texts and itself.
  public static func files(of base: String) -> [String] { [text("ar", of: base), text("en", of: base), base + ending] }

  /// Where its signature stands.
  public static func signature(of base: String) -> String { base + ".cose" }

  /// Whether a path is one of a proof: a file in the folder of an alarm.
  public static func isProof(_ path: String, of base: String) -> Bool {
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return names.count == 3 && sameBytes(names[0], base + ".proofs") && names.allSatisfy(isPlain)
      && path.utf8.count <= maximumByteCount
  }

  private static func text(_ language: String, of base: String) -> String { "\(base).\(language).txt" }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
          || "._-".utf8.contains(byte)
      }
  }
}
