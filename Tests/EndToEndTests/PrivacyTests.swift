import ControlAPI
import Custody
import Foundation
import TestSupport
import Testing

extension EndToEnd {
  /// What others see of an operation tells nobody's name, number, birth date or position.
  @Suite struct PrivacyTests {
    /// SYR publishes its log as files, and its envelopes to everybody once a movement is over.
    private static func prepare(_ wire: Loopback) throws {
      let tiles = #""tiles": {"directory": "\#(wire.folder)/tiles"}"#
      let feed = #""feed": {"widen-to": "members", "widen-after-seconds": 1}, "overdue": {"scan-seconds": 1}"#
      try "{\(tiles), \(feed)}".write(toFile: "\(wire.syr.folder)/amanad.json", atomically: true, encoding: .utf8)
      try "{\(tiles)}".write(toFile: "\(wire.syr.folder)/amana-courier.json", atomically: true, encoding: .utf8)
    }

    private static var setting: Loopback.Setting {
      Loopback.Setting(
        members: 3, names: ["SYR/prisons", "IRQ/justice", "UNO/observer"], daemon: ["log.level=debug"],
        prepare: prepare)
    }

    /// Keeps what somebody was answered among what is searched.
    private func keep(_ answer: ControlResponse, as name: String, in folder: String) throws {
      guard answer.status == 200 else { throw Stopped("\(name): \(answer.status)") }
      try Data(answer.body).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    /// Whether the envelope of a statement has been shown to whoever was no party of it.
    private func isShown(_ id: String, by side: TestAuthority, to reader: TestAuthority) async throws -> Bool {
      let feed: Feed = try await ExchangeClient(side).get(
        .getFeed, ["peer": reader.name, "after": "0", "limit": "256"])
      return try feed.envelopes.contains { try SignedStatement(decoding: $0.statement).id.description == id }
    }

    /// All that leaves a daemon for those who may not read content.
    private func collect(_ release: String, _ wire: Loopback, into folder: String) async throws {
      let (syr, irq, observer) = (wire.syr, wire.irq, wire.members[2])
      #expect(try await becomes { try await isShown(release, by: syr, to: observer) })
      let id = try #require(decodeHexadecimal(release))
      let exchange = ExchangeClient(syr)
      try keep(
        await exchange.ask(.getFeed, ["peer": observer.name, "after": "0", "limit": "256"]), as: "feed", in: folder)
      try keep(await exchange.ask(.getSlots, ["peer": observer.name], id: id), as: "slots", in: folder)
      for (side, part) in [(syr, "syr"), (irq, "irq")] {
        let all = try await side.get("/v1/statements?limit=1000", as: [StatementView].self)
        #expect(all.contains { $0.event == "outcome" })
        for statement in all {
          let path = "/v1/statements/\(statement.statement)"
          try keep(await side.send(.get, "\(path)/cose"), as: "\(part)-\(statement.statement)", in: folder)
          try keep(await side.send(.get, path), as: "\(part)-\(statement.statement).json", in: folder)
        }
        try keep(await side.send(.get, "/v1/bundle"), as: "\(part)-bundle", in: folder)
        try keep(await side.send(.get, "/v1/checkpoint"), as: "\(part)-checkpoint", in: folder)
        let export = try side.amana("tiles", "export", "\(folder)/\(part)-tiles")
        #expect(export.code == 0, "\(export)")
      }
    }

    @Test("1,000 people: no byte that others see, that is logged or on disk tells one of them, in any form")
    func thousand() async throws {
      var random = SeededGenerator(named: "privacy")
      let people = InventedPeople(1000, children: 3, from: &random)
      try await Loopback.run(Self.setting) { wire in
        let (syr, irq) = (wire.syr, wire.irq)
        let seen = "\(wire.folder)/seen"
        try FileManager.default.createDirectory(atPath: seen, withIntermediateDirectories: true)
        var request = syr.intake(1)
        request.persons = people.persons
        let intake = try await syr.sign(request).statement
        let release = try await syr.sign(syr.request("release", intake, to: irq.name, hours: 8)).signedID
        try await irq.arrived(release)
        _ = try await irq.sign(irq.outcome(release, "accepted", irq.lines(release).map(\.line)))
        for side in [irq, syr] { try await side.allDelivered() }
        #expect(try await becomes { try await syr.custodians(release) == ["IRQ/justice held"] })
        try await collect(release, wire, into: seen)
        let clear = try await syr.send(.get, "/v1/bundle?clear=true").body
        Running.shared.killAll()

        let search = try LeakSearch(people.secrets, list: "\(wire.folder)/secrets.json", logs: syr.logs)
        let states = wire.members.map { "\($0.folder)/state" }
        let found = try search([seen, "\(wire.folder)/tiles", syr.logs] + states)
        #expect(found.hits.isEmpty, "\(found.hits)")
        #expect(found.files > 40 && found.bytes > 1_000_000, "\(found.files) files of \(found.bytes) bytes")

        // The same search finds everybody where they do stand, so it would have found them above.
        let control = "\(wire.folder)/control"
        try Data(clear).write(to: URL(filePath: control))
        #expect(try search([control]).texts == Set(people.secrets))
      }
    }

    @Test("The search finds a name in every form that it looks for")
    func finds() throws {
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let name = "عبدالرحمن"
      let search = try LeakSearch([name], list: "\(folder)/list", logs: "\(folder)/logs")
      let make = """
        import base64, hashlib, json, sys, urllib.parse
        raw = sys.argv[2].encode()
        digests = [hashlib.new(n, raw, usedforsecurity=False).digest() for n in ("sha256", "sha512", "sha1", "md5")]
        wide = sys.argv[2].encode("utf-16-le")
        forms = [raw, wide, json.dumps(sys.argv[2]).encode(), urllib.parse.quote(sys.argv[2]).encode()] + digests
        forms += [data.hex().encode() for data in [raw] + digests] + [base64.b64encode(digests[0])]
        forms += [base64.b64encode(b"x" * shift + raw + b"y") for shift in range(3)]
        open(sys.argv[1], "wb").write(b"\\n".join(forms))
        """
      let made = try Command(Command.python, ["-c", make, "\(folder)/forms", name], logs: "\(folder)/logs").finished()
      #expect(made.code == 0, "\(made)")
      var forms: Set<String> = ["utf-8", "utf-16", "escaped", "hex", "base64", "sha256 base64"]
      for digest in ["sha256", "sha512", "sha1", "md5"] { forms.formUnion([digest, "\(digest) hex"]) }
      #expect(try search(["\(folder)/forms"]).forms == forms)
      try Data(repeating: 7, count: 100).write(to: URL(filePath: "\(folder)/none"))
      #expect(try search(["\(folder)/none"]).hits.isEmpty)
    }
  }
}
