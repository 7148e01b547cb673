import COSE
import ControlAPI
import Custody
import Logging
import ReceiptStore
import Roster

/// Approvals: POST /v1/drafts/{id}/approvals. What counts is what counts now: an officer may have left, or a key may have
/// been lost, since an approval was handed in.
extension Drafts {
  /// Takes an approval; the last one needed signs and registers the statement before this returns.
  /// - Parameters:
  ///   - earlier: of a draft that came as a file, the roster that its officers relied on.
  ///   - mayHandIn: whether this user may hand in approvals of an officer.
  func approve(
    _ id: RecordID, approval bytes: [UInt8], under earlier: VerifiedRoster? = nil, user: UInt32,
    mayHandIn: @escaping @Sendable (UInt64) -> Bool
  ) async throws -> DraftView {
    let (office, now) = (office, currentTime())
    // Signatures are checked before anybody's turn to write begins.
    let found = try await store.read { reader -> (approval: StoredApproval, lapsed: Set<[UInt8]>)? in
      guard let draft = try reader.draft(id) else { throw Self.unknown(id) }
      if draft.statement != nil { return nil }
      guard !draft.isDiscarded else { throw Self.discarded(id) }
      let (approval, officer) = try Self.verified(bytes, of: draft, office, earlier, at: now)
      guard mayHandIn(officer) else { throw Self.otherOfficer(id) }
      let given = try reader.approvals(of: id)
      let counting = try Self.counting(given, of: draft, office, at: now)
      let lapsed = Set(given.map(\.bytes)).subtracting(counting.map(\.bytes))
      return (StoredApproval(keyID: approval.keyID, officer: officer, bytes: bytes, user: user), lapsed)
    }
    if let found, try await keep(found.approval, except: found.lapsed, of: id) { try await sign(id) }
    let view = try await view(id)
    Logger.amanad.record(
      .draftApproved, "draft of \(view.event) approved: \(view.officersApproved) of \(view.officersNeeded)",
      record: view.recordID, ["draft": id.uuid])
    return view
  }

  /// - Parameter lapsed: approvals that do not count any more: but for those of who left, they stand in nobody's way.
  /// - Returns: whether nothing is missing with it.
  private func keep(_ approval: StoredApproval, except lapsed: Set<[UInt8]>, of id: RecordID) async throws -> Bool {
    let office = office
    return try await store.write { transaction in
      guard let draft = try transaction.reader.draft(id) else { throw Self.unknown(id) }
      if draft.statement != nil { return false }
      guard !draft.isDiscarded else { throw Self.discarded(id) }
      func weighed(_ given: [StoredApproval]) throws -> DraftStanding {
        try DraftStanding(
          draft, counting: given.filter { !lapsed.contains($0.bytes) }, given: given, under: office.roster,
          at: currentTime())
      }
      let given = try transaction.reader.approvals(of: id)
      let standing = try weighed(given).approvals
      if !standing.contains(where: { $0.keyID == approval.keyID }) {
        try Self.refuseSame(approval.officer, user: approval.user, standing, office: office, draft: id)
        // Of the same officer in another office, perhaps, which that officer holds no more.
        let isAgain = given.contains { $0.keyID == approval.keyID }
        try transaction.keep(approval: approval, of: id, replacing: isAgain)
      }
      return try weighed(transaction.reader.approvals(of: id)).isComplete
    }
  }

  /// Signs with the authority's key, last, and registers in the next batch; nothing while an approval is missing.
  func sign(_ id: RecordID) async throws {
    var office = office
    // A roster that is adopted meanwhile may list other officers: then it is looked at anew.
    for _ in 0..<8 {
      guard let newer = try await sign(id, under: office) else { return }
      office = newer
    }
    throw Problem.busyAdopting
  }

  /// - Returns: the office in force, where that is another by now; nil when nothing is left to do.
  private func sign(_ id: RecordID, under office: Office) async throws -> Office? {
    let prepared = try await store.read { reader -> (VerifiedStatement, Content)? in
      guard let draft = try reader.draft(id), draft.statement == nil else { return nil }
      let standing = try Self.standing(draft, reader, office, at: currentTime())
      guard standing.isComplete else { return nil }
      var event = try Event(decoding: draft.event[...])
      event.approvals = standing.approvals.map(\.bytes)
      return (try Genesis.sign(event, office: office), try reader.content(owner: id.bytes))
    }
    guard let (verified, content) = prepared else { return nil }
    return try await sequencer.submit { registrar -> Office? in
      // Two last approvals at once: the first one signed it.
      guard let draft = try registrar.transaction.reader.draft(id), draft.statement == nil else { return nil }
      // Discarded since the last approval was taken: its content is gone, so nothing is signed.
      guard !draft.isDiscarded else { throw Self.discarded(id) }
      guard registrar.office.roster.digest == office.roster.digest else { return registrar.office }
      try Self.register(verified, content, &registrar) { Self.overtaken(id, $0, verified.event) }
      try registrar.transaction.sign(draft: id, as: verified.id)
      return nil
    }
  }
}

extension Drafts {
  /// Those that count by an office's roster at a moment, in their order. Nobody else has seen them yet, so that what others
  /// may have signed (V15) counts for nothing.
  static func counting(_ approvals: [StoredApproval], of draft: StoredDraft, _ office: Office, at now: UnixTime) throws
    -> [StoredApproval]
  {
    guard !approvals.isEmpty else { return [] }
    let event = try Event(decoding: draft.event[...])
    return approvals.filter { stored in
      guard let approval = try? Approval(decoding: stored.bytes) else { return false }
      let result = VerifiedApproval.verify(
        approval, draft: draft.event, record: event.recordID, issuer: office.authority, roster: office.roster,
        draftedAt: event.recordedAt.unix, signedAt: now, anchoredAt: now)
      if case .success = result { return true }
      return false
    }
  }

  /// What the approvals of a draft that waits come to.
  static func standing(_ draft: StoredDraft, _ reader: StoreReader, _ office: Office, at now: UnixTime) throws
    -> DraftStanding
  {
    let given = try reader.approvals(of: draft.id)
    return try DraftStanding(
      draft, counting: counting(given, of: draft, office, at: now), given: given, under: office.roster, at: now)
  }

  /// The approvals that stand in a statement that was a draft.
  static func given(_ draft: StoredDraft, _ stored: StoredStatement, _ reader: StoreReader) throws -> [StoredApproval] {
    let all = try reader.approvals(of: draft.id)
    guard !all.isEmpty else { return [] }
    let signed = Set(try SignedStatement(decoding: stored.bytes).event.approvals)
    return all.filter { signed.contains($0.bytes) }
  }

  private static func verified(
    _ bytes: [UInt8], of draft: StoredDraft, _ office: Office, _ earlier: VerifiedRoster?, at now: UnixTime
  ) throws -> (approval: VerifiedApproval, officer: UInt64) {
    let approval: Approval
    do { approval = try Approval(decoding: bytes) } catch {
      throw Problem(
        status: 422, code: error.reason.rawValue, title: "The approval cannot be read", detail: "\(error)",
        record: draft.id.uuid, next: "approve again with `amana approve`")
    }
    let event = try Event(decoding: draft.event[...])
    let left = office.roster.leftOffice(approval.keyID, by: now)
    // What an officer who had left says happened is on record with their word, as it was given (F5): V14 flags it.
    let roster = left != nil && !event.isIntention ? earlier ?? office.roster : office.roster
    let result = VerifiedApproval.verify(
      approval, draft: draft.event, record: event.recordID, issuer: office.authority, roster: roster,
      draftedAt: event.recordedAt.unix, signedAt: now, anchoredAt: now)
    let why: String
    switch result {
    case .success(let verified):
      if let officer = verified.officer, left == nil || !event.isIntention { return (verified, officer) }
      why =
        left.map { "its officer has left: the key is retired since \(OffsetTime(unix: $0))" }
        ?? "it is the authority's own second signature, which the daemon makes itself"
    case .failure(let refusal): why = refusal.why
    }
    throw Problem(
      status: 403, code: "V14", title: "The approval does not count", detail: why, record: draft.id.uuid,
      next: "approve with the key of an officer whom the roster lists")
  }

  /// What was right when it was drafted; what waits does not change any more.
  private static func overtaken(_ id: RecordID, _ violations: [Violation], _ event: Event) -> Problem {
    var problem = refused(violations, record: event.recordID)
    problem.next =
      "nothing was signed, and the draft stays as it is: discard it with `amana discard \(id.uuid)`, correct what is named "
      + "and draft it again"
    return problem
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
}

extension Problem {
  /// Rosters follow each other faster than anything is signed.
  static let busyAdopting = Problem(
    status: 503, code: "busy", title: "Rosters are being adopted", detail: "nothing was signed under one that is over",
    next: "ask again in a few seconds")
}
