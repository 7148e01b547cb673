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
    /// Statements in the file by which somebody erased what stood beside it; absent when there is none.
    var erased: [String]?
  }

  struct CheckpointView: Encodable {
    let origin: String
    let size: UInt64
    let root: String
    /// Who of its log's witnesses cosigned it, as the roster names them.
    let witnesses: [String]
    /// How many must; 0 where the roster names none.
    let quorum: UInt64
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
    /// Of contested lines, everybody who claims them; absent otherwise.
    let claimants: [String]?
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
  /// Of a proof of equivocation that holds.
  var fork: ForkView?
  /// Of a signed report of a monitor that holds.
  var report: SignedReportView?
  /// For people alone.
  var lines: [String] = []
  var shown: DisclosedLine?
  var certified: CertifiedCustody?
  var refusal: DisclosureRefusal?
  var convicted: ForkConviction?
  var forkRefusal: ForkRefusal?
  var reportRefusal: MonitorReportRefusal?

  enum CodingKeys: String, CodingKey {
    case file, content, result, exercise, pinned, notice, statements, checkpoints, failures, custody, cms
    case disclosure, fork, report
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

  /// - Parameter notes: the checkpoints as the bundle holds them, with their cosignatures.
  init(_ file: String, _ report: BundleReport, notes: [[UInt8]], exercise: Bool) {
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
    var erasures: [StatementID: [String]] = [:]
    for line in report.lines where line.refusal == nil && line.statement.event.type == .erased {
      for reference in line.statement.event.references where reference.relation == .about {
        erasures[reference.statement, default: []].append(line.statement.id.description)
      }
    }
    statements = report.lines.map { line in
      var statement = Statement(line)
      statement.erased = erasures[line.statement.id]
      return statement
    }
    checkpoints = Self.checkpoints(report, notes)
    custody = result == .holds ? Self.custody(report.ledger) : []
  }

  private static func checkpoints(_ report: BundleReport, _ notes: [[UInt8]]) -> [CheckpointView] {
    let signed = Dictionary(grouping: notes.compactMap { try? SignedCheckpoint(decoding: $0) }, by: \.checkpoint)
    return report.checkpoints.map { checkpoint in
      let witnessed = report.roster.map { Witnessed(signed[checkpoint] ?? [], LogVerifier(roster: $0)) }
      return CheckpointView(
        origin: checkpoint.origin, size: checkpoint.size, root: hexadecimal(checkpoint.root.bytes),
        witnesses: witnessed?.witnesses ?? [], quorum: witnessed?.quorum ?? 0)
    }
  }

  /// Who is responsible for how many lines, as the bundle alone says it, most first.
  private static func custody(_ ledger: Ledger) -> [Custody] {
    struct Standing: Hashable {
      let custodian: String
      let phase: String
      let to: String?
      let claimants: [String]?
    }
    var counts: [Standing: Int] = [:]
    for chain in ledger.chains.values {
      let standing = Standing(
        custodian: chain.custodian.description, phase: chain.phaseName, to: chain.openRelease.map { "\($0.to)" },
        claimants: chain.claimants.map { $0.map(\.description) })
      counts[standing, default: 0] += 1
    }
    return counts.map {
      Custody(custodian: $0.custodian, phase: $0.phase, to: $0.to, claimants: $0.claimants, lines: $1)
    }.sorted {
      ($1.lines, $0.custodian, $0.phase, $0.to ?? "", $0.claimants?.joined() ?? "")
        < ($0.lines, $1.custodian, $1.phase, $1.to ?? "", $1.claimants?.joined() ?? "")
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
