import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// A camp in one manifest. AMANA_SITE_PERSONS says how many; 24,000 is what the design names.
  @Suite struct LargeSiteTests {
    static let persons = ProcessInfo.processInfo.environment["AMANA_SITE_PERSONS"].flatMap { Int($0) } ?? 400

    @Test("A site with all its people is checked, signed, verified and accepted in one manifest, in bounded memory")
    func oneManifest() async throws {
      var setting = World.Setting(allKinds: true)
      setting.starts = false
      try await World.run(setting) { world in
        let (syr, irq, convoy) = (world.syr, world.irq, CommandConvoy(world))
        let daemons = try [syr, irq].map { try $0.daemon().ready() }
        let (file, block) = ("\(world.folder)/camp.csv", "\(world.folder)/camp.json")
        let people = (1...Self.persons).map { Persons.person($0).merging(["register_status": "present"]) { $1 } }
        try Persons.csv(people, columns: Persons.columns + ["register_status"]).write(
          toFile: file, atomically: true, encoding: .utf8)
        try JSONEncoder().encode(SiteBlock.example).write(to: URL(filePath: block))
        let clock = ContinuousClock()
        var times: [String] = []
        func timed(_ what: String, _ body: () async throws -> Void) async throws {
          let span = try await clock.measure { try await body() }
          times.append("\(what) \(span.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1))))")
        }
        try await timed("checked") {
          try world.amana(["check", file, "--kind", "site-handover", "--site-block", block])
        }
        try await timed("taken in") {
          try convoy.sign(syr, "intake", file, "--kind", "site-handover", "--site", syr.site)
        }
        let intake = try await syr.newest("intake").statement
        // Each line shows what was corrected of it: the original is read once for all of them.
        try await timed("corrected") {
          try convoy.sign(syr, "correct", intake, "--set", "language=ckb-Arab")
          let shown = try await syr.lines(intake)
          #expect(shown.count == Self.persons && shown.allSatisfy { $0.corrections?.count == 1 })
        }
        try await timed("released") {
          try convoy.sign(syr, "release", intake, "--to", irq.name, "--site-block", block)
        }
        try await timed("brought") { try await convoy.bring(from: syr, to: irq) }
        let release = try await irq.newest("release")
        #expect(release.lines == Self.persons && release.flags.isEmpty)
        try await timed("accepted") { try convoy.sign(irq, "accept", release.statement, "--all", "--site", irq.site) }
        try await timed("heard") { try await convoy.bring(from: irq, to: syr) }
        let custody = try await world.custody(release.statement)
        #expect(custody.syr == custody.irq && custody.syr.count == Self.persons)
        #expect(custody.syr.allSatisfy { $0.hasSuffix("IRQ/justice held") })
        let memory = try daemons.map { String(try EndToEnd.peakMemory($0.command.processID) >> 20) }
        print("SITE \(Self.persons) persons: \(times.joined(separator: ", ")); peak of SYR and IRQ \(memory) MiB")
      }
    }
  }
}
