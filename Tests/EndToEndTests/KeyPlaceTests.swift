import ControlAPI
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing

extension EndToEnd {
  /// Where the daemon's keys are: encrypted files, a TPM that goes and comes back, and what is refused.
  @Suite struct KeyPlaceTests {
    private func write(_ text: String, _ path: String, mode: Int = 0o600) throws {
      try Data(text.utf8).write(to: URL(filePath: path))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("An encrypted key opens with the passphrase beside it or a credential; none, a wrong, a public one do not")
    func encrypted() async throws {
      try await World.run(starts: false) { world in
        let (syr, secret) = (world.syr, "correct horse")
        let path = "\(syr.folder)/keys/statement.pem"
        let pem = try syr.key(path).pem(passphrase: secret)
        try Data(pem).write(to: URL(filePath: path))
        try syr.expectNoStart("the statement key \(path) cannot be read: the key \(path) needs a passphrase")
        let beside = "\(syr.folder)/keys/statement.passphrase"
        try write("wrong horse\n", beside)
        try syr.expectNoStart("does not open with this passphrase", without: "wrong horse")
        try write(secret, beside, mode: 0o644)
        try syr.expectNoStart("\(beside) can be read by others", without: secret)
        try write("\(secret)\n", beside)
        let daemon = try syr.daemon().ready()
        #expect(try await syr.sign(syr.intake(2)).statement != nil)
        #expect(!daemon.command.errors.contains(secret))
        try daemon.stop()

        // As systemd hands them over.
        let credentials = "\(world.folder)/credentials"
        try FileManager.default.moveItem(atPath: "\(syr.folder)/keys", toPath: credentials)
        let other = try syr.daemon(environment: ["CREDENTIALS_DIRECTORY": credentials]).ready()
        #expect(try await syr.sign(syr.intake(2)).statement != nil)
        try other.stop()
      }
    }

    @Test("authority.json names places of keys: relative to it; an unknown name, a PIN in a URI and a token's absence")
    func places() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        func keys(_ keys: [String: String]) throws {
          let file = AuthorityFile(authority: syr.name, rosterDigest: world.digest, twoUsers: false, keys: keys)
          try JSONEncoder().encode(file).write(to: URL(filePath: "\(syr.folder)/authority.json"))
        }
        try FileManager.default.moveItem(
          atPath: "\(syr.folder)/keys/receipt.pem", toPath: "\(syr.folder)/elsewhere.pem")
        try keys(["receipt": "elsewhere.pem"])
        try syr.daemon().ready().stop()
        try keys(["transport": "elsewhere.pem"])
        try syr.expectNoStart("authority.json: keys has transport")
        try keys(["receipt": "pkcs11:token=amana;object=receipt?pin-value=pin-of-token"])
        try syr.expectNoStart("a PIN must not stand in a URI", without: "pin-of-")
        try keys(["receipt": "elsewhere.pem", "speed": "1"])
        try syr.expectNoStart("keys has speed")
      }
    }

    @Test("A key in a TPM: without it nothing is signed and nothing half-done; with it the same request succeeds")
    func tpm() async throws {
      guard SoftTPM.isHere else { return print("SKIPPED: no TPM was tried: install swtpm and tpm2-openssl") }
      try await World.run(starts: false) { world in
        let (syr, tpm) = (world.syr, try SoftTPM(folder: "\(world.folder)/tpm"))
        defer { tpm.remove() }
        let path = "\(syr.folder)/keys/statement.pem"
        try FileManager.default.removeItem(atPath: path)
        let made = try Command(
          "amana", ["key", "generate", "--purpose", "statement", "--store", "tpm:\(path)", "--json"],
          environment: tpm.environment, logs: world.logs
        ).finished()
        #expect(made.code == 0 && made.output.contains("\"place\" : \"tpm\""), "\(made)")
        struct Made: Decodable { let key: String }
        let key = try JSONDecoder().decode(Made.self, from: Data(made.output.utf8)).key
        try relist(world, key)
        let daemon = try syr.daemon(environment: tpm.environment).ready()
        let intake = try await syr.sign(syr.intake(3))
        #expect(intake.statement != nil)

        let waiting = try await syr.draft(syr.intake(2))
        _ = try await syr.approve(waiting, 1)
        let size = try await syr.status().size
        tpm.remove()
        let refused = try syr.amana("approve", waiting.draftID, "--key", syr.officer(2))
        #expect(refused.code == 3 && refused.errors.contains("key-unavailable"), "\(refused)")
        #expect(refused.errors.contains("the TPM does not answer"), "\(refused)")
        #expect(poll { daemon.command.errors.contains("the TPM does not answer") })
        #expect(try await syr.status().size == size)
        #expect(try await syr.status().waiting == 1)
        try tpm.insert()
        let done = try syr.amana("approve", waiting.draftID, "--key", syr.officer(2))
        #expect(done.code == 0, "\(done)")
        #expect(try await syr.status().size == size + 1)
        #expect(try syr.amana("audit").code == 0)

        // Without the TPM the daemon does not start, and says why.
        try daemon.stop()
        tpm.remove()
        let answer = try syr.daemon(environment: tpm.environment).command.finished()
        #expect(answer.code == 1 && answer.errors.contains("the TPM does not answer"), "\(answer)")
        try tpm.insert()
        try syr.daemon(environment: tpm.environment).ready().stop()
      }
    }

    /// A roster that lists another statement key of SYR's, pinned for all.
    private func relist(_ world: World, _ key: String) throws {
      let file = "\(world.syr.folder)/introduction.json"
      var introduction = try String(contentsOfFile: file, encoding: .utf8)
      let keys = try KeyPlaceSupport.statementKey(introduction)
      introduction = introduction.replacing(keys, with: key)
      try introduction.write(toFile: file, atomically: true, encoding: .utf8)
      _ = try KeyPlaceSupport.roster(world)
    }
  }
}

/// Rosters of a world written anew.
enum KeyPlaceSupport {
  private struct Introduction: Decodable {
    struct Key: Decodable {
      let purpose: String
      let key: String
    }
    let keys: [Key]
  }

  static func statementKey(_ introduction: String) throws -> String {
    let decoded = try JSONDecoder().decode(Introduction.self, from: Data(introduction.utf8))
    return decoded.keys.first { $0.purpose == "statement" }?.key ?? ""
  }

  /// Version 1 from the introductions as they are now, pinned for all three.
  static func roster(_ world: World) throws -> String {
    let parts = ["syr", "irq", "tur"]
    try FileManager.default.removeItem(atPath: "\(world.folder)/roster.cose")
    var arguments = ["init", "roster", "\(world.folder)/roster.cose", "--coalition", "Test"]
    for part in parts {
      arguments += ["--introduction", "\(world.folder)/\(part)/introduction.json"]
      arguments += ["--root-key", "\(world.folder)/\(part)/root/root.pem"]
    }
    let made = try Command("amana", arguments, logs: world.logs).finished()
    let digest = made.lines.last?.filter { $0 != " " } ?? ""
    for (part, side) in zip(parts, [world.syr, world.irq, world.tur]) {
      let pinned = try Command(
        "amana",
        [
          "init", "trust", "\(world.folder)/\(part)", "--name", side.name, "--roster", "\(world.folder)/roster.cose",
          "--digest", String(digest), "--one-user",
        ], logs: world.logs
      ).finished()
      guard pinned.code == 0 else { throw Stopped("no trust: \(made) \(pinned)") }
    }
    return String(digest)
  }
}
