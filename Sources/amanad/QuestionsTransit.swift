import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Questions {
  /// What is told of the road of a release, in the order in which it occurred. What is told of it means its release.
  func transit(_ id: StatementID) async throws -> [TransitView] {
    let places = office.roster.successions
    return try await store.read { reader in
      let stored = try Self.stored(id, reader)
      var release = id
      if stored.summary.type.isOfRoad {
        release = try SignedStatement(decoding: stored.bytes).event.reference(.release) ?? id
      }
      guard let summary = try reader.summary(release) else { return [] }
      let road = try reader.transits(of: release)
      return try road.compactMap { transit in
        guard let told = try reader.statement(transit.statement) else { return nil }
        let event = try SignedStatement(decoding: told.bytes).event
        var view = TransitView(
          statement: transit.statement.description, event: transit.event.rawValue,
          issuer: transit.issuer.description, occurredAt: event.occurred.at.text,
          // By what is known now: what names them may have come later.
          named: transit.event.isRelease || road.isNamed(transit.issuer, for: event, of: summary, under: places) == true
        )
        view.siteID = event.place?.siteID
        view.pcode = event.place?.pcode
        view.carrier = transit.carrier?.description
        view.host = event.host?.description
        view.libertyStatus = transit.event == .lodged ? event.libertyStatus?.rawValue : nil
        return view
      }
    }
  }
}
