import Custody
import Foundation
import OpenSSL
import Roster

/// What a monitor's report says of itself: `amana.monitor` of docs/monitor.md, as far as signing and verifying need it.
struct SeenReport: Decodable {
  struct Alarm: Decodable {
    /// Its proofs, beside the report.
    let files: [String]
  }

  enum Result: String, Codable { case good, alarm, unreachable }

  static let maximumByteCount = 16 << 20

  private let type: String
  private let version: Int
  let exercise: Bool
  let at: Int64
  let coalition: String
  let rosterVersion: UInt64
  let rosterDigest: String
  let result: Result
  let alarms: [Alarm]

  enum CodingKeys: String, CodingKey {
    case type, version, exercise, at, coalition, result, alarms
    case rosterVersion = "roster_version"
    case rosterDigest = "roster_digest"
  }

  /// Nil where this is no report of a version that is known.
  init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.maximumByteCount,
      let found = try? JSONDecoder().decode(SeenReport.self, from: Data(bytes)), found.type == "amana.monitor",
      found.version == 1
    else { return nil }
    self = found
  }

  /// The proofs that it names, each once, sorted bytewise.
  var proofs: [String] {
    Set(alarms.flatMap(\.files)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether it was made under this roster, and says so of itself.
  func isOf(_ digest: [UInt8], exercise kind: Bool) -> Bool {
    sameBytes(rosterDigest, hexadecimal(digest)) && exercise == kind
  }
}

/// The folder in which a report lies with its texts and proofs: nothing in it is believed.
struct ReportFolder {
  /// Empty, or with a slash at its end.
  private let path: String

  /// That of a file.
  init(of file: String) {
    path = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
  }

  func place(of name: String) -> String { path + name }

  /// A plain file: of a link or a pipe nobody knows what it will be tomorrow, or when it ends.
  func read(_ name: String) throws(MonitorReportRefusal) -> [UInt8] {
    let type = try? FileManager.default.attributesOfItem(atPath: path + name)[.type] as? FileAttributeType
    guard type == .typeRegular, let bytes = try? readFile(path + name, limit: Bundle.maximumByteCount) else {
      throw MonitorReportRefusal.missing(name)
    }
    return bytes
  }

  /// The report that was signed over, where every file that it covers is what it was.
  func seen(_ verified: VerifiedMonitorReport, exercise: Bool) throws(MonitorReportRefusal) -> SeenReport {
    var report: SeenReport?
    for cover in verified.covers {
      let bytes = try read(cover.path)
      guard SHA256.hash(bytes) == cover.digest else { throw MonitorReportRefusal.changed(cover.path) }
      if sameBytes(cover.path, verified.base + ".json") { report = SeenReport(bytes) }
    }
    guard let report, report.isOf(verified.roster, exercise: exercise) else { throw MonitorReportRefusal.otherReport }
    let covered = Set(verified.covers.map(\.path))
    if let stray = report.proofs.first(where: { !covered.contains($0) }) { throw MonitorReportRefusal.uncovered(stray) }
    return report
  }
}

/// Whose word a report is, and what it says, for programs.
struct SignedReportView: Encodable {
  let authority: String
  /// By the signer's clock.
  let signedAt: String
  /// When the look began, as the report says.
  let seenAt: String
  let coalition: String
  let rosterVersion: UInt64
  let result: SeenReport.Result
  let alarms: Int
  /// How many files are covered.
  let files: Int
  let algorithms: [String]
  /// What could not be verified on this machine.
  let problems: [String]

  enum CodingKeys: String, CodingKey {
    case authority, coalition, result, alarms, files, algorithms, problems
    case signedAt = "signed_at"
    case seenAt = "seen_at"
    case rosterVersion = "roster_version"
  }

  init(_ verified: VerifiedMonitorReport, _ seen: SeenReport) {
    authority = verified.authority.description
    signedAt = OffsetTime(unix: verified.at).text
    seenAt = OffsetTime(unix: seen.at).text
    coalition = seen.coalition
    rosterVersion = seen.rosterVersion
    result = seen.result
    alarms = seen.alarms.count
    files = verified.covers.count
    algorithms = verified.algorithms
    problems = verified.unverified
  }
}
