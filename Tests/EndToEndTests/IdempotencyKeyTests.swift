import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite struct IdempotencyKeyTests {
    private func post(_ path: String, _ key: String, _ body: [UInt8]) -> RawRequest {
      .http("POST", path, ["content-type: application/json", "idempotency-key: \"\(key)\""], body: body)
    }

    @Test(
      "The same request under the same key has one effect and one answer, also after a restart; draft_id may be absent")
    func again() async throws {
      try await World.run { world in
        let syr = world.syr
        let raw = RawClient(syr, world.logs)
        var request = syr.intake(2)
        request.draftID = nil
        let body = try syr.encode(request)
        let first = try raw.batch([post("/v1/drafts", "k1", body), post("/v1/drafts", "k1", body)])
        #expect(first.map(\.status) == [201, 201] && first[0].body == first[1].body)
        #expect(try await syr.status().waiting == 1)
        request.pcode = "SY080006"
        let other = try raw.batch([
          post("/v1/drafts", "k1", try syr.encode(request)),
          post("/v1/drafts/\(UUID().uuidString)/approvals", "k1", body),
        ])
        #expect(other.allSatisfy { $0.status == 422 && $0.body.contains("\"idempotency-key-reused\"") }, "\(other)")
        #expect(try raw.batch([post("/v1/drafts", "k2", body)]).map(\.status) == [201])
        #expect(try await syr.status().waiting == 2)
        Running.shared.killAll()
        _ = try syr.daemon().ready()
        #expect(try raw.batch([post("/v1/drafts", "k1", body)])[0].body == first[0].body)
        #expect(try await syr.status().waiting == 2)
      }
    }

    @Test("A refusal is given again as well; an approval under a key counts once")
    func approvals() async throws {
      try await World.run { world in
        let syr = world.syr
        let raw = RawClient(syr, world.logs)
        let draft = try await syr.draft(syr.intake(2))
        let path = "/v1/drafts/\(draft.draftID)/approvals"
        let good = try syr.encode(syr.approval(draft, syr.officer(1)))
        let answers = try raw.batch([
          post(path, "bad", Array("{\"approval\":\"d2\"}".utf8)),
          post(path, "bad", Array("{\"approval\":\"d2\"}".utf8)),
          post(path, "good", good), post(path, "good", good),
        ])
        #expect(answers.map(\.status) == [422, 422, 200, 200])
        #expect(answers[0].body == answers[1].body && answers[2].body == answers[3].body)
        #expect(try await syr.get("/v1/drafts/\(draft.draftID)", as: DraftView.self).approvedBy == [1])
      }
    }

    @Test("Eight times at once under one key: one draft; the others get its answer or are told that it is under way")
    func atOnce() async throws {
      try await World.run { world in
        let syr = world.syr
        var request = syr.intake(200)
        request.draftID = nil
        let body = try syr.encode(request)
        let answers = try await together(8) {
          try RawClient(syr, world.logs).batch([post("/v1/drafts", "same", body)])[0]
        }
        #expect(answers.allSatisfy { $0.status == 201 || $0.body.contains("\"idempotency-key-in-use\"") }, "\(answers)")
        #expect(Set(answers.filter { $0.status == 201 }.map(\.body)).count == 1)
        #expect(try await syr.status().waiting == 1)
      }
    }

    @Test("Two different requests at once for the same draft id: one is taken, the other told of the conflict")
    func conflict() async throws {
      try await World.run { world in
        let syr = world.syr
        let one = syr.intake(2)
        var two = one
        two.pcode = "SY080006"
        for _ in 0..<5 {
          let id = UUID().uuidString
          let requests = [one, two].map { request in
            var request = request
            request.draftID = id
            return request
          }
          async let first = syr.post(requests[0]).status
          async let second = syr.post(requests[1]).status
          let statuses = try await [first, second]
          #expect(statuses.sorted() == [201, 409])
        }
        #expect(try await syr.status().waiting == 5)
      }
    }
  }
}
