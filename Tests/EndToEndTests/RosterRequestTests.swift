import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// From `amana key rotate` and `amana key revoke` to a roster in force, by the files they write.
  @Suite struct RosterRequestTests {
    /// Proposes the next version with what was asked for and nothing else changed.
    @discardableResult
    private func propose(_ world: World, _ asked: [String], code: Int32 = 0) throws -> Answer {
      let (first, text) = ("\(world.folder)/roster.cose", "\(world.folder)/two.json")
      let shown = try world.amana(["roster", "show", first, "--text"])
      try shown.output.write(toFile: text, atomically: true, encoding: .utf8)
      return try world.amana(
        ["roster", "propose", text, "--previous", first, "--output", "\(world.folder)/two.cose"] + asked, code: code)
    }

    @Test("A rotation file becomes the next roster, the new key signs, and a revocation request ends the old one")
    func rotated() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let before = try await syr.signed(syr.sign(syr.intake(2)).statement).keyID
        try world.amana(["key", "rotate", "statement", "--directory", syr.folder])
        try world.amana([
          "key", "revoke", hexadecimal(before), "--reason", "superseded", "--from", "2030-01-01T00:00:00+03:00",
          "--directory", syr.folder, "--out", "\(world.folder)/end.cose",
        ])
        let file = "\(syr.folder)/rotation-statement.json"
        let proposed = try propose(world, ["--rotation", file, "--revocation", "\(world.folder)/end.cose"])
        #expect(proposed.output.contains("superseded"), "\(proposed)")
        for side in [world.syr, world.irq] {
          // Nobody signs what they were not shown without being told that.
          let signed = try world.amana([
            "roster", "sign", "\(world.folder)/two.cose", "--root-key", "\(side.folder)/root/root.pem",
          ])
          #expect(signed.output.contains("WHAT CHANGES WAS NOT SHOWN"), "\(signed)")
        }
        try world.amana(["roster", "publish", "\(world.folder)/two.cose", "--directory", syr.folder])
        daemon.command.signal(SIGHUP)
        #expect(poll { daemon.command.errors.contains("roster version 2 adopted") })
        let after = try await syr.signed(syr.sign(syr.intake(2)).statement).keyID
        #expect(after != before)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(syr.folder)/roster.cose")))
        let roster = try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes))
        let record = try #require(roster.holder(of: after)?.record)
        #expect(record.replaces == before && record.link != nil)
        #expect(roster.holder(of: before)?.record.revocations.map(\.reason) == [.superseded])
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("What the listed key did not sign, or somebody else asks for, is not put in, and nothing is written")
    func refused() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq) = (world.syr, world.irq)
        try world.amana(["key", "rotate", "statement", "--directory", syr.folder])
        let file = "\(syr.folder)/rotation-statement.json"
        let good = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: URL(filePath: file)))
        let other = try PrivateKey.generate(.p256).publicKey
        let wrong: [(field: String, value: String, why: String)] = [
          ("key", hexadecimal(other.subjectPublicKeyInfo), "link is not the word of the key"),
          ("authority", "IRQ/justice", "lists no statement key"), ("authority", "SYR/nobody", "is not listed"),
          ("purpose", "receipt", "lists no receipt key"), ("key", "30", "is no SubjectPublicKeyInfo"),
          ("link", "d2", "link is not the word"),
        ]
        for (field, value, why) in wrong {
          let path = "\(world.folder)/wrong.json"
          try JSONEncoder().encode(good.merging([field: value]) { $1 }).write(to: URL(filePath: path))
          let answer = try propose(world, ["--rotation", path], code: 1)
          #expect(answer.errors.contains(why), "\(field): \(answer)")
        }
        // IRQ asks for a key of SYR's to end.
        let target = try #require(good["replaces"].flatMap(decodeHexadecimal))
        let request = try RevocationRequest.sign(
          target, Revocation(reason: .lost, effectiveFrom: 1), of: #require(AuthorityName(syr.name)),
          at: UnixTime(Date().timeIntervalSince1970), with: irq.key("\(irq.folder)/keys/statement.pem"))
        let path = "\(world.folder)/theirs.cose"
        try Data(request.bytes).write(to: URL(filePath: path))
        let answer = try propose(world, ["--revocation", path], code: 1)
        #expect(answer.errors.contains("signed by no statement key or root key of SYR/prisons"), "\(answer)")
        let nonsense = try propose(world, ["--revocation", file], code: 1)
        #expect(nonsense.errors.contains("no file of amana key revoke"), "\(nonsense)")
        #expect(!FileManager.default.fileExists(atPath: "\(world.folder)/two.cose"))
      }
    }
  }
}
