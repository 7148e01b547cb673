import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

extension EndToEnd {
  /// C2SP tlog-witness at a real daemon's exchange socket.
  @Suite struct WitnessDoorTests {
    /// What is wrong with a request, the status that the specification names, and our word for it.
    private struct Bad {
      let what: String
      let body: [UInt8]
      let status: Int
      let code: String

      init(_ what: String, _ body: [UInt8], _ status: Int, _ code: String) {
        (self.what, self.body, self.status, self.code) = (what, body, status, code)
      }
    }

    private func text(_ text: String, _ note: [UInt8]) -> [UInt8] { Array(text.utf8) + note }

    /// A note of any size that the log's key signed, whatever it says.
    private func signed(_ log: ForgedLog, size: String) throws -> [UInt8] {
      let root = log.checkpoint(9).noteText.split(separator: "\n")[2]
      let text = "\(log.origin)\n\(size)\n\(root)\n"
      let name = try #require(NoteKey(name: log.origin, type: .ed25519, publicKey: log.key.publicKey))
      let line = try #require(
        NoteSignature(
          name: name.name, keyHash: name.keyHash, signature: log.key.sign(Array(text.utf8), scheme: .ed25519)))
      return try SignedNote(text: text, signatures: [line]).encoded()
    }

    private func badForms(_ log: ForgedLog) throws -> [Bad] {
      let note = try log.note(9).encoded()
      let hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
      let line = "— w.example AAAAAAA=\n"
      let lines = { (count: Int) in Array(String(repeating: line, count: count).utf8) }
      return [
        Bad("nothing", [], 400, "old-size"), Bad("a leading zero", text("old 04\n\n", note), 400, "old-size"),
        Bad("no number", text("old x\n\n", note), 400, "old-size"),
        Bad("64 lines of proof", text("old 4\n" + String(repeating: hash, count: 64) + "\n", note), 400, "long-proof"),
        Bad(
          "base64 that is not canonical", text("old 4\n\(hash.replacing("aw=", with: "ax="))\n", note), 400,
          "proof-line"
        ),
        Bad("base64 without padding", text("old 4\n\(hash.replacing("=", with: ""))\n", note), 400, "proof-line"),
        Bad("no empty line", text("old 4\n", note), 400, "proof-line"),
        Bad("no note", text("old 4\n\n", []), 400, "no-checkpoint"),
        Bad("an unsigned checkpoint", text("old 4\n\n", Array(log.checkpoint(9).noteText.utf8)), 400, "no-checkpoint"),
        Bad("17 signatures", text("old 4\n\n", note + lines(16)), 400, "no-checkpoint"),
        Bad("a signature line that is none", text("old 4\n\n", note + Array("— x\n".utf8)), 400, "no-checkpoint"),
        Bad("a control character", text("old 4\n\n", [0x01] + note), 400, "no-checkpoint"),
        Bad("size 2^63", text("old 4\n\n", try signed(log, size: "9223372036854775808")), 400, "size-out-of-range"),
        Bad("size 2^64", text("old 4\n\n", try signed(log, size: "18446744073709551616")), 400, "no-checkpoint"),
        Bad("a size with a leading zero", text("old 4\n\n", try signed(log, size: "09")), 400, "no-checkpoint"),
        Bad("an old size beyond the checkpoint's", text("old 10\n\n", note), 400, "old-size-beyond"),
        Bad("an old size of 2^63", text("old 9223372036854775808\n\n", note), 400, "old-size-beyond"),
      ]
    }

    private func badKeys(_ log: ForgedLog, _ world: World) throws -> [Bad] {
      let good = try log.note(9)
      let own = good.signatures[0]
      var bent = own.signature
      bent[0] ^= 1
      let failing = try #require(NoteSignature(name: own.name, keyHash: own.keyHash, signature: bent))
      let unknown = try #require(NoteSignature(name: own.name, keyHash: [1, 2, 3, 4], signature: own.signature))
      func note(_ lines: [NoteSignature]) throws -> [UInt8] {
        text("old 4\n\n", try SignedNote(text: good.text, signatures: lines).encoded())
      }
      func other(_ origin: String, _ key: PrivateKey) throws -> [UInt8] {
        let checkpoint = Checkpoint(origin: origin, size: 9, root: .leaf([1]))
        return text("old 0\n\n", try Checkpoint.sign(checkpoint, key: key).encoded())
      }
      let stranger = try PrivateKey.generate(.ed25519)
      let tur = try world.tur.key("\(world.tur.folder)/keys/checkpoint.pem")
      let irq = try world.irq.key("\(world.irq.folder)/keys/checkpoint.pem")
      return [
        Bad("an unknown key id", try note([unknown]), 403, "not-signed"),
        Bad("a signature that fails", try note([failing]), 403, "bad-signature"),
        Bad("one that fails beside one that holds", try note([own, failing]), 403, "bad-signature"),
        Bad("a stranger's key for a known log", try other(log.origin, stranger), 403, "not-signed"),
        Bad("another authority's key for a known log", try other(log.origin, tur), 403, "not-signed"),
        Bad("an unknown log", try other("nobody.example/log/1", stranger), 404, "unknown-origin"),
        Bad("no epoch", try other("syr.example/custody/log/0", log.key), 404, "unknown-origin"),
        Bad("another path", try other("syr.example/custody/log/1/x", log.key), 404, "unknown-origin"),
        Bad("capitals", try other("SYR.example/custody/log/1", log.key), 404, "unknown-origin"),
        // The roster does not assign it to this witness, and nobody witnesses himself.
        Bad("a log that is not assigned", try other("tur.example/custody/log/1", tur), 404, "unknown-origin"),
        Bad("our own log", try other("irq.example/custody/log/1", irq), 404, "unknown-origin"),
      ]
    }

    private func badTrees(_ log: ForgedLog) throws -> [Bad] {
      let path = try log.path(4, 9)
      let empty = Checkpoint(origin: log.origin, size: 0, root: .leaf([1]))
      let wrongEmpty = try Checkpoint.sign(empty, key: log.key).encoded()
      return [
        Bad("no proof", try log.request(4, 9, path: []), 422, "inconsistent"),
        Bad("another proof", try log.request(4, 9, path: log.path(3, 9)), 422, "inconsistent"),
        Bad("a hash more", try log.request(4, 9, path: path + [.empty]), 422, "inconsistent"),
        Bad("63 lines", try log.request(4, 9, path: .init(repeating: .empty, count: 63)), 422, "inconsistent"),
        Bad("a proof where nothing grew", try log.request(4, 4, path: [.empty]), 422, "inconsistent"),
        Bad("a size without leaves", text("old 0\n\n", wrongEmpty), 409, ""),
        Bad("from nothing", try log.request(0, 9), 409, ""), Bad("from 3", try log.request(3, 9), 409, ""),
        Bad("from 5", try log.request(5, 9), 409, ""), Bad("back to nothing", try log.request(0, 0), 409, ""),
      ]
    }

    @Test("Issue 7: every bad request has the status that the specification names, and leaves nothing behind")
    func badInput() async throws {
      try await World.run(starts: false) { world in
        try narrow(world)
        _ = try world.irq.daemon().ready()
        let witness = WitnessClient(world.irq)
        let log = try ForgedLog(of: world.syr)
        let fresh = try WitnessRows(world.irq, world.logs)
        let wrongEmpty = try Checkpoint.sign(
          Checkpoint(origin: log.origin, size: 0, root: .leaf([1])), key: log.key
        ).encoded()
        let first = [
          Bad("size 0 with leaves", text("old 0\n\n", wrongEmpty), 422, "root-of-nothing"),
          Bad("a proof from nothing", try log.request(0, 4, path: [.empty]), 422, "proof-from-nothing"),
          Bad("from a size that nobody cosigned", try log.request(3, 4), 409, ""),
        ]
        try await expect(first, at: witness, size: 0, leave: fresh, world)
        #expect(try await witness.newest(log.origin) == nil)
        #expect(try await witness.add(log.request(0, 4)).status == 200)
        let rows = try WitnessRows(world.irq, world.logs)
        let all = try badForms(log) + badKeys(log, world) + badTrees(log)
        try await expect(all, at: witness, size: 4, leave: rows, world)
        let large = try await witness.add([UInt8](repeating: 0x6f, count: WitnessRequest.maximumByteCount + 1))
        #expect(large.status == 413)
        #expect(try WitnessRows(world.irq, world.logs) == rows)
        // It goes on from where it was.
        #expect(try await witness.add(log.request(4, 9)).status == 200)
        #expect(try await witness.newest(log.origin)?.checkpoint == log.checkpoint(9))
        print("WITNESS bad input: \(first.count + all.count + 1) requests")
      }
    }

    /// Only SYR's log is witnessed, by IRQ.
    private func narrow(_ world: World) throws {
      let irq = try world.irq.authorityName
      let (bytes, digest) = try world.next(
        after: world.firstRoster(), by: [world.syr, world.irq, world.tur], version: 2
      ) { authority in
        authority.with(
          witnessing: authority.name.member == "SYR" ? Witnessing(witnesses: [irq], quorum: 1) : nil)
      }
      for side in [world.syr, world.irq, world.tur] { try world.pin(side, bytes, digest) }
    }

    private func expect(
      _ all: [Bad], at witness: WitnessClient, size: Int, leave rows: WitnessRows, _ world: World
    ) async throws {
      for bad in all {
        let answer = try await witness.add(bad.body)
        #expect(answer.status == bad.status, "\(bad.what): \(answer.status)")
        if bad.status == 409 {
          #expect(answer.contentType == "text/x.tlog.size" && answer.body == Array("\(size)\n".utf8), "\(bad.what)")
        } else if answer.status >= 400 {
          #expect(try conciseCode(answer) == bad.code, "\(bad.what)")
        }
      }
      #expect(try WitnessRows(witness.side, world.logs) == rows)
    }

    @Test("What continues is cosigned, the same again too, and served; a restart forgets nothing")
    func cosigns() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses()
        let daemon = try world.irq.daemon().ready()
        let witness = WitnessClient(world.irq)
        let log = try ForgedLog(of: world.syr)
        var times: [UInt64] = []
        for (old, new) in [(0, 0), (0, 1), (1, 4), (4, 9), (9, 9), (9, 300)] {
          let answer = try await witness.add(log.request(old, new))
          #expect(answer.status == 200 && answer.contentType.hasPrefix("text/plain"), "\(old) \(new)")
          times.append(try #require(try witness.time(answer.body, of: log.note(new)), "\(old) \(new)"))
          let kept = try #require(try await witness.newest(log.origin))
          #expect(kept.checkpoint == log.checkpoint(new) && kept.verify(originKey: log.key.publicKey))
          #expect(try witness.time(answer.body, of: kept.note) == times.last && kept.note.signatures.count == 2)
        }
        #expect(times == times.sorted() && (times.first ?? 0) > 1_700_000_000)
        try daemon.stop()
        _ = try world.irq.daemon().ready()
        #expect(try await witness.newest(log.origin)?.checkpoint == log.checkpoint(300))
        let conflict = try await witness.add(log.request(9, 300))
        #expect(conflict.status == 409 && conflict.body == Array("300\n".utf8))
        #expect(try await witness.add(log.request(300, 300)).status == 200)
        #expect(try await world.irq.status().alarms.isEmpty)
      }
    }

    @Test("V20: two signed roots for one size are not cosigned, and both notes are kept and convict the log")
    func fork() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses()
        let daemon = try world.irq.daemon().ready()
        let witness = WitnessClient(world.irq)
        let (log, other) = try (ForgedLog(of: world.syr), ForgedLog(of: world.syr, fork: 1, shared: 4))
        #expect(try await witness.add(log.request(0, 9)).status == 200)
        for body in try [other.request(9, 9), other.request(0, 9), other.request(4, 9)] {
          #expect(try conciseCode(await witness.add(body)) == "other-root")
        }
        // No proof of theirs leads on from what was cosigned.
        #expect(try conciseCode(await witness.add(other.request(9, 12))) == "inconsistent")
        let alarms = try await world.irq.status().alarms
        #expect(alarms.map(\.code) == ["V20"] && alarms[0].detail.contains(log.origin))
        let row = try Database(world.irq.store, world.logs).run("SELECT evidence FROM alarm WHERE code = 'V20'").first
        let map = try #require(try CBOR.decode((decodeHexadecimal(String(row ?? "")) ?? [])[...]).map)
        let notes = try ["known", "new"].map { try SignedCheckpoint(decoding: try #require(map[.text($0)]?.bytes)) }
        #expect(notes.allSatisfy { $0.verify(originKey: log.key.publicKey) })
        #expect(notes.map(\.checkpoint) == [log.checkpoint(9), other.checkpoint(9)])
        try daemon.stop()
        _ = try world.irq.daemon().ready()
        #expect(try conciseCode(await witness.add(other.request(9, 9))) == "other-root")
        #expect(try await witness.add(log.request(9, 12)).status == 200)
        #expect(try await world.irq.status().alarms == alarms)
      }
    }

    @Test("A witness without its key cosigns nothing and is otherwise what it was")
    func keyless() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses()
        try FileManager.default.removeItem(atPath: "\(world.irq.folder)/keys/witness.pem")
        _ = try world.irq.daemon().ready()
        let log = try ForgedLog(of: world.syr)
        let answer = try await WitnessClient(world.irq).add(log.request(0, 9))
        #expect(try answer.status == 503 && conciseCode(answer) == "no-witness-key")
        #expect(try await WitnessClient(world.irq).newest(log.origin) == nil)
        _ = try await world.irq.sign(world.irq.intake(1))
      }
    }

    @Test("F14: a witness put back from a backup cosigns nothing with its key any more, and says what to do")
    func restored() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses()
        let log = try ForgedLog(of: world.syr)
        let witness = WitnessClient(world.irq)
        var daemon = try world.irq.daemon().ready()
        #expect(try await witness.add(log.request(0, 4)).status == 200)
        try daemon.stop()
        let (state, backup) = ("\(world.irq.folder)/state", "\(world.folder)/backup")
        try FileManager.default.copyItem(atPath: state, toPath: backup)
        daemon = try world.irq.daemon().ready()
        #expect(try await witness.add(log.request(4, 9)).status == 200)
        try daemon.stop()
        // Its own log has not grown meanwhile, so nothing but the witness's count tells of the backup.
        for name in try FileManager.default.contentsOfDirectory(atPath: backup) where !name.hasSuffix("head") {
          try? FileManager.default.removeItem(atPath: "\(state)/\(name)")
          try FileManager.default.copyItem(atPath: "\(backup)/\(name)", toPath: "\(state)/\(name)")
        }
        for name in ["amana.sqlite-wal", "amana.sqlite-shm"]
        where !FileManager.default.fileExists(atPath: "\(backup)/\(name)") {
          try? FileManager.default.removeItem(atPath: "\(state)/\(name)")
        }
        daemon = try world.irq.daemon().ready()
        let other = try ForgedLog(of: world.syr, fork: 1, shared: 4)
        let answer = try await witness.add(other.request(4, 9))
        #expect(try answer.status == 503 && conciseCode(answer) == "no-witness-key")
        let alarms = try await world.irq.status().alarms
        #expect(alarms.map(\.code) == ["V21"] && alarms[0].detail.contains("amana key rotate witness"))
        try daemon.stop()
        _ = try world.irq.daemon().ready()
        #expect(try await witness.add(log.request(4, 9)).status == 503)
      }
    }
  }
}
