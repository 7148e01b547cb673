import Custody
import Foundation
import Roster

/// A report as a monitor writes it, with one alarm: made by hand, so that each part of it may be wrong.
struct MadeReport {
  static let proof = "report.proofs/still-0123456789abcdef/shown.note"
  let folder: String
  var file: String { "\(folder)/report.json" }
  /// Where its signature comes to stand.
  var signature: String { "\(folder)/report.cose" }

  /// - Parameters:
  ///   - name: of its folder in the world's.
  ///   - files: the proofs that it names, of which those that may be there are.
  ///   - digest: of the roster under which it was made; nil: the world's.
  init(
    _ world: World, _ name: String = "seen", files: [String] = [MadeReport.proof], digest: String? = nil,
    isOther: Bool = false
  ) throws {
    folder = "\(world.folder)/\(name)"
    let roster = try world.firstRoster()
    let alarm: [String: Any] = [
      "id": "still-0123456789abcdef", "code": "still", "subject": "syr.example/custody/log/1", "values": ["1"],
      "since": 1_795_000_000, "files": files, "en": "STANDS STILL", "ar": "متوقف",
    ]
    let report: [String: Any] = [
      "type": "amana.monitor", "version": 1, "exercise": roster.body.exercise != isOther, "at": 1_795_000_000,
      "coalition": roster.body.coalition, "roster_version": roster.body.version,
      "roster_digest": digest ?? world.digest, "result": "alarm", "places": [],
      "statements": ["kept": 0, "new": 0, "releases": 0, "without_slots": 0], "alarms": [alarm],
    ]
    try put(JSONSerialization.data(withJSONObject: report, options: [.sortedKeys]), "report.json")
    for language in ["ar", "en"] { try put(Data("STANDS STILL\n".utf8), "report.\(language).txt") }
    for path in files where MonitorReportPath.isProof(path, of: "report") { try put(Data("a note\n".utf8), path) }
  }

  private func put(_ bytes: Data, _ name: String) throws {
    let url = URL(filePath: "\(folder)/\(name)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: url)
  }
}
