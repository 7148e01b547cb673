import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

/// Sends messages: POST /v1/messages. One that is sent twice under one id is sent once.
struct Messages: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer
  let uploads: Uploads

  /// - Parameter otherwise: the message's id when the request names none.
  func send(_ request: MessageRequest, by caller: Caller, otherwise: RecordID?) async throws -> SentView {
    guard request.messageID != nil || otherwise != nil else { throw Self.unnamed }
    guard let id = request.messageID.map({ RecordID(uuid: $0) }) ?? otherwise else {
      throw badRequest("message_id", "must be a UUID of your choice")
    }
    let digest = try await digest(request, caller.userID)
    if let known = try await store.read({ try Self.known(id, digest, $0) }) {
      await uploads.forget((request.attachments ?? []).map(\.attachment), of: caller.userID)
      return known
    }
    return try await send(try await plan(request, id, caller.userID), digest)
  }

  /// Seals a message to its readers and registers it.
  func send(_ plan: Plan, _ digest: [UInt8]) async throws -> SentView {
    let sealing = MessageSealing(office: office, store: store, now: currentTime())
    var sealed: [MessageSealing.Sealed] = []
    do {
      for readers in try sealing.groups(plan.readers) { sealed.append(try await sealing.seal(plan, to: readers)) }
      let sent = try await register(plan, sealed, digest)
      await uploads.note(sent: plan.files)
      // The same message twice at once: only the first one's statements commit to anything.
      await sealing.discard(sealed)
      return sent
    } catch {
      // Nothing of what was not sent stays.
      await sealing.discard(sealed)
      throw error
    }
  }

  /// Of what is asked for: an attachment counts by its content, since its file is handed in anew for every try.
  private func digest(_ request: MessageRequest, _ user: UInt32) async throws -> [UInt8] {
    var request = request
    request.messageID = nil
    for (index, asked) in (request.attachments ?? []).enumerated() {
      guard let digest = await uploads.digest(asked.attachment, of: user) else { throw Self.noAttachment(index) }
      request.attachments?[index].attachment = hexadecimal(digest)
    }
    return SHA256.hash(try encoded(request))
  }

  private static func noAttachment(_ index: Int) -> Problem {
    badRequest("attachments[\(index)].attachment", "is none that you handed in within the hour")
  }

  /// A message before it is sealed.
  struct Plan: Sendable {
    let id: RecordID
    let readers: [AuthorityName]
    let content: MessageContent
    let files: [SpooledFile]
    let about: StatementID?
  }

  private func plan(_ request: MessageRequest, _ id: RecordID, _ user: UInt32) async throws -> Plan {
    let readers = try readers(request.to)
    var files: [SpooledFile] = []
    var attachments: [MessageContent.Attachment] = []
    for (index, asked) in (request.attachments ?? []).prefix(MessageContent.maximumAttachments + 1).enumerated() {
      guard let file = await uploads.file(asked.attachment, of: user) else {
        throw Self.noAttachment(index)
      }
      files.append(file)
      attachments.append(
        MessageContent.Attachment(
          payloadID: PayloadKind.attachment(index + 1).id, name: asked.name, mediaType: asked.mediaType,
          size: file.size))
    }
    let content = MessageContent(subject: request.subject, text: request.text ?? [], attachments: attachments)
    if let problem = content.problem { throw badRequest("message", problem) }
    guard Set(files.map(\.id)).count == files.count else { throw badRequest("attachments", "name one file twice") }
    return Plan(
      id: id, readers: readers, content: content, files: files, about: try await cited(request.statement, for: readers))
  }

  /// Sorted; nobody twice and not ourselves.
  private func readers(_ names: [String]?) throws -> [AuthorityName] {
    let active = office.peers.map(\.name)
    guard let names else { return active.sorted() }
    var readers: Set<AuthorityName> = []
    for text in names {
      guard let name = AuthorityName(text) else { throw badRequest("to", "must be authorities, MEMBER/authority") }
      guard active.contains(name) else {
        throw badRequest("to", "\(name) is no other active authority of roster version \(office.roster.body.version)")
      }
      guard readers.insert(name).inserted else { throw badRequest("to", "names \(name) twice") }
    }
    guard !readers.isEmpty else { throw badRequest("to", "names nobody") }
    return readers.sorted()
  }

  private func cited(_ text: String?, for readers: [AuthorityName]) async throws -> StatementID? {
    guard let text else { return nil }
    guard let id = StatementID(hex: text) else {
      throw badRequest("statement", "must be a statement's full id, 64 hexadecimal digits")
    }
    guard let stored = try await store.read({ try $0.statement(id) }) else {
      throw badRequest("statement", "\(id) is not registered here")
    }
    // What a statement cites travels with it: nobody learns of one that does not name them.
    let parties = try SignedStatement(decoding: stored.bytes).event.addressees + [stored.summary.issuer]
    if let stranger = readers.first(where: { !parties.contains($0) }) {
      throw badRequest("statement", "\(id) does not name \(stranger), who would learn of it")
    }
    return id
  }

  /// All of its statements in one transaction, with the row that knows the request again.
  private func register(_ plan: Plan, _ sealed: [MessageSealing.Sealed], _ digest: [UInt8]) async throws -> SentView {
    let office = office
    let statements = try sealed.map { try Genesis.sign($0.event, office: office) }
    return try await sequencer.submit { registrar in
      let transaction = registrar.transaction
      if let known = try Self.known(plan.id, digest, transaction.reader) { return known }
      guard let first = statements.first else { throw badRequest("to", "names nobody") }
      try transaction.keep(
        draft: StoredDraft(
          id: plan.id, request: digest, event: first.event.encoded(includingApprovals: false), officers: 0,
          createdAt: registrar.now))
      for (statement, sealed) in zip(statements, sealed) {
        do {
          _ = try registrar.register(statement, content: sealed.content, stage: .own)
        } catch let refusal as RegistrationRefusal {
          throw refused(refusal.violations, record: plan.id)
        }
        try transaction.keep(content: sealed.content, owner: statement.id.bytes)
        for object in sealed.objects { try transaction.keep(object: object, at: registrar.now) }
      }
      try transaction.sign(draft: plan.id, as: first.id)
      return SentView(
        messageID: plan.id.uuid, statements: statements.map(\.id.description), to: plan.readers.map(\.description))
    }
  }

  /// What the same request sent before; another request under its id is told so.
  private static func known(_ id: RecordID, _ digest: [UInt8], _ reader: StoreReader) throws -> SentView? {
    guard let draft = try reader.draft(id) else { return nil }
    if draft.isForgotten { for statement in try reader.statements(record: id) { try reader.refuseErased(statement) } }
    guard draft.request == digest, draft.statement != nil else {
      throw Problem(
        status: 409, code: "conflict", title: "This message id is taken", detail: "another request has used \(id.uuid)",
        record: id.uuid, next: "choose a new UUID")
    }
    let statements = try reader.statements(record: id).compactMap { try reader.statement($0) }
      .filter { $0.summary.type == .message && $0.isOwn }.sorted { $0.index < $1.index }
    let readers = try statements.flatMap { try SignedStatement(decoding: $0.bytes).event.addressees }
    return SentView(
      messageID: id.uuid, statements: statements.map(\.id.description), to: readers.map(\.description).sorted())
  }

  private static let unnamed = Problem(
    status: 400, code: "malformed", title: "The request is no JSON of the expected shape",
    detail: "the request lacks \"message_id\"",
    next: "add a UUID of your choice, or send an Idempotency-Key; nothing was stored")
}
