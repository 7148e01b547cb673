public import COSE
public import Custody
import Roster

/// What whoever handed people over has said of their going on.
extension DraftMaking {
  /// Writes into a line that goes on who has consented to it, and cites what was said, so that it travels along. Whoever
  /// takes over within our member gets all that was said: it may hand them on beyond.
  public func cite(
    consentFor chain: ChainState, in fields: inout [CBOR], of schema: LineSchema, knowing known: some KnownStatements,
    _ event: inout Event
  ) throws {
    guard let position = schema.position(of: "onward_consent"), position < fields.count else { return }
    let (cited, counting) = try consents(for: chain, of: event, knowing: known)
    for statement in cited {
      let reference = Reference(.consent, statement)
      guard !event.references.contains(reference), event.references.count < Self.maximumCited else { continue }
      event.references.append(reference)
    }
    guard let counting, counting.status == .given else { return }
    let day = String(OffsetTime(unix: counting.earliest).text.prefix(10))
    fields[position] = .map(["by": .text(counting.issuer.description), "on": .text(day)])
  }

  /// Which words of somebody's going on a release cites, sorted, and the one that counts for its receiver.
  public func consents(for chain: ChainState, of event: Event, knowing known: some KnownStatements) throws
    -> (cited: [StatementID], counting: OnwardConsent?)
  {
    let (member, places, custody) = (drafter.name.member, draftRoster.successions, known.custody)
    guard event.type.isRelease, let handover = try custody.handover(of: chain, after: chain.head, to: member),
      !places.areOne(handover.from, event.to)
    else { return ([], nil) }
    let said = try custody.consents(of: chain.subject)
    func counting(_ receiver: AuthorityName?) throws -> OnwardConsent? {
      try said.counting(
        on: handover, to: receiver, custody, under: places, at: now + draftPolicy.toleranceSeconds)
    }
    let consent = try counting(event.to)
    let others = event.to?.member == member ? try Set(said.map(\.receiver)).compactMap(counting) : []
    return (Set((others + [consent].compactMap(\.self)).map(\.statement)).sorted(), consent)
  }

  /// As many as one event cites.
  public static var maximumCited: Int { 256 }
}
