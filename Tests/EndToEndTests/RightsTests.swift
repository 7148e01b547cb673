import ControlAPI
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// Who may do what, as other local users of this machine: real uids and supplementary groups.
  @Suite(.enabled(if: geteuid() == 0)) struct RightsTests {
    private static let reader = 4001
    private static let operating = 4002
    private static let officer = 4003
    private static let administrator = 4004
    private static let stranger = 4005
    private static let rights = [
      "AMANAD_RIGHTS_READERS": "uid:4001", "AMANAD_RIGHTS_OPERATORS": "uid:4002",
      "AMANAD_RIGHTS_OFFICERS": "uid:4003=1",
      "AMANAD_RIGHTS_ADMINISTRATORS": "uid:4004,gid:4100",
    ]

    /// What each role may, as `Right` says.
    private static let expected: [(user: Int, rights: Set<Right>)] = [
      (reader, [.read]), (operating, [.read, .readPersons, .operate, .audit]),
      (officer, [.read, .readPersons, .approve]), (administrator, [.read, .audit, .administer]), (stranger, []),
    ]

    @Test("Each role may do what its right says at every operation, and nothing else")
    func roles() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon(environment: Self.rights).ready()
        try syr.openToAll()
        // What is asked is refused for another reason when the right is there: nothing is changed.
        let requests = ControlOperation.allCases.map { operation in
          RawRequest.http(
            operation.route.method.rawValue, operation.route.path.replacing("{id}", with: "abcd") + "?x=1", body: [])
        }
        for (user, rights) in Self.expected {
          let answers = try RawClient(syr, world.logs).batch(requests, asUser: user)
          for (operation, answer) in zip(ControlOperation.allCases, answers) {
            let isRefused = answer.status == 403 && answer.body.contains("\"not-permitted\"")
            #expect(isRefused != rights.contains(operation.route.right), "\(user) \(operation): \(answer)")
            if isRefused { #expect(answer.body.contains("administrator of this machine")) }
          }
        }
        let noted = daemon.command.errors.split(separator: "\n").filter { $0.contains("refused to uid 4005") }
        #expect(noted.count == ControlOperation.allCases.count)
      }
    }

    @Test("A supplementary group gives its right, and the user alone has none")
    func groups() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        _ = try syr.daemon(environment: Self.rights).ready()
        try syr.openToAll()
        func status(_ groups: String) throws -> Int? {
          let answer = try Command(
            "setpriv",
            ["--reuid", "4005", "--regid", "4005"] + groups.split(separator: " ").map(String.init) + [
              "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", syr.socket,
              "http://a/v1/reads",
            ], logs: world.logs
          ).finished()
          return Int(answer.output)
        }
        #expect(try status("--groups 4099,4100,4101") == 200)
        #expect(try status("--groups 4099,4101") == 403)
        #expect(try status("--clear-groups") == 403)
        let many = (5000..<5999).map(String.init).joined(separator: ",")
        #expect(try status("--groups 4100,\(many)") == 200)
        // More groups than are read: none of them counts, and the journal says so.
        let more = (5000..<6100).map(String.init).joined(separator: ",")
        #expect(try status("--groups 4100,\(more)") == 403)
      }
    }

    @Test("Names that this machine does not know are reported and give nobody a right; nonsense stops the start")
    func names() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon(environment: ["AMANAD_RIGHTS_READERS": "no-such-user,@no-such-group,root"]).ready()
        #expect(daemon.command.errors.contains("no-such-user") && daemon.command.errors.contains("@no-such-group"))
        try daemon.stop()
        for wrong in ["OFFICERS": "alice", "READERS": "uid:x", "OPERATORS": "a:b"] {
          let answer = try syr.daemon(environment: ["AMANAD_RIGHTS_\(wrong.key)": wrong.value]).command.finished()
          #expect(answer.code == 1 && answer.errors.contains("rights."), "\(wrong): \(answer)")
        }
      }
    }

    @Test("What a rule finds of single lines is shown to whoever may read persons, and its code alone to other readers")
    func flags() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        _ = try syr.daemon(environment: Self.rights).ready()
        // A code that no list has: on record, and flagged with what it is.
        func unlisted() -> DraftRequest {
          var request = syr.intake(2)
          request.persons?[1]["grounds"] = "word-of-nobody"
          return request
        }
        let statement = try #require(try await syr.sign(unlisted()).statement)
        let draft = try await syr.draft(unlisted())
        try syr.openToAll()
        let raw = RawClient(syr, world.logs)
        let paths = [
          "/v1/statements/\(statement)", "/v1/statements?event=intake", "/v1/drafts", "/v1/drafts/\(draft.draftID)",
        ]
        for user in [Self.reader, Self.operating, Self.officer, Self.administrator] {
          let answers = try raw.batch(paths.map { RawRequest.http("GET", $0) }, asUser: user)
          let seesLines = [Self.operating, Self.officer].contains(user)
          for (path, answer) in zip(paths, answers) {
            #expect(answer.status == 200 && answer.body.contains("\"V25\""), "\(user) \(path): \(answer)")
            #expect(answer.body.contains("word-of-nobody") == seesLines, "\(user) \(path): \(answer.body)")
            #expect(answer.body.contains("of single lines") != seesLines, "\(user) \(path): \(answer.body)")
          }
        }
      }
    }

    @Test("Whoever approves is shown whom the lines are about, where they may read persons, and it is on record")
    func draftLines() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        _ = try syr.daemon(environment: Self.rights).ready()
        let draft = try await syr.draft(syr.intake(2))
        try syr.openToAll()
        let raw = RawClient(syr, world.logs)
        let lines = RawRequest.http("GET", "/v1/drafts/\(draft.draftID)/lines")
        #expect(try raw.batch([lines], asUser: Self.reader).map(\.status) == [403])
        let shown = try #require(try raw.batch([lines], asUser: Self.officer).first)
        for text in ["HSK-1001", "HSK-1002", "Abdulsalam Muhammad 2", "\"unknown\""] {
          #expect(shown.status == 200 && shown.body.contains(text), "\(text): \(shown)")
        }
        let reads: [ReadView] = try await syr.get("/v1/reads")
        let digest = hexadecimal(SHA256.hash(hex(draft.content)))
        #expect(reads.map(\.operation) == ["listDraftLines"] && reads.map(\.statement) == [digest], "\(reads)")
        let approved = try syr.amana("approve", draft.draftID, "--key", syr.officer(1))
        #expect(approved.code == 0 && approved.output.contains(/HSK-1002 +Abdulsalam Muhammad 2 +adult/), "\(approved)")
        // Signed, it is the statement's lines that are shown and noted.
        let statement = try #require(try (decoded(try await syr.approve(draft, 2)) as DraftView).statement)
        let after = try #require(try raw.batch([lines], asUser: Self.officer).first)
        #expect(after.status == 200 && after.body.contains("\"held\""), "\(after)")
        #expect(try await syr.get("/v1/reads", as: [ReadView].self).last?.statement == statement)
      }
    }

    @Test("Who reads lines or takes out a bundle is on record, with when and what")
    func reads() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        _ = try syr.daemon(environment: Self.rights).ready()
        let signed = try await syr.sign(syr.intake(2))
        let statement = try #require(signed.statement)
        try syr.openToAll()
        let raw = RawClient(syr, world.logs)
        let lines = RawRequest.http("GET", "/v1/statements/\(statement)/lines")
        let bundle = RawRequest.http("GET", "/v1/bundle?clear=true")
        let answers = try raw.batch([lines, bundle, lines], asUser: Self.operating)
        #expect(answers.map(\.status) == [200, 200, 200])
        #expect(try raw.batch([lines], asUser: Self.reader).map(\.status) == [403])
        let reads: [ReadView] = try await syr.get("/v1/reads")
        #expect(reads.map(\.operation) == ["listStatementLines", "exportBundle", "listStatementLines"])
        #expect(reads.allSatisfy { $0.statement == statement && $0.user == UInt32(Self.operating) })
        #expect(try await syr.get("/v1/reads?user=4001", as: [ReadView].self).isEmpty)
        #expect(try await syr.get("/v1/reads?limit=1&cursor=\(reads[0].id)", as: [ReadView].self) == [reads[1]])
        let database = Database(syr.store, world.logs)
        #expect(throws: Stopped.self) { try database.run("DELETE FROM read_audit") }
        #expect(throws: Stopped.self) { try database.run("UPDATE read_audit SET user = 0") }
      }
    }
  }
}
