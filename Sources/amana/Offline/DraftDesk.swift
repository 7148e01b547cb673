import ControlAPI

/// A statement that people's words mean, by its whole id, with its kind and its event.
struct DraftSource {
  let statement: String
  let kind: String?
  let event: String
}

/// Where drafts are made: by the daemon, or here without one.
protocol DraftDesk {
  var language: Language { get }

  /// The one statement of one of these events that an id or a record's id means.
  func source(_ text: String, events: [String]) async throws -> DraftSource

  /// The lines of a statement that is here.
  func lines(of statement: String) async throws -> [LineView]

  /// Makes a draft and says what became of it.
  func make(_ request: DraftRequest) async throws
}

extension DraftDesk {
  /// The line numbers that people's words mean in a statement; nil when they named none.
  func selected(_ lines: String?, of statement: String?) async throws -> [Int]? {
    guard let lines, let statement else { return nil }
    return try LineSelection(lines).indexes(in: await self.lines(of: statement))
  }

  /// Drafts an event about lines of the statement that an id means, and says what became of it.
  func draft(_ request: DraftRequest, about lines: String?, of id: String, events: [String]) async throws {
    var request = request
    request.statement = try await source(id, events: events).statement
    request.lines = try await selected(lines, of: request.statement)
    try await make(request)
  }
}

extension Session: DraftDesk {
  func source(_ text: String, events: [String]) async throws -> DraftSource {
    let found = try await statement(text, events: events)
    return DraftSource(statement: found.statement, kind: found.kind, event: found.event)
  }

  func lines(of statement: String) async throws -> [LineView] {
    try await get("/v1/statements/\(statement)/lines", as: [LineView].self)
  }

  func make(_ request: DraftRequest) async throws {
    report(try await post("/v1/drafts", request, as: DraftView.self))
  }
}
