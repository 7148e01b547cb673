import Custody
import Roster

extension Verify {
  /// Judges a signed report of a monitor, and the files beside it that it covers.
  func verifySignedReport(_ file: String, _ bytes: [UInt8], _ trust: Trust) -> VerifyReport {
    var report = VerifyReport(
      file, content: "monitor-report", result: .cannotTell, exercise: false, pinned: trust.digest != nil, failures: [])
    do throws(MonitorReportRefusal) {
      let signed = try MonitorReportVerifier.read(bytes)
      guard let roster = trust.roster else { return report }
      report.rosterDigest = hexadecimal(roster.digest)
      report.exercise = roster.body.exercise
      let verified = try MonitorReportVerifier(roster: roster).verify(signed, now: now())
      let seen = try ReportFolder(of: file).seen(verified, exercise: roster.body.exercise)
      report.report = SignedReportView(verified, seen)
      report.result = .holds
    } catch {
      report.result = error.isUndecided ? .cannotTell : .doesNotHold
      report.reportRefusal = error
      report.failures = [error.sentence(in: .en)]
    }
    return report
  }
}

extension VerifyScreen {
  /// Whose word a report is and what it says, or why it is nobody's.
  func showSignedReport() {
    switch report.result {
    case .holds:
      guard let signed = report.report else { return }
      show(signed)
    case .doesNotHold:
      print(say(.verifyFails, in: language, report.reportRefusal?.sentence(in: language) ?? ""))
    case .cannotTell:
      print(report.reportRefusal?.sentence(in: language) ?? say(.verifyNoRoster, in: language))
    }
  }

  private func show(_ signed: SignedReportView) {
    print(say(.reportHolds, in: language, signed.authority, signed.signedAt, String(signed.files)))
    print("  " + say(.reportSaw, in: language, signed.coalition, signed.seenAt, String(signed.rosterVersion)))
    let said: Text =
      switch signed.result {
      case .good: .reportGood
      case .alarm: .reportAlarm
      case .unreachable: .reportUnreachable
      }
    print("  " + say(said, in: language, signed.result == .alarm ? [String(signed.alarms)] : []))
    print("  " + say(.verifiedBy, in: language, signed.algorithms.joined(separator: separator(in: language))))
    for why in signed.problems { print("  " + say(.notVerifiedHere, in: language, foreign(why, in: language))) }
    print(say(.reportMeans, in: language, signed.authority))
  }
}

extension MonitorReportRefusal {
  /// What is wrong, for people.
  func sentence(in language: Language) -> String {
    func time(_ time: UnixTime) -> String { OffsetTime(unix: time).text }
    return switch self {
    case .unreadable(let why): say(.reportUnreadable, in: language, why)
    case .issuer(let uri): say(.reportIssuer, in: language, uri)
    case .future(let at): say(.reportFuture, in: language, time(at))
    case .stranger(let key, let authority): say(.reportStranger, in: language, key, authority)
    case .broken(let key): say(.reportBroken, in: language, key)
    case .notValid(let at): say(.reportNotValid, in: language, time(at))
    case .exposed(let since): say(.reportExposed, in: language, time(since))
    case .ended(let at): say(.reportEnded, in: language, time(at))
    case .unverifiable(let why): say(.notVerifiedHere, in: language, foreign(why, in: language))
    case .missing(let path): say(.reportMissing, in: language, path)
    case .changed(let path): say(.reportChanged, in: language, path)
    case .uncovered(let path): say(.reportUncovered, in: language, path)
    case .otherReport: say(.reportOther, in: language)
    }
  }
}
