public import Roster

/// What one statement says of the road of a release: the release itself, and what its carriers and hosts tell.
public struct Transit: Hashable, Sendable {
  public let release: StatementID
  public let statement: StatementID
  public let event: EventType
  public let issuer: AuthorityName
  /// Who carries from then on: as the release names it, or who takes over.
  public let carrier: AuthorityName?
  /// In whose place people stop.
  public let host: AuthorityName?
  /// The bounds of when it occurred.
  public let earliest: UnixTime
  public let latest: UnixTime

  public init(
    release: StatementID, statement: StatementID, event: EventType, issuer: AuthorityName, carrier: AuthorityName?,
    host: AuthorityName?, earliest: UnixTime, latest: UnixTime
  ) {
    self.release = release
    self.statement = statement
    self.event = event
    self.issuer = issuer
    self.carrier = carrier
    self.host = host
    self.earliest = earliest
    self.latest = latest
  }

  /// What a statement says of a road: its envelope says all of it, so its lines need not be here.
  /// - Returns: nil for a draft, and for what says nothing of a road.
  init?(_ proposal: Proposal) {
    let event = proposal.event
    guard let id = proposal.id, event.type.isRelease || event.type.isOfRoad,
      let release = event.type.isRelease ? id : event.reference(.release)
    else { return nil }
    let carrier = event.type.isRelease ? event.carrier : event.type == .carrierChanged ? event.nextCarrier : nil
    self.init(
      release: release, statement: id, event: event.type, issuer: proposal.issuer.name, carrier: carrier,
      host: event.type == .stopover ? event.host : nil, earliest: event.occurred.earliest,
      latest: event.occurred.latest)
  }
}

extension [Transit] {
  /// Who carries on this road: whom the release names, and whom each of these names after them. In whatever order they
  /// were heard.
  public func carriers(under successions: Successions) -> Set<AuthorityName> {
    var known = Set(filter(\.event.isRelease).compactMap(\.carrier).map(successions.current))
    while true {
      let next = filter { $0.event == .carrierChanged && known.contains(successions.current($0.issuer)) }
        .compactMap(\.carrier).map(successions.current)
      guard !known.isSuperset(of: next) else { return known }
      known.formUnion(next)
    }
  }
  /// Whether somebody with a say names whoever signed an event of this road: of a stop's lodging the stop, else the release
  /// or a carrier of it; one of its two parties where it names no carrier.
  /// - Returns: nil while what would name them is not here.
  public func isNamed(
    _ issuer: AuthorityName, for event: Event, of release: StatementSummary, under places: Successions
  )
    -> Bool?
  {
    if event.type == .lodged {
      return first { $0.statement == event.reference(.stopover) }.map { places.areOne($0.host, issuer) }
    }
    guard let begun = first(where: { $0.event.isRelease }) else { return nil }
    let parties = begun.carrier == nil ? [release.from, release.to] : []
    return parties.contains { places.areOne($0, issuer) } || carriers(under: places).contains(places.current(issuer))
  }
}
