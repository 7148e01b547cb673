import ControlAPI
import Custody
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

    @Test("Whoever approves in another office is none of the officers who are needed, and is not counted as one")
    func otherOffice() async throws {
      try await World.run(World.Setting(approvers: true)) { world in
        let syr = world.syr
        let draft = try await syr.draft(syr.intake())
        let approval = try syr.approval(draft, syr.officer(3), role: .medical)
        let approved: DraftView = try decoded(try await syr.hand(approval, to: draft))
        #expect(approved.approvedBy == [3] && approved.officersApproved == 0 && approved.approvalsMissing == 2)
        let listed = try syr.amana("drafts", "--json")
        #expect(listed.output.filter { $0 != " " }.contains("\"officers_approved\":0"), "\(listed)")
        let taken = try syr.amana("approve", draft.draftID, "--key", syr.officer(1))
        #expect(taken.code == 0 && taken.output.contains("(1 of 2)"), "\(taken)")
        let after = try await syr.get("/v1/drafts/\(draft.draftID)", as: DraftView.self)
        #expect(after.approvedBy.sorted() == [1, 3] && after.officersApproved == 1 && after.statement == nil)
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

    @Test("With two users required, two users can approve, each for their own officer", .enabled(if: geteuid() == 0))
    func twoRealUsers() async throws {
      try await World.run(World.Setting(twoUsers: true, starts: false)) { world in
        let syr = world.syr
        _ = try syr.daemon(environment: ["AMANAD_RIGHTS_OFFICERS": "uid:0=1,uid:65534=2"]).ready()
        try syr.openToAll()
        let draft = try await syr.draft(syr.intake())
        let other = try problem(try await syr.approve(draft, 2))
        #expect(other.status == 403 && other.code == "not-permitted", "root is officer 1 and nobody else: \(other)")
        #expect(try await syr.approve(draft, 1).status == 200)
        let path = "/v1/drafts/\(draft.draftID)/approvals"
        for (officer, status) in [(1, "403"), (2, "200")] {
          let body = try syr.encode(syr.approval(draft, syr.officer(officer)))
          let answer = try RawClient(syr, world.logs).talk(rawPost(path, body), asUser: 65534)
          #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(answer)")
        }
        #expect(try await syr.status().size == 4)
      }
    }
  }
}

/// A POST of JSON as bytes, closing afterwards.
func rawPost(_ path: String, _ body: [UInt8], _ fields: String...) -> [UInt8] {
  let head =
    ["POST \(path) HTTP/1.1", "host: a", "connection: close", "content-type: application/json"] + fields + [
      "content-length: \(body.count)", "", "",
    ]
  return Array(head.joined(separator: "\r\n").utf8) + body
}

extension TestAuthority {
  /// Lets every local user reach the socket; what they may do there is the daemon's to say.
  func openToAll() throws {
    for file in [URL(filePath: folder).deletingLastPathComponent().path, folder, socket] {
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: file)
    }
  }
}
