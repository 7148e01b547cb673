import Custody

/// A verification for people.
struct VerifyScreen {
  let report: VerifyReport
  let isVerbose: Bool
  let language: Language

  func show() {
    if report.exercise { print(say(.verifyExercise, in: language, report.file)) }
    if let notice = report.notice { print(say(.verifyNotice, in: language, notice)) }
    if report.content == "disclosure" { return DisclosureScreen(report: report, language: language).show() }
    if report.content == "fork" { return showFork() }
    if report.content == "monitor-report" { return showSignedReport() }
    for statement in report.statements { show(statement) }
    showErased()
    switch report.result {
    case .doesNotHold: for failure in report.failures { print(say(.verifyFails, in: language, failure)) }
    case .cannotTell where report.pinned && report.rosterDigest != nil:
      for why in report.failures { print(say(.notVerifiedHere, in: language, foreign(why, in: language))) }
    case .cannotTell:
      print(
        report.rosterDigest.map { say(.verifyUnpinned, in: language, $0) } ?? say(.verifyNoRoster, in: language))
    case .holds where report.content == "cms": for line in report.lines { print(line) }
    case .holds where report.content == "bundle": showSums()
    case .holds: showAlone()
    }
  }

  private func show(_ statement: VerifyReport.Statement) {
    let event = word(statement.event, in: language)
    if let refusal = statement.refusal {
      let place = say(.verifyBad, in: language, String(statement.offset), refusal)
      let text: Text = statement.code == VerifyReport.unverifiable ? .notVerifiedHere : .verifyFails
      print(say(text, in: language, "\(statement.code ?? ""): \(event) \(place)"))
    } else if isVerbose || report.content != "bundle" {
      let receipts = statement.receipts.isEmpty ? "-" : statement.receipts.joined(separator: separator(in: language))
      print(
        say(
          .verifyLine, in: language, String(statement.statement.prefix(16)), event, statement.issuer ?? "-",
          say(.verifyReceipts, in: language, receipts)))
      let algorithms = statement.algorithms ?? []
      print("  " + say(.verifiedBy, in: language, algorithms.joined(separator: separator(in: language))))
      for why in statement.unverified ?? [] {
        print("  " + say(.notVerifiedHere, in: language, foreign(why, in: language)))
      }
    } else if !statement.flags.isEmpty {
      // What is wrong is told with the statement that it is wrong with.
      print(
        say(
          .flaggedStatement, in: language, event, statement.issuer ?? "-", String(statement.statement.prefix(16))))
    }
    for flag in statement.flags { print("  " + ProblemTexts.flag(flag.code, flag.detail, in: language)) }
  }

  /// What is missing because somebody erased it is not just missing.
  private func showErased() {
    let issuers = Dictionary(report.statements.map { ($0.statement, $0.issuer ?? "-") }) { first, _ in first }
    for statement in report.statements {
      for id in statement.erased ?? [] {
        print(
          say(
            .verifyErased, in: language, String(statement.statement.prefix(16)), issuers[id] ?? "-",
            String(id.prefix(16))))
      }
    }
  }

  /// What holds of a statement that came alone, and what nothing here says of it.
  private func showAlone() {
    for statement in report.statements {
      print(
        say(
          .verifyStatementHolds, in: language, statement.issuer ?? "-", String((report.rosterDigest ?? "").prefix(16))))
      if statement.sealed { print(say(.verifyLinesApart, in: language)) }
      if !statement.flags.isEmpty { print(say(.verifyFlagged, in: language, String(statement.flags.count))) }
    }
  }

  private func showSums() {
    print(
      say(
        .verifyHolds, in: language, String(report.statements.count),
        String(report.statements.reduce(0) { $0 + $1.receipts.count }),
        String(report.statements.reduce(0) { $0 + $1.positions }), String((report.rosterDigest ?? "").prefix(16))))
    var algorithms: [String] = []
    for name in report.statements.flatMap({ $0.algorithms ?? [] }) where !algorithms.contains(name) {
      algorithms.append(name)
    }
    print("  " + say(.verifiedBy, in: language, algorithms.joined(separator: separator(in: language))))
    for why in Set(report.statements.flatMap { $0.unverified ?? [] }).sorted() {
      print("  " + say(.notVerifiedHere, in: language, foreign(why, in: language)))
    }
    for log in witnessedLogs { print(log.sentence(in: language)) }
    let flags = report.statements.reduce(0) { $0 + $1.flags.count }
    let unread = report.statements.count(where: \.sealed)
    if unread > 0 { print(say(.verifySealed, in: language, String(unread))) }
    if flags > 0 { print(say(.verifyFlagged, in: language, String(flags))) }
    for state in report.custody {
      let suffix = state.to.map { " → \($0)" } ?? ""
      let text = "\(state.custodian) (\(phaseWord(state.phase, in: language))\(suffix))"
      print("  " + say(.verifyCustody, in: language, String(state.lines), text))
      if let claimants = state.claimants {
        print("    " + say(.askContested, in: language, claimants.joined(separator: separator(in: language))))
      }
    }
  }

  /// The logs that the roster has witnessed by others.
  private var witnessedLogs: [WitnessedLog] {
    let logs = Dictionary(grouping: report.checkpoints.filter { $0.quorum > 0 }, by: \.origin)
    return logs.sorted { $0.key < $1.key }.compactMap { WitnessedLog($0.value) }
  }
}
