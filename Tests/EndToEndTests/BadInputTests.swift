import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// Each kind of bad input at each door of the control socket.
  @Suite struct BadInputTests {
    @Test("Every kind of bad input at every operation: its status, its code, nothing stored, memory bounded")
    func everyDoor() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let signed = try await syr.sign(syr.intake(2))
        let waiting = try await syr.draft(syr.intake(2))
        try syr.openToAll()
        let scene = try BadInputScene(statement: signed.signedID, draft: waiting.draftID)
        let (raw, before) = (RawClient(syr, world.logs), try await syr.status())
        var rows: [(BadInput, RawAnswer)] = []
        for operation in ControlOperation.allCases {
          let attempts = scene.attempts(operation)
          for user in Set(attempts.map(\.user)) {
            let chosen = attempts.filter { $0.user == user && (user == nil || geteuid() == 0) }
            rows += zip(chosen, try raw.batch(chosen.map(\.request), asUser: user))
          }
          #expect(try await syr.status() == before, "\(operation) left a trace")
          #expect(try await syr.get("/v1/drafts", as: [DraftView].self) == [waiting])
        }
        for (attempt, answer) in rows { check(attempt, answer) }
        let memory = try EndToEnd.peakMemory(daemon.command.processID)
        #expect(memory < 512 << 20, "\(memory >> 20) MiB at the most")
        print("BAD INPUT: \(rows.count) attempts at \(ControlOperation.allCases.count) doors, \(memory >> 20) MiB")
        try write(rows, memory)
      }
    }

    private func check(_ attempt: BadInput, _ answer: RawAnswer) {
      let place = "\(attempt.door), \(attempt.what): \(answer)"
      #expect(answer.status == attempt.status, "\(place)")
      #expect(answer.type == Problem.mediaType, "\(place)")
      let problem = try? JSONDecoder().decode(Problem.self, from: Data(answer.body.utf8))
      #expect(problem?.status == answer.status && problem?.next != nil, "\(place)")
      #expect(attempt.code.isEmpty || problem?.code == attempt.code, "\(place)")
      if answer.status == 405 { #expect(answer.fields["allow"]?.isEmpty == false, "\(place)") }
      #expect(!answer.body.contains("\u{202e}") && !answer.body.contains("\0"), "\(place)")
    }

    /// The table for people, where `AMANA_PRINT_TABLES` says.
    private func write(_ rows: [(BadInput, RawAnswer)], _ memory: Int) throws {
      guard let path = ProcessInfo.processInfo.environment["AMANA_PRINT_TABLES"] else { return }
      var text = "# Bad input at the control socket\n\n\(rows.count) attempts; nothing was stored; "
      text +=
        "the daemon held \(memory >> 20) MiB at the most.\n\n| door | what was tried | status | code |\n|---|---|---|---|\n"
      for (attempt, answer) in rows {
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(answer.body.utf8))
        let what = attempt.what.replacing("|", with: "\\|")
        text += "| `\(attempt.door)` | \(what) | \(answer.status) | `\(problem?.code ?? "")` |\n"
      }
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
  }
}
