import COSE
import ControlAPI
import Custody
import Logging
import ReceiptStore
import Roster
import TransparencyLog

/// Takes in a bundle: everything is decoded and verified before the first byte is stored, then all of it is registered
/// in one transaction.
struct Importing: Sendable {
  let office: Office
  let sequencer: Sequencer

  /// A statement of a bundle with its signature and receipts verified, and what stands beside it.
  private struct Candidate: Sendable {
    let anchored: AnchoredStatement
    let content: Content
    var statement: VerifiedStatement { anchored.statement }
  }

  func take(_ bytes: [UInt8]) async throws -> ImportReport {
    let bundle: Bundle
    do { bundle = try Bundle(decoding: bytes) } catch {
      throw Problem(
        status: 422, code: error.reason.rawValue, title: "The bundle cannot be read", detail: "\(error)",
        next: "nothing was stored; ask for the bundle again")
    }
    guard bundle.exercise == office.roster.body.exercise else {
      throw Problem(
        status: 422, code: "exercise", title: "Exercise and real custody do not mix",
        detail: bundle.exercise
          ? "the bundle is an exercise's" : "the bundle is real and this daemon is in an exercise",
        next: "import it where it belongs; nothing was stored")
    }
    if let problem = bundle.strays.first ?? bundle.gaps.first {
      throw Problem(
        status: 422, code: "content", title: "What the bundle's statements commit to is not what came with them",
        detail: problem, next: "nothing was stored; ask for the bundle again")
    }
    let now = currentTime()
    let candidates = try verify(bundle, now: now)
    let notes = try checkpoints(of: bundle)
    let office = office
    let report = try await sequencer.submit { registrar in
      let wanted = try Self.wanted(candidates, office, registrar.transaction.reader)
      try Self.keep(notes, &registrar)
      var lines: [ImportReport.Line] = []
      for candidate in candidates {
        lines.append(
          try Self.register(candidate, isWanted: wanted.contains(candidate.statement.id), office, &registrar))
      }
      return ImportReport(statements: lines, notice: bundle.notice)
    }
    let counts = Dictionary(grouping: report.statements, by: \.result).mapValues { String($0.count) }
    Logger.amanad.record(.bundleImported, "bundle taken: \(report.statements.count) statements", counts)
    return report
  }

  private func verify(_ bundle: Bundle, now: UnixTime) throws -> [Candidate] {
    let verifier = StatementVerifier(roster: office.roster, policy: office.policy)
    return try bundle.statements.map { item in
      let signed = item.value
      do {
        return Candidate(anchored: try verifier.verify(signed, seenAt: now), content: bundle.content(of: signed))
      } catch let refusal as StatementRefusal {
        throw Self.unverified(refusal.code, "\(refusal)", item.offset, signed)
      } catch let refusal as ProofRefusal {
        throw Self.unverified("receipt", "\(refusal)", item.offset, signed)
      }
    }
  }

  private static func unverified(_ code: String, _ why: String, _ offset: Int, _ signed: SignedStatement) -> Problem {
    Problem(
      status: 422, code: code, title: "A statement of the bundle is not genuine",
      detail: "the statement at byte \(offset) (\(signed.event.type.rawValue) of \(signed.issuer)): \(why)",
      record: signed.event.recordID.uuid, next: "nothing was stored; ask its sender for the bundle again")
  }

  private func checkpoints(of bundle: Bundle) throws -> [(note: [UInt8], checkpoint: Checkpoint)] {
    let logs = LogVerifier(roster: office.roster)
    return try bundle.checkpoints.map { item in
      do throws(ProofRefusal) {
        return (note: item.value, checkpoint: try logs.verify(checkpoint: item.value).checkpoint)
      } catch {
        throw Problem(
          status: 422, code: "checkpoint", title: "A checkpoint of the bundle is not genuine",
          detail: "the checkpoint at byte \(item.offset): \(error)",
          next: "nothing was stored; ask for the bundle again")
      }
    }
  }

  /// What is addressed to us or speaks of somebody whose custody is on record here, and the history it cites: a release
  /// travels with its chain since intake.
  private static func wanted(_ candidates: [Candidate], _ office: Office, _ reader: StoreReader) throws
    -> Set<StatementID>
  {
    let byID = Dictionary(candidates.map { ($0.statement.id, $0) }) { first, _ in first }
    var wanted: Set<StatementID> = []
    var open = try candidates.filter { try concerns($0, office, reader) }.map(\.statement.id)
    // Signatures under a settlement go with the people they are about, whomever they are addressed to.
    var settling: [SubjectReference: [StatementID]] = [:]
    for candidate in candidates where candidate.statement.event.type == .disputeResolved {
      for subject in candidate.content.manifest?.subjects ?? [] {
        settling[subject, default: []].append(candidate.statement.id)
      }
    }
    while let id = open.popLast() {
      guard let candidate = byID[id], wanted.insert(id).inserted else { continue }
      if !settling.isEmpty {
        open += Set((candidate.content.manifest?.subjects ?? []).flatMap { settling[$0] ?? [] })
      }
      open += candidate.statement.event.references.map(\.statement)
      open += Set(candidate.content.manifest?.leaves.compactMap(\.custodyPrevious) ?? [])
    }
    return wanted
  }

  private static func concerns(_ candidate: Candidate, _ office: Office, _ reader: StoreReader) throws -> Bool {
    let statement = candidate.statement
    if statement.event.addressees.contains(office.authority.name) || statement.issuer.name == office.authority.name {
      return true
    }
    let subjects = candidate.content.manifest?.leaves.lazy.compactMap(\.subject)
    return try subjects?.contains { try reader.chain($0) != nil } ?? false
  }

  private static func keep(_ notes: [(note: [UInt8], checkpoint: Checkpoint)], _ registrar: inout Registrar) throws {
    for (note, checkpoint) in notes { try registrar.judge(carried: note, checkpoint) }
  }

  private static func register(
    _ candidate: Candidate, isWanted: Bool, _ office: Office, _ registrar: inout Registrar
  ) throws -> ImportReport.Line {
    let signed = candidate.statement.signed
    func line(_ result: String, _ index: UInt64?, _ receipts: Int, _ violations: [Violation]) -> ImportReport.Line {
      ImportReport.Line(
        statement: signed.id.description, event: signed.event.type.rawValue,
        issuer: candidate.statement.issuer.name.description, result: result, index: index, newReceipts: receipts,
        failings: violations.map(failing))
    }
    guard isWanted else { return line("not-addressed", nil, 0, []) }
    if candidate.statement.issuer.name == office.authority.name,
      try registrar.transaction.reader.summary(signed.id) == nil
    {
      // Signed with our key and unknown to our log: a lost record or a stolen key. Never registered in silence.
      let alarm = Violation(.v20, "\(signed.id) is signed by this authority but is not in its log")
      try registrar.raise(alarm: alarm, evidence: signed.message.bytes, about: signed.id)
      return line("refused", nil, 0, [alarm])
    }
    do {
      let done = try registrar.register(candidate.statement, content: candidate.content, stage: .received)
      let new = try keepReceipts(candidate, office, &registrar)
      if !done.wasKnown { try Answering.answerVoidRecall(candidate.statement, done.flags, &registrar) }
      return line(done.wasKnown ? "known" : "registered", done.index, new, done.flags)
    } catch let refusal as RegistrationRefusal {
      // The evidence is kept with the alarm, so that a refused statement does not vanish.
      for violation in refusal.violations.prefix(1) {
        try registrar.raise(
          alarm: Violation(violation.code, "refused \(signed.id): \(violation.detail)"), evidence: signed.message.bytes,
          about: signed.id)
      }
      return line("refused", nil, 0, refusal.violations)
    }
  }

  private static func keepReceipts(_ candidate: Candidate, _ office: Office, _ registrar: inout Registrar) throws -> Int
  {
    var new = 0
    for receipt in candidate.anchored.receipts where receipt.receipt.origin != office.origin {
      if try registrar.keep(receipt, of: candidate.statement.signed.entry) { new += 1 }
    }
    return new
  }
}
