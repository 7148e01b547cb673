/// Who signs an event.
public enum IssuerRole: String, Sendable {
  case custodian, from, to, carrier, host, author, log
  /// Whoever has the person: the custodian, or on the road the carrier or the receiver.
  case holder
  /// The releaser, and then the receiver.
  case parties
}

/// What an envelope must say beside its parties and times.
public enum RequiredContent: String, Sendable, CaseIterable {
  /// The release on whose road it happened, or by which people went.
  case release
  /// The request that it answers.
  case request
  /// What was on the road before it: a stop, of those who are lodged there.
  case stopover
  case place
  case nextCarrier = "next-carrier"
  /// Of people: whether they are free, and where they are not, on what basis.
  case liberty
}

/// One row of the lifecycle: who signs, with how many officers, and whether it can move custody.
public struct LifecycleRow: Sendable {
  public let event: EventType
  public let issuer: IssuerRole
  /// Officers of the issuer who must approve, two different keys and numbers each.
  public let officers: Int
  /// Intentions may be refused by any check; facts are recorded and flagged.
  public let isIntention: Bool
  /// Whether its lines can have a custody effect, so that a manifest must stand beside it.
  public let isTransition: Bool
  /// The schema of the manifest it bears whatever moves; nil where that depends on the kind, or where it bears none.
  let manifest: LineSchema?
  /// Whether its lines describe whom or what moves, as their kind says.
  public let describes: Bool
  /// Whether observers are told its lines' slots.
  public let listsSlots: Bool
  /// What its envelope must say (V2, and of liberty V26).
  public let content: [RequiredContent]
  public var bearsManifest: Bool { describes || manifest != nil }
  /// Whether it speaks of people or of other statements, and whatever it says moves nobody.
  var isTestimony: Bool { Self.testimonies.contains(event) }
  static let testimonies: Set<EventType> = [
    .inquiry, .inquiryAnswered, .sameAs, .notSameAs, .underProtest, .corrected,
  ]

  /// The schema of the manifest it bears: event × kind. What says no kind is taken for a detainee's transfer; V11 refuses
  /// or flags it.
  public func manifest(of kind: Kind?) -> LineSchema? { describes ? (kind ?? .detaineeTransfer).row.schema : manifest }
}

extension Proposal {
  /// In what offices somebody must approve beside the officers, as its lines say; an office twice where two must.
  public var rolesNeeded: [ApprovalRole] {
    guard event.lateEntry != nil else { return rolesOfEvent }
    // Whoever saw the paper also stands by what it says.
    return rolesOfEvent.filter { $0 != .witness } + [ApprovalRole](repeating: .witness, count: LateEntry.witnesses)
  }

  private var rolesOfEvent: [ApprovalRole] {
    guard event.type == .releasedToLiberty else {
      let needed = occurrences.flatMap { line -> [ApprovalRole] in
        if case .incident(let code) = line.occurrence.what { code.roles } else { [] }
      }
      return ApprovalRole.allCases.filter(needed.contains)
    }
    return [.witness] + (occurrences.contains { $0.mark?.isGiven == true } ? [.person] : [])
  }
}

extension Event {
  /// Whether it says of what kind of custody it is, or moves somebody all the same.
  public var concernsCustody: Bool { kind != nil || Lifecycle.row(for: type)?.isTransition == true }
}

/// The lifecycle as a table: event → who signs, how, and with what effect (custody.md, Lifecycle).
public enum Lifecycle {
  public static let rows: [LifecycleRow] = [
    row(.intake, by: .custodian, officers: 2, transition: true, describes: true, slots: true),
    row(.offer, by: .from, intention: true, describes: true),
    row(.offerAgreed, by: .to, intention: true),
    row(.offerDeclined, by: .to, intention: true),
    row(.release, by: .from, officers: 2, intention: true, transition: true, describes: true, slots: true),
    row(.outcome, by: .to, officers: 2, transition: true, manifest: .outcome),
    row(.recall, by: .from, intention: true, manifest: .recall),
    row(.recallAgreed, by: .to, intention: true, transition: true, manifest: .recall),
    row(.recallRefused, by: .to),
    row(.redirect, by: .from, officers: 2, intention: true, transition: true, describes: true, slots: true),
    row(.disputed, by: .author, manifest: .dispute),
    row(.disputeResolved, by: .author, officers: 2, transition: true, manifest: .dispute),
    row(.incident, by: .holder, transition: true, manifest: .incident),
    row(.releasedToLiberty, by: .custodian, officers: 2, transition: true, manifest: .liberty),
    row(.closed, by: .parties, intention: true),
    row(.logOpened, by: .log),
    row(.logAnswered, by: .log),
    row(.logSealed, by: .log),
    row(.rosterAdopted, by: .log),
    row(.policyAdopted, by: .log),
    row(.departed, by: .carrier, content: [.release]),
    row(.waypoint, by: .carrier, content: [.release, .place]),
    row(.carrierChanged, by: .carrier, content: [.release, .nextCarrier]),
    row(.arrived, by: .carrier, content: [.release]),
    row(.observed, by: .author),
    row(.notified, by: .author),
    row(.message, by: .author),
    row(.certificate, by: .author, officers: 2, manifest: .certificate),
    row(.stopover, by: .carrier, content: [.release, .place]),
    row(.lodged, by: .host, content: [.release, .stopover, .place, .liberty]),
    row(.returnRequested, by: .from, manifest: .recall, content: [.release]),
    row(.returnAgreed, by: .to, manifest: .recall, content: [.release, .request]),
    row(.returnRefused, by: .to, content: [.release, .request]),
    row(.onwardConsent, by: .from, manifest: .onward, content: [.release]),
    row(.inquiry, by: .from, manifest: .inquiry),
    row(.inquiryAnswered, by: .to, officers: 2, manifest: .inquiryAnswer),
    row(.sameAs, by: .author, officers: 2, manifest: .link),
    row(.notSameAs, by: .author, officers: 2, manifest: .link),
    row(.underProtest, by: .author, manifest: .protest),
    row(.corrected, by: .author, officers: 2, manifest: .correction),
  ]

  /// The row of an event, or nil when this version cannot judge it.
  public static func row(for event: EventType) -> LifecycleRow? { byEvent[event] }

  private static let byEvent = Dictionary(rows.map { ($0.event, $0) }) { first, _ in first }

  private static func row(
    _ event: EventType, by issuer: IssuerRole, officers: Int = 0, intention: Bool = false, transition: Bool = false,
    describes: Bool = false, manifest: LineSchema? = nil, slots: Bool = false, content: [RequiredContent] = []
  ) -> LifecycleRow {
    LifecycleRow(
      event: event, issuer: issuer, officers: officers, isIntention: intention, isTransition: transition,
      manifest: manifest, describes: describes, listsSlots: slots, content: content)
  }
}
