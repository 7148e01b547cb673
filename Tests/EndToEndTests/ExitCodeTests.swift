import ControlAPI
import Foundation
import Testing

@testable import amana

extension EndToEnd {
  /// 0 holds, 1 does not hold or was refused, 2 wrong usage or unreadable input, 3 cannot tell.
  @Suite struct ExitCodeTests {
    private static let asking: [[String]] = [
      ["status"], ["show"], ["show", "abcd"], ["audit"], ["offer", "abcd", "--to", "IRQ/justice"],
      ["release", "abcd", "--to", "IRQ/justice"], ["agree", "abcd"], ["decline", "abcd"], ["accept", "abcd", "--all"],
      ["incident", "escape", "abcd", "--lines", "1"], ["ended", "abcd", "--incident", "abcd"], ["close", "abcd"],
      ["release-to-liberty", "abcd", "--mark", "signed"],
      ["refuse", "abcd", "--lines", "1"], ["missing", "abcd", "--lines", "1"],
      ["approve", "abcd", "--key", "/dev/null"], ["drafts"], ["drafts", "abcd"], ["roster", "show"],
      ["roster", "view"], ["roster", "view", "--send"], ["roster", "views"],
      ["recall", "abcd"], ["redirect", "abcd", "--agreement", "abcd"], ["dispute", "abcd", "--reason", "identity"],
      ["resolve", "abcd", "--custodian", "IRQ/justice"], ["discard", "abcd"],
      ["bundle", "export", "FILE", "--to", "IRQ/justice"], ["receipt", "abcd", "--out", "FILE"],
      ["intake", "PEOPLE", "--site", "X"], ["bundle", "import", "PEOPLE"], ["peer", "list"],
      ["peer", "add", "IRQ/justice", "--url", "https://irq.example"], ["peer", "test", "IRQ/justice"],
      ["peer", "remove", "IRQ/justice"], ["outbox"], ["outbox", "retry"], ["inbox"], ["watch"], ["message", "list"],
      ["message", "read", "abcd"], ["message", "send", "--to", "IRQ/justice", "--subject", "S", "PEOPLE"],
      ["open", "abcd", "medical", "--key", "KEY"],
      ["certificate", "abcd", "--line", "1"], ["transit", "departed", "abcd"], ["transit", "waypoint", "abcd"],
      ["transit", "stopover", "abcd"], ["transit", "lodged", "abcd"], ["transit", "arrived", "abcd"],
      ["transit", "carrier-changed", "abcd", "--to", "IRQ/justice"], ["transit", "show", "abcd"],
      ["return", "request", "abcd"], ["return", "agree", "abcd"], ["return", "refuse", "abcd"],
      ["consent", "give", "abcd"], ["consent", "refuse", "abcd"], ["consent", "withdraw", "abcd"],
      ["consent", "show", "abcd"],
      ["inquiries"], ["answer", "abcd"], ["duties"], ["look-alikes", "abcd", "abcd"],
      ["tiles", "export", "FILE"], ["archive", "make", "FILE"], ["archive", "stamp", "FILE"],
      ["report", "sign", "REPORT"],
      ["observed", "abcd", "--site", "M5"],
      ["notified", "abcd", "--duty", "family", "--means", "letter"],
      ["erase", "abcd", "--reason", "mistake"], ["hold", "abcd", "--reason", "other"],
      ["protest", "abcd", "--reason", "other"], ["correct", "abcd", "--set", "sex=1"],
      ["same-as", "abcd", "abcd", "--line", "1", "--other-line", "2", "--because", "document"],
      ["not-same-as", "abcd", "abcd", "--line", "1", "--other-line", "2", "--because", "document"],
      ["inquire", "abcd", "--to", "IRQ/justice", "--for", "family", "--answer-by", "2099-01-01T00:00:00+03:00"],
      ["ask", "who", "abcd", "--line", "1"],
      ["ask", "chain", "--subject", "abcd"], ["ask", "transit"], ["ask", "duties"], ["ask", "unresolved", "abcd"],
      ["ask", "held"], ["ask", "changes"], ["ask", "tally", "0194f0a0-0000-7000-8000-000000000002"], ["kit", "FILE"],
      ["disclose", "abcd", "--line", "1", "--fields", "age", "--output", "FILE"],
      ["prove-fork", "--of", "IRQ/justice", "--output", "FILE"],
    ]

    @Test("Without a daemon every command that asks one ends with 3 and says what to try")
    func noDaemon() async throws {
      try await World.run(starts: false) { world in
        let people = "\(world.folder)/people.csv"
        try Persons.csv().write(toFile: people, atomically: true, encoding: .utf8)
        let files = [
          "FILE": "\(world.folder)/out", "PEOPLE": people, "KEY": world.syr.officer(1),
          "REPORT": try MadeReport(world).file,
        ]
        let running = try Self.asking.map { arguments in
          let real = arguments.map { files[$0] ?? $0 }
          return (real, try world.syr.start(real))
        }
        for (arguments, command) in running {
          let answer = try command.finished()
          #expect(answer.code == 3, "\(arguments): \(answer)")
          #expect(answer.errors.contains("amanad does not answer") && answer.errors.contains("systemctl status amana"))
        }
      }
    }

    @Test("An unknown option or a missing argument ends with 2, for every subcommand")
    func usage() async throws {
      try await World.run(starts: false) { world in
        let names = Suggestion.leaves()
        #expect(names.count > 20 && names.contains(["bundle", "import"]))
        let running = try names.flatMap { name in
          try [["--help"], ["--no-such-option"]].map {
            (name, $0[0], try Command("amana", name + $0, logs: world.logs))
          }
        }
        for (name, option, command) in running {
          let answer = try command.finished()
          #expect(answer.code == (option == "--help" ? 0 : 2), "\(name) \(option): \(answer)")
          #expect(option != "--help" || answer.output.contains("USAGE: amana \(name.joined(separator: " "))"))
        }
        let wrong = [
          ["show", "abc"], ["show", "abcg"], ["drafts", "ab"], ["nothing-like-this"], ["accept", "ab"],
          ["verify", "/nonexistent"], ["bundle", "export", "x"],
          ["report", "sign", "/nonexistent.json"], ["report", "sign", "x"],
          [
            "init", "authority", "/dev/null/x", "--name", "A/b", "--uri", "https://a.example", "--name-en", "A",
            "--name-ar", "ب",
          ],
        ]
        for arguments in wrong {
          #expect(try Command("amana", arguments, logs: world.logs).finished().code == 2, "\(arguments)")
        }
        let root = try Command("amana", ["--help"], logs: world.logs).finished()
        #expect(root.code == 0 && root.output.contains("Exit codes: 0 it holds or is done; 1 it does not hold"))
        #expect(try Command("amanad", ["--no-such-option"], logs: world.logs).finished().code == 64)
        #expect(try Command("amanad", ["--help"], logs: world.logs).finished().output.contains("Exit codes: 0"))
      }
    }

    /// Options that would otherwise be taken and forgotten: whoever says one expects that it counts.
    private static let idle: [[String]] = [
      ["codes", "list", "reason", "--file", "x.json"], ["config", "show", "--keys", "--json"],
      ["key", "show", "k.pem", "--directory", "a", "--roster", "b.cose"],
      ["key", "prove", "k.pem", "--directory", "a", "--roster", "b.cose"], ["show", "x.draft", "--lines"],
      ["template", "site-handover", "--site-block", "--format", "csv"], ["verify", "x", "--quiet", "--verbose"],
      ["release", "abcd", "--to", "IRQ/justice", "--pcode", "SY080006"],
      ["release", "abcd", "--to", "IRQ/justice", "--delimiter", "tab"],
      ["correct", "abcd", "--set", "sex=1", "--date-order", "dmy"],
      ["inquire", "abcd", "--to", "IRQ/justice", "--for", "family", "--answer-by", "x", "--encoding", "utf-8"],
      ["dispute", "abcd", "--reason", "identity", "--site", "SYR-HSK-01"], ["agree", "abcd", "--site", "SYR-HSK-01"],
      ["message", "send", "--to", "IRQ/justice", "--subject", "S", "--media-type", "text/plain"],
      ["prove-fork", "--of", "IRQ/justice", "--roster", "b.cose", "--output", "x"],
      ["prove-fork", "--of", "IRQ/justice", "--key", "k.pem", "--output", "x"],
      ["prove-fork", "a.note", "--socket", "s", "--output", "x"], ["prove-fork", "--output", "x"],
      ["archive", "stamp", "x", "--json", "--request", "y"],
      ["archive", "stamp", "x", "--token", "t", "--request", "y"],
      ["close", "abcd", "--withhold-from", "TUR=risk-to-person", "--withhold-from", "TUR=other"],
      [
        "init", "authority", "/nonexistent/x", "--name", "NGO/watch", "--uri", "https://watch.example", "--name-en",
        "W",
        "--name-ar", "و", "--role", "observer", "--kinds", "all",
      ],
    ]

    @Test("An option that would have no effect is wrong usage, and never just forgotten")
    func forgotten() async throws {
      try await World.run(starts: false) { world in
        for arguments in Self.idle {
          // Where nobody listens: what is asked for before the options are looked at would end with 3.
          let answer = try world.command(arguments, environment: ["AMANA_SOCKET": "/nonexistent"])
          #expect(answer.code == 2 && answer.errors.contains("--"), "\(arguments): \(answer)")
        }
      }
    }

    /// A statement that comes alone: no more is said of it than was proven, and nothing where nothing was.
    private func alone(_ world: World, _ file: [String]) throws {
      func said(_ options: [String], _ language: String = "en") throws -> String {
        try Command("amana", file + options + ["--lang", language], logs: world.logs).finished().output
      }
      let holds = try said(["--roster", "\(world.folder)/roster.cose"])
      #expect(holds.contains("HOLDS: SYR/prisons signed it") && holds.contains("NOT RECOUNTED"), "\(holds)")
      for options in [[], ["--roster-digest", world.digest]] {
        let told = try said(options)
        #expect(told.contains("no signature was verified") && told.contains("--roster"), "\(told)")
        #expect(!told.contains("agrees with itself") && !told.contains("HOLDS"), "\(told)")
      }
      let arabic = try said(["--roster", "\(world.folder)/roster.cose"], "ar")
      #expect(arabic.contains("\u{2068}SYR/prisons\u{2069}") && arabic.contains("لم يُعَدّ"), "\(arabic)")
    }

    @Test("What is refused or not there ends with 1, unreadable input with 2, what is done with 0")
    func refusals() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        #expect(try syr.amana("status").code == 0)
        #expect(try syr.amana("show").code == 0)
        #expect(try syr.amana("drafts").code == 0)
        #expect(try syr.amana("show", "ffff").code == 1)
        #expect(try syr.amana("show", "no-id").code == 2)
        #expect(try syr.amana("approve", "abcd", "--key", syr.officer(1)).code == 1)
        #expect(try syr.amana("bundle", "export", "\(world.folder)/x", "--to", "NOBODY/here").code == 1)
        #expect(try syr.amana("bundle", "export", "\(world.folder)/x", "--to", irq.name).code == 1, "nothing to export")
        let draft = try await syr.draft(syr.intake())
        #expect(try syr.amana("approve", draft.draftID, "--key", irq.officer(1)).code == 1)
        #expect(try syr.amana("approve", draft.draftID, "--key", "\(world.folder)/roster.cose").code == 2)
        #expect(try syr.amana("approve", draft.draftID, "--key", syr.officer(1), "--role", "king").code == 2)
        #expect(try syr.amana("discard", draft.draftID).code == 0)
        #expect(try syr.amana("approve", draft.draftID, "--key", syr.officer(1)).code == 1)
        let intake = try await syr.sign(syr.intake()).signedID
        let receipt = try syr.amana("receipt", intake, "--out", "\(world.folder)/r.cose", "--transparent")
        #expect(receipt.code == 0, "\(receipt)")
        #expect(try syr.amana("receipt", "ffff", "--out", "\(world.folder)/no.cose").code != 0)
        let file = ["verify", "\(world.folder)/r.cose"]
        let roster = ["--roster", "\(world.folder)/roster.cose"]
        let holds = try Command("amana", file + roster, logs: world.logs).finished()
        #expect(holds.code == 0, "\(holds)")
        #expect(try Command("amana", file, logs: world.logs).finished().code == 3)
        try alone(world, file)
        // A file that is not there hides neither what another one is nor that it does not hold.
        let people = "\(world.folder)/people.csv"
        try Persons.csv().write(toFile: people, atomically: true, encoding: .utf8)
        let both = try world.command(["verify", people, "/nonexistent"])
        #expect(both.code == 1 && both.errors.contains("/nonexistent"), "\(both)")
        let unread = try world.command(["verify", "/nonexistent", "\(world.folder)/r.cose"] + roster)
        #expect(unread.code == 2 && unread.output.contains("HOLDS"), "\(unread)")
        #expect(try syr.amana("release", intake, "--to", "SYR/prisons").code == 1)
        #expect(try syr.amana("release", intake, "--to", irq.name, "--lines", "no-such-line").code == 2)
      }
    }
  }
}
