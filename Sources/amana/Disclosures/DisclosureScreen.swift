import Custody
import Roster

/// What a disclosure proves and what it does not, for people.
struct DisclosureScreen {
  let report: VerifyReport
  let language: Language

  func show() {
    switch report.result {
    case .doesNotHold:
      let why = report.refusal.map { sentence($0) } ?? report.failures.first ?? ""
      print(say(.verifyFails, in: language, why))
    case .cannotTell where !report.failures.isEmpty:
      let known = report.refusal.map { [sentence($0)] }
      for why in known ?? report.failures.map({ foreign($0, in: language) }) {
        print(say(.notVerifiedHere, in: language, why))
      }
    case .cannotTell:
      print(
        report.rosterDigest.map { say(.verifyUnpinned, in: language, $0) } ?? say(.disclosedNoRoster, in: language))
    case .holds: showProven()
    }
  }

  private func showProven() {
    guard let shown = report.shown, let proven = report.disclosure, let statement = report.statements.first else {
      return
    }
    print(
      say(
        .disclosedHead, in: language, statement.issuer ?? "-", proven.signedAt, word(statement.event, in: language),
        statement.statement, String(shown.line), String((report.rosterDigest ?? "").prefix(16))))
    DisclosedFields(fields: shown.fields.map { ($0.name, $0.value) }, language: language).show()
    print(say(.disclosedOccurred, in: language, proven.occurredAt, proven.recordID))
    print(say(.verifiedBy, in: language, (statement.algorithms ?? []).joined(separator: separator(in: language))))
    for why in statement.unverified ?? [] {
      print(say(.notVerifiedHere, in: language, foreign(why, in: language)))
    }
    print(
      statement.receipts.isEmpty
        ? say(.disclosedNoReceipt, in: language)
        : say(.disclosedReceipts, in: language, statement.receipts.joined(separator: separator(in: language))))
    for flag in statement.flags { print("  " + ProblemTexts.flag(flag.code, flag.detail, in: language)) }
    if !statement.flags.isEmpty { print(say(.verifyFlagged, in: language, String(statement.flags.count))) }
    if let certified = report.certified {
      show(certified, shown.subject, statement.issuer ?? "-")
      print(say(.certificateApproved, in: language, String(proven.officers)))
    } else if shown.schema == LineSchema.certificate.id,
      Set(CertifiedCustody.needed).isSubset(of: shown.fields.map(\.name))
    {
      print(say(.certificateNotOwn, in: language, statement.issuer ?? "-"))
    }
    print(
      say(
        shown.withheld == 0 ? .disclosedNotLines : .disclosedNot, in: language, statement.issuer ?? "-",
        String(shown.withheld)))
  }

  private func show(_ certified: CertifiedCustody, _ subject: SubjectReference, _ issuer: String) {
    print(
      say(
        .certificateSays, in: language, issuer, String(certified.log.size), certified.log.origin,
        String(hexadecimal(certified.log.root).prefix(16)), subject.description,
        certifiedPhaseWord(certified.phase, in: language),
        certified.custodian))
    switch certified.phase {
    case "suspended": print(say(.certificateSuspended, in: language, certified.custodian))
    case "ended": print(say(.certificateEnded, in: language))
    default: break
    }
    if let to = certified.releasedTo { print(say(.certificateReleased, in: language, to, certified.custodian)) }
    if !certified.claimants.isEmpty {
      let names = certified.claimants.joined(separator: separator(in: language))
      print(say(.certificateContested, in: language, names))
    }
    print(say(.certificateLater, in: language, issuer))
  }

  private func sentence(_ refusal: DisclosureRefusal) -> String {
    let text: Text =
      switch refusal {
      case .noManifest: .disclosureNoLines
      case .unknownSchema: .disclosureUnknownSchema
      case .otherSchema: .disclosureOtherSchema
      case .otherRecord: .disclosureOtherRecord
      case .noSuchLine: .disclosureNoSuchLine
      case .unknownField, .unknownPosition: .disclosureUnknownField
      case .noSubject: .disclosureNoSubject
      case .fieldTwice: .disclosureFieldTwice
      case .unsorted: .disclosureUnsorted
      case .digestCount: .disclosureDigestCount
      case .wrongPosition: .disclosureWrongPosition
      case .otherLine: .disclosureOtherLine
      case .saltOrValue: .disclosureSaltOrValue
      case .pathLength: .disclosurePathLength
      case .otherRoot: .disclosureOtherRoot
      }
    return say(text, in: language, refusal.values)
  }
}
