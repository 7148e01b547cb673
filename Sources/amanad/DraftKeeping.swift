import ControlAPI
import Custody
import ReceiptStore
import Roster

/// How a draft that was judged is kept, and one that waits for nobody registered with it.
extension Drafts {
  /// What became of it.
  private enum Kept: Sendable {
    case done
    /// The same request made one meanwhile.
    case known
    /// Another roster is in force by now.
    case moved(Office)
  }

  /// Keeps a draft, unless the same request made one meanwhile. One that nobody must approve is signed and registered in the
  /// same transaction: refused, it leaves nothing that waits.
  /// - Parameter isFile: whether it came as a file: the same file's objects are then the other one's too.
  /// - Returns: the office in force where that is another by now: then nothing was kept.
  func keep(_ draft: StoredDraft, _ content: Content, _ objects: [Sealing.Object], isFile: Bool = false) async throws
    -> Office?
  {
    let ids = objects.map(\.id)
    let kept: Kept
    do {
      // Objects are files: on disk before anything says that they are here.
      try await Objects(store: store).keep(objects)
      kept = try await draft.needsNobody ? register(draft, content) : put(draft, content)
    } catch {
      if !isFile { try? await store.forget(objects: ids) }
      throw error
    }
    switch kept {
    case .done: return nil
    case .known:
      if !isFile { try await store.forget(objects: ids) }
      return nil
    case .moved(let office):
      if !isFile { try await store.forget(objects: ids) }
      return office
    }
  }

  private func put(_ draft: StoredDraft, _ content: Content) async throws -> Kept {
    try await store.write { transaction in
      // The same request twice at once: the first one's draft counts.
      guard try Self.known(draft.id, draft.request, transaction.reader) == nil else { return .known }
      try transaction.keep(draft: draft)
      try transaction.keep(content: content, owner: draft.id.bytes)
      return .done
    }
  }

  private func register(_ draft: StoredDraft, _ content: Content) async throws -> Kept {
    let office = office
    let verified = try Genesis.sign(try Event(decoding: draft.event[...]), office: office)
    return try await sequencer.submit { registrar -> Kept in
      let transaction = registrar.transaction
      guard try Self.known(draft.id, draft.request, transaction.reader) == nil else { return .known }
      guard registrar.office.roster.digest == office.roster.digest else { return .moved(registrar.office) }
      try transaction.keep(draft: draft)
      try Self.register(verified, content, &registrar) { refused($0, record: verified.event.recordID) }
      try transaction.keep(content: content, owner: verified.id.bytes)
      try transaction.sign(draft: draft.id, as: verified.id)
      return .done
    }
  }

  /// Registers what was signed, if it is still true what it was drafted for.
  /// - Parameter refusal: what people are told when the rules refuse it.
  static func register(
    _ verified: VerifiedStatement, _ content: Content, _ registrar: inout Registrar, _ refusal: ([Violation]) -> Problem
  ) throws {
    try Drafting(office: registrar.office, reader: registrar.transaction.reader, now: registrar.now)
      .refuseOvertaken(verified.event)
    do {
      _ = try registrar.register(verified, content: content, stage: .own)
    } catch let refused as RegistrationRefusal { throw refusal(refused.violations) }
  }
}

extension StoredDraft {
  /// Whether it is signed as soon as it is made.
  var needsNobody: Bool { officers == 0 && roles.isEmpty }
}

/// What no rule says, and what may have changed between drafting and signing.
extension Drafting {
  /// - Throws: `Problem` where the offer was answered, the agreement has ended or a key that it is sealed to was lost, since.
  func refuseOvertaken(_ event: Event) throws {
    try refuseLostKeys(event)
    switch event.type {
    case .offerAgreed, .offerDeclined:
      if let offer = try event.reference(.offer).flatMap({ try reader.statement($0) }) {
        try refuseAnswered(offer, event)
      }
    case .redirect:
      if let agreement = try event.reference(.offerAgreed).flatMap({ try reader.statement($0) }) {
        try refuseDeclined(agreement)
      }
    default: break
    }
  }

  /// What waited was sealed when it was drafted: nobody is released under keys that others are known to have by now, or that
  /// the roster does not list any more.
  private func refuseLostKeys(_ event: Event) throws {
    guard Lifecycle.row(for: event.type)?.isIntention == true, !event.sealed.isEmpty,
      event.roster != office.roster.digest, let bytes = try reader.roster(digest: event.roster)
    else { return }
    let before = try VerifiedRoster.verify(bytes, pinned: event.roster)
    let readers = Set(event.readers).union([office.authority.name]).sorted().compactMap { before.authority($0) }
    let known = office.roster.body.authorities.flatMap(\.keys).filter { $0.purpose == .seal && $0.exposedFrom == nil }
    let roles = Set(PayloadKind.besideManifest(of: event.kind).map(\.role))
    for authority in readers {
      let used = roles.flatMap { authority.sealKeys($0, at: event.recordedAt.unix) }
      guard used.contains(where: { record in !known.contains { $0.key == record.key } }) else { continue }
      throw Problem(
        status: 409, code: CheckCode.v30.rawValue, title: "It is sealed to a key that counts no more",
        detail:
          "others may have a seal key of \(authority.name) by roster version \(office.roster.body.version), or that "
          + "does not list it any more, and this was sealed to it when it was drafted", record: event.recordID.uuid,
        next: "discard the draft with `amana discard` and draft it again: it is sealed anew")
    }
  }

  /// An offer is answered once.
  func refuseAnswered(_ offer: StoredStatement, _ event: Event) throws {
    let answer = try reader.first(
      of: [.offerAgreed, .offerDeclined], inRecord: offer.summary.recordID, after: offer.index,
      by: office.authority.name)
    guard let answer else { return }
    throw Problem(
      status: 409, code: "conflict", title: "The offer is answered",
      detail: "\(answer.id), \(answer.summary.type.rawValue), is this authority's answer", record: event.recordID.uuid,
      next: "see it with `amana show`; whoever changes its mind says so in a message or declines the release")
  }

  /// An agreement that was taken back, or that a handover has used, agrees to nothing.
  func refuseDeclined(_ agreement: StoredStatement) throws {
    let later = try reader.first(
      of: [.offerDeclined, .release, .redirect], inRecord: agreement.summary.recordID, after: agreement.index)
    if let later { throw badRequest("agreement", "\(later.id), \(later.summary.type.rawValue), has ended it") }
  }
}
