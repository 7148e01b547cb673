import ControlAPI

/// Where drafts are made: by the daemon, or here without one.
protocol DraftDesk {
  var language: Language { get }

  /// The one statement of one of these events that an id or a record's id means, its whole id and its kind.
  func source(_ text: String, events: [String]) async throws -> (statement: String, kind: String?)

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
}

extension Session: DraftDesk {
  func source(_ text: String, events: [String]) async throws -> (statement: String, kind: String?) {
    let found = try await statement(text, events: events)
    return (found.statement, found.kind)
  }

  func lines(of statement: String) async throws -> [LineView] {
    try await get("/v1/statements/\(statement)/lines", as: [LineView].self)
  }

  func make(_ request: DraftRequest) async throws {
    report(try await post("/v1/drafts", request, as: DraftView.self))
  }
}
