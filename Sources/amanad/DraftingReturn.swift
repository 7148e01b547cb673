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

  /// What a line begins with that speaks of a line of a release. A partner's may be flagged for its shape and be here.
  func start(_ index: Int, _ leaf: ManifestLeaf, _ release: StatementID) throws -> [CBOR] {
    guard leaf.fields.count > 1 else { throw badRequest("lines", "line \(index) of \(release) cannot be read") }
    return [leaf.fields[0], leaf.fields[1], .bytes(release.bytes), .unsigned(UInt64(index))]
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
    let asked = try answerReturn(request, &event)
    let selected = try select(request.lines, from: people(of: asked.id).manifest, of: asked.id)
    return try content(
      schema: .recall, record: event.recordID, lines: selected.map(\.leaf.fields), identities: [:], event: event.type)
  }

  /// What both answers begin with.
  func answerReturn(_ request: DraftRequest, _ event: inout Event) throws -> StoredStatement {
    let asked = try statement(request.statement, "statement", [.returnRequested])
    event.continues(asked.summary, under: office.roster.successions)
    event.references = [Reference(.returnRequested, asked.id)]
    if let release = try SignedStatement(decoding: asked.bytes).event.reference(.release) {
      event.references.append(Reference(.release, release))
    }
    return asked
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

  /// Writes into a line that goes on who has consented to it, and cites what was said, so that it travels along. Whoever
  /// takes over within our member gets all that was said: it may hand them on beyond.
  func cite(consentFor chain: ChainState, in fields: inout [CBOR], of schema: LineSchema, _ event: inout Event) throws {
    let (member, places) = (office.authority.name.member, office.roster.successions)
    guard event.type.isRelease, let position = schema.position(of: "onward_consent"), position < fields.count,
      let handover = try reader.handover(of: chain, after: chain.head, to: member),
      !places.areOne(handover.from, event.to)
    else { return }
    let said = try reader.consents(of: chain.subject)
    func counting(_ receiver: AuthorityName?) throws -> OnwardConsent? {
      try said.counting(
        on: handover, to: receiver, reader, under: places, at: now + office.policy.toleranceSeconds)
    }
    let consent = try counting(event.to)
    let others = event.to?.member == member ? try Set(said.map(\.receiver)).compactMap(counting) : []
    for statement in Set((others + [consent].compactMap(\.self)).map(\.statement)).sorted() {
      let reference = Reference(.consent, statement)
      guard !event.references.contains(reference), event.references.count < Self.maximumCited else { continue }
      event.references.append(reference)
    }
    guard let consent, consent.status == .given else { return }
    let day = String(OffsetTime(unix: consent.earliest).text.prefix(10))
    fields[position] = .map(["by": .text(consent.issuer.description), "on": .text(day)])
  }

  /// As many as one event cites.
  private static let maximumCited = 256
}
