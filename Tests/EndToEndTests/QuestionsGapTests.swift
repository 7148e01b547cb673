import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// What is not here, or could be two people, is never answered as if all were well.
  @Suite struct QuestionsGapTests {
    private static let operation = "0194f0a0-0000-7000-8000-000000000004"

    /// SYR's release to IRQ, within the operation.
    private func release(_ count: Int, _ world: World) async throws -> String {
      let syr = world.syr
      var leaving = syr.request(
        "release", try await syr.sign(syr.intake(count)).statement, to: world.irq.name, hours: 8)
      (leaving.caseID, leaving.acceptBy) = (Self.operation, ago(hours: 1))
      return try await syr.sign(leaving).signedID
    }

    @Test("A release whose lines have not come is on the road, overdue, unresolved and not counted")
    func envelopeOnly() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = try await release(3, world)
        let whole = try await syr.bundle(to: irq)
        _ = try await irq.take(SealedPieces(whole).bytes(payloads: []))
        let road: [InTransitView] = try await irq.get("/v1/questions/transit")
        #expect(road.map(\.statement) == [convoy] && road[0].lines == nil && road[0].released == nil, "\(road)")
        #expect(road[0].overdue && road[0].custodian == syr.name && road[0].to == irq.name && road[0].contested == 0)
        #expect(try await irq.get("/v1/questions/transit?overdue=false", as: [InTransitView].self).isEmpty)
        #expect(try await irq.get("/v1/questions/transit?party=TUR/migration", as: [InTransitView].self).isEmpty)
        let ours: [InTransitView] = try await irq.get("/v1/questions/transit?party=IRQ/justice")
        #expect(ours.map(\.statement) == [convoy])
        let shown = try irq.amana("ask", "transit")
        #expect(shown.code == 1 && shown.output.contains("lines not here"), "\(shown)")
        for question in ["within=\(convoy)", "case=\(Self.operation)", "within=\(convoy)&limit=1"] {
          let open: [UnresolvedView] = try await irq.get("/v1/questions/unresolved?\(question)")
          #expect(open.map(\.why) == ["absent"] && open[0].statement == convoy && open[0].line == nil, "\(open)")
          #expect(open[0].custodian == syr.name && open[0].releasedTo == irq.name && open[0].acceptBy != nil)
        }
        let unresolved = try irq.amana("ask", "unresolved", convoy)
        #expect(unresolved.code == 1 && unresolved.output.contains("lines not here"), "\(unresolved)")
        let tally: TallyView = try await irq.get("/v1/questions/tally?case=\(Self.operation)")
        #expect(tally.absent == 1 && tally.rows.isEmpty)
        #expect(try irq.amana("ask", "tally", Self.operation).output.contains("lines of 1 releases"))
        _ = try await irq.take(whole)
        let arrived: [InTransitView] = try await irq.get("/v1/questions/transit")
        #expect(arrived.map(\.lines) == [3] && arrived.map(\.released) == [3])
        let open: [UnresolvedView] = try await irq.get("/v1/questions/unresolved?within=\(convoy)")
        #expect(open.map(\.why) == ["overdue", "overdue", "overdue"])
        #expect(try await irq.get("/v1/questions/tally?case=\(Self.operation)", as: TallyView.self).absent == 0)
      }
    }

    @Test("Who is asked for within lines that are not here, or were erased, is not said to stand in none")
    func notHere() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = try await release(2, world)
        let whole = try await syr.bundle(to: irq)
        _ = try await irq.take(SealedPieces(whole).bytes(payloads: []))
        for line in ["0", "HSK-1001"] {
          let answer = try problem(try await irq.send(.get, "/v1/questions/custody?within=\(convoy)&line=\(line)"))
          #expect(answer.status == 409 && answer.code == "incomplete" && answer.detail.contains(convoy), "\(answer)")
        }
        _ = try await irq.take(whole)
        let none = try problem(try await irq.send(.get, "/v1/questions/custody?within=\(convoy)&line=HSK-9"))
        #expect(none.status == 404, "\(none)")
        let made = try await syr.sign(syr.intake(2))
        let intake = try #require(made.statement)
        let line = try #require(try await syr.lines(intake).first)
        var erasure = syr.request("erased", intake)
        erasure.reason = "court-order"
        _ = try await syr.sign(erasure)
        let held: PersonView = try await syr.get("/v1/questions/custody?within=\(intake)&line=\(line.line)")
        #expect(held.subject == line.subject && held.name == nil && held.phase == "held")
        let gone = try problem(try await syr.send(.get, "/v1/questions/custody?within=\(intake)&line=HSK-1001"))
        #expect(gone.status == 410 && gone.code == "erased", "\(gone)")
      }
    }

    @Test("Page by page no line of the next release is left out, wherever a page ends")
    func pages() async throws {
      try await World.run { world in
        let syr = world.syr
        for count in [2, 3] { _ = try await release(count, world) }
        let all: [UnresolvedView] = try await syr.get("/v1/questions/unresolved?case=\(Self.operation)")
        #expect(all.count == 5)
        for limit in 1...4 {
          var page = try await syr.send(.get, "/v1/questions/unresolved?case=\(Self.operation)&limit=\(limit)")
          var found = try decoded(page, as: [UnresolvedView].self)
          while let next = page.next {
            page = try await syr.send(.get, next)
            found += try decoded(page, as: [UnresolvedView].self)
          }
          #expect(found == all, "pages of \(limit)")
        }
      }
    }

    @Test("A number that means several people within a record is refused; a reference, and the statement, are not")
    func numbers() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let offer = try await syr.sign(syr.request("offer", try await syr.sign(syr.intake()).statement, to: irq.name))
        let release = try await syr.sign(syr.request("release", offer.statement, to: irq.name)).signedID
        func subjects(_ id: String) async throws -> [Int: String] {
          Dictionary(try await syr.lines(id).map { ($0.line, $0.subject) }) { first, _ in first }
        }
        let (offered, released) = (try await subjects(offer.signedID), try await subjects(release))
        // Both manifests are shuffled: of twelve people some stand elsewhere.
        let number = try #require(offered.keys.sorted().first { released[$0] != nil && released[$0] != offered[$0] })
        let record = offer.recordID
        let answer = try await syr.send(.get, "/v1/questions/custody?within=\(record)&line=line:\(number)")
        let refused = try problem(answer)
        #expect(refused.status == 409 && refused.code == "ambiguous" && refused.candidates?.count == 2, "\(refused)")
        let named: PersonView = try await syr.get("/v1/questions/custody?within=\(release)&line=\(number)")
        #expect(named.subject == released[number])
        let referred: PersonView = try await syr.get("/v1/questions/custody?within=\(record)&line=HSK-1003")
        #expect(referred.reference == "HSK-1003")
      }
    }
  }
}
