import COSE
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// The ceremony of an offline root (keys/ceremony.sh): its key signs rosters, and its transcript is signed by that key.
  @Suite struct CeremonyTests {
    static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "keys/ceremony.sh").path

    private func ceremony(_ world: World, _ arguments: String..., passphrase: String? = nil) throws -> Answer {
      let environment = passphrase.map { ["AMANA_KEY_PASSPHRASE_FILE": $0] } ?? [:]
      return try Command("bash", [Self.script] + arguments, environment: environment, logs: world.logs).finished()
    }

    @Test("A key, a fingerprint that is its kid, a transcript that it signed; with them a roster is signed")
    func whole() async throws {
      try await World.run(starts: false) { world in
        let (folder, secret) = ("\(world.folder)/ceremony", "\(world.folder)/passphrase")
        try "correct horse battery\n".write(toFile: secret, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        let made = try ceremony(
          world, "--holder", "SYR/prisons", "--coalition", "Test", "--witness", "شاهد", "--output", folder,
          "--rehearsal",
          passphrase: secret)
        #expect(made.code == 0, "\(made)")
        #expect(made.output.contains("REHEARSAL") && made.output.contains("witness: شاهد"))
        let pem = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/root.pub.pem")))
        let key = try PublicKey(pem: pem)
        let kid = hexadecimal(try #require(key.thumbprint))
        #expect(made.output.filter { $0 != " " }.contains("fingerprint:\(kid)"))
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/root.pem")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(!made.output.contains("correct horse") && !made.errors.contains("correct horse"))

        // The public key of the transcript goes into the introduction, and the key signs.
        let introduction = "\(world.syr.folder)/introduction.json"
        var fields = try #require(
          try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: introduction))) as? [String: Any])
        fields["root"] = hexadecimal(key.subjectPublicKeyInfo)
        try JSONSerialization.data(withJSONObject: fields).write(to: URL(filePath: introduction))
        func roster(_ arguments: String..., passphrase: String? = nil) throws -> Answer {
          try Command(
            "amana", ["roster"] + arguments,
            environment: passphrase.map { ["AMANA_KEY_PASSPHRASE_FILE": $0] } ?? [:], logs: world.logs
          ).finished()
        }
        let (text, signed) = ("\(world.folder)/r.json", "\(world.folder)/r.cose")
        #expect(try roster("init", text, "--coalition", "Test", "--introduction", introduction).code == 0)
        #expect(try roster("propose", text, "--output", signed).code == 0)
        #expect(try roster("sign", signed, "--root-key", "\(folder)/root.pem").code == 2)
        let answer = try roster("sign", signed, "--root-key", "\(folder)/root.pem", passphrase: secret)
        #expect(answer.code == 0 && answer.output.contains("signed by 1 of 1 root holders"), "\(answer)")
      }
    }

    @Test("An altered transcript, another key, a half-made ceremony and a machine with a way out are refused")
    func refused() async throws {
      try await World.run(starts: false) { world in
        let folder = "\(world.folder)/ceremony"
        let arguments = ["--holder", "SYR/prisons", "--coalition", "Test", "--output"]
        func run(_ output: String, _ more: String...) throws -> Answer {
          try Command("bash", [Self.script] + arguments + [output] + more, logs: world.logs).finished()
        }
        #expect(try run(folder, "--rehearsal").code == 1, "a passphrase is asked for")
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(try run(folder, "--rehearsal", "--no-passphrase").code == 0)
        #expect(try run(folder, "--rehearsal", "--no-passphrase").errors.contains("is there already"))
        #expect(try ceremony(world, "--verify", folder).code == 0)
        let other = "\(world.folder)/other"
        #expect(try run(other, "--rehearsal", "--no-passphrase").code == 0)
        let transcript = URL(filePath: "\(folder)/transcript.txt")
        let text = try String(contentsOf: transcript, encoding: .utf8)
        try text.replacing("SYR/prisons", with: "SYR/other").write(to: transcript, atomically: true, encoding: .utf8)
        #expect(try ceremony(world, "--verify", folder).code == 1)
        try text.write(to: transcript, atomically: true, encoding: .utf8)
        #expect(try ceremony(world, "--verify", folder).code == 0)
        // A transcript that names one key and is signed by another.
        let files = FileManager.default
        try files.removeItem(atPath: "\(other)/transcript.txt")
        try files.copyItem(atPath: "\(folder)/transcript.txt", toPath: "\(other)/transcript.txt")
        let signing = [
          "dgst", "-sha256", "-sign", "\(other)/root.pem", "-out", "\(other)/transcript.sig",
          "\(other)/transcript.txt",
        ]
        #expect(try Command("openssl", signing, logs: world.logs).finished().code == 0)
        #expect(try ceremony(world, "--verify", other).errors.contains("names another key"))
        #expect(try ceremony(world, "--holder", "x").code == 2)
        // Where there is a way out, it is seen; where there is none, nothing is to be refused.
        let routes = try String(contentsOfFile: "/proc/net/route", encoding: .utf8)
        let newer = (try? String(contentsOfFile: "/proc/net/ipv6_route", encoding: .utf8)) ?? ""
        let nowhere = String(repeating: "0", count: 32) + " 00 "
        let hasWayOut =
          routes.split(separator: "\n").dropFirst().contains { $0.split(separator: "\t")[1] == "00000000" }
          || newer.split(separator: "\n").contains { $0.hasPrefix(nowhere) && !$0.hasSuffix(" lo") }
        if !hasWayOut { print("SKIPPED: a ceremony on a machine with a way out was NOT tried: this one has none") }
        let online = try run("\(world.folder)/third", "--no-passphrase")
        #expect(online.code == (hasWayOut ? 1 : 0), "\(online)")
      }
    }
  }
}
