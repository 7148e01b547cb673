import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

extension EndToEnd {
  /// F12: a statement is on record as soon as its envelope is here, and says what of it is not.
  @Suite struct IncompleteTests {
    /// SYR's intake and release on their way to IRQ, which has nothing yet.
    private func onTheWay(_ body: (World, SealedPieces, String) async throws -> Void) async throws {
      try await World.run { world in
        let intake = try await world.syr.sign(world.syr.intake())
        let release = try await world.syr.sign(
          world.syr.request("release", intake.statement, to: world.irq.name, hours: 8))
        let bundle = try await world.syr.bundle(to: world.irq)
        try await body(world, SealedPieces(bundle), release.signedID)
      }
    }

    private func expectWhole(_ world: World, _ release: String, flags: [String] = []) async throws {
      let shown: StatementView = try await world.irq.get("/v1/statements/\(release)")
      #expect(shown.incomplete == nil && shown.lines == 12 && shown.flags.map(\.code) == flags, "\(shown)")
      let lines = try await world.irq.lines(release)
      #expect(lines.count == 12 && lines.allSatisfy { $0.phase == "released" && $0.name != nil }, "\(lines)")
      let custody = try await world.custody(release)
      #expect(custody.syr == custody.irq)
      #expect(try await world.irq.status().incomplete == 0)
      try expectAudit(world.irq)
    }

    private func restart(_ world: World) throws {
      Running.shared.killAll()
      for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
    }

    private func expectAudit(_ side: TestAuthority) throws {
      let audit = try side.amana("audit")
      #expect(audit.code == 0 && audit.output.hasPrefix("HOLDS"), "\(audit)")
    }

    @Test("F12 Envelopes without content are registered, shown as incomplete with what is missing, and move nobody")
    func envelopesOnly() async throws {
      try await onTheWay { world, pieces, release in
        let irq = world.irq
        let report = try await irq.take(pieces.bytes(payloads: []))
        #expect(report.statements.map(\.result) == ["registered", "registered"] && report.notice == nil)
        let shown: StatementView = try await irq.get("/v1/statements/\(release)")
        #expect(Set(shown.incomplete ?? []) == Set(try pieces.payloads(of: .release)) && shown.flags.isEmpty)
        let status = try await irq.status()
        #expect(status.incomplete == 1 && status.custody.isEmpty && status.alarms.isEmpty, "\(status)")
        #expect(try await irq.lines(release).isEmpty)
        let listed: [StatementView] = try await irq.get("/v1/statements?state=incomplete")
        #expect(listed.map(\.statement) == [release])
        #expect(try irq.amana("show", release).output.contains("INCOMPLETE"))
        // Whoever brings the file is told that its people did not come with it.
        let file = "\(world.folder)/envelopes.amana"
        try Data(pieces.bytes(payloads: [])).write(to: URL(filePath: file))
        let brought = try irq.amana("bundle", "import", file)
        #expect(brought.code == 0 && brought.output.contains("(\(release.prefix(16))) lacks "), "\(brought)")
        #expect(try irq.amana("bundle", "import", file, "--json").output.contains("\"incomplete\" : ["))
        #expect(try irq.amana("status").output.contains("inbox --incomplete"))
        // Whom nobody could look at are not said to look like nobody.
        let alike = try irq.amana("look-alikes", release, release)
        #expect(
          alike.code == 3 && alike.output.contains("NOT COMPARED: the lines of \(release.prefix(16))"), "\(alike)")
        let refusal = try problem(try await irq.post(irq.outcome(release, "accepted", [0])))
        #expect(refusal.status == 409 && refusal.code == "incomplete", "\(refusal)")
        try expectAudit(irq)
        // Our receipt says that everything has arrived, so it does not leave before.
        let back = try Custody.Bundle(decoding: try await irq.bundle(to: world.syr))
        let own = back.statements.first { $0.value.id.description == release }
        #expect(own?.value.receipts.isEmpty == false)
        let report2 = try await world.syr.take(irq.bundle(to: world.syr))
        #expect(report2.statements.allSatisfy { $0.newReceipts == 0 || $0.statement != release }, "\(report2)")
        _ = try await irq.take(pieces.bytes())
        try await expectWhole(world, release)
        let after = try await world.syr.take(irq.bundle(to: world.syr))
        #expect(after.statements.first { $0.statement == release }?.newReceipts == 1)
      }
    }

    @Test("F12 Our own receipt of what is not whole leaves by no door of the control interface, until it is")
    func receiptStays() async throws {
      try await onTheWay { world, pieces, release in
        let irq = world.irq
        func origins() async throws -> Set<String> {
          Set(try await irq.signed(release).receipts.map { try Receipt(decoding: $0).origin })
        }
        _ = try await irq.take(pieces.bytes(payloads: []))
        let refused = try problem(try await irq.send(.get, "/v1/statements/\(release)/receipt"))
        #expect(refused.status == 409 && refused.code == "incomplete" && refused.next != nil, "\(refused)")
        #expect(try await origins() == ["syr.example/custody/log/1"])
        _ = try await irq.take(pieces.bytes())
        #expect(try await irq.send(.get, "/v1/statements/\(release)/receipt").status == 200)
        #expect(try await origins() == ["irq.example/custody/log/1", "syr.example/custody/log/1"])
      }
    }

    @Test("F12 Payloads one by one in any order, each of them twice, come to the same custody", arguments: 0..<4)
    func anyOrder(seed: Int) async throws {
      try await onTheWay { world, pieces, release in
        var random = SeededGenerator(named: "payload order \(seed)")
        let order = try pieces.payloads(of: .release).shuffled(using: &random)
        let events: [EventType] = seed.isMultiple(of: 2) ? [.intake, .release] : [.release, .intake]
        var missing = Set(order)
        _ = try await world.irq.take(pieces.bytes(events, payloads: []))
        for payload in order {
          for _ in 0..<2 { _ = try await world.irq.take(pieces.bytes([.release], payloads: [payload])) }
          missing.remove(payload)
          let shown: StatementView = try await world.irq.get("/v1/statements/\(release)")
          #expect(Set(shown.incomplete ?? []) == missing, "after \(payload)")
        }
        try await expectWhole(world, release)
      }
    }

    @Test("F12 The content comes before the envelope of what it builds on: that is found in the history kept")
    func historyFirst() async throws {
      try await onTheWay { world, pieces, release in
        let report = try await world.irq.take(pieces.bytes([.release]))
        #expect(report.statements.first?.failings.contains { $0.code == "V2" } == true, "\(report)")
        _ = try await world.irq.take(pieces.bytes())
        let intake = try #require(pieces.bundle.statements.first { $0.value.event.type == .intake }).value.id
        let shown: StatementView = try await world.irq.get("/v1/statements/\(intake)")
        #expect(shown.lines == 12 && shown.incomplete == nil, "its lines were in the release: \(shown)")
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.count == 12)
        try expectAudit(world.irq)
      }
    }

    @Test("F12 A corrupted payload is refused by the byte; what never comes stays incomplete, over a restart too")
    func corruptedAndNever() async throws {
      try await onTheWay { world, pieces, release in
        let irq = world.irq
        let all = Set(try pieces.payloads(of: .release))
        let bad = try await irq.send(.post, "/v1/bundles", pieces.bytes(corrupt: "manifest"))
        #expect(try problem(bad).status == 422)
        _ = try await irq.take(pieces.bytes(payloads: all.subtracting(["medical"])))
        for _ in 0..<2 {
          let shown: StatementView = try await irq.get("/v1/statements/\(release)")
          #expect(shown.incomplete == ["medical"], "\(shown)")
          #expect(try await irq.lines(release).isEmpty)
          try expectAudit(irq)
          try restart(world)
        }
        _ = try await irq.take(pieces.bytes([.release], payloads: ["medical"]))
        try await expectWhole(world, release)
        try restart(world)
        try await expectWhole(world, release)
      }
    }

    @Test("V30 A payload sealed to other keys than ours has not arrived: it waits, with one alarm, and moves nobody")
    func sealedToOthers() async throws {
      try await onTheWay { world, pieces, _ in
        let irq = world.irq
        let release = try #require(pieces.bundle.statements.map(\.value).first { $0.event.type == .release })
        let old = release.event.sealed[0]
        let sealed = try Seal.seal(
          [0], salt: [UInt8](repeating: 7, count: 32), to: [PrivateKey.generate(.p256).publicKey],
          in: SealContext(
            issuer: release.issuer, recordID: release.event.recordID, payloadID: old.id, mediaType: old.mediaType))
        let bytes = try Forgery(world.syr, pieces.bytes()).release(beside: [sealed.digest: sealed.ciphertext]) {
          $0.sealed[0] = SealedReference(
            id: old.id, mediaType: old.mediaType, ciphertextDigest: sealed.digest, commitment: sealed.commitment,
            retentionClass: old.retentionClass, eraseAfter: old.eraseAfter)
        }
        for isFirst in [true, false] {
          let report = try await irq.take(bytes)
          #expect(report.statements.allSatisfy { $0.result == (isFirst ? "registered" : "known") }, "\(report)")
          let status = try await irq.status()
          #expect(status.incomplete == 1, "\(status)")
          #expect(status.alarms.filter { $0.code == "V30" && $0.detail.contains("seal.pem") }.count == 1, "\(status)")
          let id = try #require(report.statements.first { $0.event == "release" }).statement
          let shown: StatementView = try await irq.get("/v1/statements/\(id)")
          #expect(shown.incomplete == ["manifest"] && shown.flags.isEmpty, "\(shown)")
          #expect(try await irq.lines(id).isEmpty)
          try expectAudit(irq)
          try restart(world)
        }
        _ = try await irq.take(inClear(release, pieces.bundle, bytes, for: irq))
        let status = try await irq.status()
        #expect(status.incomplete == 0 && status.alarms.isEmpty, "\(status)")
        try expectAudit(irq)
      }
    }

    /// What our key opened of a release, in clear beside another one that commits to the same.
    private func inClear(
      _ release: SignedStatement, _ original: Custody.Bundle, _ forged: [UInt8], for side: TestAuthority
    ) throws -> [UInt8] {
      let bundle = try Custody.Bundle(decoding: forged)
      let other = try #require(bundle.statements.map(\.value).first { $0.event.type == .release })
      let key = try side.key("\(side.folder)/keys/seal.pem")
      var content = Opening(of: release, with: key) { original.sealed[$0] }.content
      content.slots = bundle.slots[other.id]
      var writer = BundleWriter(exercise: false, created: bundle.created, clear: true)
      for roster in bundle.rosters { writer.roster(roster.value) }
      writer.statement(other.message.bytes)
      writer.content(content, of: other.id)
      return writer.bytes
    }

    @Test("F12 V30 Content that opens but is not what the statement commits to: flagged, alarmed, and nobody is moved")
    func wrongContent() async throws {
      try await onTheWay { world, _, _ in
        let irq = world.irq
        // SYR's own keys, but the payloads of another record.
        let other = try await world.syr.sign(world.syr.intake(3))
        _ = try await world.syr.sign(world.syr.request("release", other.statement, to: irq.name, hours: 8))
        let bundle = try await world.syr.bundle(to: irq)
        let releases = try Custody.Bundle(decoding: bundle).statements.map(\.value).filter { $0.event.type == .release }
        let foreign = try #require(releases.last).event.sealed[0]
        let lying = try Forgery(world.syr, bundle).release { $0.sealed[0] = foreign }
        let report = try await irq.take(lying)
        #expect(report.statements.allSatisfy { $0.result == "registered" }, "\(report)")
        let flagged = report.statements.filter { line in line.failings.contains { $0.code == "V30" } }
        #expect(!flagged.isEmpty)
        let status = try await irq.status()
        #expect(status.alarms.contains { $0.code == "V30" && $0.detail.contains("\"manifest\"") }, "\(status.alarms)")
        #expect(status.custody.allSatisfy { $0.phase != "released" || $0.lines < 12 })
        try expectAudit(irq)
        try restart(world)
        try expectAudit(irq)
        #expect(try await irq.status().alarms == status.alarms)
      }
    }
  }
}
