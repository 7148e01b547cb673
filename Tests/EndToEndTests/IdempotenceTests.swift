import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// F7, F11: the same request any number of times has one effect and one answer.
  @Suite struct IdempotenceTests {
    @Test("The same draft request twice gives the same draft; other content under its id is a conflict")
    func drafts() async throws {
      try await World.run { world in
        let request = world.syr.intake()
        let answers = try await together(5) { try await world.syr.draft(request) }
        #expect(Set(answers).count == 1)
        #expect(try await world.syr.status().waiting == 1)
        var other = request
        other.pcode = "SY080006"
        let refusal = try problem(try await world.syr.post(other))
        #expect(refusal.status == 409 && refusal.code == "conflict")
        #expect(try await world.syr.status().waiting == 1)
      }
    }

    @Test("The same approval twice counts once, before and after it is signed")
    func approvals() async throws {
      try await World.run { world in
        let syr = world.syr
        let draft = try await syr.draft(syr.intake())
        let first = try syr.approval(draft, syr.officer(1))
        let views = try await together(4) { try decoded(try await syr.hand(first, to: draft), as: DraftView.self) }
        #expect(Set(views).count == 1 && views[0].approvedBy == [1] && views[0].statement == nil)
        let signed: DraftView = try decoded(try await syr.approve(draft, 2))
        #expect(signed.statement != nil)
        let again: DraftView = try decoded(try await syr.hand(first, to: draft))
        #expect(again == signed)
        #expect(try await syr.status().size == 4)
      }
    }

    @Test("Two last approvals at once make one statement", arguments: 0..<3)
    func lastApprovals(round: Int) async throws {
      try await World.run { world in
        let syr = world.syr
        let draft = try await syr.draft(syr.intake())
        let approvals = try [1, 2, 1, 2].map { try syr.approval(draft, syr.officer($0)) }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
          for approval in approvals { group.addTask { try await syr.hand(approval, to: draft).status } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { $0 == 200 })
        let view: DraftView = try await syr.get("/v1/drafts/\(draft.draftID)")
        #expect(view.statement != nil && view.index == 3)
        #expect(try await syr.status().size == 4)
      }
    }

    @Test("A last approval and a discard at once: signed or discarded, never both")
    func approvalOrDiscard() async throws {
      try await World.run { world in
        let syr = world.syr
        for _ in 0..<12 {
          let draft = try await syr.draft(syr.intake(2))
          _ = try await syr.approve(draft, 1)
          let last = try syr.approval(draft, syr.officer(2))
          async let approved = syr.hand(last, to: draft)
          async let discarded = syr.send(.delete, "/v1/drafts/\(draft.draftID)")
          let (statusOfApproval, statusOfDiscard) = try await (approved.status, discarded.status)
          let view: DraftView = try await syr.get("/v1/drafts/\(draft.draftID)")
          #expect((view.statement != nil) == (statusOfDiscard == 409), "\(statusOfApproval) \(statusOfDiscard)")
          #expect((view.statement != nil) == (statusOfApproval == 200), "\(statusOfApproval) \(statusOfDiscard)")
          #expect(statusOfApproval < 500)
        }
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("A bundle imported eight times at once has one effect")
    func imports() async throws {
      try await World.run { world in
        let intake = try await world.syr.sign(world.syr.intake())
        _ = try await world.syr.sign(world.syr.request("release", intake.statement, to: world.irq.name))
        let bundle = try await world.syr.bundle(to: world.irq)
        let before = try await world.irq.status().size
        let reports = try await together(8) { try await world.irq.take(bundle) }
        let results = reports.flatMap(\.statements).map(\.result)
        #expect(results.count { $0 == "registered" } == 2 && results.count { $0 == "known" } == 14)
        let indexes = Set(reports.map { $0.statements.map(\.index) })
        #expect(indexes.count == 1)
        #expect(try await world.irq.status().size == before + 2)
        let again = try await world.irq.take(bundle)
        #expect(
          again.statements.count == 2 && again.statements.allSatisfy { $0.result == "known" && $0.newReceipts == 0 })
        #expect(try await world.irq.status().size == before + 2)
        #expect(try world.irq.amana("audit").code == 0)
      }
    }

    @Test("An answer that nobody read is given again, with one effect (F11)")
    func lostAnswer() async throws {
      try await World.run { world in
        let intake = try await world.syr.sign(world.syr.intake())
        let request = world.syr.request("offer", intake.statement, to: world.irq.name)
        let body = try world.syr.encode(request)
        let fields = "host: a\r\ncontent-type: application/json\r\ncontent-length: \(body.count)"
        let whole = Array("POST /v1/drafts HTTP/1.1\r\n\(fields)\r\n\r\n".utf8) + body
        for _ in 0..<3 { try RawClient(world.syr, world.logs).sendAndLeave(whole) }
        let views = try await together(10) { try await world.syr.draft(request) }
        #expect(Set(views).count == 1 && views[0].statement != nil)
        #expect(try await world.syr.status().size == 5)
      }
    }
  }
}

/// The same asked many times at once.
func together<Value: Sendable>(_ count: Int, _ ask: @escaping @Sendable () async throws -> Value) async throws
  -> [Value]
{
  try await withThrowingTaskGroup(of: Value.self) { group in
    for _ in 0..<count { group.addTask { try await ask() } }
    return try await group.reduce(into: []) { $0.append($1) }
  }
}
