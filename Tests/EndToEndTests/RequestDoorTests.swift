import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// Bad requests on the socket: each a clear answer, nothing stored, the daemon up.
  @Suite struct RequestDoorTests {
    private func expect(
      _ status: ClosedRange<Int>, _ method: ControlMethod, _ path: String, _ body: String, _ side: TestAuthority
    ) async throws {
      let before = try await side.status()
      let response = try await side.send(method, path, Array(body.utf8))
      let text = String(decoding: response.body, as: UTF8.self)
      #expect(status.contains(response.status), "\(method) \(path) \(body.prefix(80)): \(response.status) \(text)")
      #expect(response.contentType == Problem.mediaType, "\(method) \(path): \(text)")
      #expect(try await side.status() == before)
    }

    @Test("Malformed JSON, missing fields and wrong types are named")
    func json() async throws {
      try await World.run { world in
        let bodies = [
          "", "{", "[]", "null", "\"text\"", "{\"draft_id\":\"x\"", "{}", "{\"event\":\"intake\"}",
          "{\"draft_id\":7,\"event\":\"intake\"}", "{\"draft_id\":\"x\",\"event\":\"intake\",\"persons\":{}}",
          "{\"draft_id\":\"x\",\"event\":\"intake\",\"persons\":[{\"reference\":1}]}",
          "{\"draft_id\":\"x\",\"event\":\"intake\",\"lines\":[1.5]}",
          "{\"draft_id\":\"x\",\"event\":\"intake\",\"clock_error_s\":-1}",
          String(repeating: "[", count: 100_000),
        ]
        for body in bodies { try await expect(400...400, .post, "/v1/drafts", body, world.syr) }
        let missing = try problem(try await world.syr.send(.post, "/v1/drafts", Array("{}".utf8)))
        #expect(missing.detail.contains("draft_id") || missing.detail.contains("event"))
        let invalid = try await world.syr.send(.post, "/v1/drafts", [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
        #expect(invalid.status == 400)
      }
    }

    @Test("A key that stands twice in a request is refused (F18)")
    func duplicateKeys() async throws {
      try await World.run { world in
        let id = UUID().uuidString
        let body = "{\"draft_id\":\"\(id)\",\"event\":\"offer\",\"event\":\"release\"}"
        try await expect(400...400, .post, "/v1/drafts", body, world.syr)
        let refusal = try problem(try await world.syr.send(.post, "/v1/drafts", Array(body.utf8)))
        #expect(refusal.detail.contains("event"), "\(refusal)")
        let nested = "{\"draft_id\":\"\(id)\",\"event\":\"intake\",\"persons\":[{\"sex\":\"1\",\"sex\":\"2\"}]}"
        try await expect(400...400, .post, "/v1/drafts", nested, world.syr)
      }
    }

    @Test("Values that mean nothing are refused with the field's name")
    func values() async throws {
      try await World.run { world in
        let syr = world.syr
        let good = syr.intake(2)
        let wrong: [(String, (inout DraftRequest) -> Void)] = [
          ("draft_id", { $0.draftID = "not-a-uuid" }), ("event", { $0.event = "coronation" }),
          ("event", { $0.event = "log-opened" }), ("occurred_at", { $0.occurredAt = "yesterday" }),
          ("occurred_at", { $0.occurredAt = "2026-11-25T14:03:00" }), ("time_source", { $0.timeSource = "sundial" }),
          ("accept_by", { $0.acceptBy = "soon" }), ("case_id", { $0.caseID = "7" }), ("persons", { $0.persons = [] }),
          ("kind", { $0.kind = "parade" }), ("provenance", { $0.provenance = "rumour" }),
          ("liberty_status", { $0.libertyStatus = "free-ish" }), ("site_id", { $0.siteID = nil }),
        ]
        for (field, change) in wrong {
          var request = good
          change(&request)
          let before = try await syr.status()
          let refusal = try problem(try await syr.post(request))
          #expect((400..<500).contains(refusal.status) && refusal.detail.contains(field), "\(field): \(refusal)")
          #expect(try await syr.status() == before)
        }
        _ = try await syr.draft(good)
      }
    }

    @Test("Free values that cannot be signed are refused, not an internal error")
    func unsignable() async throws {
      try await World.run { world in
        let syr = world.syr
        let changes: [(String, (inout DraftRequest) -> Void)] = [
          ("basis", { $0.basis = "\u{202e}code" }), ("basis", { $0.basis = String(repeating: "x", count: 100_000) }),
          ("reason", { $0.reason = "a\nb" }), ("reason", { $0.reason = String(repeating: "r", count: 100_000) }),
          ("reason", { $0.reason = "" }), ("site_id", { $0.siteID = "\u{202e}X" }), ("pcode", { $0.pcode = "\u{0}" }),
          ("site_id", { $0.siteID = String(repeating: "S", count: 10_000) }),
          ("clock_error_s", { $0.clockErrorSeconds = .max }),
          ("occurred_at", { $0.occurredAt = "9999-12-31T23:59:59+03:00" }),
          ("officers", { $0.officers = .max }), ("officers", { $0.officers = -5 }),
        ]
        for (field, change) in changes {
          var request = syr.intake(2)
          change(&request)
          let response = try await syr.post(request)
          #expect(response.status < 500, "\(field): \(String(decoding: response.body, as: UTF8.self))")
          guard response.status == 201 else { continue }
          var view: DraftView = try decoded(response)
          for officer in 1...2 { view = try decoded(try await syr.approve(view, officer)) }
          #expect(field == "officers" || view.statement != nil, "\(field) was drafted and cannot be signed")
        }
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("Unknown paths, wrong methods, ids of the wrong shape and bodies too large are answered as problems")
    func paths() async throws {
      try await World.run { world in
        let id = String(repeating: "a", count: 64)
        for path in ["/", "/v1", "/v2/status", "/v1/status/x", "/v1/../etc/passwd", "/v1/statements/\(id)/names"] {
          try await expect(400...404, .get, path, "", world.syr)
        }
        try await expect(404...405, .post, "/v1/status", "", world.syr)
        try await expect(404...405, .get, "/v1/audit", "", world.syr)
        try await expect(404...405, .delete, "/v1/statements", "", world.syr)
        for wrong in ["xyz", "aa", "\(id)a", "%00", "..%2f", "%ff"] {
          try await expect(400...422, .get, "/v1/statements/\(wrong)", "", world.syr)
          try await expect(400...422, .get, "/v1/drafts/\(wrong)", "", world.syr)
        }
        try await expect(404...404, .get, "/v1/statements/\(id)", "", world.syr)
        try await expect(404...404, .get, "/v1/statements/\(id)/receipt", "", world.syr)
        try await expect(404...404, .get, "/v1/drafts/\(UUID().uuidString)", "", world.syr)
        try await expect(422...422, .get, "/v1/bundle?to=nobody", "", world.syr)
        try await expect(422...422, .get, "/v1/bundle?record=7", "", world.syr)
        let large = "{\"approval\":\"\(String(repeating: "0", count: 1 << 17))\"}"
        try await expect(413...413, .post, "/v1/drafts/\(UUID().uuidString)/approvals", large, world.syr)
        for query in ["from=-1", "from=x", "limit=0", "limit=99999999999999999999", "prefix=zz", "prefix=%25"] {
          #expect(try await world.syr.send(.get, "/v1/statements?\(query)").status < 500, "\(query)")
        }
      }
    }
  }
}
