import ControlAPI
import Custody
import Foundation
import Roster

/// The steps of a handover, by the control interface.
extension TestAuthority {
  func encode(_ request: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return [UInt8](try encoder.encode(request))
  }

  func post(_ request: DraftRequest) async throws -> ControlResponse {
    try await send(.post, "/v1/drafts", encode(request))
  }

  func draft(_ request: DraftRequest) async throws -> DraftView { try decoded(try await post(request)) }

  /// An approval as an officer's own process makes it.
  func approval(
    _ draft: DraftView, _ key: String, for content: String? = nil, role: ApprovalRole = .officer
  ) throws -> ApprovalRequest {
    let bytes = decodeHexadecimal(content ?? draft.content) ?? []
    let event = try Event(decoding: bytes[...])
    return ApprovalRequest(
      approval: hexadecimal(
        try Approval.sign(
          draft: bytes, record: event.recordID, issuer: draft.issuer, role: role,
          at: Int64(Date().timeIntervalSince1970),
          with: self.key(key))))
  }

  func hand(_ approval: ApprovalRequest, to draft: DraftView) async throws -> ControlResponse {
    try await send(.post, "/v1/drafts/\(draft.draftID)/approvals", encode(approval))
  }

  func approve(_ draft: DraftView, _ officer: Int) async throws -> ControlResponse {
    try await hand(approval(draft, self.officer(officer)), to: draft)
  }

  /// Drafts and lets both officers approve, if they must; where there is somebody who protects children, they must too, of a
  /// release of few people.
  func sign(_ request: DraftRequest) async throws -> DraftView {
    var view = try await draft(request)
    for officer in 1...2 where view.statement == nil { view = try decoded(try await approve(view, officer)) }
    if view.statement == nil, view.rolesMissing == [ApprovalRole.childProtection.rawValue] {
      let approval = try approval(view, self.officer(6), role: .childProtection)
      view = try decoded(try await hand(approval, to: view))
    }
    guard view.statement != nil else { throw Stopped("\(request.event) was not signed") }
    return view
  }

  /// Takes people in and releases them to another. Returns the release's id.
  func releases(_ count: Int = 3, to other: TestAuthority) async throws -> String {
    let intake = try await sign(intake(count))
    let release = try await sign(request("release", intake.statement, to: other.name, hours: 8))
    guard let id = release.statement else { throw Stopped("\(name) released nobody") }
    return id
  }

  /// Accepts everybody of a release that is here, and whoever released them hears of it.
  func accepts(_ release: String, from other: TestAuthority) async throws {
    _ = try await sign(outcome(release, "accepted", lines(release).map(\.line)))
    _ = try await other.take(bundle(to: other))
  }

  func request(_ event: String, _ statement: String? = nil, to: String? = nil, hours: Double = 0) -> DraftRequest {
    var request = DraftRequest(draftID: UUID().uuidString.lowercased(), event: event)
    request.statement = statement
    request.to = to
    request.occurredAt = ago(hours: hours)
    if event == "intake" || event == "outcome" { request.siteID = site }
    return request
  }

  /// A release of people to another than whoever they were released to before: what its border asks is said anew.
  func onward(_ statement: String, to other: TestAuthority, hours: Double = 0) async throws -> DraftRequest {
    var request = request("release", statement, to: other.name, hours: hours)
    request.persons = try await lines(statement).compactMap(\.reference).map(Persons.crossing)
    return request
  }

  func intake(_ count: Int = 12, hours: Double = 10) -> DraftRequest {
    var request = request("intake", hours: hours)
    request.persons = Persons.list(count)
    return request
  }

  /// One answer for each of these lines of a release.
  func outcome(_ release: String, _ code: String, _ lines: [Int], hours: Double = 0) -> DraftRequest {
    var request = request("outcome", release, hours: hours)
    request.answers = lines.map { DraftRequest.Answer(line: $0, outcome: code) }
    return request
  }

  /// Sealed, unless its lines are to be read by a test.
  func bundle(to: TestAuthority, clear: Bool = false) async throws -> [UInt8] {
    let response = try await send(.get, "/v1/bundle?to=\(to.name)&clear=\(clear)")
    guard response.status == 200 else { throw Stopped("no bundle: \(String(decoding: response.body, as: UTF8.self))") }
    return response.body
  }

  func take(_ bundle: [UInt8]) async throws -> ImportReport {
    try decoded(try await send(.post, "/v1/bundles", bundle))
  }
}

extension DraftView {
  /// The statement that it became.
  var signedID: String {
    get throws {
      guard let statement else { throw Stopped("\(event) was not signed") }
      return statement
    }
  }
}

extension World {
  /// SYR takes in people and releases them; the release is at IRQ. Returns the release's id.
  func releaseArrived(_ count: Int = 12) async throws -> String {
    let release = try await syr.releases(count, to: irq)
    _ = try await irq.take(syr.bundle(to: irq))
    return release
  }

  /// Who holds what, as both say it, sorted: equal when they agree.
  func custody(_ release: String) async throws -> (syr: [String], irq: [String]) {
    func sorted(_ lines: [LineView]) -> [String] { lines.map { "\($0.subject) \($0.custodian) \($0.phase)" }.sorted() }
    return (sorted(try await syr.lines(release)), sorted(try await irq.lines(release)))
  }
}
