import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Testing

extension EndToEnd {
  /// What stands beside a statement travels sealed, and lies nowhere in clear.
  @Suite struct SealedTests {
    private static let name = "نورهان"

    private func released(_ world: World, medical: String? = nil) async throws -> String {
      var intake = world.syr.intake(6)
      intake.persons?[0]["name_arabic"] = Self.name
      intake.persons?[0]["name_latin"] = "Nourhan Sealed"
      let taken = try await world.syr.sign(intake)
      var release = world.syr.request("release", taken.statement, to: world.irq.name, hours: 8)
      if let medical { release.annexes = ["medical": [Data(medical.utf8).base64EncodedString()]] }
      return try await world.syr.sign(release).signedID
    }

    private func holds(_ bytes: [UInt8], _ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }

    @Test("A bundle shows nobody's name; with --clear it does, loudly, and the read is noted")
    func bundle() async throws {
      try await World.run { world in
        let release = try await released(world)
        let sealed = try await world.syr.bundle(to: world.irq)
        #expect(!holds(sealed, Self.name) && !holds(sealed, "Nourhan"))
        #expect(try Custody.Bundle(decoding: sealed).notice == nil)
        let reads: [ReadView] = try await world.syr.get("/v1/reads")
        #expect(reads.isEmpty, "what nobody can read was read by nobody: \(reads)")
        let clear = try await world.syr.bundle(to: world.irq, clear: true)
        #expect(holds(clear, Self.name))
        #expect(try Custody.Bundle(decoding: clear).notice == Custody.Bundle.clearNotice)
        let noted: [ReadView] = try await world.syr.get("/v1/reads")
        #expect(Set(noted.map(\.operation)) == ["exportBundle"] && noted.count == 2)
        _ = try await world.irq.take(sealed)
        #expect(try await world.irq.lines(release).contains { $0.name == "Nourhan Sealed" })
      }
    }

    @Test("A medical annex is sealed and kept nowhere in clear; the envelope is the same with and without one")
    func medical() async throws {
      try await World.run { world in
        let secret = "INSULIN-EVERY-EIGHT-HOURS"
        let release = try await released(world, medical: secret)
        let bytes = try await world.syr.send(.get, "/v1/statements/\(release)/cose").body
        let signed = try SignedStatement(decoding: bytes)
        #expect(signed.event.sealed.map(\.id) == PayloadKind.besideManifest(of: .detaineeTransfer).map(\.id))
        let bundle = try Custody.Bundle(decoding: try await world.syr.bundle(to: world.irq))
        let sizes = signed.event.sealed.filter { ["medical", "judicial"].contains($0.id) }.map {
          bundle.sealed[$0.ciphertextDigest]?.count
        }
        #expect(Set(sizes).count == 1 && sizes[0] != nil)
        _ = try await world.irq.take(world.syr.bundle(to: world.irq))
        Running.shared.killAll()
        for side in [world.syr, world.irq] {
          let state = "\(side.folder)/state"
          for file in try FileManager.default.subpathsOfDirectory(atPath: state) {
            let content = FileManager.default.contents(atPath: "\(state)/\(file)") ?? Data()
            #expect(content.firstRange(of: Data(secret.utf8)) == nil, "\(side.name) \(file)")
            #expect(content.firstRange(of: Data(Self.name.utf8)) == nil, "\(side.name) \(file)")
          }
        }
      }
    }

    @Test("An annex for no role, of no base64 or beside an event that names nobody is refused")
    func badAnnexes() async throws {
      try await World.run { world in
        for annexes in [["dental": ["YQ=="]], ["medical": ["YQ"]], ["medical": ["not base64"]]] {
          var intake = world.syr.intake(2)
          intake.annexes = annexes
          let refusal = try problem(try await world.syr.post(intake))
          #expect(refusal.code == "invalid-value" && refusal.detail.hasPrefix("annexes"), "\(annexes): \(refusal)")
        }
        let file = "\(world.folder)/medical.txt"
        try Data("calm".utf8).write(to: URL(filePath: file))
        let table = "\(world.folder)/people.csv"
        try Data(Persons.csv(Persons.list(2)).utf8).write(to: URL(filePath: table))
        let arguments = ["intake", table, "--site", world.syr.site, "--annex"]
        #expect(try world.syr.start(arguments + ["medical=\(file)"]).finished().code == 0)
        #expect(try world.syr.start(arguments + ["dental=\(file)"]).finished().code == 2)
        #expect(try world.syr.start(arguments + ["medical=/nonexistent"]).finished().code == 2)
      }
    }

    @Test("A discarded draft leaves nothing sealed behind")
    func discarded() async throws {
      try await World.run { world in
        let folder = "\(world.syr.folder)/state/objects"
        let before = try FileManager.default.contentsOfDirectory(atPath: folder)
        let request = world.syr.intake(2)
        let draft = try await world.syr.draft(request)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == before.count + 8)
        #expect(try await world.syr.send(.delete, "/v1/drafts/\(draft.draftID)").status == 204)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == before)
        let again = try problem(try await world.syr.post(request))
        #expect(again.status == 410 && again.code == "discarded", "\(again)")
      }
    }

    @Test("F25 A seal key that is missing, not the rostered one or of another kind keeps the daemon from starting")
    func sealKey() async throws {
      try await World.run(starts: false) { world in
        let path = "\(world.syr.folder)/keys/seal.pem"
        let good = try Data(contentsOf: URL(filePath: path))
        func expectNoStart(_ why: String) throws {
          let answer = try world.syr.daemon().command.finished()
          #expect(answer.code == 1 && answer.errors.contains("seal") && answer.errors.contains(why), "\(answer)")
        }
        try FileManager.default.removeItem(atPath: path)
        try expectNoStart("missing or not readable")
        try Data(contentsOf: URL(filePath: "\(world.irq.folder)/keys/seal.pem")).write(to: URL(filePath: path))
        try expectNoStart("is not the seal key that the roster lists for SYR/prisons")
        try Data("-----BEGIN NOTHING-----".utf8).write(to: URL(filePath: path))
        try expectNoStart("cannot be read")
        try good.write(to: URL(filePath: path))
        _ = try world.syr.daemon().ready()
      }
    }
  }
}
