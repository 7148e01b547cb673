public import Custody
import Roster

/// A file that is to be signed over, as a request names it.
public struct CoveredFile: Codable, Hashable, Sendable {
  public var path: String
  /// SHA-256 of it, in hexadecimal.
  public var digest: String

  public init(_ cover: FileCover) {
    path = cover.path
    digest = hexadecimal(cover.digest)
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case path, digest }
}

extension CoveredFile: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

/// What a stamp of an archive is to cover: POST /v1/archive/stamps.
public struct ArchiveStampRequest: Codable, Hashable, Sendable {
  public var covers: [CoveredFile]
  /// The newest version of the roster in the archive: the stamp brings those that came after it.
  public var rosterVersion: UInt64

  public init(covers: [CoveredFile], rosterVersion: UInt64) {
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
  public static var nested: [String: any StrictlyDecoded.Type] { ["covers": CoveredFile.self] }
}

/// What the signature over a monitor's report is to cover: POST /v1/monitor/reports.
public struct MonitorReportRequest: Codable, Hashable, Sendable {
  public var covers: [CoveredFile]
  /// The digest of the roster under which was looked, in hexadecimal.
  public var rosterDigest: String

  public init(covers: [CoveredFile], rosterDigest: String) {
    self.covers = covers
    self.rosterDigest = rosterDigest
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case covers
    case rosterDigest = "roster_digest"
  }
}

extension MonitorReportRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
  public static var nested: [String: any StrictlyDecoded.Type] { ["covers": CoveredFile.self] }
}
