import ControlAPI
import Custody
import Foundation
import Testing
import TransparencyLog

extension EndToEnd {
  /// One file convicts a log for anybody: from what a daemon keeps, and from files without one.
  @Suite struct ForkTests {
    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    /// What a courier does: the newest checkpoint of a peer's log, and its proof if there is one.
    private func gossip(_ side: TestAuthority, about peer: TestAuthority) async throws {
      let from = try await ExchangeClient(side).get(.getKnownLog, ["peer": peer.name], as: KnownLog.self).size
      let note = try await ExchangeClient(peer).ask(.getCheckpoint).body
      let size = try SignedCheckpoint(decoding: note).checkpoint.size
      let answer = try await ExchangeClient(peer).ask(.getConsistency, ["from": "\(from)", "to": "\(size)"])
      let proof = answer.status == 200 ? try ConsistencyAnswer(decoding: answer.body) : nil
      let report = CheckpointReport(peer: try peer.authorityName, note: note, proof: proof)
      let taken = try await ExchangeClient(side).ask(.reportCheckpoint, body: report.encoded())
      guard taken.status == 204 else { throw Stopped("\(taken.status)") }
    }

    /// IRQ's disk was copied and both copies went on; SYR has seen a checkpoint of each.
    /// - Returns: a bundle of each copy, the first with five entries and the second with six.
    private func copied(_ world: World) async throws -> [String] {
      _ = try world.syr.daemon().ready()
      var irq = try world.irq.daemon().ready()
      _ = try await world.irq.sign(world.irq.intake(1))
      try irq.stop()
      let state = "\(world.irq.folder)/state"
      try FileManager.default.copyItem(atPath: state, toPath: "\(world.folder)/copy")
      func export(_ record: String) async throws -> String {
        let path = "\(world.folder)/\(record).amana"
        try Data(try await world.irq.send(.get, "/v1/bundle?record=\(record)").body).write(to: URL(filePath: path))
        return path
      }
      irq = try world.irq.daemon().ready()
      let first = try await export(world.irq.sign(world.irq.intake(2)).recordID)
      try await gossip(world.syr, about: world.irq)
      try irq.stop()
      try FileManager.default.removeItem(atPath: state)
      try FileManager.default.moveItem(atPath: "\(world.folder)/copy", toPath: state)
      irq = try world.irq.daemon().ready()
      let other = try await world.irq.sign(world.irq.intake(3)).recordID
      try await gossip(world.syr, about: world.irq)
      _ = try await world.irq.sign(world.irq.intake(1))
      let second = try await export(other)
      try irq.stop()
      return [first, second]
    }

    @Test("V20: a log that was copied and went on twice is convicted by one file, offline, whoever kept it")
    func copiedLog() async throws {
      try await World.run(starts: false) { world in
        let (syr, folder) = (world.syr, world.folder)
        let bundles = try await copied(world)
        let (file, other) = ("\(folder)/irq.fork", "\(folder)/files.fork")
        let written = try syr.amana("prove-fork", "--of", world.irq.name, "--output", file, "--lang", "en")
        #expect(written.code == 0 && written.output.contains("two different roots for its first 5"), "\(written)")
        #expect(written.output.contains("amana verify FILE --roster-digest \(world.digest)"), "\(written)")
        let proof = try bytes(file)
        let trusted = ["--roster-digest", world.digest]
        for path in [file, other] {
          if path == other {
            // Nobody asks a daemon: two bundles, each of its own copy, have different entries at one place.
            let made = try world.command(
              ["prove-fork"] + bundles + ["--roster", "\(folder)/roster.cose", "-o", other, "--lang", "en"])
            #expect(made.code == 0 && made.output.contains("different entries at place 4"), "\(made)")
          }
          let said = try world.command(["verify", path, "--lang", "en"] + trusted)
          #expect(said.code == 0 && said.output.contains("PROVEN under roster"), "\(said)")
          #expect(said.output.contains("IRQ/justice said two things in its log irq.example/custody/log/1"), "\(said)")
          let arabic = try world.command(["verify", path, "--lang", "ar"] + trusted)
          #expect(arabic.code == 0 && arabic.output.contains("قولين لا يصح منهما إلا واحد"), "\(arabic)")
          #expect(try world.command(["verify", path, "--roster", "\(folder)/roster.cose", "--quiet"]).code == 0)
          // Without a roster that is trusted the file only agrees with itself.
          #expect(try world.command(["verify", path]).code == 3)
          #expect(try world.command(["verify", path, "--roster-digest", String(repeating: "0", count: 64)]).code == 1)
        }
        // What is there is not written over.
        let again = try syr.amana("prove-fork", "--of", "irq.example/custody/log/1", "--output", file)
        #expect(again.code == 2)
        #expect(try bytes(file) == proof)
        let byOrigin = "\(folder)/origin.fork"
        #expect(try syr.amana("prove-fork", "--of", "irq.example/custody/log/1", "--output", byOrigin).code == 0)
        for (whom, origin) in [
          (syr.name, "its own log"), ("irq.example/custody/log/2", "another epoch"), ("NO/body", ""),
        ] {
          let none = try syr.amana("prove-fork", "--of", whom, "--output", "\(folder)/none.fork")
          #expect(none.code == 1, "\(whom) \(origin): \(none)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/none.fork"))
        // Behind the roster, of whose signatures some are more than it needs.
        let bare = ForkProof(try ForkProof(decoding: proof).evidence).encoded().count - 21
        for place in stride(from: proof.count - bare, to: proof.count, by: max(1, bare / 7)) {
          var changed = proof
          changed[place] ^= 1
          try Data(changed).write(to: URL(filePath: "\(folder)/changed.fork"))
          let answer = try world.command(["verify", "\(folder)/changed.fork"] + trusted)
          #expect(answer.code == 1, "byte \(place): \(answer)")
        }
      }
    }

    @Test("Two releases of one line convict by their slots, and by their lines to whoever has a key or is shown them")
    func releases() async throws {
      try await World.run { world in
        _ = try await world.released()
        let honest = try await world.syr.bundle(to: world.irq)
        let forged = try Forgery(world.syr, honest).release { $0.acceptBy = OffsetTime(ago(hours: -9)) }
        let made = MadeForks(world: world)
        let roster = ["--roster", "\(world.folder)/roster.cose", "--lang", "en"]
        let key = ["--key", "\(world.irq.folder)/keys/seal.pem"]
        let cases: [(beside: MadeForks.Beside, key: [String], code: Int32, says: String)] = [
          (.slots, [], 0, "both releases list the slot"), (.sealed, [], 1, "nothing here convicts anybody"),
          (.sealed, key, 0, "was released twice from the same step"),
        ]
        for (number, one) in cases.enumerated() {
          let file = "\(world.folder)/releases-\(number).fork"
          let files = try made.releases([honest, forged], beside: one.beside)
          let answer = try world.command(["prove-fork"] + files + roster + one.key + ["-o", file])
          #expect(answer.code == one.code && (answer.output + answer.errors).contains(one.says), "\(number): \(answer)")
          guard one.code == 0 else { continue }
          let said = try world.command(["verify", file] + roster)
          #expect(said.code == 0 && said.output.contains("SYR/prisons said two things"), "\(said)")
          // Nobody is named in it: a slot, or a reference and the step.
          #expect(!said.output.contains("HSK-"), "\(said)")
        }
        // Without its own log's receipts a statement is nobody's word of an epoch.
        let bare = "\(world.folder)/bare.amana"
        try Data(forged).write(to: URL(filePath: bare))
        let first = "\(world.folder)/honest.amana"
        try Data(honest).write(to: URL(filePath: first))
        let none = try world.command(["prove-fork", first, bare] + roster + ["-o", "\(world.folder)/bare.fork"])
        #expect(none.code == 1 && none.errors.contains("no receipt of its own signer's log"), "\(none)")
      }
    }

    @Test("Files that contradict nothing convict nobody, each with its reason, and nothing is written")
    func nothing() async throws {
      try await World.run(starts: false) { world in
        let made = MadeForks(world: world)
        let roots = try made.roots()
        let theirs = "\(world.folder)/theirs.note"
        try Data(try ForgedLog(of: world.irq, count: 5).note(5).encoded()).write(to: URL(filePath: theirs))
        let later = "\(world.folder)/later.note"
        try Data(try ForgedLog(of: world.syr, count: 9, fork: 1).note(9).encoded()).write(to: URL(filePath: later))
        let words = "\(world.folder)/words.txt"
        try Data("not a note\n".utf8).write(to: URL(filePath: words))
        let output = "\(world.folder)/none.fork"
        let roster = ["--roster", "\(world.folder)/roster.cose"]
        let cases: [(files: [String], code: Int32, says: String)] = [
          ([roots[0]], 1, "convicts anybody"), ([roots[0], theirs], 1, "different logs"),
          ([roots[0], later], 1, "many sizes"), ([words], 2, "no note, bundle"),
          (["/nonexistent"], 2, "/nonexistent"),
        ]
        for (files, code, says) in cases {
          let answer = try world.command(["prove-fork"] + files + roster + ["-o", output, "--lang", "en"])
          #expect(answer.code == code && answer.errors.contains(says), "\(files): \(answer)")
        }
        let unknown = try world.command(["prove-fork"] + roots + ["-o", output, "--lang", "en"])
        #expect(unknown.code == 3 && unknown.errors.contains("--roster"), "\(unknown)")
        #expect(!FileManager.default.fileExists(atPath: output))
        let elsewhere = try world.command(["prove-fork"] + roots + roster + ["--of", "IRQ/justice", "-o", output])
        #expect(elsewhere.code == 1, "what is meant is another log: \(elsewhere)")
        // Both were cosigned, so that it is known by when others had seen both.
        let proven = try world.command(["prove-fork"] + roots + roster + ["-o", output, "--json"])
        #expect(proven.code == 0 && proven.output.contains("proven_since"), "\(proven)")
        #expect(proven.output.contains("IRQ/justice"), "\(proven)")
      }
    }
  }
}
