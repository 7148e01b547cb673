import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// Makes an event and what stands beside it from a request. Everything that officers will sign is settled here.
struct Drafting {
  let office: Office
  let reader: StoreReader
  let now: UnixTime

  struct Result: Sendable {
    let event: Event
    let content: Content
    /// What is sealed beside it, and its slots.
    let objects: [Sealing.Object]
    let officers: Int
    /// In what offices somebody must approve beside the officers.
    let roles: [ApprovalRole]
    let flags: [Violation]
  }

  /// - Throws: `Problem` naming what to change in the request.
  func draft(_ request: DraftRequest) throws -> Result {
    guard let type = EventType(rawValue: request.event), let row = Lifecycle.row(for: type), row.issuer != .log else {
      throw badRequest("event", "\"\(request.event)\" is no event that can be drafted")
    }
    guard !row.isIntention || !office.lacksSecondSignature(at: now) else { throw Self.noSecondSignature }
    var event = try start(type, request)
    var content = Content()
    switch type {
    case .intake: content = try intake(request, &event)
    case .offer, .release: content = try handover(request, &event)
    case .offerAgreed, .offerDeclined: try answerOffer(request, &event)
    case .outcome: content = try outcome(request, &event)
    case .recall: content = try recall(request, &event)
    case .recallAgreed: content = try agreeRecall(request, &event)
    case .recallRefused: try refuseRecall(request, &event)
    case .redirect: content = try redirect(request, &event)
    case .disputed, .disputeResolved: content = try dispute(request, &event)
    case .incident, .releasedToLiberty: content = try occurrence(request, &event)
    case .closed: try close(request, &event)
    case .certificate: content = try certificate(request, &event)
    case .departed, .waypoint, .carrierChanged, .stopover, .arrived: try transit(request, &event)
    case .lodged: try lodged(request, &event)
    case .returnRequested: content = try requestReturn(request, &event)
    case .returnAgreed: content = try agreeReturn(request, &event)
    case .returnRefused: try refuseReturn(request, &event)
    case .onwardConsent: content = try consent(request, &event)
    case .inquiry: content = try inquire(request, &event)
    case .inquiryAnswered: content = try answerInquiry(request, &event)
    case .sameAs, .notSameAs: content = try link(request, &event)
    case .underProtest: content = try protest(request, &event)
    case .corrected: content = try correct(request, &event)
    case .observed: try request.hold == true ? hold(request, &event) : observe(request, &event)
    case .notified: content = try notify(request, &event)
    case .erased: try erase(request, &event)
    default: throw badRequest("event", "\(type.rawValue) cannot be drafted in this version")
    }
    try describe(content, in: &event)
    let building = try Lineage(reader: reader, places: office.roster.successions).building(event, content)
    try withhold(request, building: building, in: &event)
    let objects = try seal(&content, request, in: &event)
    var proposal = Proposal(
      draft: event, issuer: office.authority, content: content, roster: office.roster, policy: office.policy, now: now)
    proposal.codeBook = office.codeBook
    let judgement = try Judge().judge(proposal, in: reader)
    guard judgement.isRegistered else {
      throw try NamingRefusal(
        refused(try judgement.refusals.map { try named($0, in: content, request) }, record: event.recordID),
        read: request.cited, reader)
    }
    // What is wrong with a fact of our own is signed with it.
    let roles = try roles(of: proposal, request)
    let flags = judgement.flags + roles.missing
    event.flags += Flag.naming(flags, about: nil, of: event.counts)
    try refuseUnreadable(event)
    try refuseTooMany(request, beside: roles.needed)
    // What the lost part of a restored log may tell otherwise (V21) is not signed before somebody has read that. Whoever
    // lifts a hold may be about to erase: one person alone does neither.
    let isLifting = event.isHold && event.supersedes != nil
    let needed = isLifting ? 2 : max(row.officers, flags.contains { $0.code == .v21 } ? 1 : 0)
    return Result(
      event: event, content: content, objects: objects, officers: max(needed, request.officers ?? 0),
      roles: roles.needed, flags: flags)
  }

  /// Nobody waits for officers whom the roster does not list, or for more approvals than an event holds.
  private func refuseTooMany(_ request: DraftRequest, beside roles: [ApprovalRole]) throws {
    let officers = office.authority.officers.count {
      $0.status == .active && $0.roles.contains(ApprovalRole.officer.rawValue)
    }
    let others = roles.count + (office.postQuantumKey == nil ? 0 : 1)
    guard let asked = request.officers, asked > min(officers, Event.maximumApprovals - others) else { return }
    throw badRequest(
      "officers", "\(asked) are more than the roster lists for this authority, \(officers), or than one event holds")
  }

  /// Said before officers approve what could not be registered then.
  static let noSecondSignature = Problem(
    status: 409, code: CheckCode.v14.rawValue, title: "The second signature cannot be made",
    detail: "the policy asks for an ML-DSA signature beside the classical one, and there is no keys/statement-pq.pem",
    next: "put the ML-DSA key that the roster lists there, on a machine with OpenSSL 3.5 or later, and start again")

  private func named(_ violation: Violation, in content: Content, _ request: DraftRequest) throws -> Violation {
    try violation.naming(content, citing: request.statement.flatMap { StatementID(hex: $0) }, reader)
  }

  private func start(_ type: EventType, _ request: DraftRequest) throws -> Event {
    var event = try frame(type, request, record: newRecordID())
    event.basis = request.basis.map { Basis(code: $0) }
    event.lateEntry = try lateEntry(request)
    return event
  }

  private func seal(_ content: inout Content, _ request: DraftRequest, in event: inout Event) throws -> [Sealing.Object]
  {
    try sealed(&content, request, in: &event) { event, content in
      try Lineage(reader: reader, places: office.roster.successions).history(
        of: event, content, by: office.authority.name, under: office.roster)
    }.map(Sealing.Object.init)
  }

  func statement(_ text: String?, _ field: String, _ types: [EventType]) throws -> StoredStatement {
    guard let id = text.flatMap({ StatementID(hex: $0) }) else {
      throw badRequest(field, "must be a statement's full id, 64 hexadecimal digits")
    }
    guard let stored = try reader.statement(id) else {
      throw Problem(
        status: 404, code: "not-found", title: "No such statement", detail: "\(id) is not registered here",
        next: "list what is here with `amana status`, or import the bundle that holds it")
    }
    guard types.contains(stored.summary.type) else {
      let names = types.map(\.rawValue).joined(separator: " or ")
      throw badRequest(field, "\(id) is \(stored.summary.type.rawValue), not \(names)")
    }
    guard try !reader.isIncomplete(id) else { throw Self.incomplete(id) }
    return stored
  }

  /// The statements that a request is about, one or several. One that names them both ways is not guessed at: what was
  /// left out of a hold could be erased.
  func named(_ request: DraftRequest, atMost maximum: Int) throws -> [String] {
    let named = request.statements ?? [request.statement].compactMap(\.self)
    guard request.statements == nil || request.statement == nil, (1...maximum).contains(named.count),
      Set(named).count == named.count
    else {
      throw badRequest(
        "statements", "must name 1 to \(maximum) different statements by their full ids, in place of statement")
    }
    return named
  }

  /// Nobody answers what they have not seen.
  static func incomplete(_ id: StatementID) -> Problem {
    Problem(
      status: 409, code: "incomplete", title: "Its content is not here",
      detail: "something that belongs to \(id) has not arrived",
      next: "see what is missing with `amana show`, and wait for it or import the bundle that holds it")
  }

  private func answerOffer(_ request: DraftRequest, _ event: inout Event) throws {
    let offer = try statement(request.statement, "statement", [.offer])
    event.continues(offer.summary, under: office.roster.successions)
    event.references = [Reference(.offer, offer.id)]
    try refuseAnswered(offer, event)
  }
}

func badRequest(_ field: String, _ why: String) -> Problem { .badRequest(field, why) }

/// The problem that a refusal by the rules becomes.
func refused(_ violations: [Violation], record: RecordID?) -> Problem { .refused(violations, record: record) }

func failing(_ violation: Violation) -> Problem.Failing { Problem.Failing(violation) }
