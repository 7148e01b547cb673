import Foundation
import Testing

extension EndToEnd {
  /// A store that somebody changed behind the daemon's back: noticed at start or by `amana audit`, and named.
  @Suite struct TamperTests {
    /// A store with a release in it, whose daemon has stopped.
    private func withStore(_ body: (World, Database) async throws -> Void) async throws {
      try await World.run { world in
        _ = try await world.releaseArrived()
        Running.shared.killAll()
        try await body(world, Database(world.syr.store, world.logs))
      }
    }

    private func expectAudit(_ world: World, _ why: String) throws {
      let daemon = try world.syr.daemon().ready()
      let audit = try world.syr.amana("audit")
      #expect(audit.code == 1 && audit.output.contains(why), "\(why): \(audit)")
      daemon.crash()
    }

    @Test("A store of a newer schema is refused")
    func newerSchema() async throws {
      try await withStore { world, database in
        try database.run("INSERT INTO grdb_migrations VALUES ('999_later')")
        try world.syr.expectNoStart("written by a newer Amana")
      }
    }

    @Test(
      "V20: a cut tail and a changed tree are noticed at start",
      arguments: [
        (
          "DELETE FROM statement WHERE idx = (SELECT MAX(idx) FROM statement)",
          "V20: the log is shorter than the 5 entries it signed"
        ),
        (
          "UPDATE tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE level = 0",
          "V20: the first 5 entries no longer give the root"
        ),
      ])
    func logItself(sql: String, why: String) async throws {
      try await withStore { world, database in
        try database.tamper(sql)
        try world.syr.expectNoStart(why)
      }
    }

    @Test("A file that is no database, and one cut short, are refused")
    func noDatabase() async throws {
      try await withStore { world, database in
        try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
        let bytes = try Data(contentsOf: URL(filePath: world.syr.store))
        try bytes.prefix(bytes.count / 3).write(to: URL(filePath: world.syr.store))
        let cut = try world.syr.daemon().command.finished()
        #expect(cut.code == 1 && cut.errors.contains("amanad cannot go on"), "\(cut)")
        try Data("no database at all, only text".utf8).write(to: URL(filePath: world.syr.store))
        let text = try world.syr.daemon().command.finished()
        #expect(text.code == 1 && text.errors.contains("amanad cannot go on"), "\(text)")
      }
    }

    @Test("Exchanged or changed bytes of a statement are named by the audit (V23)")
    func statementBytes() async throws {
      try await withStore { world, database in
        try database.tamper("UPDATE statement SET bytes = (SELECT bytes FROM statement WHERE idx = 1) WHERE idx = 3")
        try expectAudit(world, "entry 3: V23")
      }
      try await withStore { world, database in
        try database.tamper(
          """
          UPDATE statement SET bytes = CAST(substr(bytes, 1, length(bytes) - 1)
            || CASE substr(bytes, -1) WHEN X'00' THEN X'01' ELSE X'00' END AS BLOB) WHERE idx = 4
          """)
        try expectAudit(world, "entry 4: ")
      }
    }

    @Test(
      "A changed custodian, release line or receipt, a lost manifest or chain are named by the audit",
      arguments: [
        ("UPDATE chain SET custodian = 'IRQ/justice' WHERE rowid_of", "the columns of line"),
        ("DELETE FROM chain WHERE rowid_of", "the projection of line"),
        (
          "UPDATE release_line SET subject = zeroblob(16) WHERE line = (SELECT MIN(line) FROM release_line)",
          "release line"
        ),
        ("DELETE FROM duty WHERE code = 'family'", "who must be told"),
        ("UPDATE duty SET notice = statement", "who must be told"),
        ("DELETE FROM receipt WHERE entry = (SELECT entry FROM statement WHERE idx = 3)", "has no receipt of this log"),
        ("DELETE FROM content WHERE type = 'manifest'", "entry 3: V6"),
        ("DELETE FROM content WHERE type = 'annex'", "identity"),
        ("DELETE FROM content WHERE type = 'slots'", "entry 3: V6"),
        ("UPDATE content SET sealed = zeroblob(length(sealed)) WHERE type = 'slots'", "entry 3: "),
      ])
    func projection(sql: String, why: String) async throws {
      try await withStore { world, database in
        try database.tamper(sql.replacing("rowid_of", with: "subject = (SELECT MIN(subject) FROM chain)"))
        try expectAudit(world, why)
      }
    }
  }
}
