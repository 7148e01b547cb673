import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

@testable import amana

extension EndToEnd {
  /// `amana key`: making, listing, rotating, ending and proving keys, and the daemon that goes over to the new one.
  @Suite struct KeyCommandTests {
    /// The next roster of a world, in which SYR's key records are changed.
    private func publish(_ world: World, _ change: (KeyRecord) throws -> [KeyRecord]) throws {
      let holders = [world.syr, world.irq, world.tur]
      let next = try world.next(after: world.firstRoster(), by: holders, version: 2) { authority in
        guard authority.name.description == world.syr.name else { return authority }
        return authority.with(keys: try authority.keys.flatMap(change))
      }
      let file = "\(world.folder)/next.cose"
      try Data(next.bytes).write(to: URL(filePath: file))
      for side in [world.syr, world.irq] { try world.trust(side, file, next.digest) }
    }

    @Test("A key that follows signs as soon as the roster says so, without a restart; what the old one signed holds")
    func rotation() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let before = try await syr.sign(syr.intake(2))
        for purpose in ["statement", "receipt", "seal"] {
          let made = try world.command(["key", "rotate", purpose, "--directory", syr.folder])
          #expect(made.code == 0 && made.output.contains("rotation-\(purpose).json"), "\(made)")
          #expect(try world.command(["key", "rotate", purpose, "--directory", syr.folder]).code == 2, "twice")
        }
        let again = try world.command([
          "key", "rotate", "statement", "--directory", syr.folder, "--out", "\(world.folder)/other.json",
        ])
        #expect(again.code == 1 && again.errors.contains("not in force"), "\(again)")
        let waits = try world.command(["key", "list", syr.folder])
        #expect(waits.code == 0 && waits.output.contains("not listed"), "\(waits)")

        try publish(world) { record in
          guard ["statement", "receipt", "seal"].contains(record.purpose.rawValue) else { return [record] }
          let file = URL(filePath: "\(syr.folder)/rotation-\(record.purpose.rawValue).json")
          let rotation = try JSONDecoder().decode(Rotation.self, from: Data(contentsOf: file))
          guard rotation.replaces == hexadecimal(record.kid) else { return [record] }
          let key = try PublicKey(subjectPublicKeyInfo: try #require(decodeHexadecimal(rotation.key)))
          let link = rotation.link.flatMap(decodeHexadecimal)
          if let link { #expect(try KeyLink(decoding: link).isSigned(by: record.key)) }
          #expect((link == nil) == (record.purpose == .seal))
          let new = try #require(
            KeyRecord(
              purpose: record.purpose, key: key, notBefore: record.notBefore + 1, notAfter: record.notAfter + 1,
              replaces: record.kid, link: link))
          return [record, new]
        }
        daemon.command.signal(SIGHUP)
        #expect(poll { daemon.command.errors.contains("roster version 2 adopted") }, "\(daemon.command.errors)")
        let after = try await syr.sign(syr.intake(2))
        let old = try syr.key("\(syr.folder)/keys/statement.pem").publicKey.thumbprint
        let new = try syr.key("\(syr.folder)/keys/statement-next.pem").publicKey.thumbprint
        #expect(try await syr.signed(before.statement).keyID == old)
        #expect(try await syr.signed(after.statement).keyID == new)
        #expect(try syr.amana("audit").code == 0)
        // What a partner sealed to the former seal key opens, and to the new one.
        _ = try world.irq.daemon().ready()
        let held = try await world.irq.sign(world.irq.intake(2)).statement
        _ = try await world.irq.sign(world.irq.request("release", held, to: syr.name))
        _ = try await syr.take(world.irq.bundle(to: syr))
        #expect(try await syr.status().incomplete == 0)
        // A third key: the one in force takes the first place.
        try FileManager.default.removeItem(atPath: "\(syr.folder)/rotation-statement.json")
        let third = try world.command(["key", "rotate", "statement", "--directory", syr.folder])
        #expect(third.code == 0, "\(third)")
        #expect(try syr.key("\(syr.folder)/keys/statement.pem").publicKey.thumbprint == new)
        try daemon.stop()
        _ = try syr.daemon().ready()
        #expect(try await syr.sign(syr.intake(2)).statement != nil)
      }
    }

    @Test("A challenge proves a key; another challenge, another key, an altered answer and an unlisted key do not")
    func proof() async throws {
      try await World.run(starts: false) { world in
        let (folder, key) = (world.syr.folder, "\(world.syr.folder)/keys/statement.pem")
        let challenge = String(repeating: "5a", count: 16)
        let roster = ["--roster", "\(world.folder)/roster.cose"]
        let answer = try world.command(["key", "prove", key, "--challenge", challenge] + roster)
        #expect(answer.code == 0, "\(answer)")
        let file = "\(world.folder)/answer"
        try answer.output.write(toFile: file, atomically: true, encoding: .utf8)
        let check = ["key", "prove", "--verify", file, "--challenge"]
        let good = try world.command(check + [challenge] + roster)
        #expect(good.code == 0 && good.output.contains("listed: SYR/prisons, statement, valid"), "\(good)")
        #expect(try world.command(check + [String(repeating: "5b", count: 16)] + roster).code == 1)
        #expect(try world.command(check + [challenge]).code == 3)
        var altered = try #require(decodeHexadecimal(answer.output.trimmingCharacters(in: .newlines)))
        altered[altered.count - 1] ^= 1
        try hexadecimal(altered).write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try world.command(check + [challenge] + roster).code == 1)
        for purpose in ["seal", "receipt", "checkpoint", "transport"] {
          let proven = try world.command(["key", "prove", "\(folder)/keys/\(purpose).pem", "--directory", folder])
          #expect(proven.code == 0 && proven.output.contains(purpose), "\(proven)")
        }
        let certified = ["key", "prove", "\(folder)/keys/transport.pem", "--certificate"]
        #expect(try world.command(certified + ["\(folder)/keys/transport.crt"]).code == 0)
        let other = try world.command(certified + ["\(world.irq.folder)/keys/transport.crt"])
        #expect(other.code == 1 && other.errors.contains("is of another key"), "\(other)")
        let stranger = "\(world.folder)/stranger.pem"
        #expect(try world.command(["key", "generate", "--purpose", "officer", "--store", stranger]).code == 0)
        #expect(try world.command(["key", "generate", "--purpose", "officer", "--store", stranger]).code == 2)
        #expect(try world.command(["key", "prove", stranger] + roster).code == 1)
        #expect(try world.command(["key", "prove", stranger]).code == 0)
      }
    }

    @Test("The statement key or the root asks for a revocation; no other does, nor the compromised key itself")
    func revocation() async throws {
      try await World.run(starts: false) { world in
        let folder = world.syr.folder
        func kid(_ path: String) throws -> String {
          hexadecimal(try world.syr.key("\(folder)/\(path)").publicKey.thumbprint ?? [])
        }
        let receipt = try kid("keys/receipt.pem")
        let made = try world.command([
          "key", "revoke", String(receipt.prefix(12)), "--reason", "compromised", "--from",
          "2026-03-01T08:00:00+03:00", "--directory", folder,
        ])
        #expect(made.code == 0, "\(made)")
        let bytes = try Data(contentsOf: URL(filePath: "\(folder)/revocation-\(receipt.prefix(16)).cose"))
        let request = try RevocationRequest(decoding: [UInt8](bytes))
        #expect(request.isSigned(by: try world.syr.key("\(folder)/keys/statement.pem").publicKey))
        #expect(!request.isSigned(by: try world.syr.key("\(folder)/keys/receipt.pem").publicKey))
        #expect(request.revocation == Revocation(reason: .compromised, effectiveFrom: 1_772_341_200))
        let statement = ["key", "revoke", try kid("keys/statement.pem"), "--directory", folder]
        #expect(try world.command(statement + ["--reason", "compromised"]).code == 1, "by itself")
        let root = ["--key", "\(folder)/root/root.pem"]
        #expect(try world.command(statement + ["--reason", "compromised"] + root).code == 0)
        let officer = try world.command([
          "key", "retire", receipt, "--directory", folder, "--key", world.syr.officer(1), "--out", "\(folder)/x",
        ])
        #expect(officer.code == 1 && !FileManager.default.fileExists(atPath: "\(folder)/x"), "\(officer)")
        #expect(try world.command(["key", "retire", "00000000", "--directory", folder]).code == 1)
      }
    }

    @Test("Passphrases come from files: an encrypted key is made, shown and proven with one, and without it is not")
    func passphrases() async throws {
      try await World.run(starts: false) { world in
        let (key, secret) = ("\(world.folder)/officer.pem", "\(world.folder)/secret")
        try "correct horse\n".write(toFile: secret, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
        let open = try world.command(
          ["key", "generate", "--purpose", "officer", "--store", key, "--passphrase-file", secret])
        #expect(open.code == 2 && open.errors.contains("can be read by others"), "\(open)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        let made = try world.command(
          ["key", "generate", "--purpose", "officer", "--store", key, "--passphrase-file", secret])
        #expect(made.code == 0, "\(made)")
        #expect(try String(contentsOfFile: key, encoding: .utf8).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        #expect(try world.command(["key", "prove", key, "--passphrase-file", secret]).code == 0)
        #expect(try world.command(["key", "prove", key], environment: ["AMANA_KEY_PASSPHRASE_FILE": secret]).code == 0)
        let without = try world.command(["key", "prove", key])
        #expect(without.code == 2 && without.errors.contains("needs a passphrase, and none is given"), "\(without)")
        let asks = try world.command([
          "key", "generate", "--purpose", "officer", "--store", "\(world.folder)/b.pem", "--ask-passphrase",
        ])
        #expect(asks.code == 2 && asks.errors.contains("there is no terminal"), "\(asks)")
        let unfit = try world.command([
          "key", "generate", "--purpose", "checkpoint", "--type", "p256", "--store", "\(world.folder)/c.pem",
        ])
        #expect(unfit.code == 2 && unfit.errors.contains("is a ed25519 key"), "\(unfit)")
      }
    }

    @Test("At a terminal the passphrase is asked for, with the echo off, and is nowhere to be seen")
    func terminal() async throws {
      let script = """
        import os, pty, sys, termios, time
        pid, terminal = pty.fork()
        if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
        while termios.tcgetattr(terminal)[3] & termios.ECHO: time.sleep(0.01)
        os.write(terminal, b"correct horse\\n")
        said = b""
        try:
            while piece := os.read(terminal, 4096): said += piece
        except OSError: pass
        sys.stdout.buffer.write(said)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """
      try await World.run(starts: false) { world in
        let key = "\(world.folder)/officer.pem"
        let pem = try PrivateKey.generate(.p256).pem(passphrase: "correct horse")
        try Data(pem).write(to: URL(filePath: key))
        let answer = try Command(
          Command.python, ["-c", script, "\(Command.binaries)/amana", "key", "prove", key], logs: world.logs
        ).finished()
        #expect(answer.code == 0 && answer.output.contains("HOLDS"), "\(answer)")
        #expect(answer.output.contains("Passphrase or PIN of \(key): ") && !answer.output.contains("horse"))
      }
    }
  }
}
