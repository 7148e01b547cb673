import Custody
import Foundation
import Roster

/// An alarm as a report tells it.
struct MonitorAlarm: Sendable {
  let id: String
  let code: String
  let subject: String
  let values: [String]
  let since: UnixTime
  let proofs: [MonitorFinding.Proof]

  init(
    id: String, code: String, subject: String, values: [String], since: UnixTime, proofs: [MonitorFinding.Proof]
  ) {
    self.id = id
    self.code = code
    self.subject = subject
    self.values = values
    self.since = since
    self.proofs = proofs
  }

  init(_ finding: MonitorFinding, since: UnixTime) {
    self.init(
      id: finding.id, code: finding.code.rawValue, subject: finding.subject, values: finding.values, since: since,
      proofs: finding.proofs)
  }

  func sentence(_ language: MonitorLanguage) -> String {
    MonitorFinding.Code(rawValue: code).map { MonitorText($0).text(language, values) } ?? code
  }
}

extension MonitorText {
  init(_ code: MonitorFinding.Code) {
    self =
      switch code {
      case .fork: .fork
      case .rollback: .rollback
      case .checkpoint: .checkpoint
      case .tiles: .tiles
      case .doubleRelease: .doubleRelease
      case .overdue: .overdue
      case .statement: .statement
      case .notInLog: .notInLog
      case .quorum: .quorum
      case .still: .still
      }
  }
}

/// What a look at everything gave: `amana.monitor` of docs/monitor.md.
public struct MonitorReport: Encodable, Sendable {
  /// One place that was looked at.
  struct Place: Encodable, Sendable {
    let url: String
    let origin: String?
    let size: UInt64?
    let newEntries: UInt64
    let newStatements: Int
    let cosigned: Int?
    let quorum: UInt64?
    let trouble: String?
    let detail: String?

    enum CodingKeys: String, CodingKey {
      case url, origin, size, cosigned, quorum, trouble, detail
      case newEntries = "new_entries"
      case newStatements = "new_statements"
    }
  }

  /// The statements that are kept.
  struct Statements: Encodable, Sendable {
    let kept: Int
    let new: Int
    let releases: Int
    let withoutSlots: Int

    enum CodingKeys: String, CodingKey {
      case kept, new, releases
      case withoutSlots = "without_slots"
    }
  }

  /// One alarm; its files lie below the report's folder.
  struct Alarm: Encodable, Sendable {
    let id: String
    let code: String
    let subject: String
    let values: [String]
    let since: UnixTime
    let files: [String]
    let en: String
    let ar: String
  }

  private let version = 1
  private let type = "amana.monitor"
  let exercise: Bool
  let at: UnixTime
  let coalition: String
  let rosterVersion: UInt64
  let rosterDigest: String
  /// good, alarm or unreachable.
  let result: String
  let places: [Place]
  let statements: Statements
  private(set) var alarms: [Alarm]
  private let told: [MonitorAlarm]

  enum CodingKeys: String, CodingKey {
    case version, type, exercise, at, coalition, result, places, statements, alarms
    case rosterVersion = "roster_version"
    case rosterDigest = "roster_digest"
  }

  init(
    at now: UnixTime, roster: VerifiedRoster, looks: [MonitorLook], lines: [String: MonitorJudgement.Line],
    statements kept: [ObservedStatement], new: Int, alarms told: [MonitorAlarm]
  ) {
    let releases = kept.filter { $0.signed.event.type.isRelease }
    exercise = roster.body.exercise
    at = now
    coalition = plain(roster.body.coalition, maximum: 200)
    rosterVersion = roster.body.version
    rosterDigest = hexadecimal(roster.digest)
    self.told = told
    result = !told.isEmpty ? "alarm" : looks.contains { $0.trouble != nil } ? "unreachable" : "good"
    places = looks.map { look in
      let line = look.origin.flatMap { lines[$0] }
      return Place(
        url: look.url, origin: look.origin, size: look.size, newEntries: look.new, newStatements: look.statements,
        cosigned: line?.cosigned, quorum: line?.quorum, trouble: look.trouble?.code, detail: look.trouble?.sentence)
    }
    statements = Statements(
      kept: kept.count, new: new, releases: releases.count, withoutSlots: releases.count { $0.slots == nil })
    alarms = []
  }

  /// 0 nothing was found, 1 an alarm stands, 3 a place could not be looked at.
  public var exitCode: Int32 { result == "alarm" ? 1 : result == "good" ? 0 : 3 }

  /// Writes the proofs, the texts in both languages, and the report itself last.
  mutating func write(to file: String) throws {
    let base = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
    let folder = "\(base).proofs"
    alarms = try told.map { alarm in
      for proof in alarm.proofs { try putFile(proof.bytes, "\(folder)/\(alarm.id)/\(proof.name)") }
      let name = URL(filePath: folder).lastPathComponent
      return Alarm(
        id: alarm.id, code: alarm.code, subject: alarm.subject, values: alarm.values, since: alarm.since,
        files: alarm.proofs.map { "\(name)/\(alarm.id)/\($0.name)" }, en: alarm.sentence(.en), ar: alarm.sentence(.ar))
    }
    for language in MonitorLanguage.allCases {
      try putFile(Array(text(language).utf8), "\(base).\(language.rawValue).txt")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try putFile([UInt8](try encoder.encode(self)) + [0x0a], file)
  }

  /// The report as people read it.
  public func text(_ language: MonitorLanguage) -> String {
    func say(_ text: MonitorText, _ values: String...) -> String { text.text(language, values) }
    var lines = [say(.head, coalition, OffsetTime(unix: at).text, String(rosterVersion))]
    if exercise { lines.insert(say(.exercise), at: 0) }
    let troubled = places.count { $0.trouble != nil }
    if result == "good" { lines.append(say(.good)) }
    if !alarms.isEmpty { lines.append(say(.alarms, String(alarms.count))) }
    if troubled > 0 { lines.append(say(.unreachable, String(troubled), String(places.count))) }
    for alarm in alarms {
      lines += ["", language == .ar ? alarm.ar : alarm.en, say(.since, OffsetTime(unix: alarm.since).text)]
      if !alarm.files.isEmpty { lines.append(say(.proofs, alarm.files.joined(separator: " "))) }
    }
    lines.append("")
    for place in places {
      if let trouble = place.trouble {
        lines.append(say(.trouble, place.url, trouble, place.detail ?? ""))
      } else if let origin = place.origin, let size = place.size {
        lines.append(say(.log, place.url, origin, String(size), String(place.newEntries)))
        if let quorum = place.quorum, quorum > 0 {
          lines.append(say(.logCosigned, String(place.cosigned ?? 0), String(quorum)))
        }
      } else {
        lines.append(say(.place, place.url, String(place.newStatements)))
      }
    }
    lines.append(
      say(
        .statements, String(statements.kept), String(statements.new), String(statements.releases),
        String(statements.withoutSlots)))
    return lines.joined(separator: "\n") + "\n"
  }
}
