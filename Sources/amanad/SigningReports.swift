import ControlAPI
import Custody
import Roster

/// The files that a request names.
/// - Throws: `Problem` for a digest that is none.
func fileCovers(_ files: [CoveredFile]) throws -> [FileCover] {
  try files.enumerated().map { index, file in
    guard let digest = decodeHexadecimal(file.digest), digest.count == 32 else {
      throw badRequest("covers[\(index)].digest", "must be 64 hexadecimal digits")
    }
    return FileCover(path: file.path, digest: digest)
  }
}

extension Routes {
  /// Signs that this authority's monitor saw what stands in a report, of which the daemon sees digests alone. Under another
  /// roster than ours we vouch for nothing: what was seen may be judged otherwise under it.
  func signMonitorReport(_ call: Call) throws -> Reply {
    let request = try decode(MonitorReportRequest.self, call.body)
    let covers = try fileCovers(request.covers)
    guard MonitorReportPath.base(of: covers.map(\.path)) != nil else {
      throw badRequest(
        "covers", "must be NAME.ar.txt, NAME.en.txt, NAME.json and then files below NAME.proofs/, sorted")
    }
    guard let roster = decodeHexadecimal(request.rosterDigest), roster.count == 32 else {
      throw badRequest("roster_digest", "must be 64 hexadecimal digits")
    }
    guard roster == office.roster.digest else {
      throw Problem(
        status: 409, code: "other-roster", title: "The report was made under another Roster",
        detail:
          "it names \(hexadecimal(roster.prefix(8))), and in force here is \(hexadecimal(office.roster.digest.prefix(8)))",
        next: "look again with the Roster that is in force here, and sign that report")
    }
    let report = try SignedMonitorReport.sign(
      SignedMonitorReport.Content(
        issuer: office.authority.uri, at: currentTime(), roster: office.roster.digest, covers: covers),
      with: office.signingKeys)
    return .bytes(report.bytes, call.operation)
  }
}
