import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// Ids may be shortened as long as they are unique.
  @Suite struct IdentifierTests {
    @Test("Statements and records by their beginning; what is not unique is listed, what is unknown has neighbours")
    func statements() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let first = try await syr.sign(syr.intake(3))
        let second = try await syr.sign(syr.intake(3))
        let id = try first.signedID
        for text in [
          id, id.uppercased(), String(id.prefix(12)), first.recordID, first.recordID.filter { $0 != "-" },
          "\u{2068}\(id)\u{2069}",
        ] {
          let answer = try syr.amana("show", text)
          #expect(answer.code == 0 && answer.output.contains(id), "\(text): \(answer)")
          #expect(!answer.output.contains(second.statement?.prefix(16) ?? ""), "\(answer)")
        }
        // Records made in one minute begin alike.
        let common = String(first.recordID.prefix(4))
        for arguments in [
          ["show", common], ["release", common, "--to", irq.name], ["receipt", common, "--out", "/x"],
        ] {
          let answer = try syr.start(arguments).finished()
          #expect(answer.code == 2, "\(answer)")
          let lines = answer.errors.split(separator: "\n")
          #expect(lines.contains { $0.contains(id.prefix(16)) && $0.contains("intake") && $0.contains("+03:00") })
          #expect(lines.contains { $0.contains(second.statement?.prefix(16) ?? "-") }, "\(answer)")
        }
        let wrong = String(id.prefix(4)) + (id.dropFirst(4).hasPrefix("0") ? "1" : "0") + "00000"
        let near = try syr.amana("show", wrong)
        #expect(near.code == 1 && near.errors.contains("nearest") && near.errors.contains(id.prefix(16)), "\(near)")
        let release = try syr.amana("accept", String(id.prefix(16)), "--all")
        #expect(release.code == 1 && release.errors.contains("this needs"), "\(release)")
      }
    }

    @Test("Drafts by their own or their record's beginning; signed ones by the whole id")
    func drafts() async throws {
      try await World.run { world in
        let syr = world.syr
        let one = try await syr.draft(syr.intake(3))
        let two = try await syr.draft(syr.intake(3))
        let listed = try syr.amana("drafts")
        #expect(listed.lines.count == 3 && listed.output.contains(one.draftID.prefix(8)), "\(listed)")
        for text in [one.draftID, String(one.draftID.prefix(7)), one.recordID] {
          let shown = try syr.amana("drafts", text)
          #expect(shown.code == 0 && shown.output.contains(one.draftID), "\(shown)")
          #expect(shown.output.contains("may approve  1, 2"), "\(shown)")
        }
        let both = try syr.amana("approve", String(one.recordID.prefix(4)), "--key", syr.officer(1))
        #expect(both.code == 2 && both.errors.contains(one.draftID) && both.errors.contains(two.draftID), "\(both)")
        #expect(try syr.amana("approve", String(one.draftID.prefix(8)), "--key", syr.officer(1)).code == 0)
        let waiting = try syr.amana("drafts", one.draftID)
        #expect(waiting.output.contains("approved by  1") && waiting.output.contains("may approve  2"), "\(waiting)")
        #expect(waiting.output.contains("missing      1"), "\(waiting)")
        _ = try await syr.approve(one, 2)
        #expect(try syr.amana("drafts", String(one.draftID.prefix(8))).code == 1)
        let signed = try syr.amana("drafts", one.draftID)
        #expect(signed.code == 0 && signed.output.contains("statement"), "\(signed)")
        #expect(!signed.output.contains("next:"))
      }
    }
  }
}
