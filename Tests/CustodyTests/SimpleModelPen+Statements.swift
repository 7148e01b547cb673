import COSE
import Custody
import Roster

/// The statements themselves, each as the daemon would draft it.
extension Pen {
  mutating func intake(by log: Int, as party: Int, clock: Int, _ subjects: [SubjectReference]) -> Told {
    var event = draft(.intake, clock: clock)
    event.provenance = .direct
    event.responsibleCustodian = coalition.names[party]
    return write(event, .person, subjects.map { [.bytes($0.bytes), .null] }, by: log, as: party)
  }

  private func line(_ subject: SubjectReference, _ previous: StatementID?) -> [CBOR] {
    [.bytes(subject.bytes), previous.map { .bytes($0.bytes) } ?? .null]
  }

  /// An offer, a release or a redirect.
  mutating func handover(
    _ type: EventType, of subjects: [SubjectReference], _ heads: [SubjectReference: StatementID], by log: Int,
    as party: Int, clock: Int, to: Int, citing: [Reference] = []
  ) -> Told {
    var event = draft(type, clock: clock)
    (event.from, event.to) = (coalition.names[party], coalition.names[to])
    event.references = citing
    if type.isRelease {
      event.responsibleCustodian = event.from
      event.acceptBy = event.recordedAt
    }
    return write(event, .person, subjects.map { line($0, heads[$0]) }, by: log, as: party)
  }

  mutating func agreement(to offer: Told, by log: Int, clock: Int) -> Told {
    var event = draft(.offerAgreed, clock: clock, record: offer.event.recordID)
    (event.from, event.to) = (offer.event.from, offer.event.to)
    event.references = [Reference(.offer, offer.id)]
    return write(event, by: log, as: log)
  }

  /// What goes on with a record, in the names of those who act now.
  private mutating func draft(_ type: EventType, on earlier: Told, as log: ModelledLog, clock: Int) -> Event {
    var event = draft(type, clock: clock, record: earlier.event.recordID)
    (event.from, event.to) = (earlier.event.from.map(log.current), earlier.event.to.map(log.current))
    return event
  }

  private func fields(_ release: Told, _ index: Int) -> [CBOR] {
    let leaf = release.content.manifest?.leaves[index]
    return Array(leaf?.fields.prefix(2) ?? []) + [.bytes(release.id.bytes), .unsigned(UInt64(index))]
  }

  mutating func outcome(
    of release: Told, _ answers: [(line: Int, code: OutcomeCode)], by log: Int, as own: ModelledLog, clock: Int,
    citing incident: Told? = nil
  ) -> Told {
    var event = draft(.outcome, on: release, as: own, clock: clock)
    event.references = [Reference(.release, release.id)] + (incident.map { [Reference(.incident, $0.id)] } ?? [])
    let accepted = Set(answers.map { $0.code == .accepted })
    if accepted.count == 1 { event.responsibleCustodian = accepted.contains(true) ? event.to : event.from }
    let lines: [[CBOR]] = answers.map { line, code in
      let cited = incident.map { CBOR.bytes($0.id.bytes) } ?? .null
      return fields(release, line) + [.text(code.rawValue), .null, .array([]), .null, cited, .null]
    }
    return write(event, .outcome, lines, by: log, as: own.party)
  }

  mutating func recall(of release: Told, by log: Int, as own: ModelledLog, clock: Int) -> Told {
    var event = draft(.recall, on: release, as: own, clock: clock)
    event.references = [Reference(.release, release.id)]
    return write(event, .recall, release.lines.map { fields(release, $0.index) }, by: log, as: own.party)
  }

  /// The receiver agrees to a recall of some lines, or refuses it.
  mutating func answer(
    _ type: EventType, to recall: Told, of release: Told, _ lines: [Int], by log: Int, as own: ModelledLog, clock: Int
  ) -> Told {
    var event = draft(type, on: recall, as: own, clock: clock)
    event.references = [Reference(.recall, recall.id), Reference(.release, release.id)]
    guard type == .recallAgreed else { return write(event, by: log, as: own.party) }
    event.responsibleCustodian = event.from
    return write(event, .recall, lines.map { fields(release, $0) }, by: log, as: own.party)
  }

  /// What befell people, in the hands of whoever signs it or on the road of a release.
  mutating func incident(
    _ code: IncidentCode, of subjects: [SubjectReference], _ heads: [SubjectReference: StatementID], by log: Int,
    as own: ModelledLog, clock: Int, road: Told? = nil
  ) -> Told {
    var event = road.map { draft(.incident, on: $0, as: own, clock: clock) } ?? draft(.incident, clock: clock)
    if road == nil { event.from = own.name }
    event.responsibleCustodian = event.from
    if let road { event.references = [Reference(.release, road.id)] }
    let lines = subjects.map { subject -> [CBOR] in
      let start = road.flatMap { road in
        road.lines.first { $0.subject == subject }.map { fields(road, $0.index) }
      }
      let child: CBOR = code == .birth ? .bytes([UInt8](repeating: 9, count: 16)) : .null
      return (start ?? line(subject, heads[subject]) + [.null, .null])
        + [.text(code.rawValue), child, .array([]), .null]
    }
    return write(event, .incident, lines, by: log, as: own.party)
  }

  mutating func liberty(
    of subjects: [SubjectReference], _ heads: [SubjectReference: StatementID], by log: Int, as party: Int, clock: Int
  ) -> Told {
    var event = draft(.releasedToLiberty, clock: clock)
    event.from = coalition.names[party]
    event.responsibleCustodian = event.from
    let lines = subjects.map { line($0, heads[$0]) + [.null, .null, .text(LibertyMark.refused.rawValue), .null] }
    return write(event, .liberty, lines, by: log, as: party)
  }

  /// Custody is disputed, or one party signs the end of it over the last steps that it knows.
  mutating func dispute(
    _ type: EventType, _ chain: ChainState, custodian: AuthorityName, by log: Int, as party: Int, clock: Int
  ) -> Told {
    var event = draft(type, clock: clock)
    event.parties = chain.claimants ?? []
    let isSettling = type == .disputeResolved
    if isSettling { event.responsibleCustodian = custodian }
    let fields: [CBOR] = [
      .array(chain.heads.map { .bytes($0.bytes) }), isSettling ? .unsigned(chain.contest?.round ?? 1) : .null,
      isSettling ? .text(custodian.description) : .null,
    ]
    return write(event, .dispute, [line(chain.subject, chain.head) + fields], by: log, as: party)
  }

  /// One party of a release holds it for complete.
  mutating func closed(
    _ release: Told, citing answers: [StatementID], after first: StatementID?, by log: Int, as own: ModelledLog,
    clock: Int
  ) -> Told {
    var event = draft(.closed, on: release, as: own, clock: clock)
    event.references =
      [Reference(.release, release.id)] + answers.map { Reference(.outcome, $0) }
      + (first.map { [Reference(.closed, $0)] } ?? [])
    return write(event, by: log, as: own.party)
  }

  /// A log opens an epoch behind a restored one.
  mutating func opening(by log: Int, clock: Int) -> Told {
    var event = draft(.logOpened, clock: clock)
    let authority = coalition.authorities[log]
    event.kind = nil
    event.log = LogOpening(
      origin: authority.origin(epoch: 2), policy: Policy.standard.digest,
      follows: .init(origin: authority.origin(epoch: 1), size: 7, root: [UInt8](repeating: 3, count: 32)))
    return write(event, by: log, as: log)
  }

  mutating func sealing(by log: Int, clock: Int) -> Told {
    var event = draft(.logSealed, clock: clock)
    event.kind = nil
    return write(event, by: log, as: log)
  }
}
