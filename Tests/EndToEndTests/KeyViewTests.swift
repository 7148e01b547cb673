import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// Each member's own view of everybody's keys: published, compared, and an alarm where two disagree.
  @Suite struct KeyViewTests {
    private func views(_ side: TestAuthority) async throws -> [KeyViewSummary] { try await side.get("/v1/key-views") }

    /// What stands against the keys that a partner lists.
    private func alarms(_ side: TestAuthority, about partner: TestAuthority) async throws -> [StatusView.Alarm] {
      let mark = KeyViewChecks.mark(try partner.authorityName)
      return try await side.status().alarms.filter { $0.detail.hasPrefix(mark) }
    }

    private func send(_ file: [UInt8], _ from: TestAuthority, to other: TestAuthority, _ world: World) async throws {
      let path = "\(world.folder)/\(UUID().uuidString).cbor"
      try Data(file).write(to: URL(filePath: path))
      let sent = try from.amana(
        "message", "send", "--to", other.name, "--subject", "By hand", "--media-type", KeyView.mediaType, path)
      #expect(sent.code == 0, "\(sent)")
      try await EndToEnd.deliver(world.wire(from, other))
    }

    private func publish(_ from: TestAuthority, to other: TestAuthority, _ world: World) async throws {
      let sent = try from.amana("roster", "view", "--send", "--to", other.name)
      #expect(sent.code == 0 && sent.output.contains(other.name), "\(sent)")
      try await EndToEnd.deliver(world.wire(from, other))
    }

    /// A roster of version 1 that gives TUR a key which is not its own.
    private func split(_ world: World) throws -> (roster: VerifiedRoster, kid: String) {
      let key = try World.added(like: #require(world.firstRoster().body.authorities.first?.keys.first))
      let roster = try world.otherRoster {
        $0.name.description == world.tur.name ? $0.with(keys: $0.keys + [key]) : $0
      }
      return (roster, hexadecimal(key.kid.prefix(8)))
    }

    @Test("A view that agrees is silent; one that lists a stranger's key is an alarm by key and name, until it agrees")
    func lie() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let daemon = try syr.daemon().ready()
        _ = try irq.daemon().ready()
        try world.addPeers()
        #expect(try await views(syr).map(\.standing) == ["none", "none"])
        try await publish(irq, to: syr, world)
        let first = try await views(syr)
        #expect(first.map(\.authority) == [irq.name, tur.name] && first.map(\.standing) == ["agrees", "none"])
        let shown = try syr.amana("roster", "views")
        #expect(shown.code == 0 && shown.output.contains("agrees"), "\(shown)")
        #expect(try await alarms(syr, about: irq).isEmpty)

        // The right digest, and a key that its roster does not list.
        let (other, kid) = try split(world)
        var fields = try #require(CBOR.decode(KeyView(of: other, at: 1).encoded()[...]).map)
        fields["roster"] = .bytes(try world.firstRoster().digest)
        try await send(CBOR.map(fields).encoded(), irq, to: syr, world)
        let raised = try await alarms(syr, about: irq)
        #expect(raised.map(\.code) == ["V16"] && raised[0].detail.contains(kid), "\(raised)")
        #expect(raised.first?.detail.contains(tur.name) == true)
        let differs = try syr.amana("roster", "views")
        #expect(differs.code == 1 && differs.output.contains("DIFFERS") && differs.output.contains(kid), "\(differs)")
        let arabic = try syr.amana("roster", "views", "--lang", "ar")
        #expect(arabic.code == 1 && arabic.output.contains("مخالف"), "\(arabic)")
        #expect(try syr.amana("status").output.contains(kid))

        // What is no view stays a message and changes nothing.
        try await send([0xff], irq, to: syr, world)
        #expect(poll { daemon.command.errors.contains("is none") }, "\(daemon.command.errors)")
        #expect(try await views(syr).first?.standing == "differs")
        #expect(try await syr.get("/v1/messages?direction=received", as: [MessageSummary].self).count == 3)

        try await publish(irq, to: syr, world)
        #expect(try await alarms(syr, about: irq).isEmpty)
        #expect(try await views(syr).first?.standing == "agrees")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("What a partner's view says is no alarm any more once the partner has left, and its view is listed no more")
    func departed() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let daemon = try syr.daemon().ready()
        _ = try irq.daemon().ready()
        try world.addPeers()
        let (other, _) = try split(world)
        try await send(KeyView(of: other, at: 1).encoded(), irq, to: syr, world)
        #expect(try await Set(alarms(syr, about: irq).map(\.code)) == ["V16", "V20"])
        #expect(try await views(syr).map(\.authority) == [irq.name, tur.name])

        let second = try world.next(after: world.firstRoster(), by: [syr, irq], version: 2) {
          $0.name.description == irq.name ? $0.with(status: .departed) : $0
        }
        try world.pin(syr, second.bytes, second.digest)
        daemon.command.signal(SIGHUP)
        #expect(try await syr.adopts(2))
        #expect(try await alarms(syr, about: irq).isEmpty)
        #expect(try await views(syr).map(\.authority) == [tur.name])
        #expect(try syr.amana("roster", "views").code == 0)
      }
    }

    @Test("F22 Two that were handed different rosters of one version find out by themselves, and each names the key")
    func fork() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq) = (world.syr, world.irq)
        let first = try world.firstRoster()
        let daemons = try [syr, irq].map { try $0.daemon().ready() }
        try world.addPeers()
        let size = try await syr.status().size
        let key = try World.added(like: #require(first.body.authorities.first?.keys.first))
        let good = try world.next(after: first, by: [syr, irq], version: 2)
        let bad = try world.next(after: first, by: [syr, irq], version: 2) {
          $0.name.description == world.tur.name ? $0.with(keys: $0.keys + [key]) : $0
        }
        try world.pin(syr, good.bytes, good.digest)
        try world.pin(irq, bad.bytes, bad.digest)
        for daemon in daemons { daemon.command.signal(SIGHUP) }
        for side in [syr, irq] {
          #expect(try await side.adopts(2))
          #expect(try await becomes { try await self.sent(side).count == 1 })
        }
        try await EndToEnd.deliver(world.wire(syr, irq))
        try await EndToEnd.deliver(world.wire(irq, syr))
        let kid = hexadecimal(key.kid.prefix(8))
        for (side, partner) in [(syr, irq), (irq, syr)] {
          let raised = try await alarms(side, about: partner)
          #expect(Set(raised.map(\.code)) == ["V16", "V20"], "\(raised)")
          #expect(raised.contains { $0.code == "V16" && $0.detail.contains(kid) }, "\(raised)")
          #expect(
            raised.contains {
              $0.code == "V20" && $0.detail.contains(good.digest) && $0.detail.contains(bad.digest)
            }, "\(raised)")
          let shown = try side.amana("roster", "views")
          #expect(shown.code == 1 && shown.output.contains("ANOTHER ROSTER") && shown.output.contains(kid), "\(shown)")
        }
        // A bundle brings the other roster itself, which proves that root holders signed two.
        let proof = "two rosters of version 2 are signed"
        #expect(try await !syr.status().alarms.contains { $0.detail.hasPrefix(proof) })
        _ = try await syr.take(irq.bundle(to: syr))
        #expect(try await syr.status().alarms.contains { $0.code == "V20" && $0.detail.hasPrefix(proof) })
        // Once for each version, also after a restart.
        Running.shared.killAll()
        _ = try syr.daemon().ready()
        #expect(try await sent(syr).count == 1)
        #expect(try await syr.status().size == size + 3)
      }
    }

    /// The messages of its own that a side has sent.
    private func sent(_ side: TestAuthority) async throws -> [StatementView] {
      try await side.get("/v1/statements?event=message&limit=1000", as: [StatementView].self)
        .filter { $0.issuer == side.name }
    }

    @Test(
      "A partner with a later roster is no alarm; the roster that it sends is adopted, and both agree, also backwards")
    func later() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq) = (world.syr, world.irq)
        let daemon = try syr.daemon().ready()
        let other = try irq.daemon(environment: ["AMANAD_ROSTER_SEND_VIEW": "never"]).ready()
        try world.addPeers()
        try await publish(syr, to: irq, world)
        let second = try world.next(after: world.firstRoster(), by: [syr, irq], version: 2)
        let file = "\(world.folder)/roster-2.cose"
        try Data(second.bytes).write(to: URL(filePath: file))
        try world.amana(["roster", "publish", file, "--directory", irq.folder])
        other.command.signal(SIGHUP)
        #expect(try await irq.adopts(2))
        // What came before by the older roster is held against ours of that version.
        #expect(try await views(irq).first { $0.authority == syr.name }?.standing == "agrees")
        try await publish(irq, to: syr, world)
        #expect(try await views(syr).first?.standing == "newer")
        #expect(try await sent(irq).count == 1, "by hand alone")
        let shown = try syr.amana("roster", "views")
        #expect(try await alarms(syr, about: irq).isEmpty && shown.code == 0)

        // A roster travels as a file, or as here as a message's attachment.
        let sent = try irq.amana(
          "message", "send", "--to", syr.name, "--subject", "Roster 2", "--media-type", VerifiedRoster.type, file)
        #expect(sent.code == 0, "\(sent)")
        try await EndToEnd.deliver(world.wire(irq, syr))
        let folder = "\(world.folder)/saved"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let read = try syr.amana("message", "read", try await syr.newest("message").statement, "--save", folder)
        #expect(read.code == 0, "\(read)")
        try world.amana(["roster", "publish", "\(folder)/roster-2.cose", "--directory", syr.folder])
        daemon.command.signal(SIGHUP)
        #expect(try await syr.adopts(2))
        #expect(try await views(syr).first?.standing == "agrees")
      }
    }

    @Test("A view of a roster file: shown, written, and held against a roster or a view; each answer has its exit code")
    func files() async throws {
      try await World.run(starts: false) { world in
        let (first, folder) = ("\(world.folder)/roster.cose", world.folder)
        func view(_ arguments: String..., code: Int32) throws -> Answer {
          try world.amana(["roster", "view", "--roster", first] + arguments, code: code)
        }
        let (other, kid) = try split(world)
        let second = try world.next(after: world.firstRoster(), by: [world.syr, world.irq], version: 2)
        for (name, bytes) in [("other.cose", other.bytes), ("second.cose", second.bytes), ("bad.cbor", [1, 2])] {
          try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        let shown = try view("--output", "\(folder)/view.cbor", code: 0)
        #expect(shown.output.contains("version 1") && shown.output.contains("transport"), "\(shown)")
        #expect(try view("--against", "\(folder)/view.cbor", code: 0).output.contains("agrees"))
        #expect(try view("--against", first, code: 0).output.contains("agrees"))
        #expect(try view("--against", "\(folder)/other.cose", code: 1).output.contains(kid))
        _ = try view("--against", "\(folder)/second.cose", code: 3)
        _ = try view("--against", "\(folder)/bad.cbor", code: 2)
        _ = try view("--send", code: 2)
        _ = try world.amana(["roster", "view", "--roster", first, "--to", world.irq.name], code: 2)
      }
    }
  }
}
