import Testing

@testable import ReceiptStore

@Suite("What is asked often is found by an index: what was delivered long ago is not looked through")
struct PlanTests {
  /// How SQLite looks for what a question asks, one line a table.
  private func plan(_ path: String, _ sql: String) throws -> [String] {
    try wholePlan(path, sql).filter { $0.hasPrefix("SCAN") || $0.hasPrefix("SEARCH") }
  }

  /// The same with what is sorted and grouped apart from an index.
  private func wholePlan(_ path: String, _ sql: String) throws -> [String] {
    // A plan does not depend on what stands for the question marks.
    try RawConnection.run(path, "EXPLAIN QUERY PLAN " + sql.replacing(/\?[0-9]*/, with: "1")).compactMap(\.last)
  }

  @Test("The newest cosigned checkpoints are read backwards from the key and not sorted: the table only grows")
  func cosigned() async throws {
    try await withStore { _, path in
      let found = try wholePlan(path, StoreReader.cosignedByManySQL)
      #expect(found == ["SEARCH cosignature USING PRIMARY KEY (origin=?)"])
    }
  }

  @Test(
    "Questions to the outbox",
    arguments: [
      (OutboxSQL.ofEntry, ["SEARCH outbox USING INDEX outbox_entry (entry=?)"]),
      (OutboxSQL.undelivered, ["SCAN outbox USING INDEX outbox_undelivered"]),
      (
        OutboxSQL.open,
        [
          "SEARCH o USING INDEX outbox_open (peer=? AND seq<?)", "SEARCH u",
          "SEARCH w USING COVERING INDEX sqlite_autoindex_outbox_1 (peer=? AND entry=?)",
          "SEARCH outbox USING INDEX outbox_open (peer=?)",
          "SEARCH e USING INDEX outbox_record (peer=? AND record=? AND seq<?)",
        ]
      ),
      (
        OutboxSQL.refused,
        [
          "SEARCH o USING INDEX outbox_refused (peer=?)",
          "SEARCH u USING COVERING INDEX sqlite_autoindex_unpublished_1 (entry=?)",
        ]
      ),
    ])
  func outbox(sql: String, expected: [String]) async throws {
    try await withStore { _, path in
      let found = try plan(path, sql)
      #expect(found == expected)
    }
  }

  @Test("A page of a feed")
  func feed() async throws {
    try await withStore { _, path in
      let found = try plan(path, StoreReader.feedSQL)
      #expect(
        found == [
          "SEARCH f USING PRIMARY KEY (peer=? AND position>? AND position<?)", "SEARCH u",
          "SEARCH g USING INDEX sqlite_autoindex_feed_2 (peer=? AND entry=?)",
          "SEARCH s USING INDEX sqlite_autoindex_statement_1 (entry=?)",
        ])
    }
  }

  @Test(
    "Questions of a duty officer",
    arguments: [
      (StoreReader.transitSQL, ["SEARCH chain USING INDEX chain_transit (<expr>>? AND <expr><?)"]),
      (
        StoreReader.contestedTransitSQL,
        [
          "SEARCH c USING COVERING INDEX chain_phase (phase=?)",
          "SEARCH l USING INDEX release_line_open (subject=?)", "SEARCH s USING INDEX statement_effective (id=?)",
        ]
      ),
      (StoreReader.awaitedTransitSQL, ["SCAN i", "SEARCH s USING INDEX statement_effective (id=?)"]),
      (StoreReader.claimedSQL, ["SEARCH chain USING INDEX chain_phase (phase=?)"]),
      (
        StoreReader.heldAtSiteSQL,
        [
          "SEARCH p USING COVERING INDEX placed_site (site=?)",
          "SEARCH c USING INDEX chain_custodian (custodian=? AND taken_in=?)",
          "SEARCH r USING PRIMARY KEY (release=? AND line=?) LEFT-JOIN",
          "SEARCH a USING PRIMARY KEY (statement=? AND subject=?) LEFT-JOIN",
          "SEARCH o USING PRIMARY KEY (statement=? AND subject=?) LEFT-JOIN",
        ]
      ),
      (
        StoreReader.concerningSQL,
        [
          "SEARCH l USING COVERING INDEX statement_line_subject (subject=?)",
          "SEARCH s USING INDEX statement_effective (id=? AND rowid>?)",
        ]
      ),
      (
        StoreReader.unresolvedSQL,
        ["SEARCH l USING PRIMARY KEY (release=? AND line>?)", "SEARCH c USING PRIMARY KEY (subject=?)"]
      ),
      (
        StoreReader.registeredSinceSQL,
        ["SEARCH statement USING INDEX statement_registered (registered_at>? AND registered_at<?)"]
      ),
      (
        StoreReader.earliestOfFewSQL, ["SEARCH statement USING INTEGER PRIMARY KEY (rowid>?)"]
      ),
      (
        StoreReader.earliestOfManySQL, ["SCAN statement USING COVERING INDEX statement_registered"]
      ),
      (
        StoreReader.completedSinceSQL,
        [
          "SEARCH c USING INDEX completion_at (at>? AND at<?)", "SEARCH s USING INDEX statement_effective (id=?)",
        ]
      ),
      (
        StoreReader.answeredSQL,
        ["SEARCH s USING INDEX statement_case (case_id=?)", "SEARCH l USING PRIMARY KEY (release=?)"]
      ),
      (
        StoreReader.linkingSQL,
        [
          "SEARCH l USING COVERING INDEX statement_line_subject (subject=?)",
          "SEARCH s USING INDEX statement_effective (id=?)",
        ]
      ),
      (StoreReader.raisedSinceSQL, ["SEARCH alarm USING INDEX alarm_raised (raised_at>? AND raised_at<?)"]),
      (StoreReader.endedSinceSQL, ["SEARCH alarm USING INDEX alarm_ended (ended_at>? AND ended_at<?)"]),
    ])
  func questions(sql: String, expected: [String]) async throws {
    try await withStore { _, path in
      let found = try plan(path, sql)
      #expect(found == expected)
    }
  }

  @Test(
    "What is asked every few seconds, and what waits for an answer",
    arguments: [
      (StoreReader.openDraftsSQL, ["SEARCH draft USING INDEX draft_open ((created_at,id)>(?,?))"]),
      (StoreReader.openDraftCountSQL, ["SCAN draft USING INDEX draft_open"]),
      (StoreReader.alarmsSQL, ["SCAN alarm USING INDEX alarm_open"]),
      (StoreReader.custodyCountsSQL, ["SCAN chain USING COVERING INDEX chain_counted"]),
      (StoreReader.overdueSQL, ["SEARCH chain USING INDEX chain_transit (<expr><?)"]),
      (
        StoreReader.proposalsSQL,
        [
          "SEARCH s USING INDEX statement_to (to_authority=? AND rowid>?)",
          "SEARCH a USING INDEX statement_record (record=? AND rowid>?)",
        ]
      ),
      (
        StoreReader.answeredRecallSQL,
        [
          "SCAN CONSTANT ROW", "SEARCH statement_line USING PRIMARY KEY (statement=?)",
          "SEARCH r USING PRIMARY KEY (release=?)", "SEARCH l USING PRIMARY KEY (statement=? AND subject=?)",
        ]
      ),
    ])
  func status(sql: String, expected: [String]) async throws {
    try await withStore { _, path in
      let found = try plan(path, sql)
      #expect(found == expected)
    }
  }
}
