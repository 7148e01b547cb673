import Testing

@testable import ReceiptStore

@Suite("What is asked often is found by an index: what was delivered long ago is not looked through")
struct PlanTests {
  /// How SQLite looks for what a question asks, one line a table.
  private func plan(_ path: String, _ sql: String) throws -> [String] {
    // A plan does not depend on what stands for the question marks.
    try RawConnection.run(path, "EXPLAIN QUERY PLAN " + sql.replacing(/\?[0-9]*/, with: "1"))
      .compactMap(\.last).filter { $0.hasPrefix("SCAN") || $0.hasPrefix("SEARCH") }
  }

  @Test(
    "Questions to the outbox",
    arguments: [
      (OutboxSQL.ofEntry, ["SEARCH outbox USING INDEX outbox_entry (entry=?)"]),
      (OutboxSQL.undelivered, ["SCAN outbox USING INDEX outbox_undelivered"]),
    ])
  func outbox(sql: String, expected: [String]) async throws {
    try await withStore { _, path in #expect(try plan(path, sql) == expected) }
  }
}
