import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// From a text to a roster in force, by the command alone.
  @Suite struct RosterCommandTests {
    /// Runs `amana roster …` in a world and expects an exit code.
    @discardableResult
    private func roster(_ world: World, _ arguments: String..., code: Int32 = 0) throws -> Answer {
      try world.amana(["roster"] + arguments, code: code)
    }

    private func root(_ side: TestAuthority) -> String { "\(side.folder)/root/root.pem" }

    /// Changes the text of the roster in a file, and proposes and signs it as the next version.
    private func next(
      _ world: World, _ version: Int, by holders: [TestAuthority], _ change: (inout [String: Any]) throws -> Void
    ) throws -> String {
      let (old, new) = (file(world, version - 1), file(world, version))
      let text = try roster(world, "show", old, "--text").output
      var fields = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      try change(&fields)
      try JSONSerialization.data(withJSONObject: fields).write(to: URL(filePath: "\(new).json"))
      try? FileManager.default.removeItem(atPath: new)
      try roster(world, "propose", "\(new).json", "--previous", old, "--output", new, "--days", String(300 + version))
      for holder in holders { try roster(world, "sign", new, "--root-key", root(holder), "--previous", old) }
      return new
    }

    private func file(_ world: World, _ version: Int) -> String {
      version == 1 ? "\(world.folder)/roster.cose" : "\(world.folder)/roster-\(version).cose"
    }

    @Test("Two authorities of one member say the same of it, or no roster is made of what they say")
    func introductions() async throws {
      try await World.run(starts: false) { world in
        let (own, other) = ("\(world.syr.folder)/introduction.json", "\(world.folder)/other")
        let made = ["init", "authority", other, "--name", "SYR/other", "--uri", "https://syr.example/other"]
        try world.amana(made + ["--name-en", "Other", "--name-ar", "أخرى", "--member-en", "Elsewhere"])
        let both = ["--coalition", "Test", "--introduction", own, "--introduction", "\(other)/introduction.json"]
        let refused = try world.amana(["roster", "init", "\(world.folder)/two.json"] + both, code: 2)
        #expect(refused.errors.contains("SYR") && refused.errors.contains("names"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: "\(world.folder)/two.json"))
      }
    }

    @Test("A first roster: text, proposal, signatures one by one, the digest, trust")
    func first() async throws {
      try await World.run(starts: false) { world in
        let (text, signed) = ("\(world.folder)/first.json", "\(world.folder)/first.cose")
        let introductions = [world.syr, world.irq].flatMap { ["--introduction", "\($0.folder)/introduction.json"] }
        let made = try world.amana(["roster", "init", text, "--coalition", "First"] + introductions)
        #expect(made.output.contains("amana roster propose"), "\(made)")
        let proposed = try roster(world, "propose", text, "--output", signed)
        #expect(proposed.output.contains("signed by 0 of 2 root holders, 2 are needed"))
        // Nobody signs a first version of which only a digest was shown.
        for article in [
          "Member IRQ is admitted.", "Authority \(world.irq.name) is admitted as", "\(world.irq.name) may release",
          "sites: \(world.irq.site)", "(statement) is listed", "for an emergency revocation 1 root holders",
        ] { #expect(proposed.output.contains(article), "\(article): \(proposed)") }
        try roster(world, "verify", signed, code: 1)
        try roster(world, "sign", signed, "--root-key", root(world.syr))
        let again = try roster(world, "sign", signed, "--root-key", root(world.syr), code: 1)
        #expect(again.errors.contains("SYR/prisons has signed with key"))
        let begun = ["init", "roster", signed, "--coalition", "First", "--root-key", root(world.syr)] + introductions
        let kept = try Data(contentsOf: URL(filePath: signed))
        try world.amana(begun, code: 2)
        #expect(try Data(contentsOf: URL(filePath: signed)) == kept, "what is there bears a signature")
        let stranger = try roster(world, "sign", signed, "--root-key", root(world.tur), code: 1)
        #expect(stranger.errors.contains("no root holder's in this roster"))
        let other = String(repeating: "0", count: 64)
        try roster(world, "sign", signed, "--root-key", root(world.irq), "--digest", other, code: 1)
        let digest = try #require(
          proposed.lines.first { $0.hasPrefix("digest, to read aloud: ") }?.dropFirst("digest, to read aloud: ".count))
        let second = try roster(world, "sign", signed, "--root-key", root(world.irq), "--digest", String(digest))
        #expect(second.output.contains("signed by 2 of 2 root holders"))
        try roster(world, "verify", signed, code: 3)
        try roster(world, "verify", signed, "--digest", String(digest))
        try roster(world, "verify", signed, "--digest", other, code: 1)
        try world.amana([
          "init", "trust", world.syr.folder, "--name", world.syr.name, "--roster", signed, "--digest", String(digest),
        ])
        _ = try world.syr.daemon().ready()
        #expect(try await world.syr.status().rosterDigest == digest.filter { $0 != " " })
      }
    }

    @Test("F22 Several versions are published at once: each is walked and adopted in its order, by reload and at start")
    func walked() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq, all) = (world.syr, world.irq, [world.syr, world.irq])
        let daemon = try syr.daemon().ready()
        for version in 2...4 {
          _ = try next(world, version, by: all) { $0["code_lists"] = ["reason": "\(version)"] }
        }
        let far = try roster(world, "publish", file(world, 4), "--directory", syr.folder, code: 1)
        #expect(far.errors.contains("versions 2 to 3 come before it and are missing"), "\(far)")
        try roster(world, "publish", file(world, 4), file(world, 2), file(world, 3), "--directory", syr.folder)
        daemon.command.signal(SIGHUP)
        #expect(try await syr.adopts(4))
        let adopted = try await syr.get("/v1/statements?limit=1000", as: [StatementView].self).filter {
          $0.event == "roster-adopted"
        }
        #expect(adopted.count == 4)
        let back = try roster(world, "publish", file(world, 3), "--directory", syr.folder, code: 1)
        #expect(back.errors.contains("version 3 is older than version 4"), "\(back)")

        // The other was down all the while.
        let idle = try irq.daemon().ready()
        try idle.stop()
        try roster(world, "publish", file(world, 2), file(world, 3), file(world, 4), "--directory", irq.folder)
        try FileManager.default.removeItem(atPath: "\(irq.folder)/rosters/0003.cose")
        let refused = try irq.daemon().command.finished()
        #expect(refused.code == 1 && refused.errors.contains("version 3 comes before it and is missing"), "\(refused)")
        try FileManager.default.copyItem(atPath: file(world, 3), toPath: "\(irq.folder)/rosters/0003.cose")
        let running = try irq.daemon().ready()
        #expect(try await irq.status().rosterVersion == 4)
        #expect(try await irq.newest("roster-adopted").index >= 4)
        for side in all { #expect(try side.amana("audit").code == 0) }
        try running.stop()
      }
    }

    @Test("F21 At start an older roster than the log's is a rollback, and another one of the same version a fork")
    func rollbackAndFork() async throws {
      try await World.run(starts: false) { world in
        let (syr, all) = (world.syr, [world.syr, world.irq])
        let first = try Data(contentsOf: URL(filePath: "\(syr.folder)/authority.json"))
        let two = try next(world, 2, by: all) { $0["code_lists"] = ["reason": "2"] }
        try roster(world, "publish", two, "--directory", syr.folder)
        try syr.daemon().ready().stop()
        let second = try Data(contentsOf: URL(filePath: "\(syr.folder)/authority.json"))

        // The pin goes back; the roster itself still lies in rosters/.
        try first.write(to: URL(filePath: "\(syr.folder)/authority.json"))
        let back = try syr.daemon().command.finished()
        #expect(back.code == 1 && back.errors.contains("version 1 is older than version 2"), "\(back)")

        // Both holders sign another version 2.
        let kept = try Data(contentsOf: URL(filePath: two))
        let other = try next(world, 2, by: all) { $0["code_lists"] = ["reason": "9"] }
        // Version 1 is pinned and version 2 lies in roster.cose, as a crash while publishing would leave it.
        try roster(world, "publish", other, "--directory", syr.folder)
        let fork = try syr.daemon().command.finished()
        #expect(fork.code == 1 && fork.errors.contains("which is a fork"), "\(fork)")

        // The alarm is kept with both, and shown when the right one is back.
        try kept.write(to: URL(filePath: "\(syr.folder)/roster.cose"))
        try second.write(to: URL(filePath: "\(syr.folder)/authority.json"))
        _ = try syr.daemon().ready()
        let alarms = try await syr.status().alarms
        #expect(alarms.contains { $0.code == "V20" && $0.detail.contains("two rosters of version 2") }, "\(alarms)")
      }
    }

    @Test("What may not follow is neither proposed nor signed, and every reason is said")
    func rules() async throws {
      try await World.run(starts: false) { world in
        let text = "\(world.folder)/bad.json"
        let good = try roster(world, "show", file(world, 1), "--text").output
        var fields = try #require(try JSONSerialization.jsonObject(with: Data(good.utf8)) as? [String: Any])
        var authorities = try #require(fields["authorities"] as? [[String: Any]])
        var keys = try #require(authorities[0]["keys"] as? [[String: Any]])
        let lost = keys.removeFirst()
        authorities[0]["keys"] = keys
        authorities[1]["uri"] = "https://elsewhere.example"
        fields["authorities"] = authorities
        try JSONSerialization.data(withJSONObject: fields).write(to: URL(filePath: text))
        let out = "\(world.folder)/bad.cose"
        let refused = try roster(world, "propose", text, "--previous", file(world, 1), "--output", out, code: 1)
        let kid = try #require(lost["kid"] as? String).prefix(16)
        #expect(refused.errors.contains("key \(kid) (statement) of authority SYR/prisons is not listed any more"))
        #expect(refused.errors.contains("uri of authority IRQ/justice is another one"))
        #expect(!FileManager.default.fileExists(atPath: out))
        let diff = try roster(world, "diff", file(world, 1), text, "--lang", "ar", code: 1)
        #expect(diff.output.contains("غير جائز"))
        try String(good.replacing("\"may_carry\"", with: "\"may_fly\"")).write(
          toFile: text, atomically: true, encoding: .utf8)
        let unknown = try roster(world, "propose", text, "--output", out, code: 2)
        #expect(unknown.errors.contains("roster.authorities[0].competence.may_"), "\(unknown)")
      }
    }

    @Test("In an emergency one holder revokes, and nothing else goes by one signature")
    func emergency() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq) = (world.syr, world.irq)
        let daemon = try syr.daemon().ready()
        func revoking(_ fields: inout [String: Any]) throws {
          var authorities = try #require(fields["authorities"] as? [[String: Any]])
          let index = try #require(authorities.firstIndex { $0["authority"] as? String == irq.name })
          var keys = try #require(authorities[index]["keys"] as? [[String: Any]])
          keys[0]["revocations"] = [["reason": "compromised", "effective_from": "2026-11-20T00:00:00+00:00"]]
          authorities[index]["keys"] = keys
          fields["authorities"] = authorities
        }
        // With anything else beside it is no emergency.
        let more = try next(world, 2, by: [irq]) {
          try revoking(&$0)
          $0["code_lists"] = ["reason": "2"]
        }
        try roster(world, "publish", more, "--directory", syr.folder, code: 1)
        _ = try next(world, 2, by: [irq], revoking)
        let two = file(world, 2)
        try roster(world, "propose", "\(two).json", "--previous", file(world, 1), "--output", two, code: 2)
        try FileManager.default.removeItem(atPath: two)
        try roster(world, "propose", "\(two).json", "--previous", file(world, 1), "--output", two)
        let signed = try roster(world, "sign", two, "--root-key", root(irq), "--previous", file(world, 1))
        #expect(!signed.output.contains("WAS NOT SHOWN"), "\(signed)")
        let unseen = try world.amana(["init", "sign", two, "--root-key", root(syr)], code: 2)
        #expect(unseen.errors.contains("amana roster sign"), "\(unseen)")
        #expect(signed.output.contains("is compromised, and counts no more from 2026-11-20T00:00:00+00:00"))
        #expect(signed.output.contains("an emergency: it only adds revocations, so 1 root holders are enough"))
        try roster(world, "publish", two, "--directory", syr.folder)
        daemon.command.signal(SIGHUP)
        #expect(try await syr.adopts(2))
      }
    }
  }
}
