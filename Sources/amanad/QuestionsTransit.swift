import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Questions {
  /// GET /v1/statements/{id}/transit: what is told of the road of a release, in the order in which it occurred. What is told
  /// of it means its release.
  func transit(_ id: StatementID, _ query: Query) async throws -> Reply {
    let limit = try query.limit()
    let place = try query.value("cursor", "what the Link of the page before says", RoadPlace.init)
    let places = office.roster.successions
    let (road, views) = try await store.read { reader in
      let stored = try Self.stored(id, reader)
      var release = id
      if stored.summary.type.isOfRoad {
        release = try SignedStatement(decoding: stored.bytes).event.reference(.release) ?? id
      }
      guard let summary = try reader.summary(release) else { return ([Transit](), [TransitView]()) }
      let carriers = try reader.carriers(of: summary, under: places)
      let road = try reader.transits(of: release, after: place, limit: limit + 1)
      return (road, try road.prefix(limit).compactMap { try Self.view($0, carriers, places, reader) })
    }
    let next = road.count > limit ? road[limit - 1] : nil
    return try .json(
      views,
      link: next.map { query.next("/v1/statements/\(id)/transit", cursor: RoadPlace($0).text) })
  }

  private static func view(
    _ transit: Transit, _ carriers: Set<AuthorityName>?, _ places: Successions, _ reader: StoreReader
  ) throws -> TransitView? {
    guard let told = try reader.statement(transit.statement) else { return nil }
    let event = try SignedStatement(decoding: told.bytes).event
    var view = TransitView(
      statement: transit.statement.description, event: transit.event.rawValue,
      issuer: transit.issuer.description, occurredAt: event.occurred.at.text,
      // By what is known now: what names them may have come later.
      named: try transit.event.isRelease
        || reader.isNamed(transit.issuer, for: event, of: transit.release, among: carriers, under: places) == true)
    view.siteID = event.place?.siteID
    view.pcode = event.place?.pcode
    view.carrier = transit.carrier?.description
    view.host = event.host?.description
    view.libertyStatus = transit.event == .lodged ? event.libertyStatus?.rawValue : nil
    return view
  }
}

extension RoadPlace {
  fileprivate init(_ transit: Transit) { self.init(earliest: transit.earliest, statement: transit.statement) }

  /// As a cursor says it.
  fileprivate var text: String { "\(statement)-\(earliest)" }

  fileprivate init?(_ text: String) {
    // A time before 1970 is below zero.
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let id = StatementID(hex: String(parts[0])), let time = UnixTime(parts[1]) else {
      return nil
    }
    self.init(earliest: time, statement: id)
  }
}
