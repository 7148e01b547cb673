import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Drafts here what a laptop may, and writes it to a file that officers approve and a daemon takes in. The same rules judge
/// it as the daemon's, by what the kit knows.
struct OfflineDesk: DraftDesk, DraftMaking {
  let language: Language
  let path: String
  let drafter: Authority
  let draftRoster: VerifiedRoster
  let now: UnixTime
  let kit: OfflineKit?

  private var book: CodeBook { .embedded.adding(kit?.codeLists ?? []) }
  var draftCodes: CodesInForce { CodesInForce(book, under: draftRoster.body) }
  var draftPolicy: Policy { .standard }

  func source(_ text: String, events: [String]) throws -> DraftSource {
    let signed = try needed().statement(text, events: events, in: language)
    return DraftSource(
      statement: signed.id.description, kind: signed.event.kind?.rawValue, event: signed.event.type.rawValue)
  }

  func lines(of statement: String) throws -> [LineView] {
    try needed().lines(of: cited(statement, Self.befallen + [.offer, .offerAgreed, .returnRequested]))
  }

  func make(_ request: DraftRequest) throws {
    let file: DraftFile
    do { file = try draft(request) } catch let problem as Problem {
      throw CommandFailure(Exit.doesNotHold, lines: ProblemTexts.lines(problem, in: language))
    }
    let out = try NewFile(path)
    do {
      try out.write(file.encoded())
      try out.keep()
    } catch {
      out.discard()
      throw error
    }
    DraftFileScreen(path: path, language: language).showWritten(file, kit)
  }

  func needed() throws -> OfflineKit {
    guard let kit else { throw CommandFailure(Exit.usage, say(.offlineKitNeeded, in: language)) }
    return kit
  }

  /// The statement that a request names, of one of these events.
  func cited(_ id: String?, _ types: [EventType]) throws -> SignedStatement {
    guard let signed = try id.flatMap({ StatementID(hex: $0) }).flatMap({ try needed()[$0] }),
      types.contains(signed.event.type)
    else {
      throw Problem.badRequest("statement", "the kit holds no such \(types.map(\.rawValue).joined(separator: " or "))")
    }
    return signed
  }

  /// The same, as the kit's custody knows it.
  func summary(_ id: String?, _ types: [EventType]) throws -> StatementSummary {
    let signed = try cited(id, types)
    guard let summary = try needed().ledger.summary(signed.id) else {
      throw Problem.badRequest("statement", "the kit does not know \(signed.id)")
    }
    return summary
  }

  /// Everything that officers will sign is settled here.
  func draft(_ request: DraftRequest) throws -> DraftFile {
    guard request.officers == nil else {
      throw Problem.badRequest("officers", "a draft that is made without a daemon asks for as many as its event does")
    }
    guard let type = EventType(rawValue: request.event), DraftFile.drafted.contains(type) else {
      throw Problem.badRequest("event", "\(request.event) is not drafted without a daemon")
    }
    let id = RecordID(milliseconds: UInt64(clamping: now) &* 1000, random: try randomBytes(10))
    var event = try frame(type, request, record: id)
    event.basis = request.basis.map { Basis(code: $0) }
    event.lateEntry = try lateEntry(request)
    var content = try content(type, request, &event)
    try describe(content, in: &event)
    try withhold(request, building: kit?.building(event, content) ?? [], in: &event)
    let objects = try sealed(&content, request, in: &event) { event, content in
      kit?.history(of: event, content, by: drafter.name) ?? History(items: [])
    }
    let roles = try judge(content, request, &event)
    try refuseUnreadable(event)
    return DraftFile(
      event: event, authority: drafter, roster: draftRoster, sealed: objects.filter { !$0.isSlots }.map(\.bytes),
      slots: content.slots, lines: content.manifest?.lines.count ?? 0, roles: roles)
  }

  /// What stands beside the event; the envelope is filled in.
  private func content(_ type: EventType, _ request: DraftRequest, _ event: inout Event) throws -> Content {
    switch type {
    case .intake: try intake(request, &event) { try born($0, request, $1, &$2) }
    case .outcome: try outcome(request, &event)
    case .incident, .releasedToLiberty:
      try occurrence(request, of: summary(request.statement, Self.befallen), knowing: needed(), &event)
    case .recall:
      try recall(request, of: summary(request.statement, [.release, .redirect]), knowing: needed(), &event)
    case .recallAgreed: try agreeRecall(request, to: summary(request.statement, [.recall]), knowing: needed(), &event)
    case .returnAgreed:
      try agreeReturn(request, to: summary(request.statement, [.returnRequested]), knowing: needed(), &event)
    default: try handover(request, &event)
    }
  }

  /// - Returns: in what offices somebody must approve.
  private func judge(_ content: Content, _ request: DraftRequest, _ event: inout Event) throws -> [ApprovalRole] {
    var proposal = Proposal(
      draft: event, issuer: drafter, content: content, roster: draftRoster, policy: draftPolicy, now: now)
    proposal.codeBook = book
    let judgement = try Judge().judge(proposal, in: kit?.ledger ?? Ledger())
    guard judgement.isRegistered else {
      throw Problem.refused(try judgement.refusals.map { try named($0, content) }, record: event.recordID)
    }
    // What is wrong with a fact of our own is signed with it, as far as it is known here.
    let roles = try roles(of: proposal, request)
    event.flags += Custody.Flag.naming(judgement.flags + roles.missing, about: nil, of: event.counts)
    return roles.needed
  }

  /// People are told the register reference or the subject.
  private func named(_ violation: Violation, _ content: Content) throws -> Violation {
    guard let line = violation.line, let subject = content.manifest?.leaves[line].subject else { return violation }
    let reference = try content.persons()[subject]?["reference"] ?? kit?.references[subject]
    return Violation(violation.code, "\(reference ?? subject.description): \(violation.detail)")
  }
}
