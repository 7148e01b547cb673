import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

/// IRQ/moj has ended and TUR/x acts in its place: the roster seals the one's log and names the other.
struct Succeeded {
  static let since = Coalition.now - 3600
  let coalition: Coalition
  let roster: VerifiedRoster
  var ledger = Ledger()

  /// - Parameter sealed: what IRQ's log held at its end.
  init(_ coalition: Coalition, sealed: [LogEntry] = []) throws {
    self.coalition = coalition
    let (irq, tur) = (coalition.irq, coalition.tur)
    let note = try TestLog(irq, sealed).checkpoint().encoded()
    roster = try coalition.roster(ending: irq, followedBy: tur, note: note, since: Self.since)
  }

  func verifier() -> StatementVerifier {
    StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
  }

  /// - Parameter seenAt: when somebody else had seen it.
  func proposal(_ act: Act, seenAt: UnixTime = Coalition.now, proof: InclusionProof? = nil) throws -> Proposal {
    let verifier = verifier()
    let verified = try verifier.verify(act.signed, anchoredAt: seenAt)
    var proposal = Proposal(
      verified, content: act.content, stage: .received, roster: roster, policy: .standard, now: Coalition.now)
    proposal.isBeyondSeal = verifier.isBeyondSeal(verified.issuer.name, witnessedAt: seenAt) { seal in
      proof.map { seal.holds(act.signed.entry, by: $0) } ?? false
    }
    return proposal
  }

  /// Whether it holds of the chains of all three people.
  func all(_ holds: (ChainState) -> Bool) -> Bool {
    ledger.chains.count == 3 && ledger.chains.values.allSatisfy(holds)
  }

  @discardableResult
  mutating func register(_ act: Act, seenAt: UnixTime = Coalition.now, proof: InclusionProof? = nil) throws
    -> Judgement
  {
    try ledger.register(try proposal(act, seenAt: seenAt, proof: proof), by: Judge(checks: checksInForce))
  }
}

extension Coalition {
  /// The same coalition after one authority was followed by another.
  func roster(ending ended: Party, followedBy successor: Party, note: [UInt8], since: UnixTime) throws -> VerifiedRoster
  {
    try changedRoster(issuedAt: max(roster.body.issuedAt, since)) { authority in
      Authority(
        name: authority.name, uri: authority.uri, names: authority.names, role: authority.role,
        status: authority.name == ended.name ? .departed : authority.status, competence: authority.competence,
        keys: authority.keys, officers: authority.officers,
        succeeds: authority.name == successor.name
          ? Succession(predecessor: ended.name, finalCheckpoint: note, effectiveFrom: since) : nil)
    }
  }
}

/// One administration after another: nobody disappears between them.
@Suite("Succession")
struct SuccessionTests {
  private let convoy: Convoy
  private var coalition: Coalition { convoy.coalition }

  init() throws { convoy = try Convoy() }

  @Test("The successor answers the release that was addressed to its predecessor, and is responsible from then on")
  func answers() throws {
    var log = try Succeeded(coalition)
    for act in [convoy.intake, convoy.release] { #expect(try log.register(act).isRegistered) }
    let (syr, tur) = (coalition.syr.name, coalition.tur.name)
    #expect(log.all { $0.openRelease?.to == tur && $0.custodian == syr })
    let stranger = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.police)
    #expect(try log.register(stranger).refusals.contains { $0.code == .v12 })
    let outcome = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.tur)
    let judgement = try log.register(outcome)
    #expect(judgement.isRegistered && judgement.flags.isEmpty, "\(judgement.refusals) \(judgement.flags)")
    #expect(log.all { $0.custodian == tur && $0.phase == .held && $0.contest == nil })
    // Before the roster says so, nobody but the addressee answers.
    var before = convoy.syr
    #expect(try before.register(outcome).refusals.contains { $0.code == .v12 })
    #expect(before.custodians(of: convoy.release) == [syr])
  }

  @Test("The successor holds what its predecessor held, and releases it on from the predecessor's last step")
  func holds() throws {
    let accepted = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    var log = try Succeeded(coalition)
    for act in [convoy.intake, convoy.release] { try log.register(act) }
    try log.register(accepted, seenAt: Succeeded.since - 1)
    #expect(log.all { $0.custodian == coalition.tur.name && $0.phase == .held })
    let onward = try convoy.scribe.handover(
      .release, of: convoy.release, from: coalition.tur, to: coalition.syr, in: log.ledger)
    let judgement = try log.register(onward)
    #expect(judgement.isRegistered && judgement.flags.isEmpty, "\(judgement.refusals) \(judgement.flags)")
    #expect(log.all { $0.openRelease?.to == coalition.syr.name })
  }

  @Test("V21: what the ended log signs beyond its end is on record, flagged, and contests what it says")
  func beyond() throws {
    let late = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    var log = try Succeeded(coalition)
    for act in [convoy.intake, convoy.release] { try log.register(act) }
    let judgement = try log.register(late)
    #expect(judgement.isRegistered && judgement.flags.contains { $0.code == .v21 })
    let (syr, tur) = (coalition.syr.name, coalition.tur.name)
    #expect(log.all { $0.contest?.parties == [syr, tur].sorted() && $0.custodian == syr })
    // Those who are there settle it; the one that ended has no say.
    for party in [coalition.syr, coalition.tur] {
      let signed = try convoy.scribe.dispute(
        .disputeResolved, of: convoy.release, log.ledger, custodian: tur, by: party)
      #expect(try log.register(signed).isRegistered)
    }
    #expect(log.all { $0.contest == nil && $0.custodian == tur })
  }

  @Test("V21: a proof that leads to the final checkpoint, and nothing less, says that the ended log held a statement")
  func proven() throws {
    let late = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    let entries = [late.signed.entry, convoy.intake.signed.entry]
    var log = try Succeeded(coalition, sealed: entries)
    for act in [convoy.intake, convoy.release] { try log.register(act) }
    let (ended, other) = try (TestLog(coalition.irq, entries), TestLog(coalition.irq, [late.signed.entry]))
    #expect(try log.proposal(late, proof: other.proof(of: 0)).isBeyondSeal)
    #expect(try log.proposal(late, proof: ended.proof(of: 1)).isBeyondSeal)
    let judgement = try log.register(late, proof: ended.proof(of: 0))
    #expect(judgement.isRegistered && !judgement.flags.contains { $0.code == .v21 })
    #expect(log.all { $0.contest == nil && $0.custodian == coalition.tur.name })
  }

  @Test("A bundle's proof to the final checkpoint dates what the ended log held, however late it is read")
  func provenInBundle() throws {
    let entry = convoy.intake.signed.entry
    let log = try TestLog(coalition.syr, [entry])
    let note = try log.checkpoint().encoded()
    let roster = try coalition.roster(
      ending: coalition.syr, followedBy: coalition.tur, note: note, since: Succeeded.since)
    func line(proven: Bool) throws -> BundleReport.Line {
      var writer = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: true)
      writer.roster(roster.bytes)
      writer.policy(.standard)
      writer.checkpoint(note)
      writer.statement(convoy.intake.signed.attaching([]))
      if proven { writer.proof(Bundle.Proof(entry: entry, proof: log.proof(of: 0))) }
      writer.content(convoy.intake.content, of: convoy.intake.id)
      // Long after the keys and their grace have ended.
      let late = Coalition.notAfter + Policy.standard.graceSeconds + 1
      let report = BundleVerifier(checks: checksInForce).verify(
        try Bundle(decoding: writer.bytes), pinned: roster.digest, now: late)
      return try #require(report.lines.first)
    }
    let proven = try line(proven: true)
    #expect(proven.refusal == nil && !proven.flags.contains { $0.code == .v21 }, "\(proven.refusal ?? "")")
    #expect(try line(proven: false).code == "V13")
  }

  @Test("Whether a log hears of the succession before the steps or after them, it ends in the same state")
  func order() throws {
    let accepted = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    var early = try Succeeded(coalition)
    for act in [convoy.intake, convoy.release, accepted] { try early.register(act, seenAt: Succeeded.since - 1) }
    var late = convoy.syr
    try late.register(accepted)
    late.ledger.follow(early.roster.successions)
    #expect(late.ledger.chains == early.ledger.chains && early.ledger.chains.count == 3)
  }

  @Test("A final checkpoint that cannot be read, or is another log's, seals nothing: the roster is refused")
  func notes() throws {
    let (irq, tur) = (coalition.irq, coalition.tur)
    func problem(_ note: [UInt8]) throws -> String? {
      let roster = try coalition.roster(ending: irq, followedBy: tur, note: note, since: 0)
      let seals: SealedLogs
      do throws(ProofRefusal) { seals = try SealedLogs(roster.body) } catch { return error.description }
      let seal = try #require(seals.seal(of: irq.name))
      #expect(seal.successor == tur.name && seal.checkpoint.size == 4)
      return seal.isSigned(under: roster) ? nil : "not signed by it"
    }
    func note(_ origin: String, _ key: PrivateKey) throws -> [UInt8] {
      try Checkpoint.sign(Checkpoint(origin: origin, size: 4, root: .leaf([1])), key: key).encoded()
    }
    let own = try irq.authority().origin(epoch: 1)
    #expect(try problem(note(own, irq.key(.checkpoint))) == nil)
    #expect(try problem(note(own, tur.key(.checkpoint))) == "not signed by it")
    #expect(try problem(note(tur.authority().origin(epoch: 1), tur.key(.checkpoint)))?.contains("is one of") == true)
    #expect(try problem([1])?.contains("cannot be read") == true)
  }

  @Test("V21: a checkpoint beyond the one that a log was sealed at is found")
  func wentOn() throws {
    let log = try Succeeded(coalition, sealed: [convoy.intake.signed.entry])
    let seal = try #require(log.verifier().sealedLogs.seal(of: coalition.irq.name))
    func checkpoint(_ size: UInt64, _ origin: String? = nil) -> Checkpoint {
      Checkpoint(origin: origin ?? seal.checkpoint.origin, size: size, root: .leaf([1]))
    }
    let checks = LogChecks(checks: checksInForce)
    #expect(checks.beyond(seal, checkpoint(2))?.code == .v21)
    #expect(checks.beyond(seal, checkpoint(1)) == nil && checks.beyond(nil, checkpoint(2)) == nil)
    #expect(checks.beyond(seal, checkpoint(2, "tur.example/log/1")) == nil)
  }
}

extension SuccessionTests {
  @Test("What was settled while a step was in doubt, and what was built on it, stands when the doubt ends")
  func settledThenEased() throws {
    let late = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    var log = try Succeeded(coalition)
    for act in [convoy.intake, convoy.release, late] { try log.register(act) }
    let tur = coalition.tur.name
    for party in [coalition.syr, coalition.tur] {
      let signed = try convoy.scribe.dispute(
        .disputeResolved, of: convoy.release, log.ledger, custodian: tur, by: party)
      try log.register(signed)
    }
    let onward = try convoy.scribe.handover(
      .release, of: convoy.release, from: coalition.tur, to: coalition.syr, in: log.ledger)
    #expect(try log.register(onward).isRegistered)
    let before = log.ledger.chains
    #expect(before.values.allSatisfy { $0.openRelease?.to == coalition.syr.name && $0.contest == nil })
    log.ledger.doubt([])
    #expect(log.ledger.chains.count == 3)
    for chain in log.ledger.chains.values {
      #expect(chain.openRelease?.to == coalition.syr.name && chain.contest == nil && chain.custodian == tur)
    }
    // Back in doubt, nothing is different from before.
    log.ledger.doubt([late.id])
    #expect(log.ledger.chains == before)
  }

  @Test("What an authority signed of a dispute before it ended is no answer to what went to who acts in its place")
  func settledBefore() throws {
    var copy = Office(coalition.syr, of: coalition)
    try copy.register(convoy.intake)
    let second = try convoy.scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: copy.ledger)
    // The one hears of the succession after all the rest, the other before.
    var (before, after) = (Office(coalition.tur, of: coalition), try Succeeded(coalition))
    for act in [convoy.intake, convoy.release, second] {
      try before.register(act)
      try after.register(act)
    }
    let signed = try convoy.scribe.dispute(
      .disputeResolved, of: convoy.release, before.ledger, custodian: coalition.tur.name, by: coalition.irq)
    #expect(try before.register(signed).isRegistered)
    #expect(try after.register(signed, seenAt: Succeeded.since - 1).isRegistered)
    for ledger in [before.ledger, after.ledger] {
      let lines = ledger.releases.values.flatMap(\.values)
      #expect(lines.filter { $0.release == convoy.release.id }.allSatisfy { $0.answer?.code == .resolved })
      #expect(lines.filter { $0.release == second.id }.allSatisfy { $0.answer == nil })
      #expect(lines.count == 6)
    }
  }

  @Test("Without a kind an answer moves people all the same, and is doubted all the same")
  func withoutKind() throws {
    let late = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq) { $0.kind = nil }
    #expect(late.event.concernsCustody && late.event.kind == nil)
    var log = try Succeeded(coalition)
    for act in [convoy.intake, convoy.release] { try log.register(act) }
    let judgement = try log.register(late)
    #expect(judgement.isRegistered && judgement.flaggedCodes.contains(.v21))
    #expect(log.all { $0.contest != nil })
  }

  @Test("A successor's receipt is no witness for its predecessor")
  func noWitness() throws {
    let log = try Succeeded(coalition)
    let outcome = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    let verifier = log.verifier()
    let logs = LogVerifier(roster: log.roster)
    for (party, counts) in [(coalition.tur, false), (coalition.syr, true)] {
      let verified = try logs.verify(
        receipt: party.receipt(of: outcome.signed, at: Succeeded.since - 10), for: outcome.signed.entry)
      #expect((verifier.witnessedAt(outcome.signed, [verified]) != nil) == counts, "\(party.name)")
    }
  }
}
