import ControlAPI
import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// A witness whose store was put back from a backup has forgotten what it cosigned (F14).
  @Suite struct WitnessRestoreTests {
    /// IRQ as a witness of SYR's log: of 4 entries when its store was copied, of 9 when it stopped. Its own log has not grown
    /// meanwhile, so nothing but the witness's count tells of the backup.
    private struct Forgetful {
      let side: TestAuthority
      let witness: WitnessClient
      let log: ForgedLog
      let fork: ForgedLog
      private let state: String
      private let backup: String

      init(_ world: World) async throws {
        try world.pinWitnesses()
        side = world.irq
        witness = WitnessClient(side)
        log = try ForgedLog(of: world.syr)
        fork = try ForgedLog(of: world.syr, fork: 1, shared: 4)
        (state, backup) = ("\(side.folder)/state", "\(world.folder)/backup")
        var daemon = try side.daemon().ready()
        #expect(try await witness.add(log.request(0, 4)).status == 200)
        try daemon.stop()
        try FileManager.default.copyItem(atPath: state, toPath: backup)
        daemon = try side.daemon().ready()
        #expect(try await witness.add(log.request(4, 9)).status == 200)
        try daemon.stop()
      }

      /// Puts everything back but the heads beside the store.
      func putBack() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: backup) where !name.hasSuffix("head") {
          try? FileManager.default.removeItem(atPath: "\(state)/\(name)")
          try FileManager.default.copyItem(atPath: "\(backup)/\(name)", toPath: "\(state)/\(name)")
        }
        for name in ["amana.sqlite-wal", "amana.sqlite-shm"]
        where !FileManager.default.fileExists(atPath: "\(backup)/\(name)") {
          try? FileManager.default.removeItem(atPath: "\(state)/\(name)")
        }
      }

      /// What it cosigned before is not contradicted, and whoever runs it is told what to do.
      func expectsNothingCosigned() async throws {
        let answer = try await witness.add(fork.request(4, 9))
        #expect(try answer.status == 503 && conciseCode(answer) == "no-witness-key")
        let alarms = try await side.status().alarms
        #expect(alarms.map(\.code) == ["V21"] && alarms.first?.detail.contains("amana key rotate witness") == true)
      }
    }

    @Test("F14: a witness put back from a backup cosigns nothing with its key any more, and says what to do")
    func restored() async throws {
      try await World.run(starts: false) { world in
        let restored = try await Forgetful(world)
        try restored.putBack()
        let daemon = try restored.side.daemon().ready()
        try await restored.expectsNothingCosigned()
        try daemon.stop()
        _ = try restored.side.daemon().ready()
        #expect(try await restored.witness.add(restored.log.request(4, 9)).status == 503)
      }
    }

    @Test("F14: the same backup put back once more is noticed as well")
    func restoredAgain() async throws {
      try await World.run(starts: false) { world in
        let restored = try await Forgetful(world)
        for _ in 1...3 {
          try restored.putBack()
          let daemon = try restored.side.daemon().ready()
          try await restored.expectsNothingCosigned()
          try daemon.stop()
        }
      }
    }

    @Test("F14: a key that was not at hand when the restored store was first started cosigns nothing when it is back")
    func restoredWithoutKey() async throws {
      try await World.run(starts: false) { world in
        let restored = try await Forgetful(world)
        try restored.putBack()
        let (key, away) = ("\(restored.side.folder)/keys/witness.pem", "\(world.folder)/witness.pem")
        try FileManager.default.moveItem(atPath: key, toPath: away)
        let daemon = try restored.side.daemon().ready()
        #expect(try await restored.side.status().alarms.isEmpty)
        try FileManager.default.moveItem(atPath: away, toPath: key)
        daemon.command.signal(SIGHUP)
        #expect(poll { daemon.command.errors.contains("keys taken: witness") }, "\(daemon.command.errors)")
        try await restored.expectsNothingCosigned()
        try daemon.stop()
        _ = try restored.side.daemon().ready()
        try await restored.expectsNothingCosigned()
      }
    }
  }
}
