import Custody

/// What a local user may be allowed to do at the control socket.
public enum Right: String, CaseIterable, Sendable {
  /// Status, statements without names, receipts, checkpoints, roster, drafts as they wait.
  case read
  /// Lines with names, manifests, annexes; every such read is logged.
  case readPersons = "read-persons"
  /// Drafts, imports, exports, discarding.
  case operate
  /// Handing in approvals of one's own officer number.
  case approve
  /// Re-verifying the whole store.
  case audit
  /// What administrators alone may.
  case administer
}

/// Every operation of the control interface, once: the daemon answers these, docs/control-api.yaml describes these.
public enum ControlOperation: String, CaseIterable, Sendable {
  case getStatus, getCheckpoint, getTile, proveFork, getRoster, listKeyViews
  case listDrafts, createDraft, getDraft, listDraftLines, discardDraft, approveDraft, importDraft
  case listStatements, getStatement, getTransparentStatement, getReceipt, listStatementLines, listLines
  case discloseFields, listTransit, listConsents
  case importBundle, exportBundle, exportArchive, stampArchive, signMonitorReport
  case runAudit, listReads, streamEvents, getMetrics
  case listPeers, addPeer, removePeer, testPeer, listOutbox, retryOutbox, listInbox
  case listInquiries, listDuties
  case sendMessage, addAttachment, listMessages, readMessage, getAttachment, getSealed
  case askCustody, askChain, askTransit, askUnresolved, askHeld, askChanges, askTally
}

/// How an operation is asked for and what it takes.
public struct Route: Sendable {
  /// What a request carries.
  public struct Body: Sendable {
    public let mediaType: String
    /// In bytes.
    public let limit: Int
    /// Whether an `Idempotency-Key` is looked at.
    public let takesKey: Bool
    /// Whether it is taken as it comes, never whole in memory.
    public let isStreamed: Bool

    init(mediaType: String, limit: Int, takesKey: Bool = false, isStreamed: Bool = false) {
      self.mediaType = mediaType
      self.limit = limit
      self.takesKey = takesKey
      self.isStreamed = isStreamed
    }
  }

  public let method: ControlMethod
  /// With `{id}` where an id stands.
  public let path: String
  public let right: Right
  /// The media type of a good answer.
  public let answers: String
  /// The query parameters it knows.
  public let query: [String]
  public let body: Body?

  init(
    _ method: ControlMethod, _ path: String, _ right: Right, answers: String = "application/json",
    query: [String] = [], body: Body? = nil
  ) {
    self.method = method
    self.path = path
    self.right = right
    self.answers = answers
    self.query = query
    self.body = body
  }
}

extension ControlOperation {
  private static let statementType = "application/cose; cose-type=\"cose-sign1\""
  private static let bytesType = "application/octet-stream"
  private static let page = ["limit", "cursor"]
  private static func json(_ limit: Int, takesKey: Bool = false) -> Route.Body {
    Route.Body(mediaType: "application/json", limit: limit, takesKey: takesKey)
  }

  /// The row of this operation.
  public var route: Route {
    switch self {
    case .getStatus: Route(.get, "/v1/status", .read)
    case .getCheckpoint:
      Route(.get, "/v1/checkpoint", .read, answers: "text/plain; charset=utf-8", query: ["log"])
    case .getTile: Route(.get, "/v1/tile", .read, answers: Self.bytesType, query: ["path"])
    case .proveFork: Route(.get, "/v1/fork", .read, answers: ForkProof.mediaType, query: ["of"])
    case .getRoster: Route(.get, "/v1/roster", .read, answers: "application/cose; cose-type=\"cose-sign\"")
    case .listKeyViews: Route(.get, "/v1/key-views", .read)
    case .listDrafts: Route(.get, "/v1/drafts", .read, query: Self.page)
    case .createDraft: Route(.post, "/v1/drafts", .operate, body: Self.json(64 << 20, takesKey: true))
    case .getDraft: Route(.get, "/v1/drafts/{id}", .read)
    case .listDraftLines: Route(.get, "/v1/drafts/{id}/lines", .readPersons)
    case .discardDraft: Route(.delete, "/v1/drafts/{id}", .operate)
    case .approveDraft:
      Route(.post, "/v1/drafts/{id}/approvals", .approve, body: Self.json(1 << 16, takesKey: true))
    case .importDraft:
      Route(
        .post, "/v1/draft-files", .operate,
        body: Route.Body(mediaType: DraftFile.mediaType, limit: DraftFile.maximumByteCount, takesKey: true))
    case .listStatements:
      Route(
        .get, "/v1/statements", .read,
        query: ["case", "kind", "event", "state", "party", "since", "until", "prefix", "from"] + Self.page)
    case .getStatement: Route(.get, "/v1/statements/{id}", .read)
    case .getTransparentStatement: Route(.get, "/v1/statements/{id}/cose", .read, answers: Self.statementType)
    case .getReceipt: Route(.get, "/v1/statements/{id}/receipt", .read, answers: Self.statementType)
    case .listStatementLines: Route(.get, "/v1/statements/{id}/lines", .readPersons)
    case .listTransit: Route(.get, "/v1/statements/{id}/transit", .read, query: Self.page)
    case .listConsents: Route(.get, "/v1/statements/{id}/consents", .readPersons)
    case .discloseFields:
      Route(
        .post, "/v1/statements/{id}/disclosures", .readPersons, answers: Disclosure.mediaType, body: Self.json(1 << 14))
    case .listLines:
      Route(.get, "/v1/lines", .read, query: ["custodian", "phase", "kind", "case", "overdue"] + Self.page)
    case .importBundle:
      Route(
        .post, "/v1/bundles", .operate,
        body: Route.Body(mediaType: Bundle.mediaType, limit: Bundle.maximumByteCount, takesKey: true))
    case .exportBundle:
      Route(.get, "/v1/bundle", .operate, answers: Bundle.mediaType, query: ["to", "record", "clear", "kit"])
    case .exportArchive:
      Route(.get, "/v1/archive", .operate, answers: Bundle.mediaType, query: ["since", "until", "cursor"])
    case .stampArchive:
      Route(
        .post, "/v1/archive/stamps", .operate, answers: "application/cose; cose-type=\"cose-sign\"",
        body: Self.json(1 << 17))
    case .signMonitorReport:
      Route(
        .post, "/v1/monitor/reports", .operate, answers: "application/cose; cose-type=\"cose-sign\"",
        body: Self.json(1 << 20))
    case .runAudit: Route(.post, "/v1/audit", .audit, body: Self.json(1 << 10))
    case .listReads:
      Route(.get, "/v1/reads", .administer, query: ["statement", "user", "since", "until"] + Self.page)
    case .streamEvents: Route(.get, "/v1/events", .read, answers: "text/event-stream", query: ["from"])
    case .getMetrics: Route(.get, "/v1/metrics", .read, answers: "text/plain; version=0.0.4; charset=utf-8")
    case .listPeers: Route(.get, "/v1/peers", .read)
    case .addPeer: Route(.post, "/v1/peers", .administer, body: Self.json(1 << 12))
    case .removePeer: Route(.delete, "/v1/peers", .administer, query: ["authority"])
    case .testPeer: Route(.post, "/v1/peer-tests", .operate, body: Self.json(1 << 12))
    case .listOutbox:
      Route(.get, "/v1/outbox", .read, query: ["peer", "delivery", "statement", "delivered"] + Self.page)
    case .retryOutbox: Route(.post, "/v1/outbox/retries", .operate, body: Self.json(1 << 12))
    case .listInbox: Route(.get, "/v1/inbox", .read, query: ["peer", "via", "complete"] + Self.page)
    case .listInquiries: Route(.get, "/v1/inquiries", .read, query: Self.page)
    case .listDuties: Route(.get, "/v1/duties", .read, query: ["all", "overdue"] + Self.page)
    case .sendMessage: Route(.post, "/v1/messages", .operate, body: Self.json(1 << 20, takesKey: true))
    case .addAttachment:
      Route(
        .post, "/v1/attachments", .operate,
        body: Route.Body(mediaType: Self.bytesType, limit: Int(MessageContent.maximumAttachment), isStreamed: true))
    case .listMessages:
      Route(.get, "/v1/messages", .readPersons, query: ["direction", "peer"] + Self.page)
    case .readMessage: Route(.get, "/v1/messages/{id}", .readPersons)
    case .getAttachment:
      Route(.get, "/v1/messages/{id}/attachment", .readPersons, answers: Self.bytesType, query: ["payload"])
    case .getSealed:
      Route(.get, "/v1/statements/{id}/sealed", .readPersons, answers: Self.bytesType, query: ["payload"])
    case .askCustody: Route(.get, "/v1/questions/custody", .readPersons, query: ["subject", "within", "line"])
    case .askChain:
      Route(.get, "/v1/questions/chain", .readPersons, query: ["subject", "within", "line"] + Self.page)
    case .askTransit: Route(.get, "/v1/questions/transit", .read, query: ["party", "overdue"] + Self.page)
    case .askUnresolved:
      Route(.get, "/v1/questions/unresolved", .readPersons, query: ["within", "case"] + Self.page)
    case .askHeld: Route(.get, "/v1/questions/held", .readPersons, query: ["custodian", "site"] + Self.page)
    case .askTally: Route(.get, "/v1/questions/tally", .read, query: ["case"])
    case .askChanges: Route(.get, "/v1/questions/changes", .read, query: ["since", "until", "from"] + Self.page)
    }
  }
}

/// What is asked at a path.
public enum RouteMatch: Sendable {
  case operation(ControlOperation, id: String?)
  /// The path exists; these methods do.
  case otherMethods([String])
  case nothing
}

extension ControlOperation {
  /// The operation that a method and a path mean. HEAD is asked like GET.
  public static func match(_ method: String, _ path: String) -> RouteMatch {
    var methods: [String] = []
    for operation in allCases {
      let route = operation.route
      guard case .some(let id) = identifier(in: path, of: route.path) else { continue }
      let mayHead = route.method == .get && operation != .streamEvents
      if route.method.rawValue == method || mayHead && method == "HEAD" { return .operation(operation, id: id) }
      methods += [route.method.rawValue] + (mayHead ? ["HEAD"] : [])
    }
    return methods.isEmpty ? .nothing : .otherMethods(methods)
  }

  /// Nil when the path does not fit; otherwise what stands for `{id}`, if that is in the template.
  private static func identifier(in path: String, of template: String) -> String?? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let wanted = template.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == wanted.count else { return nil }
    var id: String?
    for (part, want) in zip(parts, wanted) {
      if want == "{id}" { id = String(part) } else if part != want { return nil }
    }
    return .some(id)
  }
}
