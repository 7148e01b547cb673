import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Who is to come back, and who may go on, of those whom one handed over.
extension Drafting {
  /// Asks whoever accepted people to give them back: those named, or all that were accepted.
  func requestReturn(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let release = try ofRelease(request, &event)
    var selected = try select(request.lines, from: people(of: release.id).manifest, of: release.id)
    if request.lines == nil {
      selected = try selected.filter { try reader.releaseLine(release.id, $0.index)?.answer?.code == .accepted }
    }
    guard !selected.isEmpty else {
      throw Problem(
        status: 409, code: "conflict", title: "Nobody was accepted",
        detail: "no line of the release \(release.id) was accepted, as far as is known here",
        record: event.recordID.uuid, next: "who is released and not answered comes back by `amana recall`")
    }
    let lines = try selected.map { index, leaf in try start(index, leaf, release.id) }
    return try content(schema: .recall, record: event.recordID, lines: lines, identities: [:], event: event.type)
  }

  /// A statement about people of an own release, after it.
  private func ofRelease(_ request: DraftRequest, _ event: inout Event) throws -> StoredStatement {
    let release = try statement(request.statement, "statement", [.release, .redirect])
    event.continues(release.summary, under: office.roster.successions)
    event.references = [Reference(.release, release.id)]
    return release
  }

  /// Agrees to give people back, all of the request or those named by their number in it. A release back follows.
  func agreeReturn(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let asked = try statement(request.statement, "statement", [.returnRequested])
    return try agreeReturn(request, to: asked.summary, knowing: here, &event)
  }

  func refuseReturn(_ request: DraftRequest, _ event: inout Event) throws {
    try answer(statement(request.statement, "statement", [.returnRequested]).summary, .returnRequested, here, &event)
  }

  /// Says whether people whom we handed over may go on, of all lines of the release or those named.
  func consent(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    guard let status = request.consent.flatMap(OnwardConsent.Status.init) else {
      throw badRequest(
        "consent", "must be one of \(OnwardConsent.Status.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let release = try ofRelease(request, &event)
    let receiver = try authority(request.to, "to")
    if let until = request.until, OffsetTime(until) == nil {
      throw badRequest("until", "\"\(until)\" is not RFC 3339 with whole seconds and a numeric offset")
    }
    let terms: [CBOR] = [
      .text(status.rawValue), receiver.map { .text($0.description) } ?? .null,
      .array((request.conditions ?? []).map(CBOR.text)), request.until.map(CBOR.text) ?? .null,
    ]
    let selected = try select(request.lines, from: people(of: release.id).manifest, of: release.id)
    let lines = try selected.map { index, leaf in try start(index, leaf, release.id) + terms }
    return try content(schema: .onward, record: event.recordID, lines: lines, identities: [:], event: event.type)
  }
}
