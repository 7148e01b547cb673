import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// What befalls people, and what ends a handover.
extension Scribe {
  /// Who approves in which office.
  typealias Offices = [(role: ApprovalRole, officer: Int)]

  /// Signs after two officers, where the event asks for them, and these others.
  private func sign(_ event: Event, _ content: Content, by party: Party, _ offices: Offices) throws -> Act {
    var event = event
    let officers = try (0..<(Lifecycle.row(for: event.type)?.officers ?? 0)).map { try party.officerKey($0 + 1) }
    var approvals = try approvals(of: event, by: party, officers)
    for (role, officer) in offices {
      approvals += try self.approvals(of: event, by: party, role: role, [party.officerKey(officer)])
    }
    event.approvals = try approvals.map { (try Approval(decoding: $0).keyID, $0) }
      .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    let signed = try SignedStatement.sign(
      event, issuer: party.uri, at: event.recordedAt.unix, with: try party.key(.statement))
    return Act(signed: signed, content: content)
  }

  /// Where somebody is when something befalls them: the start of a line, citing the last step in a ledger.
  private func start(_ subject: SubjectReference, _ ledger: Ledger, road: Act?, previous: StatementID?) throws -> [CBOR]
  {
    let line = road?.lines.first { $0.leaf.subject == subject }
    let head = try #require(previous ?? line?.leaf.custodyPrevious ?? ledger.chain(subject)?.head)
    return [
      .bytes(subject.bytes), .bytes(head.bytes), line == nil ? .null : road.map { .bytes($0.id.bytes) } ?? .null,
      line.map { .unsigned(UInt64($0.index)) } ?? .null,
    ]
  }

  private func place(_ event: inout Event, by party: Party, road: Act?) {
    event.kind = .detaineeTransfer
    event.from = road?.event.from ?? party.name
    event.to = road?.event.to
    event.carrier = road?.event.carrier
    event.responsibleCustodian = event.from
    if let road { event.references = [Reference(.release, road.id)] }
  }

  /// An incident of people, in the hands of whoever signs it or on the road of a release.
  func incident(
    _ code: IncidentCode, of subjects: [SubjectReference], by party: Party, in ledger: Ledger, road: Act? = nil,
    after previous: StatementID? = nil, offices: Offices? = nil, change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.incident, record: road?.event.recordID)
    place(&event, by: party, road: road)
    let lines = try subjects.map { subject -> [CBOR] in
      let child: CBOR = code == .birth ? .bytes(bytes(16)) : .null
      return try start(subject, ledger, road: road, previous: previous)
        + [.text(code.rawValue), child, .array([]), .null]
    }
    let content = content(.incident, event, lines, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party, offices ?? (code == .death ? [(.medical, 4)] : []))
  }

  /// An incident with one line as a careless sender would write it.
  func incident(of line: [CBOR], by party: Party) throws -> Act {
    var event = draft(.incident)
    place(&event, by: party, road: nil)
    let content = content(.incident, event, [line], identities: [:])
    describe(content, in: &event)
    return try sign(event, content, by: party, [])
  }

  /// Sets people free.
  func liberty(
    of subjects: [SubjectReference], _ mark: LibertyMark = .signed, by party: Party, in ledger: Ledger,
    road: Act? = nil, offices: Offices = [(.witness, 5), (.person, 6)], change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.releasedToLiberty, record: road?.event.recordID)
    place(&event, by: party, road: road)
    event.libertyStatus = .atLiberty
    let lines = try subjects.map { subject -> [CBOR] in
      try start(subject, ledger, road: road, previous: nil) + [.text(mark.rawValue), .null]
    }
    let content = content(.liberty, event, lines, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party, offices)
  }

  /// Lines of a release that ended on the road by what a statement says.
  func ended(_ lines: [Int], of release: Act, by incident: Act?, _ party: Party, change: Change = { _ in }) throws
    -> Act
  {
    var event = draft(.outcome, record: release.event.recordID)
    (event.kind, event.from, event.to) = (release.event.kind, release.event.from, party.name)
    event.references = [Reference(.release, release.id)] + (incident.map { [Reference(.incident, $0.id)] } ?? [])
    event.responsibleCustodian = event.from
    let leaves = release.content.manifest?.leaves ?? []
    let content = content(
      .outcome, event,
      lines.map { line in
        [
          leaves[line].fields[0], leaves[line].fields[1], .bytes(release.id.bytes), .unsigned(UInt64(line)),
          .text("ended"), .null, .array([]), .null, incident.map { .bytes($0.id.bytes) } ?? .null, .null,
        ]
      }, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// One party of a release holds it for complete.
  func closed(
    _ release: Act, citing answers: [Act], after first: Act? = nil, by party: Party, change: Change = { _ in }
  )
    throws -> Act
  {
    var event = draft(.closed, record: release.event.recordID)
    (event.kind, event.from, event.to) = (release.event.kind, release.event.from, release.event.to)
    event.references =
      [Reference(.release, release.id)] + answers.map { Reference(.outcome, $0.id) }
      + (first.map { [Reference(.closed, $0.id)] } ?? [])
    change(&event)
    return try sign(event, by: party)
  }
}
