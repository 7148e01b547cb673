import ControlAPI
import Custody
import Foundation
import Testing

@testable import amana

extension EndToEnd {
  /// An exercise says so on every screen, and never mixes with real custody.
  @Suite struct ExerciseTests {
    @Test("Every subcommand is tried here: whoever adds one adds it to the list")
    func complete() async throws {
      try await World.run(World.Setting(exercise: true)) { world in
        let tried = Set(try await EverySubcommand(world).uses.map(\.words))
        #expect(Set(Suggestion.leaves()).subtracting(tried) == [])
      }
    }

    @Test("The banner opens every screen of every subcommand, once, in both languages; JSON says it in a field")
    func banner() async throws {
      try await World.run(World.Setting(exercise: true)) { world in
        let every = try await EverySubcommand(world)
        for use in every.uses {
          for (language, texts) in [("en", englishTexts), ("ar", arabicTexts)] {
            let banner = try #require(texts[.exerciseBanner])
            let answer = try every.run(use, ["--lang", language])
            let said = (answer.output + answer.errors).split(separator: "\n")
            #expect(said.first == banner[...] || !use.isCustody, "\(use.arguments): \(answer)")
            #expect(said.count { $0 == banner } == (use.isCustody ? 1 : 0), "\(use.arguments): \(answer)")
            #expect(answer.code != 3 || use.arguments.first == "verify", "\(use.arguments): \(answer)")
          }
        }
        try json(every)
      }
    }

    private func json(_ every: EverySubcommand) throws {
      struct Frame: Decodable {
        let version: Int
        let type: String
        let exercise: Bool
      }
      for use in every.uses where use.json {
        let answer = try every.run(use, ["--json"], redirect: "< /dev/null")
        if answer.output.isEmpty { continue }
        // One that goes on prints a document a line.
        let document = use.endless ? answer.output.split(separator: "\n").first.map(String.init) ?? "" : answer.output
        let frame = try JSONDecoder().decode(Frame.self, from: Data(document.utf8))
        #expect(frame.version == 1 && DocumentType(rawValue: frame.type) != nil, "\(use.arguments)")
        #expect(frame.exercise == use.isCustody, "\(use.arguments): \(answer.output.prefix(200))")
      }
    }

    @Test("Real custody shows no banner and says false")
    func real() async throws {
      try await World.run { world in
        let every = try await EverySubcommand(world)
        for use in every.uses where !use.arguments.contains("--exercise") && !use.arguments.contains("sign") {
          let answer = try every.run(use)
          #expect(!(answer.output + answer.errors).contains("EXERCISE"), "\(use.arguments): \(answer)")
        }
        let status = try world.syr.amana("status", "--json")
        #expect(status.output.contains("\"exercise\" : false"))
      }
    }

    @Test("A real bundle is refused by an exercise's daemon and the reverse, on the wire and by the command")
    func bundles() async throws {
      let real = try await World.foreignBundle(exercise: false)
      let drill = try await World.foreignBundle(exercise: true)
      for (isExercise, foreign) in [(true, real), (false, drill)] {
        try await World.run(World.Setting(exercise: isExercise)) { world in
          let before = try await world.irq.status()
          let file = "\(world.folder)/foreign.amana"
          try Data(foreign.bytes).write(to: URL(filePath: file))
          let answer = try world.irq.amana("bundle", "import", file)
          #expect(answer.code == 1 && answer.errors.contains("exercise: "), "\(answer)")
          #expect(answer.errors.hasPrefix("EXERCISE") == isExercise, "\(answer)")
          let arabic = try world.irq.amana("bundle", "import", file, "--lang", "ar")
          #expect(arabic.errors.contains(arabicTexts[.problemExercise] ?? "-"), "\(arabic)")
          // Nobody has signed the header: turned round, it opens no door.
          let turned = Self.turned(foreign.bytes, from: !isExercise)
          #expect(try await world.irq.send(.post, "/v1/bundles", turned).status == 422)
          #expect(try await world.irq.status() == before)
        }
      }
    }

    @Test("verify under a roster of the other kind does not hold, and says which is which")
    func verify() async throws {
      let real = try await World.foreignBundle(exercise: false)
      let drill = try await World.foreignBundle(exercise: true)
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      func path(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
        return "\(folder)/\(name)"
      }
      let files = [try path("real.amana", real.bytes), try path("drill.amana", drill.bytes)]
      let rosters = [try path("real.cose", real.roster), try path("drill.cose", drill.roster)]
      func verify(_ bundle: Int, _ roster: Int, _ extra: String...) throws -> Answer {
        try Command(
          "amana", ["verify", files[bundle], "--roster", rosters[roster]] + extra, logs: "\(folder)/logs"
        ).finished()
      }
      #expect(try verify(0, 0).code == 0 && !verify(0, 0).output.contains("EXERCISE"))
      let good = try verify(1, 1)
      #expect(good.code == 0 && good.output.hasPrefix("EXERCISE — nothing here is real custody\nEXERCISE: "), "\(good)")
      let drilled = try verify(1, 0)
      #expect(drilled.code == 1 && drilled.output.contains("this bundle is an exercise's"), "\(drilled)")
      let mixed = try verify(0, 1)
      #expect(mixed.code == 1 && mixed.output.contains("this bundle is real"), "\(mixed)")
      #expect(try verify(1, 1, "--json").output.contains("\"exercise\" : true"))
      #expect(try verify(1, 1, "--lang", "ar").output.hasPrefix(arabicTexts[.exerciseBanner] ?? "-"))
    }

    @Test("An officer who is shown an exercise signs no real custody, whatever the daemon says, and the reverse")
    func lyingDaemon() async throws {
      for isExercise in [true, false] {
        try await World.run(World.Setting(exercise: isExercise)) { world in
          let draft = try await world.syr.draft(world.syr.intake(3))
          let body = String(decoding: try JSONEncoder().encode([draft]), as: UTF8.self)
          let liar = "\(world.folder)/liar.sock"
          let header = isExercise ? "" : "amana-exercise: true\\r\\n"
          let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(1); print("bound", flush=True)
            c, _ = s.accept(); c.recv(65536); body = sys.argv[2].encode()
            c.sendall(b"HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\n\(header)content-length: " + \
            str(len(body)).encode() + b"\\r\\nconnection: close\\r\\n\\r\\n" + body); c.close()
            """
          let listener = try Command(Command.python, ["-c", script, liar, body], logs: world.logs)
          Running.shared.add(listener)
          #expect(poll { listener.output.contains("bound") })
          let answer = try Command(
            "amana", ["approve", String(draft.draftID.prefix(8)), "--key", world.syr.officer(1), "--socket", liar],
            logs: world.logs
          ).finished()
          #expect(answer.code == 1 && answer.errors.contains("NOT APPROVED"), "\(answer)")
        }
      }
    }

    /// The same bundle with the header's word turned round.
    private static func turned(_ bytes: [UInt8], from exercise: Bool) -> [UInt8] {
      let key = Array("exercise".utf8)
      guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: key) }) else { return bytes }
      var turned = bytes
      if turned[start + key.count] == (exercise ? 0xf5 : 0xf4) { turned[start + key.count] ^= 1 }
      return turned
    }
  }
}
