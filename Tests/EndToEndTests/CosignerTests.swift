import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

extension EndToEnd {
  /// How a log's checkpoints get their cosignatures, with real daemons and a courier that the test plays.
  @Suite struct CosignerTests {
    private func ask(_ side: TestAuthority, _ witness: TestAuthority, old: UInt64? = nil) async throws -> WitnessAsk {
      let query = ["peer": witness.name].merging(old.map { ["old": String($0)] } ?? [:]) { $1 }
      return try await ExchangeClient(side).get(.getWitnessAsk, query)
    }

    private func report(
      _ side: TestAuthority, _ witness: TestAuthority, _ size: UInt64, _ answer: [UInt8]
    ) async throws -> ControlResponse {
      let report = CosignatureReport(peer: try witness.authorityName, size: size, answer: answer)
      return try await ExchangeClient(side).ask(.reportCosignature, body: report.encoded())
    }

    /// A courier's whole round to one witness.
    private func cosign(_ side: TestAuthority, by witness: TestAuthority) async throws {
      let asked = try await ask(side, witness)
      let answer = try await WitnessClient(witness).add(asked.body)
      #expect(answer.status == 200)
      #expect(try await report(side, witness, asked.size, answer.body).status == 204)
    }

    @Test("Each witness is asked from what it is known to have cosigned; the quorum is reached, kept and shown")
    func quorum() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses(quorum: 2)
        var daemon = try world.syr.daemon().ready()
        for side in [world.irq, world.tur] { _ = try side.daemon().ready() }
        try world.addPeers()
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let work = try await ExchangeClient(syr).get(.waitForWork, as: ExchangeWork.self)
        #expect(Set(work.witnesses.map(\.description)) == [irq.name, tur.name])
        let size = try await syr.status().size
        #expect(try await syr.status().witnesses == .init(named: 2, quorum: 2, cosigned: 0, size: 0, at: 0))
        let first = try WitnessRequest(decoding: await ask(syr, irq).body)
        #expect(first.oldSize == 0 && first.path.isEmpty && first.checkpoint.checkpoint.size == size)
        try await cosign(syr, by: irq)
        #expect(try await syr.status().witnesses == .init(named: 2, quorum: 2, cosigned: 1, size: 0, at: 0))
        try await cosign(syr, by: tur)
        let reached = try await syr.status().witnesses
        #expect(reached.cosigned == 2 && reached.size == size && reached.at > 0)
        for witness in [irq, tur] {
          let none = try await ExchangeClient(syr).ask(.getWitnessAsk, ["peer": witness.name])
          #expect(try none.status == 404 && conciseCode(none) == "not-found")
        }
        _ = try await world.released()
        let grown = try await syr.status()
        #expect(grown.size > size && grown.witnesses.cosigned == 0 && grown.witnesses.size == size)
        let second = try WitnessRequest(decoding: await ask(syr, irq).body)
        #expect(second.oldSize == size && second.checkpoint.checkpoint.size == grown.size)
        try daemon.stop()
        daemon = try syr.daemon().ready()
        for witness in [irq, tur] { try await cosign(syr, by: witness) }
        #expect(try await syr.status().witnesses.size == grown.size)
        let note = try SignedCheckpoint(decoding: await syr.send(.get, "/v1/checkpoint").body)
        #expect(note.note.signatures.count == 3)
        // A bundle carries the note with its cosignatures, and whoever takes it in keeps them.
        let bundle = try Custody.Bundle(decoding: await syr.bundle(to: irq))
        #expect(bundle.checkpoints.contains { $0.value == note.note.encoded() })
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("What a courier reports is believed by its signature alone, and what is none leaves nothing")
    func hostile() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses(quorum: 1)
        for side in [world.syr, world.irq, world.tur] { _ = try side.daemon().ready() }
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let asked = try await ask(syr, irq)
        let good = try await WitnessClient(irq).add(asked.body).body
        let others = try await WitnessClient(tur).add(try await ask(syr, tur).body).body
        let note = try WitnessRequest(decoding: asked.body).checkpoint.note
        let (name, key) = ("irq.example/custody/witness", try irq.key("\(irq.folder)/keys/witness.pem"))
        func forged(_ key: PrivateKey, at time: UInt64, name: String = name, _ note: SignedNote) throws -> [UInt8] {
          let line = try note.cosigned(at: time, name: name, key: key).signatures.last
          return Cosignatures.encode([try #require(line)])
        }
        let later = try ForgedLog(of: syr).note(Int(asked.size))
        let now = UInt64(Date().timeIntervalSince1970)
        let bad: [(String, UInt64, [UInt8])] = [
          ("nothing", asked.size, []), ("no line", asked.size, Array("yes\n".utf8)),
          ("another witness's", asked.size, others), ("another size", asked.size + 1, good),
          ("a size that is none", 0, good),
          ("a stranger's key", asked.size, try forged(.generate(.ed25519), at: now, note)),
          ("another name", asked.size, try forged(key, at: now, name: "irq.example/witness", note)),
          ("another root", asked.size, try forged(key, at: now, later)),
          ("two days ahead", asked.size, try forged(key, at: now + 200_000, note)),
          ("before the key was valid", asked.size, try forged(key, at: 1000, note)),
        ]
        let rows = try WitnessRows(syr, world.logs)
        for (what, size, answer) in bad {
          let answered = try await report(syr, irq, size, answer)
          #expect(try answered.status == 422 && conciseCode(answered) == "cosignature", "\(what)")
        }
        #expect(try WitnessRows(syr, world.logs) == rows)
        let ahead = try await ExchangeClient(syr).ask(.getWitnessAsk, ["peer": irq.name, "old": "9000"])
        #expect(try ahead.status == 409 && conciseCode(ahead) == "witness-ahead")
        // One good line among others is enough, and the others are passed over.
        #expect(try await report(syr, irq, asked.size, others + good).status == 204)
        #expect(try await syr.status().witnesses.cosigned == 1)
      }
    }

    @Test("Whom the roster does not name is not asked, and does not count")
    func unnamed() async throws {
      try await World.run { world in
        let none = try await ExchangeClient(world.syr).ask(.getWitnessAsk, ["peer": world.irq.name])
        #expect(none.status == 404)
        #expect(try await world.syr.status().witnesses == .init(named: 0, quorum: 0, cosigned: 0, size: 0, at: 0))
        let shown = try world.syr.amana("status").output
        #expect(!shown.contains("witnesses:"), "\(shown)")
      }
    }

    @Test("Where the policy waits for witnesses an own statement says so until its quorum, and is recorded at once")
    func awaiting() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses(quorum: 1)
        let (syr, irq) = (world.syr, world.irq)
        let path = URL(filePath: "\(syr.folder)/authority.json")
        var file = try JSONDecoder().decode(AuthorityFile.self, from: Data(contentsOf: path))
        file.awaitWitnesses = true
        try JSONEncoder().encode(file).write(to: path)
        for side in [syr, irq] { _ = try side.daemon().ready() }
        let signed = try await syr.sign(syr.intake(2))
        let intake = try signed.signedID
        func waits() async throws -> Bool {
          try await syr.get("/v1/statements/\(intake)", as: StatementView.self).awaitingWitnesses
        }
        #expect(try await waits())
        #expect(try syr.amana("show", intake, "--lang", "en").output.contains("awaiting witnesses"))
        // Nothing is held back for it.
        #expect(try await syr.phases(intake) == ["held"])
        // Whoever verifies offline is told as much.
        let roster = "\(syr.folder)/roster.cose"
        func verified(_ extra: String...) async throws -> String {
          let file = "\(world.folder)/all.amana"
          let bytes = try await syr.send(.get, "/v1/bundle?record=\(signed.recordID)").body
          try Data(bytes).write(to: URL(filePath: file))
          return try world.amana(["verify", file, "--roster", roster, "--lang", "en"] + extra).output
        }
        #expect(try await verified().contains("0 of its witnesses cosigned the newest checkpoint here"))
        let tiles = "\(world.folder)/tiles"
        _ = try syr.amana("tiles", "export", tiles)
        let bare = try world.amana(["tiles", "verify", tiles, "--roster", roster, "--lang", "en"])
        #expect(bare.output.contains("0 of its witnesses cosigned"), "\(bare)")
        let shownRoster = try world.amana(["roster", "show", roster, "--lang", "en"]).output
        #expect(shownRoster.contains("The logs of authority \(syr.name) are witnessed by: "), "\(shownRoster)")
        try await cosign(syr, by: irq)
        #expect(try await verified().contains("enough of its witnesses cosigned its first"))
        #expect(try await verified("--json").contains("\"quorum\" : 1"))
        _ = try syr.amana("tiles", "export", tiles)
        let cosigned = try world.amana(["tiles", "verify", tiles, "--roster", roster, "--json"]).output
        #expect(cosigned.contains(irq.name), "\(cosigned)")
        #expect(try await !waits())
        #expect(try !syr.amana("show", intake, "--lang", "en").output.contains("awaiting witnesses"))
        let foreign = try await irq.sign(irq.intake(1)).signedID
        #expect(try await !irq.get("/v1/statements/\(foreign)", as: StatementView.self).awaitingWitnesses)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("V15: what a witness had cosigned before others had the key is in no doubt, what came after is")
    func v15_cosignedInTime() async throws {
      try await World.run(starts: false) { world in
        let second = try world.pinWitnesses()
        let (syr, irq) = (world.syr, world.irq)
        let daemon = try syr.daemon().ready()
        _ = try irq.daemon().ready()
        let early = try await syr.sign(syr.intake(2)).signedID
        try await cosign(syr, by: irq)
        let time = UnixTime(Date().timeIntervalSince1970) + 1
        try await Task.sleep(for: .seconds(2.1))
        let late = try await syr.sign(syr.intake(2)).signedID
        try await cosign(syr, by: irq)
        try daemon.stop()
        let key = try PrivateKey.generate(.p256)
        let third = try world.next(after: second, by: [syr, irq], version: 3) { authority in
          authority.name.description == syr.name
            ? try authority.exposed(from: time, replacedBy: key.publicKey) : authority
        }
        try Data(key.pem()).write(to: URL(filePath: "\(syr.folder)/keys/statement.pem"))
        try world.pin(syr, third.bytes, third.digest)
        _ = try syr.daemon().ready()
        #expect(try await syr.phases(early) == ["held"])
        #expect(try await syr.phases(late) == ["contested"])
        let alarms = try await syr.status().alarms.filter { $0.code == "V15" }
        #expect(alarms.count == 1 && alarms[0].detail.hasPrefix(late), "\(alarms)")
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("Witnesses are proposed by the command, told article by article, and refused where the roster refuses them")
    func proposed() async throws {
      try await World.run(starts: false) { world in
        let (first, text) = ("\(world.folder)/roster.cose", "\(world.folder)/two.json")
        let shown = try world.amana(["roster", "show", first, "--text"]).output
        try shown.write(toFile: text, atomically: true, encoding: .utf8)
        func propose(_ asked: [String], code: Int32 = 0) throws -> Answer {
          let two = "\(world.folder)/two.cose"
          try? FileManager.default.removeItem(atPath: two)
          let answer = try world.amana(
            ["roster", "propose", text, "--previous", first, "--output", two] + asked, code: code)
          #expect(FileManager.default.fileExists(atPath: two) == (code == 0))
          return answer
        }
        let (syr, irq, tur) = (world.syr.name, world.irq.name, world.tur.name)
        let two = try propose(["--witness", "\(syr)=\(irq)", "--witness", "\(syr)=\(tur)", "--lang", "en"])
        #expect(two.output.contains("The logs of authority \(syr) are witnessed by: \(irq), \(tur)."), "\(two)")
        #expect(two.output.contains("Cosignatures asked for on each checkpoint of authority \(syr): 2."), "\(two)")
        let arabic = try propose(["--witness", "\(syr)=\(irq)", "--quorum", "\(syr)=1", "--lang", "ar"])
        #expect(arabic.output.contains("يشهد على سجلات الجهة"), "\(arabic)")
        let again = try world.amana(["roster", "diff", first, "\(world.folder)/two.cose", "--lang", "en"]).output
        #expect(again.contains("checkpoint of authority \(syr): 1."), "\(again)")
        for (bad, why) in [
          (["--witness", "\(syr)=\(syr)"], "of the same member"), (["--witness", "\(syr)=JOR/x"], "is not listed"),
          (["--witness", "JOR/x=\(syr)"], "is not listed"), (["--quorum", "\(syr)=1"], "1 to 15 witnesses"),
          (["--witness", "\(syr)=\(irq)", "--quorum", "\(syr)=2"], "quorum"),
          (["--witness", "\(syr)=\(irq)", "--witness", "\(syr)=\(irq)"], "stands twice"),
        ] {
          let refused = try propose(bad, code: 1)
          #expect(refused.errors.contains(why), "\(bad): \(refused)")
        }
        let twice = ["--quorum", "\(syr)=1", "--quorum", "\(syr)=2"]
        for bad in [
          ["--witness", syr], ["--witness", "\(syr)=x"], ["--quorum", "\(syr)=two"], ["--quorum", "1"], twice,
        ] {
          let refused = try world.command(
            ["roster", "propose", text, "--previous", first, "--output", "\(world.folder)/three.cose"] + bad)
          #expect(refused.code == 2 || refused.code == 64, "\(bad): \(refused)")
        }
      }
    }
  }
}
