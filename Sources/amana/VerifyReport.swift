import Custody
import OpenSSL
import Roster
import TransparencyLog

/// What verifying one file gave, for people and for programs.
struct VerifyReport: Encodable {
  enum Result: String, Encodable {
    case holds
    case doesNotHold = "does-not-hold"
    case cannotTell = "cannot-tell"
  }

  struct FlagView: Encodable {
    let code: String
    let line: Int?
    let detail: String
  }

  struct Statement: Encodable {
    let offset: Int
    let statement: String
    let event: String
    let issuer: String?
    /// Why it does not hold, with the code of it.
    let refusal: String?
    let code: String?
    let flags: [FlagView]
    /// Its lines could not be recounted: they are sealed to others, or not in the file.
    let sealed: Bool
    let receipts: [String]
    let positions: Int
    /// By which its signatures were verified, its authority's own first; absent when it does not hold.
    var algorithms: [String]?
    /// What could be neither verified nor refuted on this machine; absent when there is nothing.
    var unverified: [String]?
  }

  struct CheckpointView: Encodable {
    let origin: String
    let size: UInt64
    let root: String
  }

  /// Who signed a CMS message.
  struct Foreign: Encodable {
    let authority: String
    /// `listed` or `certified`.
    let standing: String
    let signedAt: String
    let event: String?
    let record: String?

    enum CodingKeys: String, CodingKey {
      case authority, standing, event, record
      case signedAt = "signed_at"
    }
  }

  struct Custody: Encodable {
    let custodian: String
    let phase: String
    let to: String?
    let lines: Int
  }

  let file: String
  let content: String
  var result: Result
  var exercise: Bool
  /// Whether it was judged under a roster that the caller trusts.
  var pinned: Bool
  var rosterDigest: String?
  var notice: String?
  var statements: [Statement] = []
  var checkpoints: [CheckpointView] = []
  var failures: [String] = []
  var custody: [Custody] = []
  var cms: Foreign?
  /// Of a disclosure that holds.
  var disclosure: Disclosed?
  /// For people alone.
  var lines: [String] = []
  var shown: DisclosedLine?
  var certified: CertifiedCustody?
  var refusal: DisclosureRefusal?

  enum CodingKeys: String, CodingKey {
    case file, content, result, exercise, pinned, notice, statements, checkpoints, failures, custody, cms
    case disclosure
    case rosterDigest = "roster_digest"
  }

  /// The code of what this machine can neither verify nor refute.
  static let unverifiable = StatementRefusal.notVerifiableHere.code

  /// Nothing in the file could be judged.
  init(_ file: String, content: String, result: Result, exercise: Bool, pinned: Bool, failures: [String]) {
    self.file = file
    self.content = content
    self.result = result
    self.exercise = exercise
    self.pinned = pinned
    self.failures = failures
  }

  init(_ file: String, _ report: BundleReport, exercise: Bool) {
    // Nothing is known to be wrong where all that is missing is an algorithm of this machine.
    let isOnlyUnverifiable =
      !report.holds && report.roster != nil && report.failures.isEmpty
      && report.lines.allSatisfy { $0.refusal == nil || $0.code == VerifyReport.unverifiable }
    let fails = !report.holds && !isOnlyUnverifiable
    let result: Result = fails ? .doesNotHold : report.isPinned && report.holds ? .holds : .cannotTell
    self.init(
      file, content: "bundle", result: result, exercise: exercise || report.roster?.body.exercise == true,
      pinned: report.isPinned, failures: report.failures)
    rosterDigest = report.roster.map { hexadecimal($0.digest) }
    notice = report.notice
    statements = report.lines.map(Statement.init)
    checkpoints = report.checkpoints.map {
      CheckpointView(origin: $0.origin, size: $0.size, root: hexadecimal($0.root.bytes))
    }
    custody = result == .holds ? Self.custody(report.ledger) : []
  }

  /// Who is responsible for how many lines, as the bundle alone says it, most first.
  private static func custody(_ ledger: Ledger) -> [Custody] {
    var counts: [[String]: Int] = [:]
    for chain in ledger.chains.values {
      counts[
        [chain.custodian.description, chain.phaseName] + (chain.openRelease.map { ["\($0.to)"] } ?? []), default: 0] +=
        1
    }
    return counts.map { Custody(custodian: $0[0], phase: $0[1], to: $0.count > 2 ? $0[2] : nil, lines: $1) }.sorted {
      ($1.lines, $0.custodian, $0.phase, $0.to ?? "") < ($0.lines, $1.custodian, $1.phase, $1.to ?? "")
    }
  }
}

extension VerifyReport.Foreign {
  init(_ message: ForeignMessage) {
    let isListed = message.signature.standing == .listed
    self.init(
      authority: message.signature.authority.name.description, standing: isListed ? "listed" : "certified",
      signedAt: OffsetTime(unix: message.signature.signer.signedAt).text, event: message.event?.type.rawValue,
      record: message.event?.recordID.uuid)
  }
}

extension VerifyReport.Statement {
  init(_ line: BundleReport.Line) {
    self.init(
      offset: line.offset, statement: line.statement.id.description, event: line.statement.event.type.rawValue,
      issuer: line.issuer?.description, refusal: line.refusal, code: line.code,
      flags: line.flags.map { VerifyReport.FlagView(code: $0.code.rawValue, line: $0.line, detail: $0.detail) },
      sealed: line.isUnread, receipts: line.receiptedBy.map(\.description), positions: line.positions,
      algorithms: line.algorithms.isEmpty ? nil : line.algorithms,
      unverified: line.unverified.isEmpty ? nil : line.unverified)
  }

  init(_ signed: SignedStatement, _ anchored: AnchoredStatement, by verifier: StatementVerifier) throws {
    self.init(
      offset: 0, statement: signed.id.description, event: signed.event.type.rawValue,
      issuer: anchored.statement.issuer.name.description, refusal: nil, code: nil,
      flags: try verifier.envelopeFlags(of: anchored).map {
        VerifyReport.FlagView(code: $0.code.rawValue, line: $0.line, detail: $0.detail)
      },
      sealed: signed.event.manifestRoot != nil,
      receipts: anchored.receipts.map(\.authority.name.description), positions: 0,
      algorithms: anchored.statement.verifiedAlgorithms,
      unverified: anchored.statement.unverifiable.isEmpty ? nil : anchored.statement.unverifiable)
  }
}

/// A verification for people.
struct VerifyScreen {
  let report: VerifyReport
  let isVerbose: Bool
  let language: Language

  func show() {
    if report.exercise { print(say(.verifyExercise, in: language, report.file)) }
    if let notice = report.notice { print(say(.verifyNotice, in: language, notice)) }
    if report.content == "disclosure" { return DisclosureScreen(report: report, language: language).show() }
    for statement in report.statements { show(statement) }
    switch report.result {
    case .doesNotHold: for failure in report.failures { print(say(.verifyFails, in: language, failure)) }
    case .cannotTell where report.pinned && report.rosterDigest != nil:
      for why in report.failures { print(say(.notVerifiedHere, in: language, foreign(why, in: language))) }
    case .cannotTell: print(say(.verifyUnpinned, in: language, report.rosterDigest ?? "—"))
    case .holds where report.content == "cms": for line in report.lines { print(line) }
    case .holds where report.content == "bundle": showSums()
    case .holds: break
    }
  }

  private func show(_ statement: VerifyReport.Statement) {
    let event = word(statement.event, in: language)
    if let refusal = statement.refusal {
      let place = say(.verifyBad, in: language, String(statement.offset), refusal)
      let text: Text = statement.code == VerifyReport.unverifiable ? .notVerifiedHere : .verifyFails
      print(say(text, in: language, "\(statement.code ?? ""): \(event) \(place)"))
    } else if isVerbose || report.content != "bundle" {
      let receipts = statement.receipts.isEmpty ? "-" : statement.receipts.joined(separator: ", ")
      print(
        say(
          .verifyLine, in: language, String(statement.statement.prefix(16)), event, statement.issuer ?? "-",
          say(.verifyReceipts, in: language, receipts)))
      let algorithms = statement.algorithms ?? []
      print("  " + say(.verifiedBy, in: language, algorithms.joined(separator: separator(in: language))))
      for why in statement.unverified ?? [] {
        print("  " + say(.notVerifiedHere, in: language, foreign(why, in: language)))
      }
    }
    for flag in statement.flags { print("  " + ProblemTexts.flag(flag.code, flag.detail, in: language)) }
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
    let flags = report.statements.reduce(0) { $0 + $1.flags.count }
    let unread = report.statements.count(where: \.sealed)
    if unread > 0 { print(say(.verifySealed, in: language, String(unread))) }
    if flags > 0 { print(say(.verifyFlagged, in: language, String(flags))) }
    for state in report.custody {
      let suffix = state.to.map { " → \($0)" } ?? ""
      let text = "\(state.custodian) (\(phaseWord(state.phase, in: language))\(suffix))"
      print("  " + say(.verifyCustody, in: language, String(state.lines), text))
    }
  }
}
