import ControlAPI
import Custody
import Foundation
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

extension EndToEnd {
  /// No two cosignatures for forking checkpoints, whoever asks at the same time and wherever the process ends.
  @Suite struct WitnessCrashTests {
    static let rounds = 12
    static let clients = 8

    @Test("Two forks are submitted by many at once, with kill −9 between: only one of them is ever cosigned")
    func forks() async throws {
      try await World.run(starts: false) { world in
        try world.pinWitnesses()
        var random = SeededGenerator(named: "witness forks")
        let found = Found()
        var daemon = try world.irq.daemon().ready()
        for round in 1...Self.rounds {
          // Each round is a log of its own, whose forks part early or late.
          let shared = Int.random(in: 0...6, using: &random)
          let branches = try [0, 1].map {
            try ForgedLog(of: world.syr, epoch: round, count: 400, fork: $0, shared: shared)
          }
          let delay = UInt32.random(in: 20_000...300_000, using: &random)
          let seeds = (0..<Self.clients).map { "round \(round) client \($0)" }
          try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, seed) in seeds.enumerated() {
              group.addTask { await Self.load(world.irq, branches[index % 2], branch: index % 2, seed, found) }
            }
            try await Task.sleep(for: .microseconds(delay))
            daemon.crash()
            try await group.waitForAll()
          }
          await found.killed()
          daemon = try world.irq.daemon().ready()
          try await Self.check(WitnessClient(world.irq), branches, shared: shared, found)
        }
        let (attempts, cosigned, kills) = (await found.attempts, await found.cosigned.count, await found.kills)
        let double = await found.double
        print("WITNESS attempts \(attempts) cosigned \(cosigned) kills \(kills) double \(double)")
        #expect(double == 0 && kills == Self.rounds && cosigned > Self.rounds && attempts > 10 * Self.rounds)
      }
    }

    /// One client of one branch: goes on from whatever size the witness names, until nobody answers.
    private static func load(
      _ side: TestAuthority, _ log: ForgedLog, branch: Int, _ seed: String, _ found: Found
    ) async {
      var random = SeededGenerator(named: seed)
      let witness = WitnessClient(side)
      var old = 0
      while true {
        let new = min(old + Int.random(in: 0...3, using: &random), log.leaves.count)
        do {
          let answer = try await witness.add(log.request(old, new))
          await found.add(log.checkpoint(new), branch, answer.status == 200)
          if answer.status == 409, let size = Int(String(decoding: answer.body.dropLast(), as: UTF8.self)) {
            old = min(size, log.leaves.count)
          } else if answer.status == 200 {
            old = new
          }
        } catch { return }
      }
    }

    /// What was answered is kept, and what is kept is of one branch.
    private static func check(
      _ witness: WitnessClient, _ branches: [ForgedLog], shared: Int, _ found: Found
    ) async throws {
      let origin = branches[0].origin
      let cosigned = await found.cosigned.filter { $0.checkpoint.origin == origin }
      let parted = cosigned.filter { $0.checkpoint.size > UInt64(shared) }
      if Set(parted.map(\.branch)).count > 1 { await found.doubled() }
      // Both branches have the same root as long as they have the same leaves.
      for one in cosigned where one.checkpoint.size <= UInt64(shared) {
        #expect(branches.allSatisfy { $0.checkpoint(Int(one.checkpoint.size)) == one.checkpoint })
      }
      let largest = cosigned.map(\.checkpoint.size).max()
      guard let kept = try await witness.newest(origin)?.checkpoint else {
        #expect(largest == nil, "\(origin): what was answered is not kept")
        return
      }
      // It may have been killed between its commit and its answer.
      #expect(kept.size >= largest ?? 0, "\(origin)")
      let own = branches.indices.filter { branches[$0].checkpoint(Int(kept.size)) == kept }
      #expect(!own.isEmpty, "\(origin)")
      for branch in branches.indices where kept.size > UInt64(shared) {
        let size = Int(kept.size)
        let status = try await witness.add(branches[branch].request(size, size)).status
        await found.add(kept, own.first ?? 0, false)
        #expect(status == (own.contains(branch) ? 200 : 422), "\(origin) branch \(branch)")
        if !parted.isEmpty { #expect(Set(own) == Set(parted.map(\.branch)), "\(origin)") }
      }
    }

    /// What clients asked for and got.
    private actor Found {
      struct Cosigned: Hashable, Sendable {
        let checkpoint: Checkpoint
        let branch: Int
      }

      private(set) var attempts = 0
      private(set) var kills = 0
      private(set) var double = 0
      private(set) var cosigned: Set<Cosigned> = []

      func add(_ checkpoint: Checkpoint, _ branch: Int, _ isCosigned: Bool) {
        attempts += 1
        if isCosigned { cosigned.insert(Cosigned(checkpoint: checkpoint, branch: branch)) }
      }

      func killed() { kills += 1 }
      func doubled() { double += 1 }
    }
  }
}
