import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// A member joins in the middle of an operation (issue 5: the ninetieth member).
  @Suite struct JoiningTests {
    private func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The second version admits JOR, which has its own keys; signed by two of three holders.
    private func admit(_ world: World, _ jor: TestAuthority) throws -> (file: String, digest: String) {
      try world.amana([
        "init", "authority", jor.folder, "--name", jor.name, "--uri", "https://jor.example/custody", "--sites",
        jor.site, "--name-en", "Justice", "--name-ar", "العدل", "--member-en", "Jordan", "--member-ar", "الأردن",
      ])
      let (first, second) = ("\(world.folder)/roster.cose", "\(world.folder)/roster-2.cose")
      try world.amana([
        "roster", "init", "\(world.folder)/jor.json", "--coalition", "Test", "--introduction",
        "\(jor.folder)/introduction.json",
      ])
      let alone = try object(String(contentsOfFile: "\(world.folder)/jor.json", encoding: .utf8))
      var all = try object(world.amana(["roster", "show", first, "--text"]).output)
      for list in ["members", "authorities"] {
        let (known, new) = (try #require(all[list] as? [Any]), try #require(alone[list] as? [Any]))
        all[list] = known + new
      }
      try JSONSerialization.data(withJSONObject: all).write(to: URL(filePath: "\(second).json"))
      try world.amana(["roster", "propose", "\(second).json", "--previous", first, "--output", second])
      for side in [world.syr, world.irq] {
        try world.amana(["roster", "sign", second, "--root-key", "\(side.folder)/root/root.pem"])
      }
      let shown = try world.amana(["roster", "show", second, "--json"]).output
      return (second, try #require(try object(shown)["digest"] as? String))
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
        try world.amana([
          "init", "trust", jor.folder, "--name", jor.name, "--roster", file, "--digest", digest, "--one-user",
        ])
        _ = try jor.daemon().ready()

        let onward = try #require(
          try await irq.sign(irq.request("release", release, to: jor.name)).statement)
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
