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

extension CustodyView {
  /// What one statement tells of a road.
  public func transit(_ release: StatementID, _ statement: StatementID) throws -> Transit? {
    try transits(of: release).first { $0.statement == statement }
  }
  /// Whom these name as the next carriers on a road. What others may have signed (V15) names nobody.
  public func nextCarriers(of release: StatementID, after issuers: [AuthorityName]) throws -> Set<AuthorityName> {
    let changes = try transits(of: release).filter {
      try $0.event == .carrierChanged && issuers.contains($0.issuer) && !isDoubted($0.statement)
    }
    return Set(changes.compactMap(\.carrier))
  }
  /// When somebody is said to have departed first on a road, at the earliest; what this statement says aside.
  public func departure(of release: StatementID, except statement: StatementID?) throws -> UnixTime? {
    try transits(of: release).filter { $0.event == .departed && $0.statement != statement }.map(\.earliest).min()
  }
  /// What is told first of a road to have occurred before a time, the release and this statement aside.
  public func told(of release: StatementID, before time: UnixTime, except statement: StatementID?) throws -> Transit? {
    try transits(of: release).filter { !$0.event.isRelease && $0.statement != statement && $0.latest < time }
      .min { ($0.earliest, $0.statement) < ($1.earliest, $1.statement) }
  }

  /// Who carries on the road of a release: whom it names, or its two parties where it names nobody, and whom each of these
  /// names after them. In whatever order they were heard.
  /// - Returns: nil while the release is not here, or others may have signed it.
  public func carriers(of release: StatementSummary, under places: Successions) throws -> Set<AuthorityName>? {
    guard let begun = try transit(release.id, release.id), try !isDoubted(release.id) else { return nil }
    var known = Set((begun.carrier.map { [$0] } ?? [release.from, release.to].compactMap(\.self)).map(places.current))
    var ahead = known
    while !ahead.isEmpty {
      let next = try nextCarriers(of: release.id, after: ahead.flatMap(places.places))
      ahead = Set(next.map(places.current)).subtracting(known)
      known.formUnion(ahead)
    }
    return known
  }
  /// Whether somebody with a say names whoever signed an event of a road: of a stop's lodging a carrier's stop, else the
  /// release or a carrier of it.
  /// - Parameter carriers: those of the release.
  /// - Returns: nil while what would name them is not here.
  public func isNamed(
    _ issuer: AuthorityName, for event: Event, of release: StatementID, among carriers: Set<AuthorityName>?,
    under places: Successions
  ) throws -> Bool? {
    guard let carriers else { return nil }
    guard event.type == .lodged else { return carriers.contains(places.current(issuer)) }
    guard let cited = event.reference(.stopover), let stop = try transit(release, cited), try !isDoubted(cited) else {
      return nil
    }
    return carriers.contains(places.current(stop.issuer)) && places.areOne(stop.host, issuer)
  }
}
