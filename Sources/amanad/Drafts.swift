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
    let made: StoredDraft
    if let known = try await store.read({ try Self.known(id, digest, $0) }) {
      made = known
    } else {
      made = try await make(id, request, digest)
    }
    if made.officers == 0, made.roles.isEmpty, made.statement == nil, !made.isDiscarded { try await sign(id) }
    return try await view(id)
  }

  /// The draft that the same request made; another request under its id is told so.
  static func known(_ id: RecordID, _ digest: [UInt8], _ reader: StoreReader) throws -> StoredDraft? {
    guard let known = try reader.draft(id) else { return nil }
    guard known.request == digest else {
      throw Problem(
        status: 409, code: "conflict", title: "This draft id is taken",
        detail: "another request has used draft \(id.uuid)", record: id.uuid, next: "choose a new UUID")
    }
    return known
  }

  /// Salts, shuffles and judges over a snapshot, so that nobody else waits to write; the rules judge once more when it is
  /// registered.
  private func make(_ id: RecordID, _ request: DraftRequest, _ digest: [UInt8]) async throws -> StoredDraft {
    let office = office
    let result = try await store.read { reader in
      try Drafting(office: office, reader: reader, now: currentTime()).draft(request)
    }
    let draft = StoredDraft(
      id: id, request: digest, event: result.event.encoded(includingApprovals: false), officers: result.officers,
      roles: result.roles, createdAt: currentTime(), lines: result.content.manifest?.lines.count ?? 0)
    return try await keep(draft, result.content, result.objects)
  }

  /// Keeps a draft that was judged, or finds the one that was made meanwhile.
  /// - Parameter isFile: whether it came as a file: the same file's objects are then the other one's too.
  func keep(_ draft: StoredDraft, _ content: Content, _ kept: [Sealing.Object], isFile: Bool = false) async throws
    -> StoredDraft
  {
    // Objects are files: on disk before anything says that they are here.
    let objects = kept.map(\.id)
    let known: StoredDraft?
    do {
      try await Objects(store: store).keep(kept)
      known = try await store.write { transaction in
        // The same request twice at once: the first one's draft counts.
        if let known = try Self.known(draft.id, draft.request, transaction.reader) { return known }
        try transaction.keep(draft: draft)
        try transaction.keep(content: content, owner: draft.id.bytes)
        return nil
      }
    } catch {
      if !isFile { try? await store.forget(objects: objects) }
      throw error
    }
    if let known {
      if !isFile { try await store.forget(objects: objects) }
      return known
    }
    return draft
  }

  func view(_ id: RecordID) async throws -> DraftView {
    let office = office
    return try await store.read { reader in
      guard let draft = try reader.draft(id) else { throw Self.unknown(id) }
      return try Self.view(draft, reader, office)
    }
  }

  func open() async throws -> [DraftView] {
    let office = office
    return try await store.read { reader in try reader.openDrafts().map { try Self.view($0, reader, office) } }
  }

  /// Takes an approval; the last one needed signs and registers the statement before this returns.
  /// - Parameter mayHandIn: whether this user may hand in approvals of an officer.
  func approve(
    _ id: RecordID, approval bytes: [UInt8], user: UInt32, mayHandIn: @escaping @Sendable (UInt64) -> Bool
  ) async throws -> DraftView {
    let office = office
    let isComplete = try await store.write { transaction -> Bool in
      guard let draft = try transaction.reader.draft(id) else { throw Self.unknown(id) }
      if draft.statement != nil { return false }
      guard !draft.isDiscarded else { throw Self.discarded(id) }
      let (approval, officer) = try Self.verified(bytes, of: draft, office: office)
      guard mayHandIn(officer) else { throw Self.otherOfficer(id) }
      let existing = try transaction.reader.approvals(of: id)
      if !existing.contains(where: { $0.keyID == approval.keyID }) {
        try Self.refuseSame(officer, user: user, existing, office: office, draft: id)
        try transaction.keep(
          approval: StoredApproval(keyID: approval.keyID, officer: officer, bytes: bytes, user: user), of: id)
      }
      return try draft.isApproved(by: transaction.reader.approvals(of: id))
    }
    if isComplete { try await sign(id) }
    let view = try await view(id)
    Logger.amanad.record(
      .draftApproved, "draft of \(view.event) approved: \(view.officersApproved) of \(view.officersNeeded)",
      record: view.recordID, ["draft": id.uuid])
    return view
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

  /// Signs with the authority's key, last, and registers in the next batch.
  func sign(_ id: RecordID) async throws {
    let office = office
    let prepared = try await store.read { reader -> (VerifiedStatement, Content)? in
      guard let draft = try reader.draft(id), draft.statement == nil else { return nil }
      var event = try Event(decoding: draft.event[...])
      event.approvals = try reader.approvals(of: id).map(\.bytes)
      return (try Genesis.sign(event, office: office), try reader.content(owner: id.bytes))
    }
    guard let (verified, content) = prepared else { return }
    _ = try await sequencer.submit { registrar -> Bool in
      // Two last approvals at once: the first one signed it.
      guard let draft = try registrar.transaction.reader.draft(id), draft.statement == nil else { return false }
      // Discarded since the last approval was taken: its content is gone, so nothing is signed.
      guard !draft.isDiscarded else { throw Self.discarded(id) }
      do {
        _ = try registrar.register(verified, content: content, stage: .own)
      } catch let refusal as RegistrationRefusal {
        throw refused(refusal.violations, record: verified.event.recordID)
      }
      try registrar.transaction.sign(draft: id, as: verified.id)
      return true
    }
  }

  private static func verified(_ bytes: [UInt8], of draft: StoredDraft, office: Office) throws
    -> (approval: VerifiedApproval, officer: UInt64)
  {
    let approval: Approval
    do { approval = try Approval(decoding: bytes) } catch {
      throw Problem(
        status: 422, code: error.reason.rawValue, title: "The approval cannot be read", detail: "\(error)",
        record: draft.id.uuid, next: "approve again with `amana approve`")
    }
    let event = try Event(decoding: draft.event[...])
    let result = VerifiedApproval.verify(
      approval, draft: draft.event, record: event.recordID, issuer: office.authority, roster: office.roster,
      draftedAt: event.recordedAt.unix, signedAt: currentTime())
    let why: String
    switch result {
    case .success(let verified):
      if let officer = verified.officer { return (verified, officer) }
      why = "it is the authority's own second signature, which the daemon makes itself"
    case .failure(let refusal): why = refusal.why
    }
    throw Problem(
      status: 403, code: "V14", title: "The approval does not count", detail: why, record: draft.id.uuid,
      next: "approve with the key of an officer whom the roster lists")
  }

  private static func refuseSame(
    _ officer: UInt64, user: UInt32, _ existing: [StoredApproval], office: Office, draft: RecordID
  ) throws {
    let sameOfficer = existing.contains { $0.officer == officer }
    let sameUser = office.policy.twoUsers && existing.contains { $0.user == user }
    guard sameOfficer || sameUser else { return }
    throw Problem(
      status: 403, code: "V14", title: "Two different officers must approve",
      detail: sameOfficer
        ? "officer \(officer) has approved it already"
        : "the same local user has handed in an approval already",
      record: draft.uuid, next: "let the second officer approve, from their own login")
  }

  private static func view(_ draft: StoredDraft, _ reader: StoreReader, _ office: Office) throws -> DraftView {
    let event = try Event(decoding: draft.event[...])
    let stored = try draft.statement.flatMap { try reader.statement($0) }
    let approvals = try reader.approvals(of: draft.id)
    let roles = approvals.compactMap(\.role)
    return DraftView(
      draftID: draft.id.uuid, recordID: event.recordID.uuid, event: event.type.rawValue, issuer: office.authority.uri,
      content: hexadecimal(draft.event), lines: stored?.summary.lines ?? draft.lines, to: event.to?.description,
      officersNeeded: draft.officers, officersApproved: roles.count { $0 == .officer },
      approvedBy: approvals.map(\.officer),
      rolesNeeded: draft.roles.isEmpty ? nil : draft.roles.map(\.rawValue),
      rolesApproved: draft.roles.isEmpty ? nil : draft.roles.lacking(draft.roles.lacking(roles)).map(\.rawValue),
      statement: draft.statement?.description, index: stored?.index,
      flags: try flags(of: draft, event, reader, office), discarded: draft.isDiscarded ? true : nil)
  }

  private static let unnamed = Problem(
    status: 400, code: "malformed", title: "The request is no JSON of the expected shape",
    detail: "the request lacks \"draft_id\"",
    next: "add a UUID of your choice, or send an Idempotency-Key; nothing was stored")

  private static func otherOfficer(_ id: RecordID) -> Problem {
    Problem(
      status: 403, code: "not-permitted", title: "You may not do this",
      detail: "approvals of this officer are handed in by another local user", record: id.uuid,
      next: "hand it in from that officer's login, or have an administrator correct rights.officers")
  }

  private static func unknown(_ id: RecordID) -> Problem {
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
