import ArgumentParser
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Reports of what was seen of logs from outside.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "What `amana-courier monitor` saw, signed by this authority.",
    subcommands: [ReportSign.self])
}

/// Has the daemon sign a monitor's report.
struct ReportSign: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Sign a monitor's report, with its texts and proofs.",
    discussion: """
      REPORT is the file that `amana-courier monitor --report REPORT` wrote, NAME.json. The signature is written beside it as \
      NAME.cose, in place of one over an earlier report. It covers the report, its texts in both languages and every proof \
      that it names, and says that this authority vouches for what its monitor saw: not that an alarm is true. The proofs \
      convince by themselves. The report must have been made under the roster that is in force at the daemon. It needs the \
      right `operate`. Others check it with `amana verify NAME.cose --roster ROSTER`, the folder beside it.
      """)
  @Argument(help: "The report, NAME.json, with its texts and proofs beside it.") var report: String
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.report.sign of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  private var name: String { String(report.split(separator: "/", omittingEmptySubsequences: false).last ?? "") }

  func validate() throws {
    guard MonitorReportPath.base(ofReport: name) != nil else { throw usage(.reportName, name) }
  }

  func run() async throws {
    let (session, language) = (connection.session, connection.language)
    let folder = ReportFolder(of: report)
    let bytes = try readFile(report, limit: SeenReport.maximumByteCount)
    guard let seen = SeenReport(bytes), let base = MonitorReportPath.base(ofReport: name) else {
      throw CommandFailure(Exit.usage, say(.reportUnread, in: language, visible(report)))
    }
    let roster = try await session.roster()
    guard seen.isOf(roster.digest, exercise: roster.body.exercise) else {
      throw CommandFailure(
        Exit.doesNotHold,
        say(
          .reportOtherRoster, in: language, visible(report), String(seen.rosterVersion), seen.coalition,
          String(roster.body.version), roster.body.coalition))
    }
    let covers = try covers(seen, bytes, base, folder, language)
    let target = folder.place(of: MonitorReportPath.signature(of: base))
    try refuseOther(target, language)
    let signed = try await session.sign(covers, of: roster)
    let verified: VerifiedMonitorReport
    do throws(MonitorReportRefusal) {
      verified = try MonitorReportVerifier(roster: roster).verify(signed, now: now())
    } catch { throw CommandFailure(Exit.doesNotHold, say(.verifyFails, in: language, error.sentence(in: language))) }
    guard verified.covers == covers else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
    try writeFile(target, signed.bytes)
    let view = SignedReportView(verified, seen)
    if json { return try printJSON(.reportSign, Result(file: target, report: view)) }
    print(say(.reportSigned, in: language, visible(target), view.authority, view.signedAt, String(view.files)))
    print(say(.reportMeans, in: language, view.authority))
    print(say(.reportCheck, in: language))
  }

  /// Every file of the report, which must all be there.
  private func covers(
    _ seen: SeenReport, _ bytes: [UInt8], _ base: String, _ folder: ReportFolder, _ language: Language
  ) throws -> [FileCover] {
    let names = MonitorReportPath.files(of: base) + seen.proofs
    guard MonitorReportPath.base(of: names) != nil else {
      throw CommandFailure(
        Exit.doesNotHold,
        say(
          .reportFilesOdd, in: language, visible(report), String(names.count),
          String(SignedMonitorReport.maximumFileCount), "\(base).proofs/"))
    }
    do throws(MonitorReportRefusal) {
      return try names.map { name throws(MonitorReportRefusal) in
        FileCover(path: name, digest: SHA256.hash(sameBytes(name, self.name) ? bytes : try folder.read(name)))
      }
    } catch { throw CommandFailure(Exit.doesNotHold, say(.verifyFails, in: language, error.sentence(in: language))) }
  }

  /// What is no signature over a report is somebody's file, which is left as it is.
  private func refuseOther(_ path: String, _ language: Language) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let bytes = try? readFile(path, limit: SignedMonitorReport.maximumByteCount)
    guard let bytes, (try? SignedMonitorReport(decoding: bytes)) != nil else {
      throw CommandFailure(Exit.usage, say(.reportNotOver, in: language, visible(path)))
    }
  }

  /// What was signed.
  struct Result: Encodable {
    /// Where the signature stands.
    let file: String
    let report: SignedReportView
  }
}

extension Session {
  /// This authority's signature over a report with these files.
  fileprivate func sign(_ covers: [FileCover], of roster: VerifiedRoster) async throws -> SignedMonitorReport {
    let request = MonitorReportRequest(covers: covers.map(CoveredFile.init), rosterDigest: hexadecimal(roster.digest))
    let bytes = try await send(.post, "/v1/monitor/reports", body: encoded(request))
    guard let signed = try? SignedMonitorReport(decoding: bytes) else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
    return signed
  }
}
