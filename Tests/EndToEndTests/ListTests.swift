import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// Pages, filters and abbreviated ids.
  @Suite struct ListTests {
    private func all<Value: Decodable>(_ path: String, _ raw: RawClient, as type: Value.Type = Value.self) throws
      -> [[Value]]
    {
      var (pages, next): ([[Value]], String?) = ([], path)
      while let target = next {
        let answer = try raw.batch([.http("GET", target)])[0]
        guard answer.status == 200 else { throw Stopped("\(target): \(answer)") }
        pages.append(try JSONDecoder().decode([Value].self, from: Data(answer.body.utf8)))
        next = answer.fields["link"]?.firstMatch(of: /^<([^>]+)>; rel="next"$/).map { String($0.output.1) }
      }
      return pages
    }

    @Test("Drafts that wait come in pages, each once, whatever was made in one second")
    func drafts() async throws {
      try await World.run { world in
        let (syr, raw) = (world.syr, RawClient(world.syr, world.logs))
        var made: Set<String> = []
        for count in 1...5 { made.insert(try await syr.draft(syr.intake(count)).draftID) }
        let signed = try await syr.sign(syr.intake(1)).draftID
        let whole = try await syr.get("/v1/drafts", as: [DraftView].self)
        #expect(Set(whole.map(\.draftID)) == made && whole.count == 5 && !made.contains(signed))
        let pages: [[DraftView]] = try all("/v1/drafts?limit=2", raw)
        #expect(pages.map(\.count) == [2, 2, 1] && pages.flatMap { $0 } == whole)
        #expect(try await syr.status().waiting == 5)
        for bad in ["cursor=1", "cursor=x-y", "limit=0", "limit=1001"] {
          #expect(try await syr.send(.get, "/v1/drafts?\(bad)").status == 422, "\(bad)")
        }
      }
    }

    @Test("Statements come in pages, filtered by case, kind, event, state, party and time")
    func statements() async throws {
      try await World.run { world in
        let (syr, raw) = (world.syr, RawClient(world.syr, world.logs))
        var first = syr.intake(3)
        first.caseID = "0194f0a0-0000-7000-8000-000000000001"
        let held = try await syr.sign(first)
        let second = try await syr.sign(syr.intake(3))
        var leaving = syr.request("release", second.statement, to: world.irq.name, hours: 8)
        leaving.acceptBy = ago(hours: 1)
        let released = try await syr.sign(leaving)
        func ids(_ query: String) async throws -> [String] {
          try await syr.get("/v1/statements?\(query)", as: [StatementView].self).map(\.statement)
        }
        let pages: [[StatementView]] = try all("/v1/statements?limit=2", raw)
        #expect(pages.map(\.count) == [2, 2, 2] && pages.flatMap { $0 }.map(\.index) == [0, 1, 2, 3, 4, 5])
        #expect(try all("/v1/statements?limit=1&kind=detainee-transfer", raw, as: StatementView.self).count == 3)
        let (one, two, three) = try (held.signedID, second.signedID, released.signedID)
        #expect(try await ids("case=0194f0a0-0000-7000-8000-000000000001") == [one])
        #expect(try await ids("event=release") == [three])
        #expect(try await ids("state=held") == [one])
        #expect(try await ids("state=overdue") == [two, three])
        #expect(try await ids("state=released") == [two, three])
        #expect(try await ids("state=waiting") == [])
        #expect(try await ids("state=contested") == [])
        #expect(try await ids("party=IRQ/justice") == [three])
        #expect(try await ids("party=SYR/prisons&event=intake") == [one, two])
        #expect(try await ids("since=\(ago(hours: -1))") == [])
        #expect(try await ids("since=\(ago(hours: 1))").count == 6)
        #expect(try await ids("until=\(ago(hours: 1))") == [])
        #expect(try await ids("kind=property-handover") == [])
        #expect(try await ids("prefix=\(three.prefix(6))&event=release") == [three])
        let lines: [[ChainView]] = try all("/v1/lines?limit=4", raw)
        #expect(lines.map(\.count) == [4, 2] && Set(lines.flatMap { $0 }.map(\.subject)).count == 6)
        let late: [ChainView] = try await syr.get("/v1/lines?overdue=true&custodian=SYR/prisons")
        #expect(late.count == 3 && late.allSatisfy { $0.releasedTo == world.irq.name && $0.phase == "released" })
        #expect(try await syr.get("/v1/lines?phase=held&overdue=false", as: [ChainView].self).count == 3)
        #expect(
          try await syr.get("/v1/lines?case=0194f0a0-0000-7000-8000-000000000001", as: [ChainView].self).count == 3)
      }
    }

    @Test("An id in a path may be abbreviated when it is unique; otherwise the candidates are named")
    func abbreviated() async throws {
      try await World.run { world in
        let syr = world.syr
        let draft = try await syr.draft(syr.intake(2))
        #expect(try await syr.get("/v1/drafts/\(draft.draftID.prefix(8))", as: DraftView.self) == draft)
        let signed = try await syr.sign(syr.intake(2))
        let id = try signed.signedID
        #expect(
          try await syr.get("/v1/statements/\(id.prefix(6).uppercased())", as: StatementView.self).statement == id)
        #expect(try await syr.send(.get, "/v1/statements/\(id.prefix(8))/receipt").status == 200)
        var twin = syr.intake(2)
        twin.draftID = draft.draftID.prefix(35) + (draft.draftID.hasSuffix("0") ? "1" : "0")
        _ = try await syr.draft(twin)
        let several = try problem(try await syr.send(.get, "/v1/drafts/\(draft.draftID.prefix(13))"))
        #expect(several.status == 409 && several.code == "ambiguous")
        #expect(Set(several.candidates ?? []) == [draft.draftID, twin.draftID])
        #expect(try await syr.send(.delete, "/v1/drafts/\(draft.draftID.prefix(13))").status == 409)
        let kind = try problem(try await syr.send(.get, "/v1/statements/\(draft.draftID)"))
        #expect(kind.code == "other-kind" && kind.detail.contains("draft"))
        let record = try problem(try await syr.send(.get, "/v1/statements/\(signed.recordID)"))
        #expect(record.code == "other-kind" && record.detail.contains("record"))
      }
    }
  }
}
