import Custody

/// What a stamp of an archive is to cover: POST /v1/archive/stamps.
public struct ArchiveStampRequest: Codable, Hashable, Sendable {
  /// A file of the archive.
  public struct Covered: Codable, Hashable, Sendable {
    public var path: String
    /// SHA-256 of it, in hexadecimal.
    public var digest: String

    public init(path: String, digest: String) {
      self.path = path
      self.digest = digest
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case path, digest }
  }

  public var covers: [Covered]
  /// The newest version of the roster in the archive: the stamp brings those that came after it.
  public var rosterVersion: UInt64

  public init(covers: [Covered], rosterVersion: UInt64) {
    self.covers = covers
    self.rosterVersion = rosterVersion
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case covers
    case rosterVersion = "roster_version"
  }
}

extension ArchiveStampRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
  public static var nested: [String: any StrictlyDecoded.Type] { ["covers": Covered.self] }
}

extension ArchiveStampRequest.Covered: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}
