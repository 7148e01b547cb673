import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// What happens on the road of a release.
extension Scribe {
  /// What a carrier tells, or whoever lodges people at a stop of its.
  func transit(_ type: EventType, of release: Act, by party: Party, stop: Act? = nil, change: Change = { _ in }) throws
    -> Act
  {
    var event = draft(type, record: release.event.recordID)
    (event.kind, event.from, event.to) = (release.event.kind, release.event.from, release.event.to)
    event.carrier = stop?.event.carrier ?? party.name
    event.references = [Reference(.release, release.id)] + (stop.map { [Reference(.stopover, $0.id)] } ?? [])
    event.place = Place(siteID: "halfway")
    if type == .lodged { (event.host, event.libertyStatus) = (party.name, .atLiberty) }
    change(&event)
    return try sign(event, by: party)
  }
}
