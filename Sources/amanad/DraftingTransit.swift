import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What whoever carries people tells of the road, and whoever lodges them on the way.
extension Drafting {
  /// A carrier has the release's envelope and not its lines, and needs no more.
  func transit(_ request: DraftRequest, _ event: inout Event) throws {
    let release = try statement(request.statement, "statement", [.release, .redirect])
    follow(release, request, in: &event)
    event.carrier = office.authority.name
    event.references = [Reference(.release, release.id)]
    if event.type == .carrierChanged { event.nextCarrier = try authority(request.carrier, "carrier") }
    if event.type == .stopover { event.host = try authority(request.host, "host") }
  }

  /// The word of whoever lodges people where their carrier says that they stopped.
  func lodged(_ request: DraftRequest, _ event: inout Event) throws {
    let stop = try statement(request.statement, "statement", [.stopover])
    let told = try SignedStatement(decoding: stop.bytes).event
    follow(stop, request, in: &event)
    event.carrier = told.carrier
    event.host = office.authority.name
    event.place = event.place ?? told.place
    event.references = told.reference(.release).map { [Reference(.release, $0)] } ?? []
    event.references.append(Reference(.stopover, stop.id))
    if let code = request.libertyStatus {
      guard let status = LibertyStatus(rawValue: code) else {
        throw badRequest("liberty_status", "\"\(code)\" is none of detained, restricted, at_liberty")
      }
      event.libertyStatus = status
    }
  }

  private func follow(_ earlier: StoredStatement, _ request: DraftRequest, in event: inout Event) {
    event.continues(earlier.summary, under: office.roster.successions)
    if let site = request.siteID { event.place = Place(siteID: site, pcode: request.pcode) }
  }

  /// An authority that a request names; nil where it names none.
  func authority(_ name: String?, _ field: String) throws -> AuthorityName? {
    guard let name else { return nil }
    guard let authority = AuthorityName(name) else {
      throw badRequest(field, "must name an authority, MEMBER/authority")
    }
    return authority
  }
}
