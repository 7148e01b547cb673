import COSE
import Custody
import ReceiptStore
import Roster
import Testing

@Suite("The schema keeps what it must keep")
struct SchemaTests {
  @Test("Every table is strict")
  func strict() async throws {
    try await withStore { _, path in
      let tables = try RawConnection.run(
        path, "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main' ORDER BY name")
      let ours = tables.filter { !$0[0].hasPrefix("sqlite_") && $0[0] != "grdb_migrations" }
      #expect(
        ours.map { $0[0] } == [
          "age_word", "alarm", "approval", "arrival", "bare", "chain", "checkpoint", "closing", "completion", "contact",
          "content", "cosignature",
          "doubt",
          "draft", "duty", "ended_leaf",
          "erased", "erased_by", "erasure", "feed", "flag", "history", "hold", "idempotency", "incomplete",
          "inquiry_answer", "key_view",
          "key_view_due", "leaf",
          "log_answer", "log_epoch", "log_refused", "meta",
          "movement", "notice", "object", "occurrence", "onward_consent",
          "outbox", "party", "past_doubt", "peer", "placed", "policy", "read_audit", "receipt", "release_line",
          "revocation_list",
          "roster",
          "sealed_entry",
          "statement",
          "statement_line", "statement_object", "tile", "time_stamp", "transit", "uncited", "unpublished", "widened",
          "widened_reader", "witnessed",
        ])
      #expect(ours.allSatisfy { $0[1] == "1" })
      let wrong = try RawConnection.refusal(path, "INSERT INTO tile VALUES ('zero', 0, x'00')")
      #expect(wrong?.contains("cannot store TEXT value in INTEGER column") == true)
      let migrations = try RawConnection.run(path, "SELECT identifier FROM grdb_migrations ORDER BY 1")
      #expect(
        migrations == [
          ["001_begin"], ["002_contests"], ["003_doors"], ["004_exchange"], ["005_histories"], ["006_publication"],
          ["007_widening"], ["008_refusals"], ["009_doubts"], ["010_time_stamps"], ["011_seals"],
          ["012_key_views"], ["013_fetches"], ["014_past_doubts"], ["015_epochs"], ["016_ends"],
          ["017_questions"], ["018_roads"], ["019_testimonies"], ["020_duties"], ["021_erasures"],
          ["022_inquiries"], ["023_clocks"], ["024_corrections"], ["025_counts"], ["026_witnessing"],
          ["027_due"],
        ])
    }
  }

  @Test(
    "UPDATE, DELETE and REPLACE are refused on what never changes",
    arguments: [
      ("statement", "bytes = x'00'"), ("roster", "bytes = x'00'"), ("policy", "bytes = x'00'"),
    ])
  func appendOnly(table: String, change: String) async throws {
    try await withStore { store, path in
      var random = Seeded(2)
      let statement = try random.statement(0)
      let roster = try TestRoster().roster
      try await store.write { transaction in
        try transaction.append(statement)
        try transaction.keep(roster: roster)
        try transaction.keep(policy: .standard)
      }
      let before = try RawConnection.run(path, "SELECT quote(bytes) FROM \(table)")
      #expect(before.count == 1)
      for sql in [
        "UPDATE \(table) SET \(change)", "DELETE FROM \(table)", "UPDATE OR REPLACE \(table) SET \(change)",
        "REPLACE INTO \(table) SELECT * FROM \(table)", "INSERT OR REPLACE INTO \(table) SELECT * FROM \(table)",
      ] {
        let refusal = try RawConnection.refusal(path, sql)
        #expect(refusal == "\(table) is append-only", "\(sql)")
      }
      #expect(try RawConnection.run(path, "SELECT quote(bytes) FROM \(table)") == before)
    }
  }

  @Test("A statement is not replaced by one that shares its entry or its effective id")
  func replacedByOtherKeys() async throws {
    try await withStore { store, path in
      var random = Seeded(3)
      let statement = try random.statement(0)
      try await store.write { try $0.append(statement) }
      let rest = "bytes, own, effective, issuer, event, kind, record, case_id, from_authority, to_authority, "
      for keys in ["9, entry, randomblob(32)", "9, randomblob(32), id", "idx, randomblob(32), randomblob(32)"] {
        let sql = "REPLACE INTO statement SELECT \(keys), \(rest) accept_by, lines, roster, policy, registered_at "
        #expect(try RawConnection.refusal(path, sql + "FROM statement") == "statement is append-only", "\(keys)")
      }
      #expect(try await store.read { try $0.registered() } == 1)
    }
  }

  @Test("Adopting a roster or a policy again changes nothing; another roster of the same version is refused")
  func adoption() async throws {
    try await withStore { store, _ in
      let (roster, other) = (try TestRoster().roster, try TestRoster().roster)
      for _ in 0..<2 {
        try await store.write {
          try $0.keep(roster: roster)
          try $0.keep(policy: .standard)
        }
      }
      #expect(try await store.read { try $0.rosters() } == [roster.bytes])
      #expect(try await store.read { try $0.roster(digest: roster.digest) } == roster.bytes)
      let policy = try await store.read { try $0.policy(digest: Policy.standard.digest) }
      #expect(policy == Policy.standard.encoded())
      await #expect(throws: (any Error).self) { try await store.write { try $0.keep(roster: other) } }
      #expect(try await store.read { try $0.rosters() } == [roster.bytes])
      #expect(try await store.read { try $0.roster(digest: other.digest) } == nil)
    }
  }
}
