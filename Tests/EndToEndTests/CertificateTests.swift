import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing

extension EndToEnd {
  /// An authority whose State runs a PKI: certificates in what it signs, time stamps, and partners with stock OpenSSL.
  @Suite struct CertificateTests {
    private func show(_ pems: [[UInt8]], _ world: World) throws {
      try Data(pems.flatMap(\.self)).write(to: URL(filePath: "\(world.syr.folder)/keys/statement.crt"))
    }

    @Test("keys/statement.crt is shown in what is signed, and stays when another roster is adopted")
    func shown() async throws {
      try await World.certified { world, pki in
        let pem = try world.syr.key("\(world.syr.folder)/keys/statement.pem").pem()
        let signer = try pki.issue("signer", by: "middle", pem: pem)
        try show([signer, pki.tool.read("middle.pem")], world)
        let daemon = try world.syr.daemon().ready()
        _ = try world.irq.daemon().ready()
        let intake = try await world.syr.sign(world.syr.intake(3))
        let signed = try await world.syr.signed(intake.statement)
        #expect(try signed.certificates == [Certificate(pem: signer), Certificate(pem: pki.tool.read("middle.pem"))])
        _ = try await world.syr.sign(world.syr.request("release", intake.statement, to: world.irq.name, hours: 8))
        let taken = try await world.irq.take(world.syr.bundle(to: world.irq))
        #expect(!taken.statements.isEmpty && taken.statements.allSatisfy { $0.result == "registered" }, "\(taken)")
        #expect(try world.irq.amana("audit").code == 0)
        // Adopting another roster while running takes none of it away.
        let third = try world.next(after: world.pinnedRoster(), by: [world.syr, world.irq], version: 3)
        try world.pin(world.syr, third.bytes, third.digest)
        daemon.command.signal(SIGHUP)
        #expect(poll { daemon.command.errors.contains("roster version 3 adopted") })
        let later = try await world.syr.signed(world.syr.sign(world.syr.intake(2)).statement)
        #expect(later.certificates == signed.certificates)
      }
    }

    @Test("A time stamp is asked for, verified, kept beside its statement and handed on")
    func stamped() async throws {
      try await World.certified { world, pki in
        for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
        let intake = try await world.syr.sign(world.syr.intake(3)).signedID
        let (query, reply) = ("\(world.folder)/q.tsq", "\(world.folder)/r.tsr")
        let asked = try world.syr.amana("timestamp", "request", intake, "--out", query)
        #expect(asked.code == 0, "\(asked)")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: query)))
        try Data(pki.stamp(bytes, by: "tsa", chain: ["tsa"])).write(to: URL(filePath: reply))
        // A stranger's authority first: nothing is kept.
        let stranger = try TestPKI()
        try stranger.root("root")
        try stranger.issue("tsa", by: "root", extensions: TestPKI.stamper)
        let theirs = "\(world.folder)/s.tsr"
        try Data(stranger.stamp(bytes, by: "tsa", chain: ["tsa"])).write(to: URL(filePath: theirs))
        let refused = try world.syr.amana("timestamp", "attach", intake, "--token", theirs)
        #expect(refused.code == 1 && refused.errors.contains("a time stamp proves nothing"), "\(refused)")
        #expect(try await world.syr.signed(intake).timeStamp == nil)
        let unreadable = try world.syr.amana("timestamp", "attach", intake, "--token", query)
        #expect(unreadable.code == 2 && unreadable.errors.contains("is no time stamp"), "\(unreadable)")

        let attached = try world.syr.amana("timestamp", "attach", intake, "--token", reply)
        #expect(attached.code == 0 && attached.output.contains("its signature existed by"), "\(attached)")
        let token = try #require(try await world.syr.signed(intake).timeStamp)
        _ = try await world.syr.sign(world.syr.request("release", intake, to: world.irq.name, hours: 8))
        _ = try await world.irq.take(world.syr.bundle(to: world.irq))
        #expect(try await world.irq.signed(intake).timeStamp == token)
        for side in [world.syr, world.irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("Another member's time stamp goes before one of the issuer's own, which is no witness, whichever is earlier")
    func witness() async throws {
      let theirs = try TestPKI()
      try await World.certified(theirs) { world, pki in
        _ = try world.syr.daemon().ready()
        let intake = try await world.syr.sign(world.syr.intake(3)).signedID
        let query = "\(world.folder)/q.tsq"
        let asked = try world.syr.amana("timestamp", "request", intake, "--out", query)
        #expect(asked.code == 0, "\(asked)")
        let request = [UInt8](try Data(contentsOf: URL(filePath: query)))
        func attach(_ state: TestPKI) async throws -> (stamp: TimeStampToken, kept: [UInt8]?) {
          let response = try state.stamp(request, by: "tsa", chain: ["tsa"])
          let reply = "\(world.folder)/\(UUID().uuidString).tsr"
          try Data(response).write(to: URL(filePath: reply))
          let attached = try world.syr.amana("timestamp", "attach", intake, "--token", reply)
          #expect(attached.code == 0, "\(attached)")
          return (try TimeStampToken(response: response), try await world.syr.signed(intake).timeStamp)
        }
        let own = try await attach(pki)
        #expect(own.kept == own.stamp.der)
        let other = try await attach(theirs)
        #expect(other.stamp.time >= own.stamp.time && other.kept == other.stamp.der)
        #expect(try await attach(pki).kept == other.stamp.der)
        #expect(try world.syr.amana("audit").code == 0)
      }
    }

    @Test(
      "Certificates of another key, that ended, that lead nowhere or were taken back, and broken lists, stop the start")
    func start() async throws {
      try await World.certified { world, pki in
        let pem = try world.syr.key("\(world.syr.folder)/keys/statement.pem").pem()
        try show([pki.issue("other", by: "root")], world)
        try world.syr.expectNoStart("is of another key than the statement key")
        try show([pki.issue("ended", by: "root", pem: pem, until: "20210101000000Z")], world)
        try world.syr.expectNoStart("had expired (CN=ended)")
        try show([pki.issue("alone", by: "middle", pem: pem)], world)
        try world.syr.expectNoStart("no path leads from the certificate")
        try show([Array("nonsense".utf8)], world)
        try world.syr.expectNoStart("cannot be read as PEM certificates")
        try show([pki.issue("good", by: "root", pem: pem)], world)
        let crls = "\(world.syr.folder)/crls"
        try FileManager.default.createDirectory(atPath: crls, withIntermediateDirectories: true)
        try Data("no list".utf8).write(to: URL(filePath: "\(crls)/a.crl"))
        try world.syr.expectNoStart("a.crl cannot be read")
        try pki.revoke("good", by: "root", reason: "superseded", at: "260101000000Z")
        try Data(pki.revocations(of: "root")).write(to: URL(filePath: "\(crls)/a.crl"))
        try world.syr.expectNoStart("was taken back (superseded, since 2026-01-01")
      }
    }

    @Test("A list in crls/ that has ended stops no start: its certificate is not shown until a fetched one follows it")
    func ended() async throws {
      try await World.certified { world, pki in
        let syr = world.syr
        let signer = try pki.issue("signer", by: "root", pem: syr.key("\(syr.folder)/keys/statement.pem").pem())
        try show([signer], world)
        try FileManager.default.createDirectory(atPath: "\(syr.folder)/crls", withIntermediateDirectories: true)
        let ended = try pki.revocations(of: "root", until: "20260201000000Z")
        try Data(ended).write(to: URL(filePath: "\(syr.folder)/crls/a.crl"))
        let url = "http://ca.example/root.crl"
        let settings = ["--set", "trust.crl-urls=\(url)"]
        func shown() async throws -> [Certificate] {
          try await syr.signed(syr.sign(syr.intake(2)).statement).certificates
        }
        let daemon = try syr.daemon(settings).ready()
        #expect(poll { daemon.command.errors.contains("is not shown: the revocation lists at hand had ended before") })
        #expect(try await shown().isEmpty)
        let exchange = ExchangeClient(syr)
        #expect(try await exchange.get(.getFetches, as: WantedFetches.self).lists.map(\.url) == [url])
        let report = FetchReport(url: url, content: try pki.revocations(of: "root", from: "20260301000000Z"))
        let answer = try await exchange.ask(.reportFetch, body: report.encoded())
        #expect(try FetchAnswer(decoding: answer.body).result == .taken)
        #expect(try await shown() == [Certificate(pem: signer)])
        Running.shared.killAll()
        _ = try syr.daemon(settings).ready()
        #expect(try await shown() == [Certificate(pem: signer)])
      }
    }

    /// The commands of docs/cms.md, as they stand there.
    private func commands() throws -> [[String]] {
      let text = try String(contentsOfFile: "docs/cms.md", encoding: .utf8)
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("    openssl cms ") }
      return lines.map { $0.split(separator: " ").dropFirst().map(String.init) }
    }

    @Test("docs/cms.md: what a partner signs with those commands is verified, kept as a message, and moves nobody")
    func cms() async throws {
      try await World.certified { world, pki in
        _ = try world.syr.daemon().ready()
        let intake = try await world.syr.sign(world.syr.intake(3)).statement
        let payload = try #require(try await world.syr.signed(intake).message.payload)
        try pki.issue("signer", by: "middle")
        try pki.tool.write("chain.pem", pki.tool.read("middle.pem"))
        try pki.tool.write("event.cbor", Array(payload))
        let commands = try commands()
        #expect(commands.count == 2)
        for command in commands { try pki.tool.run(command) }
        #expect(try pki.tool.read("verified.cbor") == Array(payload))

        func file(_ name: String, _ bytes: [UInt8]? = nil) throws -> String {
          let path = "\(world.folder)/\(name)"
          try Data(try bytes ?? pki.tool.read(name)).write(to: URL(filePath: path))
          return path
        }
        let (event, signed) = (try file("event.cbor"), try file("event.p7s"))
        let roster = ["--roster", "\(world.folder)/roster.cose"]
        func verify(_ arguments: [String]) throws -> Answer {
          try Command("amana", ["verify", "--cms", signed] + arguments, logs: world.logs).finished()
        }
        let good = try verify(["--event", event] + roster)
        #expect(good.code == 0 && good.output.contains("SYR/prisons") && good.output.contains("CN=signer"), "\(good)")
        let json = try verify(["--event", event, "--json"] + roster)
        #expect(json.code == 0 && json.output.filter { $0 != " " }.contains("\"standing\":\"certified\""), "\(json)")
        #expect(try verify(["--event", event]).code == 2, "no roster")
        let other = try file("other", Array("another".utf8))
        let wrong = try verify(["--event", other] + roster)
        #expect(wrong.code == 1 && wrong.output.contains("does not fit the content"), "\(wrong)")
        #expect(try verify(["--event", event, "--of", "IRQ/justice"] + roster).code == 1)
        try pki.revoke("signer", by: "middle", reason: "keyCompromise", at: "260101000000Z")
        let list = try file("middle.crl", pki.revocations(of: "middle"))
        let revoked = try verify(["--event", event, "--crl", list] + roster)
        #expect(revoked.code == 1 && revoked.output.contains("others may have its key since 2026-01-01"), "\(revoked)")

        let before = try await world.syr.status()
        let refused = try world.syr.amana("import", "--cms", signed, "--event", other)
        #expect(refused.code == 1 && refused.errors.contains("nothing was sent"), "\(refused)")
        #expect(try await world.syr.status().size == before.size)
        let kept = try world.syr.amana("import", "--cms", signed, "--event", event, "--to", "IRQ/justice")
        #expect(kept.code == 0 && kept.output.contains("kept as message"), "\(kept)")
        #expect(try await world.syr.newest("message").lines == 0)
        #expect(try world.syr.amana("audit").code == 0)
      }
    }
  }
}
