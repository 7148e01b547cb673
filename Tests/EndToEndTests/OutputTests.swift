import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// What becomes of output that nobody reads, of input that nobody gives, and of files that are written over.
  @Suite struct OutputTests {
    /// Runs amana by a shell, which redirects.
    private func shell(_ script: String, _ side: TestAuthority) throws -> Answer {
      let program = "\(Command.binaries)/amana"
      return try Command("sh", ["-c", script, program, side.socket], logs: side.logs).finished()
    }

    @Test("A reader who leaves early ends nothing with a trace, and what was done counts")
    func closedPipe() async throws {
      try await World.run { world in
        _ = try await world.releaseArrived()
        for script in [
          "\"$0\" show --lines --socket \"$1\" | head -1", "\"$0\" checks | true",
          "\"$0\" roster show --socket $1 | true",
          "\"$0\" --help | head -1", "\"$0\" show --json --socket $1 | head -c 1", "(\"$0\" nothing 2>&1; :) | true",
          "{ \"$0\" show ffff --socket $1 2>&1 1>&3 | true; } 3>&1",
        ] {
          let answer = try shell(script, world.syr)
          #expect(answer.code == 0 && answer.errors.isEmpty, "\(script): \(answer)")
        }
        let code = try shell("{ \"$0\" status --socket $1; echo $? >&2; } | true", world.syr)
        #expect(code.errors == "0\n", "\(code)")
        let full = try shell("\"$0\" status --socket $1 > /dev/full", world.syr)
        #expect(full.code == 2 && full.errors.contains("could not be written"), "\(full)")
        let note = try shell("\"$0\" status --checkpoint --socket $1 > /dev/full", world.syr)
        #expect(note.code == 2 && note.errors.contains("could not be written"), "\(note)")
      }
    }

    @Test("Nothing is signed that could not be shown: no draft is approved and no roster signed into a lost output")
    func unseen() async throws {
      try await World.run { world in
        let syr = world.syr
        let draft = try await syr.draft(syr.intake(2)).draftID
        let (officer, root) = ("\(syr.folder)/officers/officer-1.pem", "\(syr.folder)/root/root.pem")
        let (text, proposed) = ("\(world.folder)/first.json", "\(world.folder)/first.cose")
        try world.amana([
          "roster", "init", text, "--coalition", "First", "--introduction", "\(syr.folder)/introduction.json",
        ])
        try world.amana(["roster", "propose", text, "--output", proposed])
        let unsigned = try Data(contentsOf: URL(filePath: proposed))
        for redirection in ["> /dev/full", ">&-"] {
          let answer = try shell("\"$0\" approve \(draft) --key \(officer) --socket \"$1\" \(redirection)", syr)
          #expect(answer.code == 2 && answer.errors.contains("nothing was signed"), "\(redirection): \(answer)")
          let signed = try shell("\"$0\" roster sign \(proposed) --root-key \(root) \(redirection)", syr)
          #expect(signed.code == 2 && signed.errors.contains("nothing was signed"), "\(redirection): \(signed)")
        }
        #expect(try await syr.get("/v1/drafts/\(draft)", as: DraftView.self).officersApproved == 0)
        #expect(try Data(contentsOf: URL(filePath: proposed)) == unsigned)
        #expect(try syr.amana("approve", draft, "--key", officer).code == 0)
      }
    }

    @Test("Descriptors that are closed at the start become nobody else's")
    func closedDescriptors() async throws {
      try await World.run { world in
        let before = try await world.syr.status()
        for redirection in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
          let answer = try shell("\"$0\" status --socket $1 \(redirection)", world.syr)
          #expect(answer.code == 0 && answer.errors.isEmpty, "\(redirection): \(answer)")
          #expect(answer.output.contains("SYR/prisons") != " \(redirection)".contains(" >&-"), "\(redirection)")
        }
        #expect(try await world.syr.status() == before)
      }
    }

    @Test("Whatever is typed or found in a name, nothing that is printed steers the terminal")
    func hostile() async throws {
      try await World.run(starts: false) { world in
        let hostile = "x\u{9b}31m\u{202e}\u{1b}[2J"
        let path = "\(world.folder)/\(hostile).csv"
        try "reference\n".write(toFile: path, atomically: true, encoding: .utf8)
        for arguments in [
          [hostile], ["show", hostile], ["status", "--\(hostile)"], ["check", path], ["check", path, "--json"],
          ["verify", path], ["verify", path, "--json"], ["template", hostile], ["codes", hostile],
        ] {
          let answer = try Command("amana", arguments, logs: world.logs).finished()
          let told = answer.output + answer.errors
          #expect(answer.code != 0 && !told.isEmpty)
          let steers = told.unicodeScalars.contains {
            (0x80...0x9f).contains($0.value) || [0x1b, 0x7f, 0x202e].contains($0.value)
          }
          #expect(!steers, "\(arguments): \(told.debugDescription)")
        }
      }
    }

    @Test("A file that is written over is replaced whole, and holds no more rights than it should")
    func replaced() async throws {
      try await World.run { world in
        _ = try await world.releaseArrived()
        let file = "\(world.folder)/again.amana"
        for umask in ["022", "000", "077"] {
          try "old".write(toFile: file, atomically: true, encoding: .utf8)
          let answer = try shell("umask \(umask); \"$0\" bundle export \(file) --to IRQ/justice --socket $1", world.syr)
          #expect(answer.code == 0, "\(answer)")
          #expect(try Data(contentsOf: URL(filePath: file)).count > 1000)
          let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
          #expect(mode == 0o600, "umask \(umask)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: world.folder).filter { $0.hasPrefix("again") }
        #expect(left == ["again.amana"])
        // What is trusted is pinned again over what was there.
        let pinned = try Command(
          "amana",
          [
            "init", "trust", world.irq.folder, "--name", world.irq.name, "--roster", "\(world.folder)/roster.cose",
            "--digest", world.digest, "--one-user",
          ], logs: world.logs
        ).finished()
        #expect(pinned.code == 0, "\(pinned)")
        #expect(try Data(contentsOf: URL(filePath: "\(world.irq.folder)/roster.cose")).count > 1000)
        let nowhere = try world.syr.amana("bundle", "export", "/nonexistent/x", "--to", "IRQ/justice")
        #expect(nowhere.code == 2 && nowhere.errors.contains("cannot be written"), "\(nowhere)")
      }
    }
  }
}
