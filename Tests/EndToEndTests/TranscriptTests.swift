import Foundation
import Testing

extension EndToEnd {
  /// What people see, word for word. After a change that is meant: AMANA_WRITE_TRANSCRIPTS=1, and read the difference.
  @Suite struct TranscriptTests {
    @Test(
      "What is typed is answered as it stands in the file",
      arguments: [
        ("handover.en", false), ("handover.ar", true), ("refusals.en", false), ("refusals.ar", false),
        ("exchange.en", false), ("exchange.ar", true),
      ])
    func transcript(name: String, exercise: Bool) async throws {
      let transcript = try Transcript(name)
      #expect(transcript.commands.count > 5)
      try await World.run(World.Setting(exercise: exercise)) { world in
        try Persons.csv().write(toFile: "\(world.folder)/people.csv", atomically: true, encoding: .utf8)
        let played = try await transcript.play(world, language: String(name.suffix(2)))
        if ProcessInfo.processInfo.environment["AMANA_WRITE_TRANSCRIPTS"] != nil {
          try played.write(toFile: transcript.path, atomically: true, encoding: .utf8)
        }
        let (left, right) = (played.components(separatedBy: "\n"), transcript.text.components(separatedBy: "\n"))
        for (number, pair) in zip(left, right).enumerated() where pair.0 != pair.1 {
          Issue.record("\(name).txt:\(number + 1)\n  written: \(pair.1)\n  said:    \(pair.0)")
          break
        }
        #expect(left.count == right.count)
      }
    }
  }
}
