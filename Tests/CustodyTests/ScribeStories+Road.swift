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

/// Who is to come back, and who may go on.
extension Scribe {
  private func ofRelease(_ type: EventType, _ release: Act) -> Event {
    var event = draft(type, record: release.event.recordID)
    (event.kind, event.from, event.to) = (release.event.kind, release.event.from, release.event.to)
    event.references = [Reference(.release, release.id)]
    return event
  }

  private func lines(of release: Act, _ only: [Int]?) -> [[CBOR]] {
    release.lines.filter { only?.contains($0.index) ?? true }.map {
      [$0.leaf.fields[0], $0.leaf.fields[1], .bytes(release.id.bytes), .unsigned(UInt64($0.index))]
    }
  }

  /// Asks for people back, agrees to it (citing the request) or refuses it.
  func returning(
    _ type: EventType, of release: Act, _ only: [Int]? = nil, request: Act? = nil, by party: Party,
    change: Change = { _ in }
  ) throws -> Act {
    var event = ofRelease(type, release)
    if let request { event.references.insert(Reference(.returnRequested, request.id), at: 0) }
    var content = Content()
    if type != .returnRefused {
      content = self.content(.recall, event, lines(of: release, only), identities: [:])
      describe(content, in: &event)
    }
    change(&event)
    return try sign(event, content, by: party)
  }

  /// Says whether people of a release may go on.
  func consent(
    _ status: OnwardConsent.Status, of release: Act, _ only: [Int]? = nil, to receiver: AuthorityName? = nil,
    conditions: [String] = [], until: UnixTime? = nil, by party: Party, change: Change = { _ in }
  ) throws -> Act {
    var event = ofRelease(.onwardConsent, release)
    let terms: [CBOR] = [
      .text(status.rawValue), receiver.map { .text($0.description) } ?? .null, .array(conditions.map(CBOR.text)),
      until.map { .text(OffsetTime(unix: $0).text) } ?? .null,
    ]
    let content = content(.onward, event, lines(of: release, only).map { $0 + terms }, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }
}
