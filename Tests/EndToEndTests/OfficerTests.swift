import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// V14: two officers are two keys, two numbers, two users.
  @Suite struct OfficerTests {
    @Test("One approval never signs; the same officer twice, a foreign key and another draft's approval do not count")
    func officers() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let draft = try await syr.draft(syr.intake())
        let other = try await syr.draft(syr.intake())
        let one: DraftView = try decoded(try await syr.approve(draft, 1))
        #expect(one.statement == nil && one.approvedBy == [1])
        let again: DraftView = try decoded(try await syr.approve(draft, 1))
        #expect(again.statement == nil && again.approvedBy == [1], "the same officer again adds nothing")
        let refused = [
          try syr.approval(draft, irq.officer(2)), try syr.approval(other, syr.officer(2)),
          try syr.approval(draft, "\(syr.folder)/keys/statement.pem"),
          try syr.approval(draft, "\(syr.folder)/root/root.pem"),
        ]
        for approval in refused {
          let problem = try problem(try await syr.hand(approval, to: draft))
          #expect(problem.status == 403 && problem.code == "V14", "\(problem)")
        }
        let bytes = try problem(try await syr.hand(ApprovalRequest(approval: "d2"), to: draft))
        #expect(bytes.status == 422)
        #expect(try await syr.status().size == 3)
        let signed: DraftView = try decoded(try await syr.approve(draft, 2))
        #expect(signed.statement != nil && signed.approvedBy.sorted() == [1, 2])
        #expect(try await syr.status().size == 4)
      }
    }

    @Test("With two users required, the second approval from the same local user is refused")
    func twoUsers() async throws {
      try await World.run(World.Setting(twoUsers: true)) { world in
        let syr = world.syr
        let draft = try await syr.draft(syr.intake())
        #expect(try await syr.approve(draft, 1).status == 200)
        let refusal = try problem(try await syr.approve(draft, 2))
        #expect(refusal.code == "V14" && refusal.detail.contains("same local user"))
        let command = try syr.amana("approve", draft.draftID, "--key", syr.officer(2))
        #expect(command.code == 1 && command.errors.contains("V14"))
        #expect(try await syr.status().size == 3)
        #expect(try await syr.status().twoUsers)
      }
    }

    @Test("With two users required, two users can approve", .enabled(if: geteuid() == 0))
    func twoRealUsers() async throws {
      try await World.run(World.Setting(twoUsers: true)) { world in
        let syr = world.syr
        let draft = try await syr.draft(syr.intake())
        #expect(try await syr.approve(draft, 1).status == 200)
        let body = try syr.encode(syr.approval(draft, syr.officer(2)))
        let path = "/v1/drafts/\(draft.draftID)/approvals"
        let text = "POST \(path) HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: \(body.count)\r\n\r\n"
        for file in [world.folder, syr.folder, syr.socket] {
          try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: file)
        }
        let answer = try RawClient(syr, world.logs).talk(Array(text.utf8) + body, asUser: 65534)
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
        #expect(try await syr.status().size == 4)
      }
    }
  }
}
