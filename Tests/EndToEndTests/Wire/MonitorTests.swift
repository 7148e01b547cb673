import ControlAPI
import Custody
import Foundation
import Testing
import TransparencyLog

extension EndToEnd {
  /// `amana-courier monitor`: an observer without a key and without a daemon.
  @Suite("Watching logs from outside")
  struct MonitorTests {
    struct Report: Decodable {
      struct Alarm: Decodable {
        let code: String
        let files: [String]
      }

      struct Statements: Decodable {
        let kept, releases: Int
        let withoutSlots: Int

        enum CodingKeys: String, CodingKey {
          case kept, releases
          case withoutSlots = "without_slots"
        }
      }

      struct Place: Decodable {
        let url: String
        let size: UInt64?
        let trouble: String?
      }

      let result: String
      let alarms: [Alarm]
      let statements: Statements
      let places: [Place]
      var codes: [String] { alarms.map(\.code).sorted() }
    }

    /// A folder that a web server hands out, and the observer who reads there.
    struct Observer {
      let folder: String
      let logs: String
      let port = Port.free()
      var www: String { "\(folder)/www" }
      var envelopes: String { "\(folder)/envelopes" }
      var report: String { "\(folder)/seen/report.json" }

      init(_ folder: String) throws {
        self.folder = folder
        logs = "\(folder)/logs"
        for path in ["www", "envelopes"] {
          try FileManager.default.createDirectory(atPath: "\(folder)/\(path)", withIntermediateDirectories: true)
        }
      }

      /// A web server that nobody here wrote.
      func serve() throws {
        let server = try Command(
          Command.python, ["-m", "http.server", "\(port)", "--bind", "127.0.0.1", "--directory", www], logs: logs)
        Running.shared.add(server)
        let answers = poll {
          (try? Command("curl", ["-sSf", "-o", "/dev/null", "http://127.0.0.1:\(port)/"], logs: logs).finished().code)
            == 0
        }
        guard answers else { throw Stopped("no web server: \(server.errors)") }
      }

      func start(_ places: [String], _ extra: [String] = []) throws -> Command {
        let urls = places.map { $0.contains("://") ? $0 : "http://127.0.0.1:\(port)/\($0)" }
        return try Command(
          "amana-courier",
          ["monitor"] + urls + [
            "--roster", "\(folder)/roster.cose", "--state", "\(folder)/state", "--report", report,
          ] + extra, logs: logs)
      }

      func look(_ places: [String], _ extra: [String] = []) throws -> (answer: Answer, report: Report) {
        let answer = try start(places, extra).finished()
        guard let bytes = FileManager.default.contents(atPath: report) else { throw Stopped("no report: \(answer)") }
        return (answer, try JSONDecoder().decode(Report.self, from: bytes))
      }

      func put(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(envelopes)/\(name)"))
      }

      func proof(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/seen/\(name)")))
      }
    }

    private func export(_ side: TestAuthority, _ observer: Observer) throws {
      let answer = try side.amana("tiles", "export", "\(observer.www)/\(side.folder.suffix(3))")
      #expect(answer.code == 0, "\(answer)")
    }

    @Test(
      "Overdue, answered, not in the log, released twice, forked: each is found from files alone and proven by files")
    func found() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let observer = try Observer(world.folder)
        try observer.serve()
        var leaving = syr.request("release", try await syr.sign(syr.intake(3)).statement, to: irq.name, hours: 8)
        leaving.acceptBy = ago(hours: 1)
        let release = try await syr.sign(leaving).signedID
        for side in [syr, irq] { try export(side, observer) }
        let logs = ["syr", "irq"]
        let tilesAlone = try observer.look(logs)
        #expect(tilesAlone.answer.code == 0 && tilesAlone.report.statements.kept == 0, "\(tilesAlone.answer)")

        let sent = try await syr.bundle(to: irq)
        try observer.put(sent, "sent.amana")
        let overdue = try observer.look(logs, ["--envelopes", observer.envelopes, "--lang", "ar"])
        #expect(overdue.answer.code == 1 && overdue.report.codes == ["overdue"], "\(overdue.answer)")
        #expect(overdue.answer.output.contains("متأخر") && overdue.answer.output.contains(release))
        #expect(overdue.report.statements.releases == 1 && overdue.report.statements.withoutSlots == 0)

        _ = try await irq.take(sent)
        try await irq.accepts(release, from: syr)
        try observer.put(try await irq.bundle(to: syr), "answered.amana")
        let all = ["--envelopes", observer.envelopes, "--grace", "0"]
        let early = try observer.look(logs, all)
        // IRQ's log as it is shown is from before: what it has a Receipt for is not in it.
        #expect(early.answer.code == 1 && Set(early.report.codes) == ["not-in-log"], "\(early.answer)")
        for side in [syr, irq] { try export(side, observer) }
        let answered = try observer.look(logs, all)
        #expect(answered.answer.code == 0 && answered.report.result == "good", "\(answered.answer)")

        try twice(syr, world, sent, observer, logs, all)
        try forked(syr, observer, logs, all)
      }
    }

    /// SYR signs a second release of the same people, to TUR.
    private func twice(
      _ syr: TestAuthority, _ world: World, _ sent: [UInt8], _ observer: Observer, _ logs: [String], _ all: [String]
    ) throws {
      let tur = try world.tur.authorityName
      try observer.put(try Forgery(syr, sent).release { $0.to = tur }, "twice.amana")
      let found = try observer.look(logs, all)
      #expect(found.answer.code == 1 && found.report.codes.contains("double-release"), "\(found.answer)")
      let files = try #require(found.report.alarms.first { $0.code == "double-release" }).files
      let both = try files.filter { $0.hasSuffix(".cose") }.map { try SignedStatement(decoding: observer.proof($0)) }
      let bundle = try Custody.Bundle(decoding: observer.proof(try #require(files.first { $0.hasSuffix(".amana") })))
      let lists = both.compactMap { bundle.slots[$0.id] }
      #expect(lists.count == 2 && !Set(lists.first ?? []).isDisjoint(with: lists.last ?? []))
      #expect(both.count == 2 && Set(both.map(\.id)).count == 2)
      #expect(both.allSatisfy { $0.event.type == .release && $0.issuer == "https://syr.example/custody" })
    }

    /// Somebody is shown another tree of SYR's log.
    private func forked(_ syr: TestAuthority, _ observer: Observer, _ logs: [String], _ all: [String]) throws {
      let shown = try #require(try TileFolder(path: "\(observer.www)/syr").checkpoint()).checkpoint
      let other = try Checkpoint.sign(
        Checkpoint(origin: shown.origin, size: shown.size, root: .leaf([7])),
        key: syr.key("\(syr.folder)/keys/checkpoint.pem"))
      try TileFolder(path: "\(observer.www)/other").write(.checkpoint, other.encoded())
      let found = try observer.look(logs + ["other"], all)
      #expect(found.answer.code == 1 && found.report.codes.contains("fork"), "\(found.answer)")
      let files = try #require(found.report.alarms.first { $0.code == "fork" }).files
      let notes = try files.map { try SignedCheckpoint(decoding: observer.proof($0)).checkpoint }
      #expect(Set(notes.map(\.root)) == [shown.root, .leaf([7])] && Set(notes.map(\.size)) == [shown.size])
      // It stands when nobody shows it any more, and one place that is away hides no alarm.
      let later = try observer.look(["syr", "gone"], all)
      #expect(later.answer.code == 1 && later.report.codes.contains("fork"), "\(later.answer)")
      #expect(later.report.places.last { $0.url.hasSuffix("gone") }?.trouble == "http")
    }

    @Test("Killed at any moment it goes on from what was true, and each copy verifies") func killed() async throws {
      try await World.run { world in
        let syr = world.syr
        let observer = try Observer(world.folder)
        try observer.serve()
        for round in 0..<8 {
          _ = try await syr.sign(syr.intake(1))
          try export(syr, observer)
          let running = try observer.start(["syr"], ["--every", "1"])
          try await Task.sleep(for: .milliseconds(round * 15))
          running.kill()
          let answer = try observer.look(["syr"]).answer
          #expect(answer.code == 0, "\(round): \(answer)")
        }
        let copies = try FileManager.default.contentsOfDirectory(atPath: "\(observer.folder)/state/logs")
        #expect(copies.count == 1)
        let copy = "\(observer.folder)/state/logs/\(copies.first ?? "")/tiles"
        let verified = try world.command(["tiles", "verify", copy, "--roster", "\(world.folder)/roster.cose"])
        #expect(verified.code == 0, "\(verified)")
        let size = try TileFolder(path: copy).checkpoint()?.checkpoint.size
        #expect(try await syr.status().size == size)
      }
    }

    @Test("With a certificate it follows a courier's tiles, feed and slots") func courier() async throws {
      let prepare: (Loopback) throws -> Void = { wire in
        let text = #"{"tiles": {"directory": "\#(wire.folder)/tiles"}}"#
        for file in ["amanad.json", "amana-courier.json"] {
          try text.write(toFile: "\(wire.syr.folder)/\(file)", atomically: true, encoding: .utf8)
        }
      }
      try await Loopback.run(.init(prepare: prepare)) { wire in
        let observer = try Observer(wire.folder)
        let release = try await wire.release(3)
        try await wire.irq.arrived(release)
        try await wire.syr.allDelivered()
        let folder = TileFolder(path: "\(wire.folder)/tiles/log/1")
        #expect(try await becomes { try await wire.syr.status().size == folder.checkpoint()?.checkpoint.size })
        let keys = "\(wire.irq.folder)/keys"
        let place = "https://127.0.0.1:\(wire.ports[0])"
        let own = ["--certificate", "\(keys)/transport.crt", "--key", "\(keys)/transport.pem"]
        let seen = try observer.look([place], own)
        #expect(seen.answer.code == 0, "\(seen.answer)")
        #expect(seen.report.statements.releases == 1 && seen.report.statements.withoutSlots == 0, "\(seen.answer)")
        let again = try observer.look([place], own)
        #expect(again.answer.code == 0 && again.report.statements.kept == seen.report.statements.kept)
        struct Read: Decodable { let feed: UInt64 }
        let kept = try Data(contentsOf: URL(filePath: "\(observer.folder)/state/places.json"))
        #expect(try JSONDecoder().decode([String: Read].self, from: kept)[place].map { $0.feed > 0 } == true)
        let stranger = try observer.look([place])
        #expect(stranger.answer.code == 3 && stranger.report.result == "unreachable", "\(stranger.answer)")
      }
    }

    @Test("Wrong usage is 2, and says what is wrong") func usage() async throws {
      try await World.run(starts: false) { world in
        let needed = [
          "--roster", "\(world.folder)/roster.cose", "--state", "\(world.folder)/s", "--report", "/dev/null",
        ]
        for (arguments, why) in [
          (["http://a.example"], "--roster"), (needed, "URL"), (["ftp://a.example"] + needed, "http"),
          (["http://a.example", "--key", "k"] + needed, "--certificate"),
          (["http://a.example", "--once", "--every", "9"] + needed, "--every"),
          (["http://a.example", "--unknown"] + needed, "--unknown"),
          (["http://a.example", "--roster", "/dev/null"] + needed.dropFirst(2), "/dev/null"),
        ] as [([String], String)] {
          let answer = try Command("amana-courier", ["monitor"] + arguments, logs: world.logs).finished()
          #expect(answer.code == 2 && answer.errors.contains(why), "\(arguments): \(answer)")
        }
      }
    }
  }
}
