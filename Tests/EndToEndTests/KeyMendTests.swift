import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// `amana key` where keys lie elsewhere, where something is there already, and where a key does not count.
  @Suite struct KeyMendTests {
    private func settings(_ side: TestAuthority) throws -> AuthorityFile {
      try JSONDecoder().decode(
        AuthorityFile.self, from: Data(contentsOf: URL(filePath: "\(side.folder)/authority.json")))
    }

    private func kid(_ path: String, _ side: TestAuthority) throws -> [UInt8] {
      try #require(try side.key(path).publicKey.thumbprint)
    }

    /// The next version lists what a rotation file asks for, and is pinned.
    private func adopt(_ rotation: String, as version: Int, _ world: World) throws {
      let (old, new) = ("\(world.syr.folder)/roster.cose", "\(world.folder)/version-\(version).cose")
      try world.amana(["roster", "show", old, "--text"]).output.write(
        toFile: "\(new).json", atomically: true, encoding: .utf8)
      try world.amana(["roster", "propose", "\(new).json", "--previous", old, "--output", new, "--rotation", rotation])
      for side in [world.syr, world.irq] {
        try world.amana(["roster", "sign", new, "--root-key", "\(side.folder)/root/root.pem"])
      }
      try world.amana(["roster", "publish", new, "--directory", world.syr.folder])
    }

    private func rotate(_ world: World, _ name: String, _ more: [String] = [], of purpose: String = "statement") throws
      -> String
    {
      let file = "\(world.folder)/\(name).json"
      try world.amana(["key", "rotate", purpose, "--directory", world.syr.folder, "--out", file] + more)
      return file
    }

    @Test("A key that looks valid and whose officer left is not proven, and a roster shows that they left")
    func holderGone() async throws {
      try await World.run(starts: false) { world in
        let left = try world.otherRoster { authority in
          authority.with(
            keys: authority.keys,
            officers: authority.officers.map {
              Officer(number: $0.number, roles: $0.roles, status: .departed, keys: $0.keys)
            })
        }
        let file = "\(world.folder)/left.cose"
        try Data(left.bytes).write(to: URL(filePath: file))
        let prove = ["key", "prove", world.syr.officer(1), "--roster"]
        let gone = try world.amana(prove + [file], code: 1)
        #expect(gone.errors.contains("DOES NOT HOLD") && gone.errors.contains("departed"), "\(gone)")
        try world.amana(prove + ["\(world.folder)/roster.cose"])
        let shown = try world.amana(["key", "show", world.syr.officer(1), "--roster", file])
        #expect(shown.output.contains("nothing that it signs counts"), "\(shown)")
        let json = try world.amana(["key", "show", world.syr.officer(1), "--roster", file, "--json"]).output
        #expect(json.contains("\"holder\" : \"departed\""), "\(json)")
        #expect(try world.amana(["roster", "show", file]).output.contains("departed, valid"))
      }
    }

    @Test("Keys that authority.json names are rotated again and again: each takes the first place by its name")
    func named() async throws {
      try await World.run(starts: false) { world in
        let (syr, files) = (world.syr, FileManager.default)
        let keys = "\(syr.folder)/keys"
        try files.moveItem(atPath: "\(keys)/statement.pem", toPath: "\(syr.folder)/elsewhere.pem")
        var file = try settings(syr)
        file.keys = ["statement": "elsewhere.pem"]
        try JSONEncoder().encode(file).write(to: URL(filePath: "\(syr.folder)/authority.json"))
        let first = hexadecimal(try kid("\(syr.folder)/elsewhere.pem", syr))

        try adopt(rotate(world, "one"), as: 2, world)
        let second = try kid("\(keys)/statement-next.pem", syr)
        let third = "\(world.folder)/third.pem"
        let file2 = try rotate(world, "two", ["--store", third])
        #expect(try settings(syr).keys == ["statement-next": third])
        #expect(try kid("\(keys)/statement.pem", syr) == second)
        let place = try String(contentsOfFile: "\(keys)/statement-former-\(first.prefix(8)).place", encoding: .utf8)
        #expect(place == "\(syr.folder)/elsewhere.pem\n")
        #expect(files.fileExists(atPath: "\(syr.folder)/elsewhere.pem"))

        try adopt(file2, as: 3, world)
        _ = try rotate(world, "three")
        #expect(try settings(syr).keys == ["statement": third])
        let back = "\(keys)/statement-former-\(hexadecimal(second).prefix(8)).pem"
        #expect(try kid(back, syr) == second)
        #expect(!files.fileExists(atPath: "\(keys)/statement.pem"))
        #expect(files.fileExists(atPath: "\(keys)/statement-next.pem"))
        try world.amana(["key", "list", syr.folder])
        _ = try syr.daemon().ready()
        let signed = try await syr.sign(syr.intake(2)).statement
        #expect(try await syr.signed(signed).keyID == kid(third, syr))
      }
    }

    @Test("F25 After two rotations what was sealed to the first key still opens, as long as its file is there")
    func sealed() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq, keys) = (world.syr, world.irq, "\(world.syr.folder)/keys")
        _ = try irq.daemon().ready()
        let release = try await irq.releases(2, to: syr)
        let bundle = try await irq.bundle(to: syr)
        let first = try kid("\(keys)/seal.pem", syr)
        for (version, name) in [(2, "one"), (3, "two")] {
          try adopt(rotate(world, name, of: "seal"), as: version, world)
        }
        let former = "\(keys)/seal-former-\(hexadecimal(first).prefix(8))"
        #expect(try kid("\(former).pem", syr) == first)
        // Without its file what was sealed to it stays closed, and the daemon works on.
        try FileManager.default.moveItem(atPath: "\(former).pem", toPath: "\(world.folder)/first.pem")
        let daemon = try syr.daemon().ready()
        _ = try await syr.take(bundle)
        let closed = try await syr.status().incomplete
        #expect(closed > 0, "\(closed)")
        // Where it lies now is said beside the others, and read at a reload.
        try "\(world.folder)/first.pem\n".write(toFile: "\(former).place", atomically: true, encoding: .utf8)
        daemon.command.signal(SIGHUP)
        #expect(poll { daemon.command.errors.contains("keys taken: seal") }, "\(daemon.command.errors)")
        #expect(try await syr.status().incomplete == 0)
        #expect(try await syr.lines(release).count == 2)
        // One that nobody lists opens nothing, and is said.
        try daemon.stop()
        try Data(PrivateKey.generate(.p256).pem()).write(to: URL(filePath: "\(keys)/seal-former-00000000.pem"))
        let again = try syr.daemon().ready()
        #expect(again.command.errors.contains("seal-former-00000000 key does not open: the roster in force does not"))
        #expect(try syr.amana("audit").code == 0)
        let list = try world.amana(["key", "list", syr.folder])
        #expect(list.output.contains("first.pem"), "\(list)")
      }
    }

    @Test(
      "A relative --store is found again from everywhere; it is for keys that the daemon looks for, and no transport")
    func relative() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let script = "cd \"$1\" && exec \"$0\" key rotate receipt --directory syr --store here.pem"
        let made = try Command(
          "sh", ["-c", script, "\(Command.binaries)/amana", world.folder], logs: world.logs
        ).finished()
        #expect(made.code == 0, "\(made)")
        let place = try #require(try settings(syr).keys?["receipt-next"])
        #expect(place.hasPrefix("/") && place.hasSuffix("/here.pem"))
        #expect(try kid(place, syr) == kid("\(world.folder)/here.pem", syr))
        let listed = try world.amana(["key", "list", syr.folder, "--json"])
        #expect(listed.output.contains("here.pem") && !listed.output.contains("unreadable"), "\(listed)")
        let transport = ["key", "rotate", "transport", "--directory", syr.folder]
        try world.amana(transport + ["--store", "\(world.folder)/t.pem"], code: 2)
        try world.amana(transport + ["--new-passphrase-file", "/dev/null"], code: 2)
      }
    }

    @Test(
      "The party's seal key is missed though roles have theirs; after a publication cut short keys are listed still")
    func list() async throws {
      try await World.run(starts: false) { world in
        let (syr, authority) = (world.syr, "\(world.syr.folder)/authority.json")
        let before = try Data(contentsOf: URL(filePath: authority))
        try adopt(rotate(world, "one"), as: 2, world)
        // The roster is there and the pin is not yet.
        try before.write(to: URL(filePath: authority))
        let list = try world.amana(["key", "list", syr.folder])
        #expect(list.output.contains("roster version 1"), "\(list)")
        try FileManager.default.removeItem(atPath: "\(syr.folder)/keys/seal.pem")
        let lacking = try world.amana(["key", "list", syr.folder], code: 1)
        #expect(lacking.errors.contains("no seal key is here"), "\(lacking)")
      }
    }

    @Test("A text, a proposal and what authority.json says are not overwritten in silence")
    func kept() async throws {
      try await World.run(starts: false) { world in
        let (syr, text, output) = (world.syr, "\(world.folder)/t.json", "\(world.folder)/t.cose")
        let write = [
          "roster", "init", text, "--coalition", "Test", "--introduction", "\(syr.folder)/introduction.json",
        ]
        for command in [write, ["roster", "propose", text, "--output", output]] {
          try world.amana(command)
          let again = try world.amana(command, code: 2)
          #expect(again.errors.contains("exists already"), "\(again)")
        }
        let authority = "\(syr.folder)/authority.json"
        let trust = [
          "init", "trust", syr.folder, "--name", syr.name, "--roster", "\(world.folder)/roster.cose", "--digest",
          world.digest,
        ]
        try Data("{\"keys\": ".utf8).write(to: URL(filePath: authority))
        let broken = try world.amana(trust, code: 2)
        #expect(broken.errors.contains("is not the file that"), "\(broken)")
        #expect(try String(contentsOfFile: authority, encoding: .utf8) == "{\"keys\": ")
        try FileManager.default.removeItem(atPath: authority)
        try world.amana(trust)
      }
    }

    @Test(
      "A key that the roster says is compromised proves nothing, though it signs; without a roster a kid says nothing")
    func proof() async throws {
      try await World.run(starts: false) { world in
        let (syr, key) = (world.syr, "\(world.syr.folder)/keys/receipt.pem")
        let next = try world.next(after: world.firstRoster(), by: [world.syr, world.irq], version: 2) { authority in
          authority.with(
            keys: try authority.keys.map { record in
              record.purpose == .receipt ? try record.revoked(.compromised, from: record.notBefore + 1) : record
            })
        }
        let file = "\(world.folder)/next.cose"
        try Data(next.bytes).write(to: URL(filePath: file))
        let old = ["--roster", "\(world.folder)/roster.cose"]
        let good = try world.amana(["key", "prove", key, "--challenge", String(repeating: "5a", count: 16)] + old)
        try good.output.write(toFile: "\(world.folder)/answer", atomically: true, encoding: .utf8)
        let check = ["key", "prove", "--verify", "\(world.folder)/answer", "--challenge"]
        for arguments in [["key", "prove", key], check + [String(repeating: "5a", count: 16)]] {
          let bad = try world.amana(arguments + ["--roster", file], code: 1)
          #expect(bad.errors.contains("does not count now"), "\(bad)")
          try world.amana(arguments + old)
        }
        let mark = hexadecimal(try kid(key, syr))
        let shown = try world.amana(["key", "show", mark, "--roster", file])
        #expect(shown.output.contains("compromised from"), "\(shown)")
        let arabic = try world.amana(["key", "show", mark, "--roster", file, "--lang", "ar"])
        #expect(arabic.output.contains("مخترق") && !arabic.output.contains("compromised"), "\(arabic)")
        let nowhere = try world.amana(["key", "show", mark], code: 2)
        #expect(nowhere.errors.contains("--directory") && nowhere.errors.contains("--roster"), "\(nowhere)")
      }
    }

    @Test("A root key is revoked by no request, and no key has it believed that it is compromised itself")
    func revocation() async throws {
      try await World.run(starts: false) { world in
        let (syr, first) = (world.syr, "\(world.folder)/roster.cose")
        let root = hexadecimal(try kid("\(syr.folder)/root/root.pem", syr))
        let refused = try world.amana(["key", "revoke", root, "--reason", "lost", "--directory", syr.folder], code: 1)
        #expect(refused.errors.contains("with the whole threshold"), "\(refused)")
        let statement = try syr.key("\(syr.folder)/keys/statement.pem")
        let text = "\(world.folder)/two.json"
        try world.amana(["roster", "show", first, "--text"]).output.write(
          toFile: text, atomically: true, encoding: .utf8)
        let asked: [(Revocation.Reason, Int32)] = [(.compromised, 1), (.superseded, 0)]
        for (reason, code) in asked {
          let request = try RevocationRequest.sign(
            #require(statement.publicKey.thumbprint), Revocation(reason: reason, effectiveFrom: 1_900_000_000),
            of: #require(AuthorityName(syr.name)), at: UnixTime(Date().timeIntervalSince1970), with: statement)
          let file = "\(world.folder)/\(reason.rawValue).cose"
          try Data(request.bytes).write(to: URL(filePath: file))
          let answer = try world.amana(
            ["roster", "propose", text, "--previous", first, "--output", "\(file).next", "--revocation", file],
            code: code)
          #expect(answer.errors.contains("calls itself compromised") == (code == 1), "\(answer)")
        }
      }
    }
  }
}
