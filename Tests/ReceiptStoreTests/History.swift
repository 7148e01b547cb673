import COSE
import Custody
import OpenSSL
import Roster
import Testing
import TransparencyLog

/// A random history of partners' statements over few people: intakes, releases, answers and incidents, right and wrong.
struct History {
  let coalition: TestRoster
  var random: Seeded
  var clock = TestRoster.start
  private var releases: [(id: StatementID, from: AuthorityName, to: AuthorityName, manifest: Manifest)] = []
  private var people: [SubjectReference] = []
  /// Deaths on the road, by the release.
  private var dead: [StatementID: [SubjectReference: StatementID]] = [:]
  private var incidents = 0

  init(_ coalition: TestRoster, seed: UInt64) {
    self.coalition = coalition
    random = Seeded(seed)
  }

  /// The next statement, verified, as a proposal to a log that received it.
  mutating func next(_ ledger: Ledger) throws -> (statement: VerifiedStatement, proposal: Proposal) {
    let issuer = try random.one(of: coalition.names)
    switch random.int(0..<13) {
    case 0..<3: return try intake(issuer)
    case 3..<6: return try people.isEmpty ? intake(issuer) : release(issuer, ledger)
    case 6..<8: return try people.isEmpty ? intake(issuer) : incident(issuer, ledger)
    case 8: return try releases.isEmpty ? intake(issuer) : roadside()
    default: return try releases.isEmpty ? intake(issuer) : outcome()
    }
  }

  private mutating func intake(_ issuer: AuthorityName) throws -> (VerifiedStatement, Proposal) {
    var subjects = (0..<random.int(1..<4)).map { _ in random.subject() }
    // Sometimes someone who is in custody already: the chain becomes contested.
    if !people.isEmpty, random.int(0..<5) == 0 { subjects.append(try random.one(of: people)) }
    people += subjects
    var event = draft(.intake)
    event.responsibleCustodian = issuer
    return try seal(&event, by: issuer, .person, subjects.map { Self.person($0, previous: nil) })
  }

  private mutating func release(_ issuer: AuthorityName, _ ledger: Ledger) throws -> (VerifiedStatement, Proposal) {
    let chosen = Set(try (0..<random.int(1..<4)).map { _ in try random.one(of: people) }).sorted()
    // Mostly by the custodian of the first of them.
    let from = random.int(0..<4) == 0 ? issuer : ledger.chain(chosen[0])?.custodian ?? issuer
    let to = try random.one(of: coalition.names.filter { $0 != from })
    var event = draft(.release)
    (event.from, event.to, event.responsibleCustodian) = (from, to, from)
    event.acceptBy = random.maybe { OffsetTime(unix: TestRoster.start + UnixTime($0.int(0..<100_000))) }
    let lines = chosen.map { Self.person($0, previous: ledger.chain($0)?.head ?? random.id()) }
    let made = try seal(&event, by: from, .person, lines)
    if let manifest = made.1.content.manifest { releases.append((made.0.id, from, to, manifest)) }
    return made
  }

  private mutating func outcome() throws -> (VerifiedStatement, Proposal) {
    let release = try random.one(of: releases)
    let deaths = dead[release.id] ?? [:]
    let codes = try release.manifest.lines.map { line -> OutcomeCode in
      let isDead = line.leaf.subject.map { deaths[$0] != nil } ?? false
      // Now and then somebody is said to have ended of whom nothing says so.
      return isDead || random.int(0..<12) == 0 ? .ended : try random.one(of: [.accepted, .refused, .missing])
    }
    let lines = zip(release.manifest.lines, codes).map { line, code in
      Self.answer(
        line.leaf, release: release.id, line: line.index, code, incident: line.leaf.subject.flatMap { deaths[$0] })
    }
    var event = draft(.outcome)
    (event.from, event.to) = (release.from, release.to)
    event.references = [Reference(.release, release.id)]
    let accepted = Set(codes.map { $0 == .accepted })
    if accepted.count == 1 { event.responsibleCustodian = accepted.contains(true) ? release.to : release.from }
    return try seal(&event, by: release.to, .outcome, lines)
  }

  /// What befalls somebody who is held, mostly by the word of the custodian.
  private mutating func incident(_ issuer: AuthorityName, _ ledger: Ledger) throws -> (VerifiedStatement, Proposal) {
    let held = ledger.chains.values.filter { $0.phase == .held || $0.phase == .suspended }.sorted {
      $0.subject < $1.subject
    }
    guard !held.isEmpty else { return try intake(issuer) }
    let chain = try random.one(of: held)
    let by = random.int(0..<4) == 0 ? issuer : chain.custodian
    let code = [IncidentCode.death, .escape, .found, .hospital][incidents % 4]
    incidents += 1
    var event = draft(.incident)
    (event.from, event.responsibleCustodian) = (by, by)
    return try seal(&event, by: by, .incident, [Self.incident(code, chain.subject, previous: chain.head)])
  }

  /// Somebody dies on the road of a release, by the word of its receiver.
  private mutating func roadside() throws -> (VerifiedStatement, Proposal) {
    let release = try random.one(of: releases)
    let line = try random.one(of: release.manifest.lines)
    let (subject, previous) = (try #require(line.leaf.subject), try #require(line.leaf.custodyPrevious))
    var event = draft(.incident)
    (event.from, event.to, event.responsibleCustodian) = (release.from, release.to, release.from)
    event.references = [Reference(.release, release.id)]
    let fields = Self.incident(.death, subject, previous: previous, release: release.id, line: line.index)
    let made = try seal(&event, by: release.to, .incident, [fields])
    dead[release.id, default: [:]][subject] = made.0.id
    return made
  }

  /// What an authority's log says of itself: that another epoch follows a restored one, or that this one is sealed.
  mutating func word(_ type: EventType, of log: AuthorityName) throws -> (VerifiedStatement, Proposal) {
    var event = draft(type)
    event.kind = nil
    if type == .logOpened {
      let authority = try #require(coalition.roster.authority(log))
      event.log = LogOpening(
        origin: authority.origin(epoch: 2), policy: Policy.standard.digest,
        follows: .init(origin: authority.origin(epoch: 1), size: 1, root: random.bytes(32)))
    }
    return try sign(event, Content(), by: log, .own)
  }

  private mutating func draft(_ type: EventType) -> Event {
    clock += 60
    let time = OffsetTime(unix: clock, offsetMinutes: 180)
    var event = Event(
      recordID: random.record(), type: type, occurred: OccurredTime(at: time), recordedAt: time,
      roster: coalition.roster.digest)
    event.kind = .detaineeTransfer
    return event
  }

  private mutating func seal(_ event: inout Event, by issuer: AuthorityName, _ schema: LineSchema, _ lines: [[CBOR]])
    throws -> (VerifiedStatement, Proposal)
  {
    let manifest = Manifest.shuffled(schema: schema, recordID: event.recordID, lines: lines) { random.bytes($0) }
    var content = Content(manifest: manifest)
    if schema == .person { content.slots = Slots.list(for: event.type, manifest: manifest) { random.bytes($0) } }
    event.manifestRoot = manifest.root.bytes
    event.manifestBucket = UInt64(manifest.leaves.count)
    event.counts = manifest.counts
    event.slotsRoot = content.slots.map { Slots.root(of: $0).bytes }
    return try sign(event, content, by: issuer, .received)
  }

  private func sign(_ event: Event, _ content: Content, by issuer: AuthorityName, _ stage: Proposal.Stage) throws -> (
    VerifiedStatement, Proposal
  ) {
    let key = try #require(coalition.keys[issuer])
    let signed = try SignedStatement.sign(event, issuer: TestRoster.uri(issuer), at: clock, with: key)
    let verified = try StatementVerifier(roster: coalition.roster, policy: .standard, revocations: []).verify(
      signed, anchoredAt: clock)
    let proposal = Proposal(
      verified, content: content, stage: stage, roster: coalition.roster, policy: .standard, now: clock)
    return (verified, proposal)
  }
}

extension History {
  /// A person's line with nothing in it that a test needs.
  static func person(_ subject: SubjectReference, previous: StatementID?) -> [CBOR] {
    let start: [CBOR] = [
      .bytes(subject.bytes), previous.map { .bytes($0.bytes) } ?? .null, .null, .text("adult"), .text("document"),
      .unsigned(0), .array([]), .bool(false), .null, .array([]), .map(["status": .text("yes")]),
    ]
    return start + [CBOR](repeating: .null, count: LineSchema.person.fields.count - start.count)
  }

  static func answer(
    _ leaf: ManifestLeaf, release: StatementID, line: Int, _ code: OutcomeCode, incident: StatementID? = nil
  ) -> [CBOR] {
    [
      leaf.fields[0], leaf.fields[1], .bytes(release.bytes), .unsigned(UInt64(line)), .text(code.rawValue), .null,
      .array([]), .null, code == .ended ? incident.map { .bytes($0.bytes) } ?? .null : .null, .null,
    ]
  }

  static func incident(
    _ code: IncidentCode, _ subject: SubjectReference, previous: StatementID, release: StatementID? = nil, line: Int = 0
  ) -> [CBOR] {
    [
      .bytes(subject.bytes), .bytes(previous.bytes), release.map { .bytes($0.bytes) } ?? .null,
      release == nil ? .null : .unsigned(UInt64(line)), .text(code.rawValue), .null, .array([]), .null,
    ]
  }
}
