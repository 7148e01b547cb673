import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// A member joins in the middle of an operation (issue 5: the ninetieth member).
  @Suite struct JoiningTests {
    /// The second version admits JOR, which has its own keys.
    private func admit(_ world: World, _ jor: TestAuthority) throws -> (file: String, digest: String) {
      let introduction = [
        "--uri", "https://jor.example/custody", "--name-en", "Justice", "--name-ar", "العدل", "--member-en", "Jordan",
        "--member-ar", "الأردن",
      ]
      return try world.nextRoster(adding: jor, introduction) { all, alone in
        for list in ["members", "authorities"] {
          let (known, new) = (try #require(all[list] as? [Any]), try #require(alone[list] as? [Any]))
          all[list] = known + new
        }
      }
    }

    private func adopt(_ world: World, _ file: String) throws {
      for side in [world.syr, world.irq] {
        try world.amana(["roster", "publish", file, "--directory", side.folder])
      }
      Running.shared.killAll()
      for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
    }

    @Test(
      "A member that joins later receives people whose whole story is older than its membership, and verifies all of it"
    )
    func later() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let jor = TestAuthority(
          name: "JOR/justice", folder: "\(world.folder)/jor", logs: world.logs, site: "JOR-AMM-01")
        let release = try await world.releaseArrived(3)
        try await irq.accepts(release, from: syr)

        let (file, digest) = try admit(world, jor)
        try adopt(world, file)
        try world.trust(jor, file, digest)
        _ = try jor.daemon().ready()

        let onward = try #require(
          try await irq.sign(irq.onward(release, to: jor)).statement)
        let bundle = try await irq.bundle(to: jor)
        let report = try await jor.take(bundle)
        let registered = report.statements.filter { $0.result == "registered" }
        #expect(registered.count >= 4, "\(report)")
        #expect(report.statements.allSatisfy { $0.failings.isEmpty }, "\(report)")
        let theirs = try await jor.lines(onward)
        #expect(theirs.count == 3 && theirs.allSatisfy { $0.phase == "released" && $0.custodian == irq.name })
        _ = try await jor.sign(jor.outcome(onward, "accepted", theirs.map(\.line)))
        _ = try await irq.take(jor.bundle(to: irq))
        for side in [irq, jor] {
          let lines = try await side.lines(onward)
          #expect(lines.count == 3 && lines.allSatisfy { $0.custodian == jor.name && $0.phase == "held" })
        }
        for side in [syr, irq, jor] {
          let audit = try side.amana("audit")
          #expect(audit.code == 0, "\(side.name): \(audit)")
        }
        // Offline too, with nothing but the roster's digest.
        let path = "\(world.folder)/onward.amana"
        try Data(bundle).write(to: URL(filePath: path))
        let verified = try world.amana(["verify", path, "--roster-digest", digest, "--verbose"])
        #expect(verified.output.contains("by \(syr.name): receipts of"), "\(verified)")
      }
    }
  }
}
