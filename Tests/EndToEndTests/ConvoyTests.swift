import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// The main job: a convoy from intake to outcome, by the command.
  @Suite struct ConvoyTests {
    @Test("A convoy through the command: same custodians on both sides, audits hold, the bundle verifies offline")
    func convoyByCommand() async throws {
      try await World.run { world in
        let convoy = CommandConvoy(world)
        let release = try await convoy.release()
        let people = try await world.irq.lines(release).compactMap(\.reference).sorted()
        try await convoy.answer(release, late: people[0], gone: people[1])
        try await convoy.bring(from: world.irq, to: world.syr)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq)
        #expect(custody.syr.count == 12)
        #expect(custody.syr.count { $0.hasSuffix("IRQ/justice held") } == 11)
        #expect(custody.syr.count { $0.hasSuffix("SYR/prisons missing") } == 1)
        for side in [world.syr, world.irq] {
          let audit = try side.amana("audit")
          #expect(audit.code == 0, "\(audit)")
          #expect(audit.output.hasPrefix("HOLDS"))
        }
        try offline(world)
      }
    }

    private func offline(_ world: World) throws {
      let (file, clear) = ("\(world.folder)/convoy.amana", "\(world.folder)/clear.amana")
      #expect(try world.syr.amana("bundle", "export", file, "--to", "IRQ/justice").code == 0)
      let loud = try world.syr.amana("bundle", "export", clear, "--to", "IRQ/justice", "--clear")
      #expect(loud.code == 0 && loud.output.contains("IN CLEAR"))
      Running.shared.killAll()
      try recount(world, file, clear)
      for file in [file, clear] { try offline(world, file) }
    }

    /// Sealed lines are recounted by whoever holds a party's key, those in clear by anybody.
    private func recount(_ world: World, _ file: String, _ clear: String) throws {
      func verify(_ file: String, _ arguments: [String]) throws -> Answer {
        try Command("amana", ["verify", file, "--roster-digest", world.digest] + arguments, logs: world.logs).finished()
      }
      let sealed = try verify(file, [])
      #expect(sealed.code == 0 && sealed.output.contains("NOT RECOUNTED"), "\(sealed)")
      #expect(!sealed.output.contains("11 lines: IRQ/justice (held)"))
      for party in [world.syr, world.irq] {
        let opened = try verify(file, ["--key", "\(party.folder)/keys/seal.pem"])
        #expect(opened.code == 0 && opened.output.contains("11 lines: IRQ/justice (held)"), "\(opened)")
        #expect(!opened.output.contains("NOT RECOUNTED"), "\(opened)")
      }
      let stranger = try verify(file, ["--key", "\(world.tur.folder)/keys/seal.pem"])
      #expect(stranger.code == 0 && stranger.output.contains("NOT RECOUNTED"), "\(stranger)")
      let open = try verify(clear, [])
      #expect(open.code == 0 && open.output.contains("11 lines: IRQ/justice (held)"), "\(open)")
    }

    private func offline(_ world: World, _ file: String) throws {
      func verify(_ arguments: [String]) throws -> Answer {
        try Command("amana", ["verify"] + arguments, logs: world.logs).finished()
      }
      let pinned = try verify([file, "--roster-digest", world.digest])
      #expect(pinned.code == 0, "\(pinned)")
      #expect(try verify([file]).code == 3)
      #expect(try verify([file, "--roster-digest", String(repeating: "0", count: 64)]).code == 1)
      #expect(try verify([file, "--roster", "\(world.folder)/roster.cose", "--quiet"]).output.isEmpty)
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
      for place in try BundlePlaces(file, world.logs).ofEachType() {
        var bad = bytes
        bad[place.middle] ^= 1
        try Data(bad).write(to: URL(filePath: "\(file).bad"))
        let answer = try verify(["\(file).bad", "--roster-digest", world.digest])
        #expect(answer.code == 1, "a changed byte in \(place): \(answer)")
        #expect(answer.output.contains("DOES NOT HOLD"))
      }
    }
  }
}

/// Where the items of a bundle lie, as `amana bundle list` says it.
struct BundlePlaces {
  struct Place: CustomStringConvertible, Decodable {
    let offset: Int
    let byteCount: Int
    let type: String
    let detail: String
    enum CodingKeys: String, CodingKey {
      case offset, type, detail
      case byteCount = "bytes"
    }

    var middle: Int { offset + byteCount / 2 }
    var description: String { "\(type) \(detail) at \(offset)" }
  }

  private struct List: Decodable { let items: [Place] }

  let all: [Place]

  init(_ file: String, _ logs: String) throws {
    let output = try Command("amana", ["bundle", "list", file, "--json"], logs: logs).finished().output
    all = try JSONDecoder().decode(List.self, from: Data(output.utf8)).items
  }

  /// The first of each type whose bytes are proven; the header's moment and the policy are not.
  func ofEachType() -> [Place] {
    ["roster", "statement", "proof", "checkpoint", "manifest", "annex", "slots"].compactMap { type in
      all.first { $0.type == type }
    }
  }
}
