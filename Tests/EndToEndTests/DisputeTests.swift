import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

extension EndToEnd {
  /// TUR, which holds nobody, signs a release of SYR's people to IRQ: the chain is contested, and all three settle it.
  @Suite struct DisputeTests {
    /// What TUR signs without a daemon, in a bundle by itself.
    private func signed(
      _ world: World, _ event: Event, _ manifest: Manifest, slots: [[UInt8]]? = nil
    ) throws -> (id: StatementID, bundle: [UInt8]) {
      let tur = world.tur
      var event = event
      event.manifestRoot = manifest.root.bytes
      event.manifestBucket = UInt64(manifest.leaves.count)
      event.counts = manifest.counts
      event.slotsRoot = slots.map { Slots.root(of: $0).bytes }
      let draft = event.encoded(includingApprovals: false)
      let (time, issuer) = (Int64(Date().timeIntervalSince1970), "https://tur.example/custody")
      let approvals = try (1...2).map {
        try Approval(
          decoding: Approval.sign(
            draft: draft, record: event.recordID, issuer: issuer, at: time, with: tur.key(tur.officer($0))))
      }
      event.approvals = approvals.sorted { $0.keyID.lexicographicallyPrecedes($1.keyID) }.map(\.message.bytes)
      let statement = try SignedStatement.sign(
        event, issuer: issuer, at: time, with: tur.key("\(tur.folder)/keys/statement.pem"))
      var writer = BundleWriter(exercise: false, created: event.recordedAt, clear: true)
      writer.statement(statement.message.bytes)
      writer.content(Content(manifest: manifest, slots: slots), of: statement.id)
      return (statement.id, writer.bytes)
    }

    private func event(_ type: EventType, _ world: World) throws -> Event {
      let now = try #require(OffsetTime(ago(hours: 0)))
      var event = Event(
        recordID: RecordID(milliseconds: UInt64(now.unix) * 1000, random: try randomBytes(10)), type: type,
        occurred: OccurredTime(at: now), recordedAt: now, roster: try #require(decodeHexadecimal(world.digest)))
      event.kind = .detaineeTransfer
      return event
    }

    private func grab(_ world: World, _ intake: String) async throws -> (id: StatementID, bundle: [UInt8]) {
      let bundle = try Custody.Bundle(decoding: try await world.syr.bundle(to: world.syr, clear: true))
      let taken = try #require(bundle.statements.first { $0.value.id.description == intake })
      let people = try #require(bundle.content(of: taken.value).manifest)
      var event = try event(.release, world)
      event.from = AuthorityName(world.tur.name)
      event.to = AuthorityName(world.irq.name)
      event.responsibleCustodian = event.from
      event.references = [Reference(.basis, taken.value.id)]
      let lines = people.lines.map { _, leaf in
        var fields = leaf.fields
        fields[1] = .bytes(taken.value.id.bytes)
        return fields
      }
      let manifest = try Manifest.shuffled(schema: .person, recordID: event.recordID, lines: lines) {
        try randomBytes($0)
      }
      return try signed(
        world, event, manifest, slots: Slots.list(for: .release, manifest: manifest) { try randomBytes($0) })
    }

    @Test("F3 A contested chain names all claimants and is settled when every party has signed the same")
    func settled() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let intake = try await syr.sign(syr.intake(3)).signedID
        let grabbed = try await grab(world, intake)
        _ = try await irq.take(try await syr.bundle(to: syr))
        for side in [syr, irq] { #expect(try await side.take(grabbed.bundle).statements.first?.result == "registered") }
        let lines = try await syr.lines(intake)
        #expect(lines.allSatisfy { $0.phase == "contested" && $0.round == 1 && $0.signedBy == [] })
        #expect(lines.allSatisfy { $0.claimants == [irq.name, syr.name, world.tur.name] })
        try await offline(world)
        let stuck = try syr.amana("release", intake, "--to", irq.name)
        #expect(stuck.code == 1 && stuck.errors.contains("V7"), "\(stuck)")
        #expect(try syr.amana("dispute", intake, "--reason", "never-released").code == 0)

        try convoy.sign(syr, "resolve", intake, "--custodian", syr.name)
        #expect(try await syr.lines(intake).allSatisfy { $0.phase == "contested" && $0.signedBy == [syr.name] })
        let twice = try syr.amana("resolve", intake, "--custodian", syr.name)
        #expect(twice.code == 1 && twice.errors.contains("has signed in round 1"), "\(twice)")
        let stranger = try syr.amana("resolve", intake, "--custodian", "SYR/nobody")
        #expect(stranger.code == 1, "\(stranger)")
        try await convoy.bring(from: syr, to: irq)
        try convoy.sign(irq, "resolve", grabbed.id.description, "--custodian", syr.name)
        try await convoy.bring(from: irq, to: syr)

        // TUR signs last, from what SYR's bundle says.
        let last = try await turSigns(world, custodian: syr.name)
        for side in [syr, irq] { _ = try await side.take(last) }
        let after = [try await syr.lines(intake), try await irq.lines(intake)]
        for lines in after {
          #expect(lines.count == 3 && lines.allSatisfy { $0.phase == "held" && $0.custodian == syr.name }, "\(lines)")
        }
        try convoy.sign(syr, "release", intake, "--to", irq.name)
        try await convoy.bring(from: syr, to: irq)
        let released = try await irq.newest("release")
        #expect(released.flags.isEmpty, "\(released)")
        try convoy.sign(irq, "accept", released.statement, "--all", "--site", irq.site)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    /// Whoever verifies a bundle by itself is told every claimant, not only who was responsible last.
    private func offline(_ world: World) async throws {
      let file = "\(world.folder)/contested.amana"
      try Data(try await world.syr.bundle(to: world.tur, clear: true)).write(to: URL(filePath: file))
      let verify = ["verify", file, "--roster", "\(world.folder)/roster.cose"]
      let told = try world.command(verify)
      #expect(told.output.contains("each of IRQ/justice, SYR/prisons, TUR/migration stays answerable"), "\(told)")
      let names = try world.command(verify + ["--json"]).output.filter { !$0.isWhitespace }
      #expect(names.contains("\"claimants\":[\"IRQ/justice\",\"SYR/prisons\",\"TUR/migration\"]"), "\(names)")
    }

    private func turSigns(_ world: World, custodian: String) async throws -> [UInt8] {
      let bundle = try Custody.Bundle(decoding: try await world.syr.bundle(to: world.tur, clear: true))
      let other = try #require(bundle.statements.last { $0.value.event.type == .disputeResolved })
      let people = try #require(bundle.content(of: other.value).manifest)
      var event = try event(.disputeResolved, world)
      event.parties = other.value.event.parties
      event.references = other.value.event.references
      event.responsibleCustodian = AuthorityName(custodian)
      let lines = people.lines.map { _, leaf in Array(leaf.fields.dropLast()) + [CBOR.text(custodian)] }
      let manifest = try Manifest.shuffled(schema: .dispute, recordID: event.recordID, lines: lines) {
        try randomBytes($0)
      }
      return try signed(world, event, manifest).bundle
    }
  }
}
