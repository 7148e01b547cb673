import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// What comes from a partner, well signed and addressed to us, is registered and flagged, a failing intention too.
  @Suite struct ReceivedTests {
    @Test("A release that its signer should not have let pass is registered with its flags; the answer cites them")
    func lateRelease() async throws {
      try await World.run { world in
        let irq = world.irq
        let bundle = try await released(world)
        let forged = try Forgery(world.syr, bundle).release(officers: [1]) { event in
          event.occurred = OccurredTime(at: OffsetTime(ago(hours: 240)) ?? event.recordedAt)
        }
        let report = try await irq.take(forged)
        let line = try #require(report.statements.first { $0.event == "release" })
        #expect(line.result == "registered")
        #expect(Set(line.failings.map(\.code)) == ["V14", "V18"], "\(line.failings)")
        let lines = try await irq.lines(line.statement).map(\.line)
        let outcome = try await irq.sign(irq.outcome(line.statement, "accepted", lines))
        let cited = outcome.flags.filter { $0.detail == "about \(line.statement)" }.map(\.code)
        #expect(Set(cited) == ["V14", "V18"], "\(outcome.flags)")
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test(
      "Two releases of the same people: the chain is contested, nothing is decided in silence, nothing is released on")
    func contested() async throws {
      try await World.run { world in
        let irq = world.irq
        let bundle = try await released(world)
        let forged = try Forgery(world.syr, bundle).release { event in event.acceptBy = OffsetTime(ago(hours: -48)) }
        let first = try await irq.take(bundle).statements.first { $0.event == "release" }
        let second = try await irq.take(forged).statements.first { $0.event == "release" }
        #expect(second?.result == "registered" && second?.statement != first?.statement)
        #expect(second?.failings.contains { $0.code == "V3" } == true, "\(String(describing: second))")
        let lines = try await irq.lines(first?.statement ?? "")
        #expect(lines.count == 12 && lines.allSatisfy { $0.phase == "contested" })
        #expect(try irq.amana("status").code == 1)
        #expect(try irq.amana("audit").code == 0)
        let before = try await irq.status().size
        _ = try await irq.take(forged)
        #expect(try await irq.status().size == before)
      }
    }

    @Test("A statement under our own key that our log does not hold is refused with an alarm, never registered")
    func ownKeyElsewhere() async throws {
      try await World.run { world in
        let syr = world.syr
        let forged = try Forgery(syr, try await released(world)).release { $0.acceptBy = OffsetTime(ago(hours: -9)) }
        let before = try await syr.status()
        let report = try await syr.take(forged)
        let refused = report.statements.filter { $0.result == "refused" }
        #expect(refused.map(\.event) == ["release"] && refused[0].failings.map(\.code) == ["V20"], "\(report)")
        let after = try await syr.status()
        #expect(after.size == before.size && after.root == before.root && after.alarms.map(\.code) == ["V20"])
        let issuers = try Database(syr.store, world.logs).run("SELECT issuer FROM alarm")
        #expect(issuers == [syr.name[...]], "so that it counts against its issuer's share")
        let file = "\(world.folder)/forged.amana"
        try Data(forged).write(to: URL(filePath: file))
        #expect(try syr.amana("bundle", "import", file).code == 1)
        let status = try syr.amana("status")
        #expect(status.code == 1 && status.output.contains("ALARM V20"))
      }
    }

    @Test("A partner's statement that does not add up is refused; its alarm counts against the partner's share of them")
    func wrongArithmetic() async throws {
      try await World.run { world in
        let irq = world.irq
        let forged = try Forgery(world.syr, try await released(world)).release {
          $0.manifestBucket = ($0.manifestBucket ?? 0) * 2
        }
        let report = try await irq.take(forged)
        let line = try #require(report.statements.first { $0.event == "release" })
        #expect(line.result == "refused" && line.failings.map(\.code) == ["V6"], "\(report)")
        let alarms = try Database(irq.store, world.logs).run("SELECT issuer, code FROM alarm")
        #expect(alarms == ["\(world.syr.name)\tV6"])
      }
    }

    @Test("A statement of another key than the authority's is refused whole (V13, V16)")
    func wrongKey() async throws {
      try await World.run { world in
        let bundle = try await released(world)
        let before = try await world.irq.status()
        for (key, code) in [("receipt", "V13"), ("witness", "V13")] {
          let forged = try Forgery(world.syr, bundle).release(key: "\(world.syr.folder)/keys/\(key).pem") { _ in }
          #expect(try problem(try await world.irq.send(.post, "/v1/bundles", forged)).code == code)
        }
        let other = try Forgery(world.syr, bundle).release(key: "\(world.irq.folder)/keys/statement.pem") { _ in }
        #expect(try problem(try await world.irq.send(.post, "/v1/bundles", other)).code == "V13")
        #expect(try await world.irq.status() == before)
      }
    }

    /// SYR's bundle of a release, not yet at IRQ.
    private func released(_ world: World) async throws -> [UInt8] {
      let intake = try await world.syr.sign(world.syr.intake(12, hours: 300))
      _ = try await world.syr.sign(world.syr.request("release", intake.statement, to: world.irq.name, hours: 8))
      return try await world.syr.bundle(to: world.irq)
    }
  }
}

/// A bundle whose release was made anew with the authority's own keys, as a faulty daemon would.
struct Forgery {
  let side: TestAuthority
  let bundle: Custody.Bundle

  init(_ side: TestAuthority, _ bytes: [UInt8]) throws {
    self.side = side
    bundle = try Custody.Bundle(decoding: bytes)
  }

  func release(
    key: String? = nil, officers: [Int] = [1, 2], beside extra: [[UInt8]: [UInt8]] = [:],
    _ change: (inout Event) -> Void
  ) throws -> [UInt8] {
    var writer = BundleWriter(exercise: false, created: bundle.created, clear: true)
    for roster in bundle.rosters { writer.roster(roster.value) }
    for policy in bundle.policies { writer.policy(policy.value) }
    var listed: Set<[UInt8]> = []
    for item in bundle.statements {
      let isRelease = item.value.event.type == .release
      let statement = try isRelease ? signed(item.value, key, officers, change) : item.value
      writer.statement(statement.message.bytes)
      writer.content(bundle.content(of: item.value), of: statement.id)
      listed.formUnion(statement.event.sealed.map(\.ciphertextDigest))
    }
    // A ciphertext is bound to issuer, record and payload, so it stays good beside what was signed anew.
    let sealed = bundle.sealed.merging(extra) { first, _ in first }
    for (digest, ciphertext) in sealed where listed.contains(digest) { writer.sealed(digest, ciphertext) }
    return writer.bytes
  }

  private func signed(
    _ original: SignedStatement, _ key: String?, _ officers: [Int], _ change: (inout Event) -> Void
  ) throws -> SignedStatement {
    var event = original.event
    event.approvals = []
    change(&event)
    let draft = event.encoded(includingApprovals: false)
    let time = Int64(Date().timeIntervalSince1970)
    let approvals = try officers.map { officer in
      try Approval(
        decoding: Approval.sign(
          draft: draft, record: event.recordID, issuer: original.issuer, at: time, with: side.key(side.officer(officer))
        ))
    }
    event.approvals = approvals.sorted { $0.keyID.lexicographicallyPrecedes($1.keyID) }.map(\.message.bytes)
    return try SignedStatement.sign(
      event, issuer: original.issuer, at: time, with: side.key(key ?? "\(side.folder)/keys/statement.pem"))
  }
}
