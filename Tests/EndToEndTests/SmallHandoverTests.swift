import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// The envelopes of one person's handover say nothing of who it is.
  @Suite struct SmallHandoverTests {
    /// What is another in any two handovers: ids, times, digests, and what signs them.
    private static let individual: Set = [
      "record_id", "refs", "occurred_at", "recorded_at", "manifest_root", "slots_root", "sealed", "approvals",
    ]

    private static let man = Persons.person(1)
    private static let girl = Persons.person(2, isChild: true).merging([
      "sex": "2", "age": "child", "nationality": "SYR", "language": "kmr-Latn", "vulnerability": "chronic-illness",
      "injuries": "yes", "medicines": "yes", "name_arabic": "بيريفان", "name_latin": "Berivan",
    ]) { $1 }

    /// Intake, release and acceptance of one person, as they were signed, and how large what is sealed beside them is.
    private func handover(_ person: [String: String], _ world: World) async throws -> [(SignedStatement, [Int?])] {
      let (syr, irq) = (world.syr, world.irq)
      var intake = syr.intake(1)
      intake.persons = [person]
      if person["age"] == "child" { intake.annexes = ["child-protection": [Data("alone".utf8).base64EncodedString()]] }
      let taken = try await syr.sign(intake).statement
      let release = try await syr.sign(syr.request("release", taken, to: irq.name, hours: 8)).signedID
      _ = try await irq.take(syr.bundle(to: irq))
      let line = try #require(try await irq.lines(release).first).line
      let outcome = try await irq.sign(irq.outcome(release, "accepted", [line])).statement
      _ = try await syr.take(irq.bundle(to: syr))
      var found: [(SignedStatement, [Int?])] = []
      for (side, id) in [(syr, taken), (syr, release), (irq, outcome)] {
        let signed = try await side.signed(id)
        let record = signed.event.recordID.uuid
        let bundle = try Custody.Bundle(decoding: try await side.send(.get, "/v1/bundle?record=\(record)").body)
        found.append((signed, signed.event.sealed.map { bundle.sealed[$0.ciphertextDigest]?.count }))
      }
      return found
    }

    private func fields(_ event: Event) throws -> [String: [UInt8]] {
      let entries = try #require(CBOR.decode(event.encoded()).map).entries
      return Dictionary(entries.compactMap { entry in entry.key.text.map { ($0, entry.value.encoded()) } }) { $1 }
    }

    /// In what office each approval was given.
    private func offices(_ event: Event) throws -> [String] {
      try event.approvals.map { try Approval(decoding: $0).role.rawValue }.sorted()
    }

    @Test(
      "A girl's envelopes and a man's differ in ids, digests and times alone, whoever approves, whatever is found",
      arguments: [true, false])
    func alike(approvers: Bool) async throws {
      try await World.run(World.Setting(approvers: approvers)) { world in
        let (man, girl) = (try await handover(Self.man, world), try await handover(Self.girl, world))
        for (one, other) in zip(man, girl) {
          let (left, right) = (one.0.event, other.0.event)
          let (said, also) = (try fields(left), try fields(right))
          #expect(Set(said.keys) == Set(also.keys), "\(left.type.rawValue)")
          for (name, value) in said where !Self.individual.contains(name) {
            #expect(also[name] == value, "\(left.type.rawValue): \(name)")
          }
          #expect(left.counts == Counts(lines: 1, cells: [:]) && left.flags.isEmpty)
          #expect(left.references.map(\.relation) == right.references.map(\.relation))
          #expect(left.sealed.map(\.id) == right.sealed.map(\.id))
          #expect(left.sealed.map(\.retentionClass) == right.sealed.map(\.retentionClass))
          #expect(one.1 == other.1 && !one.1.contains(nil), "\(left.type.rawValue): \(one.1) \(other.1)")
          let (ours, theirs) = (try offices(left), try offices(right))
          #expect(ours == theirs)
          #expect(ours.contains("child-protection") == (approvers && left.type == .release))
          #expect(one.0.attaching([]).count == other.0.attaching([]).count, "not by their length either")
        }
        // That nobody protected her stands on record all the same, where her line is read.
        let release = try await world.irq.newest("release")
        #expect(release.flags.map(\.code) == (approvers ? [] : ["V27"]))
      }
    }
  }
}
