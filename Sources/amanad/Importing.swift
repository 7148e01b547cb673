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
  let receiving: Receiving
  private var office: Office { receiving.office }

  init(receiving: Receiving) { self.receiving = receiving }

  func take(_ bytes: [UInt8]) async throws -> ImportReport {
    let bundle = try decode(bytes)
    let now = currentTime()
    let seen = try await receiving.seen(bundle.statements.map(\.value), by: now)
    let (candidates, doubtful) = try verify(bundle, seen)
    let notes = try checkpoints(of: bundle)
    try await keepObjects(of: bundle)
    let rosters = bundle.rosters.map(\.value)
    let forks = try await receiving.store.read { try RosterForks.proven(by: rosters, $0) }
    let (office, reception) = (office, Reception(office: office))
    let report = try await receiving.sequencer.submit { registrar in
      try registrar.keep(sealed: bundle.proofs.map(\.value))
      let wanted = try Self.wanted(candidates, office, registrar.transaction.reader)
      for (note, signed) in notes { try registrar.judge(carried: note, signed) }
      for fork in forks { try registrar.raise(alarm: RosterForks.alarm(fork), evidence: fork.encoded()) }
      var lines = try doubtful.map { try Self.keep($0.signed, $0.violation, &registrar) }
      for candidate in candidates {
        let isWanted = wanted.contains(candidate.statement.id)
        lines.append(try Self.register(candidate, isWanted: isWanted, reception, &registrar))
      }
      return ImportReport(statements: lines, notice: bundle.notice)
    }
    // Objects that came by another way may have been the only ones missing.
    for candidate in candidates { try await receiving.complete(candidate.signed.id) }
    try await receiving.wake()
    await receiving.epochAnswering.answer()
    let counts = Dictionary(grouping: report.statements, by: \.result).mapValues { String($0.count) }
    Logger.amanad.record(.bundleImported, "bundle taken: \(report.statements.count) statements", counts)
    return report
  }

  private func decode(_ bytes: [UInt8]) throws -> Bundle {
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
    if let problem = bundle.strays.first {
      throw Problem(
        status: 422, code: "content", title: "What the bundle's statements commit to is not what came with them",
        detail: problem, next: "nothing was stored; ask for the bundle again")
    }
    return bundle
  }

  private typealias Doubtful = (signed: SignedStatement, violation: Violation)

  /// Everything must be genuine. What an exposed key signed (V15) may be its bearer's misfortune and is put aside.
  private func verify(_ bundle: Bundle, _ seen: [UnixTime]) throws -> ([Candidate], [Doubtful]) {
    let proofs = Dictionary(grouping: bundle.proofs.map(\.value), by: \.entry).mapValues { $0.map(\.proof) }
    var doubtful: [Doubtful] = []
    let candidates = try zip(bundle.statements, seen).compactMap { item, seenAt -> Candidate? in
      let signed = item.value
      do {
        let anchored = try anchored(signed, seenAt, proofs[signed.entry] ?? [])
        let clear = bundle.content(of: signed)
        let shown = Candidate(anchored, clear: clear)
        // What was sealed to one in whose place we act may be for its key alone, and is here in clear then.
        let isNeeded = signed.event.readers.contains(office.authority.name) || !shown.isWhole
        guard isNeeded, office.reads(signed) else { return shown }
        let opening = office.opening(of: signed) { bundle.sealed[$0] }
        return Candidate(anchored, clear: clear, opening: opening)
      } catch StatementRefusal.violation(let violation) where violation.code == .v15 {
        doubtful.append((signed, violation))
        return nil
      } catch let refusal as StatementRefusal {
        throw Self.unverified(refusal.code, "\(refusal)", item.offset, signed)
      } catch let refusal as ProofRefusal {
        throw Self.unverified("receipt", "\(refusal)", item.offset, signed)
      }
    }
    return (candidates, doubtful)
  }

  /// What an ended log held may be older than any key of it is good for: its end proves when it was there.
  private func anchored(_ signed: SignedStatement, _ seenAt: UnixTime, _ proofs: [InclusionProof]) throws
    -> AnchoredStatement
  {
    let verifier = office.verifier
    do { return try verifier.verify(signed, seenAt: seenAt) } catch StatementRefusal.violation(let violation)
      where violation.code == .v13
    {
      let earlier = verifier.seen(signed, at: seenAt, provenBy: proofs)
      guard earlier < seenAt else { throw StatementRefusal.violation(violation) }
      return try verifier.verify(signed, seenAt: earlier)
    }
  }

  private static func keep(_ signed: SignedStatement, _ violation: Violation, _ registrar: inout Registrar) throws
    -> ImportReport.Line
  {
    let known = try registrar.keep(doubtful: signed, violation)
    try registrar.transaction.note(refused: signed.id)
    let issuer = registrar.office.roster.authority(uri: signed.issuer)?.name.description
    return ImportReport.Line(
      statement: signed.id.description, event: signed.event.type.rawValue, issuer: issuer ?? signed.issuer,
      result: known == nil ? "refused" : "known", index: known, newReceipts: 0, failings: [failing(violation)])
  }

  /// Objects are files, kept before the statements that need them: those beside statements to us.
  private func keepObjects(of bundle: Bundle) async throws {
    for item in bundle.statements where office.reads(item.value) {
      let event = item.value.event
      var objects = event.sealed.compactMap { reference in
        bundle.sealed[reference.ciphertextDigest].map { Sealing.Object(id: reference.ciphertextDigest, bytes: $0) }
      }
      if let root = event.slotsRoot, let slots = bundle.slots[item.value.id], !event.sealed.isEmpty {
        objects.append(Sealing.Object(id: root, bytes: slots.flatMap(\.self), kind: .slots))
      }
      try await receiving.keep(objects)
    }
  }

  private static func unverified(_ code: String, _ why: String, _ offset: Int, _ signed: SignedStatement) -> Problem {
    Problem(
      status: 422, code: code,
      title: code == "unverifiable"
        ? "A statement of the bundle cannot be verified here" : "A statement of the bundle is not genuine",
      detail: "the statement at byte \(offset) (\(signed.event.type.rawValue) of \(signed.issuer)): \(why)",
      record: signed.event.recordID.uuid,
      next: code == "unverifiable"
        ? "nothing was stored; bring it to a machine with OpenSSL 3.5 or later"
        : "nothing was stored; ask its sender for the bundle again")
  }

  private func checkpoints(of bundle: Bundle) throws -> [(note: [UInt8], signed: SignedCheckpoint)] {
    let logs = LogVerifier(roster: office.roster)
    return try bundle.checkpoints.map { item in
      do throws(ProofRefusal) {
        return (note: item.value, signed: try logs.verify(checkpoint: item.value))
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
      open += candidate.history.items.map(\.statement)
      open += Set(candidate.content.manifest?.leaves.compactMap(\.custodyPrevious) ?? [])
    }
    return wanted
  }

  private static func concerns(_ candidate: Candidate, _ office: Office, _ reader: StoreReader) throws -> Bool {
    let statement = candidate.statement
    if office.isNamed(in: statement.event.addressees + [statement.issuer.name]) {
      return true
    }
    let subjects = candidate.content.manifest?.leaves.lazy.compactMap(\.subject)
    return try subjects?.contains { try reader.chain($0) != nil } ?? false
  }

  private static func register(
    _ candidate: Candidate, isWanted: Bool, _ reception: Reception, _ registrar: inout Registrar
  ) throws -> ImportReport.Line {
    let signed = candidate.signed
    func line(_ result: String, _ index: UInt64?, _ receipts: Int, _ violations: [Violation]) -> ImportReport.Line {
      ImportReport.Line(
        statement: signed.id.description, event: signed.event.type.rawValue,
        issuer: candidate.statement.issuer.name.description, result: result, index: index, newReceipts: receipts,
        failings: violations.map(failing))
    }
    guard isWanted else { return line("not-addressed", nil, 0, []) }
    let result = try reception.take(candidate, &registrar)
    if case .refused(let violations) = result { return line("refused", nil, 0, violations) }
    try registrar.transaction.keep(
      arrival: Arrival(entry: signed.entry, peer: nil, door: .bundle, at: registrar.now))
    let new = try reception.keepReceipts(candidate.anchored.receipts, of: signed.entry, &registrar)
    if let stamp = candidate.anchored.timeStamp { try registrar.keep(stamp, of: signed) }
    return switch result {
    case .registered(let index, let flags): line("registered", index, new, flags)
    case .known(let index, let flags): line("known", index, new, flags)
    case .refused: line("refused", nil, 0, [])
    }
  }
}
