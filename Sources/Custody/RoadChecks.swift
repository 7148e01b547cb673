import Roster

/// What is asked of whoever carries people, or lodges them on the way. All that they tell are facts: whatever is wrong
/// with one is flagged.
enum RoadChecks {
  /// V2: it says on whose road it was, and what else its row of the lifecycle asks for.
  static func gaps(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    // A hold is no sight of anything.
    if proposal.event.isHold { return try TestimonyChecks.holds(proposal.event, view) }
    return try (Lifecycle.row(for: proposal.event.type)?.content ?? []).compactMap { content in
      try missing(content, proposal.event, view).map { Violation(.v2, $0) }
    }
  }

  private static func missing(_ content: RequiredContent, _ event: Event, _ view: any CustodyView) throws -> String? {
    switch content {
    case .release:
      guard let release = event.reference(.release) else { return "it cites no release" }
      return try view.summary(release)?.type.isRelease == true
        ? nil : "the release that it cites, \(release), is not here: ask for it"
    case .stopover:
      guard let stop = event.reference(.stopover) else { return "it cites no stop" }
      return try view.summary(stop)?.type == .stopover
        ? nil : "the stop that it cites, \(stop), is not here: ask for it"
    case .request:
      guard let request = event.reference(.returnRequested) else { return "it cites no request" }
      return try view.summary(request)?.type == .returnRequested
        ? nil : "the request that it answers, \(request), is not here: ask for it"
    case .about:
      let cited = event.references.filter { $0.relation == .about }.map(\.statement)
      guard !cited.isEmpty else { return "it does not say of which statement it was seen" }
      return try cited.first { try view.summary($0) == nil }.map { "what it speaks of, \($0), is not here: ask for it" }
    case .place: return event.place == nil ? "it does not say where" : nil
    case .nextCarrier: return event.nextCarrier == nil ? "it does not say who carries from then on" : nil
    // V26's.
    case .liberty: return nil
    }
  }

  /// V12: whom the release, or a carrier of it, names as its carrier; and whom the stop names as its host. Others may have
  /// been there all the same, and what they saw is recorded.
  static func carriers(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard event.type.isOfRoad, let cited = event.reference(.release), let release = try view.summary(cited) else {
      return []
    }
    let places = proposal.successions
    let isNamed = try view.isNamed(
      proposal.issuer.name, for: event, of: cited, among: view.carriers(of: release, under: places), under: places)
    guard isNamed == false else { return [] }
    let who =
      event.type == .lodged
      ? "no stop of a carrier here names as its host" : "nothing here names as a carrier of \(cited)"
    return [Violation(.v12, "\(who) \(proposal.issuer.name)", isWarning: true)]
  }

  /// V17: nothing of a road happens before the release, or before the departure.
  static func order(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let (event, now) = (proposal.event, proposal.now)
    guard let release = event.reference(.release) else { return [] }
    let latest = event.occurred.latest
    // What a wrong clock dated into the future bars nobody from the present.
    func isBefore(_ time: UnixTime) -> Bool { time <= now && latest < time }
    if let begun = try view.transit(release, release), isBefore(begun.earliest) {
      return [Violation(.v17, "it occurred before the release, beyond what the clocks may be off")]
    }
    // Vehicles leave one after another: the first departure counts.
    let departure = try view.departure(of: release, except: proposal.id)
    if event.type == .departed {
      let start = Swift.min(event.occurred.earliest, now)
      guard departure == nil, let other = try view.told(of: release, before: start, except: proposal.id) else {
        return []
      }
      return [Violation(.v17, "\(other.event.rawValue) by \(other.statement) occurred before this departure")]
    }
    guard let departure, isBefore(departure) else { return [] }
    return [Violation(.v17, "it occurred before the departure, beyond what the clocks may be off")]
  }

  /// V26: of those lodged on the way it is said whether they were free, and where not, on what basis.
  static func liberty(_ proposal: Proposal) -> [Violation] {
    let event = proposal.event
    guard event.kind?.row.isOfPersons != false else { return [] }
    guard let status = event.libertyStatus else {
      return [Violation(.v26, "it does not say whether they were free where they were lodged")]
    }
    guard status != .atLiberty, event.basis == nil else { return [] }
    return [Violation(.v26, "they were not free where they were lodged: name the basis")]
  }
}
