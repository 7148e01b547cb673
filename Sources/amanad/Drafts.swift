import COSE
import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster

/// Drafts and their approvals: POST and GET /v1/drafts.
struct Drafts: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer

  /// Makes a draft, or finds the one that the same request made before. One that needs no approval is signed at once.
  /// - Parameter otherwise: the draft's id when the request names none.
  func create(_ request: DraftRequest, body: [UInt8], otherwise: RecordID?) async throws -> DraftView {
    guard request.draftID != nil || otherwise != nil else { throw Self.unnamed }
    guard let id = request.draftID.map({ RecordID(uuid: $0) }) ?? otherwise else {
      throw badRequest("draft_id", "must be a UUID of your choice")
    }
    let digest = SHA256.hash(body)
    if let known = try await store.read({ try Self.known(id, digest, $0) }) {
      // A version before this one may have ended between keeping and signing it.
      if known.needsNobody, known.statement == nil { try await sign(id) }
    } else {
      try await made { try await $0.make(id, request, digest) }
    }
    return try await view(id)
  }

  /// Makes a draft under the office in force, anew where another roster is adopted meanwhile.
  func made(_ make: (Drafts) async throws -> Office?) async throws {
    var drafts = self
    for _ in 0..<8 {
      guard let newer = try await make(drafts) else { return }
      drafts = Drafts(office: newer, store: store, sequencer: sequencer)
    }
    throw Problem.busyAdopting
  }

  /// The draft that the same request made; another request under its id is told so.
  static func known(_ id: RecordID, _ digest: [UInt8], _ reader: StoreReader) throws -> StoredDraft? {
    guard let known = try reader.draft(id) else { return nil }
    guard !known.isDiscarded else { throw discarded(id) }
    if known.isForgotten, let statement = known.statement { try reader.refuseErased(statement) }
    guard known.request == digest else {
      throw Problem(
        status: 409, code: "conflict", title: "This draft id is taken",
        detail: "another request has used draft \(id.uuid)", record: id.uuid, next: "choose a new UUID")
    }
    return known
  }

  /// Salts, shuffles and judges over a snapshot, so that nobody else waits to write; the rules judge once more when it is
  /// registered.
  /// - Returns: the office in force where that is another by now: then nothing was kept.
  private func make(_ id: RecordID, _ request: DraftRequest, _ digest: [UInt8]) async throws -> Office? {
    let office = office
    let result = try await store.read { reader in
      try Drafting(office: office, reader: reader, now: currentTime()).draft(request)
    }
    let draft = StoredDraft(
      id: id, request: digest, event: result.event.encoded(includingApprovals: false), officers: result.officers,
      roles: result.roles, createdAt: currentTime(), lines: result.content.manifest?.lines.count ?? 0)
    return try await keep(draft, result.content, result.objects)
  }

  func view(_ id: RecordID) async throws -> DraftView {
    let office = office
    return try await store.read { reader in
      guard let draft = try reader.draft(id) else { throw Self.unknown(id) }
      return try Self.view(draft, reader, office)
    }
  }

  /// GET /v1/drafts
  /// - Parameter seesLines: whether who asks may see what is said of single lines.
  func list(_ query: Query, seesLines: Bool) async throws -> Reply {
    let limit = try query.number("limit", 1...Query.maximumLimit) ?? Query.maximumLimit
    let page = try await open(
      after: query.value("cursor", "what the Link of the page before says", DraftPlace.init), limit: limit)
    let views = seesLines ? page.views : page.views.map(\.withoutLines)
    return try .json(views, link: page.next.map { query.next("/v1/drafts", cursor: $0.text) })
  }

  /// Those that wait behind a place, and where the next page begins.
  func open(after place: DraftPlace? = nil, limit: Int = Query.maximumLimit) async throws
    -> (views: [DraftView], next: DraftPlace?)
  {
    let office = office
    return try await store.read { reader in
      let found = try reader.openDrafts(after: place.map { ($0.createdAt, $0.id) }, limit: limit + 1)
      let shown = found.prefix(limit)
      let next = found.count > limit ? shown.last.map { DraftPlace(createdAt: $0.createdAt, id: $0.id) } : nil
      return (views: try shown.map { try Self.view($0, reader, office) }, next: next)
    }
  }

  func discard(_ id: RecordID) async throws {
    let sealed = try await store.write { transaction -> [[UInt8]] in
      guard let draft = try transaction.reader.draft(id) else { throw Self.unknown(id) }
      guard draft.statement == nil else {
        throw Problem(
          status: 409, code: "conflict", title: "It is signed", detail: "draft \(id.uuid) has become a statement",
          record: id.uuid, next: "a signed statement stays; correct it by another one")
      }
      try transaction.discard(draft: id)
      return try Event(decoding: draft.event[...]).objects.map(\.id)
    }
    try await store.forget(objects: sealed)
  }

  private static func view(_ draft: StoredDraft, _ reader: StoreReader, _ office: Office) throws -> DraftView {
    let event = try Event(decoding: draft.event[...])
    let stored = try draft.statement.flatMap { try reader.statement($0) }
    let waiting = try stored == nil ? standing(draft, reader, office, at: currentTime()) : nil
    let approvals = try stored.map { try given(draft, $0, reader) } ?? waiting?.approvals ?? []
    let (roles, needed) = (approvals.compactMap(\.role), waiting?.roles ?? draft.roles)
    return DraftView(
      draftID: draft.id.uuid, recordID: event.recordID.uuid, event: event.type.rawValue, issuer: office.authority.uri,
      content: hexadecimal(draft.event), lines: stored?.summary.lines ?? draft.lines, to: event.to?.description,
      officersNeeded: draft.officers, officersApproved: roles.count { $0 == .officer },
      approvedBy: approvals.map(\.officer),
      rolesNeeded: needed.isEmpty ? nil : needed.map(\.rawValue),
      rolesApproved: needed.isEmpty ? nil : needed.lacking(needed.lacking(roles)).map(\.rawValue),
      statement: draft.statement?.description, index: stored?.index,
      flags: try flags(of: draft, event, reader, office) + (waiting?.flags ?? []),
      discarded: draft.isDiscarded ? true : nil)
  }

  private static let unnamed = Problem(
    status: 400, code: "malformed", title: "The request is no JSON of the expected shape",
    detail: "the request lacks \"draft_id\"",
    next: "add a UUID of your choice, or send an Idempotency-Key; nothing was stored")

  static func otherOfficer(_ id: RecordID) -> Problem {
    Problem(
      status: 403, code: "not-permitted", title: "You may not do this",
      detail: "approvals of this officer are handed in by another local user", record: id.uuid,
      next: "hand it in from that officer's login, or have an administrator correct rights.officers")
  }

  static func unknown(_ id: RecordID) -> Problem {
    Problem(
      status: 404, code: "not-found", title: "No such draft", detail: "no draft \(id.uuid) is here",
      next: "list the drafts that wait with `amana status`")
  }

  static func discarded(_ id: RecordID) -> Problem {
    Problem(
      status: 410, code: "discarded", title: "This draft was discarded", detail: "draft \(id.uuid) was discarded",
      record: id.uuid, next: "draft it again")
  }
}

/// A place in the order in which drafts were made.
struct DraftPlace: Sendable {
  let createdAt: UnixTime
  let id: RecordID

  /// As a cursor says it.
  var text: String { "\(createdAt)-\(hexadecimal(id.bytes))" }

  init(createdAt: UnixTime, id: RecordID) { (self.createdAt, self.id) = (createdAt, id) }

  init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let time = UnixTime(parts[0]),
      let id = decodeHexadecimal(String(parts[1])).flatMap({ RecordID($0) })
    else { return nil }
    (createdAt, self.id) = (time, id)
  }
}
