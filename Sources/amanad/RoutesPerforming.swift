import COSE
import ControlAPI
import Custody
import HTTPTypes
import ReceiptStore
import Roster

extension Routes {
  /// Does what was asked. Every operation of the table stands here.
  func perform(_ call: Call) async throws -> Reply {
    switch call.operation {
    case .getStatus: try .json(await questions.status())
    case .getCheckpoint: .bytes(try await questions.checkpoint(call.query), call.operation)
    case .getTile: .bytes(try await questions.tile(call.query), call.operation)
    case .proveFork: try await proveFork(call)
    case .getRoster: .bytes(office.roster.bytes, call.operation)
    case .listKeyViews: try .json(await KeyViewQuestions(office: office, store: store).list())
    case .listDrafts: try await drafts.list(call.query, seesLines: seesLines(call.caller))
    case .createDraft: try await createDraft(call)
    case .getDraft: try await getDraft(call)
    case .listDraftLines: try await persons(in: questions.lines(ofDraft: questions.draftID(call.id)), call)
    case .discardDraft: try await discardDraft(call)
    case .approveDraft: try await approveDraft(call)
    case .importDraft: try await importDraft(call)
    case .listStatements: try await questions(for: call.caller).statements(call.query)
    case .getStatement:
      try .json(await questions(for: call.caller).statement(questions.statementID(call.id)))
    case .getTransparentStatement:
      .bytes(try await questions.transparent(questions.statementID(call.id)), call.operation)
    case .getReceipt: .bytes(try await questions.receipt(questions.statementID(call.id)), call.operation)
    case .listStatementLines: try await persons(in: questions.lines(questions.statementID(call.id)), call)
    case .listTransit: try await questions.transit(questions.statementID(call.id), call.query)
    case .listConsents: try await persons(in: questions.consents(questions.statementID(call.id)), call)
    case .discloseFields: try await disclose(call)
    case .listLines: try await questions.chains(call.query)
    case .importBundle: try .json(await Importing(receiving: receiving).take(call.body))
    case .exportBundle: try await exportBundle(call)
    case .exportArchive: try await exportArchive(call)
    case .stampArchive: try await stampArchive(call)
    case .signMonitorReport: try signMonitorReport(call)
    case .runAudit: try await audit(call)
    case .listInquiries: try await questions.inquiries(call.query)
    case .listDuties: try await questions.duties(call.query)
    case .listReads: try await questions.reads(call.query)
    case .streamEvents: try await events(call)
    case .getMetrics: .bytes(try await Measuring(office: office, store: store).text(), call.operation)
    case .listPeers: try .json(await peers.list())
    case .addPeer: try await addPeer(call)
    case .removePeer: try await removePeer(call)
    case .testPeer: try .json(await peers.test(decode(PeerTestRequest.self, call.body), peerTests))
    case .listOutbox: try await questions.outbox(call.query)
    case .retryOutbox: try await retryOutbox(call)
    case .listInbox: try await questions.inbox(call.query)
    case .sendMessage: try await sendMessage(call)
    case .addAttachment: try await addAttachment(call)
    case .listMessages: try await listMessages(call)
    case .readMessage: try await readMessage(call)
    case .getAttachment: try await attachment(call)
    case .getSealed: try await sealed(call)
    case .askCustody, .askChain, .askTransit, .askUnresolved, .askHeld, .askChanges, .askTally: try await ask(call)
    }
  }

  private func createDraft(_ call: Call) async throws -> Reply {
    let request = try decode(DraftRequest.self, call.body)
    let view = try await noting(call) {
      try await drafts.create(request, body: call.body, otherwise: call.draftID)
    }
    sequencer.changes.tell(.draft(view))
    return try .json(shown(view, call), status: .created)
  }

  private func getDraft(_ call: Call) async throws -> Reply {
    try .json(shown(try await drafts.view(questions.draftID(call.id)), call))
  }

  /// A draft as far as whoever asks may see it.
  private func shown(_ view: DraftView, _ call: Call) -> DraftView { seesLines(call.caller) ? view : view.withoutLines }

  /// Who reads of people is noted before they are shown.
  private func persons<View: Encodable>(in found: (views: [View], read: [StatementID]), _ call: Call) async throws
    -> Reply
  {
    try await readLog.note(found.read, by: call.caller, call.operation)
    return try .json(found.views)
  }

  private func discardDraft(_ call: Call) async throws -> Reply {
    let id = try await questions.draftID(call.id)
    try await drafts.discard(id)
    sequencer.changes.tell(.draft(try await drafts.view(id)))
    return .empty
  }

  private func approveDraft(_ call: Call) async throws -> Reply {
    let request = try decode(ApprovalRequest.self, call.body)
    guard let bytes = decodeHexadecimal(request.approval) else { throw badRequest("approval", "must be hexadecimal") }
    let (caller, rights) = (call.caller, rights.rights)
    let view = try await drafts.approve(
      questions.draftID(call.id), approval: bytes, user: caller.userID,
      mayHandIn: { rights.allows(officer: $0, caller) })
    sequencer.changes.tell(.draft(view))
    return try .json(shown(view, call))
  }

  private func importDraft(_ call: Call) async throws -> Reply {
    let (caller, rights) = (call.caller, rights.rights)
    var report = try await noting(call) {
      try await drafts.take(
        file: call.body, user: caller.userID, mayHandIn: { rights.allows(officer: $0, caller) })
    }
    sequencer.changes.tell(.draft(report.draft))
    report.draft = shown(report.draft, call)
    return try .json(report)
  }

  private func exportBundle(_ call: Call) async throws -> Reply {
    let to = try call.query.authority("to")
    if let to, office.roster.authority(to) == nil {
      throw Query.invalid("to", "\"\(to)\" is no authority of the roster")
    }
    let isKit = try call.query.flag("kit") == true
    let wish = Exporting.Wish(
      to: to, record: try call.query.uuid("record"), isKit: isKit,
      isClear: try isKit || call.query.flag("clear") == true)
    guard !isKit || wish.to == nil && wish.record == nil else {
      throw Query.invalid("kit", "goes with neither to nor record")
    }
    let export = try await Exporting(office: office, store: store).bundle(wish)
    try await readLog.note(export.personal, by: call.caller, call.operation)
    return .bytes(export.bytes, call.operation)
  }

  private func audit(_ call: Call) async throws -> Reply {
    if !call.body.isEmpty { _ = try decode(AuditRequest.self, call.body) }
    return try .json(await Auditing(office: office, store: store).run())
  }

  private func events(_ call: Call) async throws -> Reply {
    var from = try call.query.number("from", 0...UInt64.max)
    if let text = call.lastEventID {
      guard let last = UInt64(text), last < .max else {
        throw Problem(
          status: 422, code: "invalid-value", title: "The request cannot be understood",
          detail: "Last-Event-ID: is no id of an event", next: "leave it out to begin with what comes now")
      }
      from = last + 1
    }
    return try await EventStream(
      questions: questions, drafts: drafts, changes: sequencer.changes, channel: call.channel, logger: logger,
      isAllowed: { [rights] in rights.rights.allows(.read, call.caller) },
      seesLines: { [rights] in rights.rights.allows(.readPersons, call.caller) }
    ).reply(from: from)
  }
}
