import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// What is signed when a handover does not go as agreed: recalls, redirects, disputes and their end.
extension Scribe {
  private func recallContent(_ event: Event, of release: Act, _ lines: [Int]?) -> Content {
    let chosen = release.lines.filter { lines?.contains($0.index) ?? true }
    return content(
      .recall, event,
      chosen.map { [$0.leaf.fields[0], $0.leaf.fields[1], .bytes(release.id.bytes), .unsigned(UInt64($0.index))] },
      identities: [:])
  }

  /// Asks for lines of a release to come back; all of them when none is named.
  func recall(of release: Act, _ lines: [Int]? = nil, by party: Party, change: Change = { _ in }) throws -> Act {
    var event = draft(.recall, record: release.event.recordID)
    (event.kind, event.from, event.to) = (release.event.kind, release.event.from, release.event.to)
    event.references = [Reference(.release, release.id)]
    let content = recallContent(event, of: release, lines)
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// The receiver agrees to a recall, of its lines or of some, or refuses it.
  func answer(
    _ type: EventType, to recall: Act, of release: Act, _ lines: [Int]? = nil, by party: Party,
    change: Change = { _ in }
  ) throws -> Act {
    var event = draft(type, record: recall.event.recordID)
    (event.kind, event.from, event.to) = (recall.event.kind, recall.event.from, recall.event.to)
    event.references = [Reference(.recall, recall.id), Reference(.release, release.id)]
    var content = Content()
    if type == .recallAgreed {
      event.responsibleCustodian = recall.event.from
      content = recallContent(event, of: release, lines)
      describe(content, in: &event)
    }
    change(&event)
    return try sign(event, content, by: party)
  }

  /// Releases again, to another receiver that has agreed, what the first gave back.
  func redirect(
    _ release: Act, from: Party, to: Party, agreement: Act?, answers: [Act], in ledger: Ledger,
    change: Change = { _ in }
  ) throws -> Act {
    let citing =
      [agreement.map { Reference(.offerAgreed, $0.id) }].compactMap { $0 } + answers.map { Reference(.answer, $0.id) }
    return try handover(.redirect, of: release, from: from, to: to, in: ledger, citing: citing, change: change)
  }

  /// Says that custody of people is disputed, or signs the end of it over the last steps that a ledger knows.
  func dispute(
    _ type: EventType, of source: Act, _ ledger: Ledger, custodian: AuthorityName? = nil, by party: Party,
    round: UInt64? = nil, only: [SubjectReference]? = nil, change: Change = { _ in }
  ) throws -> Act {
    var event = draft(type, record: source.event.recordID)
    event.kind = source.event.kind
    var parties: Set<AuthorityName> = []
    var lines: [[CBOR]] = []
    for subject in source.subjects where only?.contains(subject) ?? true {
      guard let chain = ledger.chain(subject) else { continue }
      parties.formUnion(chain.claimants ?? [chain.custodian])
      let signed = type == .disputeResolved
      lines.append([
        .bytes(subject.bytes), .bytes(chain.head.bytes), .array(chain.heads.map { .bytes($0.bytes) }),
        signed ? .unsigned(round ?? chain.contest?.round ?? 1) : .null,
        signed ? .text(custodian?.description ?? "") : .null,
      ])
    }
    event.parties = parties.sorted()
    if type == .disputeResolved { event.responsibleCustodian = custodian }
    let content = content(.dispute, event, lines, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }
}

/// What a log says of its epochs.
extension Scribe {
  /// A log opens its epoch, which follows another, of the same authority unless one is named, or none.
  func opening(
    by party: Party, epoch: UInt64 = 2, follows earlier: UInt64? = 1, of other: Party? = nil, change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.logOpened)
    let followed = try (other ?? party).authority()
    event.log = LogOpening(
      origin: try party.authority().origin(epoch: epoch), policy: Policy.standard.digest,
      follows: earlier.map { .init(origin: followed.origin(epoch: $0), size: 7, root: bytes(32)) })
    event.parties = coalition.parties.map(\.name).filter { $0 != party.name }.sorted()
    change(&event)
    return try sign(event, by: party)
  }

  /// A log says that everybody has answered what they hold of the one before it.
  func sealing(_ opening: Act, by party: Party) throws -> Act {
    var event = draft(.logSealed)
    event.parties = opening.event.parties
    return try sign(event, by: party)
  }
}
