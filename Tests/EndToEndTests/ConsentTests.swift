import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Two custodians of one State: what was said to the first of their people's going on goes along to the second.
  @Suite struct ConsentTests {
    /// SYR, two authorities of IRQ, TUR and JOR under one roster; JOR's daemon does not run.
    private func run(_ body: (World, _ interior: TestAuthority, _ jor: String) async throws -> Void) async throws {
      let folder = try World.newFolder()
      defer {
        Running.shared.killAll()
        try? FileManager.default.removeItem(atPath: folder)
      }
      // The member is listed once, with the ISO code of the first.
      let interior = World.Made(
        part: "iri", name: "IRQ/interior", site: "IRQ-NIN-01", isState: false, member: "IRQ/justice")
      let jor = World.Made(part: "jor", name: "JOR/justice", site: "JOR-AMM-01")
      let world = try World(folder, made: World.three + [interior, jor])
      let second = TestAuthority(
        name: interior.name, folder: "\(folder)/\(interior.part)", logs: world.logs, site: interior.site)
      for side in [world.syr, world.irq, second, world.tur] { _ = try side.daemon().ready() }
      try await body(world, second, jor.name)
    }

    @Test("V28 Handed on within a State, people keep what was said of their going on: cited, carried along and obeyed")
    func within() async throws {
      try await run { world, interior, jor in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let convoy = CommandConvoy(world)
        // Nobody claims a consent in their lines.
        var intake = syr.intake(2)
        intake.persons = Persons.list(2).map { $0.filter { $0.key != "onward_consent" } }
        let taken = try await syr.sign(intake).statement
        let release = try await syr.sign(syr.request("release", taken, to: irq.name, hours: 8)).statement ?? ""
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(release, from: syr)
        let given = try syr.amana(
          "consent", "give", release, "--to", tur.name, "--condition", "monitoring", "--occurred-at", ago(hours: 3))
        let refused = try syr.amana("consent", "refuse", release, "--to", jor, "--occurred-at", ago(hours: 2))
        for said in [given, refused] { #expect(said.code == 0 && !said.output.contains("V"), "\(said)") }
        try await convoy.bring(from: syr, to: irq)

        // No border, and nobody's consent is asked; whoever takes over learns all that was said.
        let fit = try await convoy.border(irq, release)
        try convoy.sign(irq, "release", release, "--to", interior.name, "--adds", fit)
        let within = try await irq.newest("release")
        #expect(within.flags.isEmpty, "\(within.flags)")
        let said = Set(
          try await syr.get("/v1/statements?event=onward-consent", as: [StatementView].self).map(\.statement))
        let cited = try await irq.signed(within.statement).event.references.filter { $0.relation == .consent }
        #expect(said.count == 2 && Set(cited.map(\.statement.description)) == said)
        try await convoy.bring(from: irq, to: interior)
        try convoy.sign(interior, "accept", within.statement, "--all", "--site", interior.site)
        #expect(try await interior.custodians(within.statement) == ["\(interior.name) held"])
        let known = try await interior.get("/v1/statements/\(release)/consents", as: [ConsentView].self)
        #expect(known.count { $0.counts && $0.to == tur.name && $0.consent == "given" } == 2, "\(known)")
        #expect(known.count { $0.counts && $0.to == jor && $0.consent == "refused" } == 2, "\(known)")

        let border = try await convoy.border(interior, within.statement)
        let against = try interior.amana("release", within.statement, "--to", jor, "--adds", border)
        #expect(against.code == 1 && against.errors.contains("refused their going on"), "\(against)")
        try convoy.sign(interior, "release", within.statement, "--to", tur.name, "--adds", border)
        let onward = try await interior.newest("release")
        #expect(onward.to == tur.name && onward.flags.isEmpty, "\(onward)")
        let consent = try await interior.signed(onward.statement).event.reference(.consent)
        #expect(consent.map { said.contains($0.description) } == true)
        try await convoy.bring(from: interior, to: tur)
        #expect(try await tur.newest("release").flags.isEmpty)
        let there = try await tur.get("/v1/statements/\(release)/consents", as: [ConsentView].self)
        let counting = there.filter { $0.counts && $0.to == tur.name }
        #expect(counting.count == 2 && counting.allSatisfy { $0.issuer == syr.name && $0.conditions == ["monitoring"] })
        for side in [syr, irq, interior, tur] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }
  }
}
