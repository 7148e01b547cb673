import ControlAPI
import Custody
import Foundation
import Glibc
import OpenSSL
import Roster
import TestSupport
import Testing

extension EndToEnd {
  /// Revocation lists and time stamps that the courier fetches, with real daemons, couriers and servers.
  @Suite struct FetchTests {
    private func settings(_ pairs: String...) -> [String] {
      (pairs + ["overdue.scan-seconds=1"]).flatMap { ["--set", $0] }
    }

    private func isTold(_ side: TestAuthority, _ words: String) async throws -> Bool {
      try await becomes { try await side.status().alarms.contains { $0.detail.contains(words) } }
    }

    @Test(
      "V15 A list that comes late from its URL puts in doubt what nobody had seen, and an older one takes nothing back")
    func list() async throws {
      try await World.certified { world, pki in
        let (syr, irq) = (world.syr, world.irq)
        let web = try WebServer(world)
        let url = web.url("middle.crl")
        _ = try syr.daemon().ready()
        let asked = settings("trust.crl-urls=\(url)", "trust.crl-seconds=1")
        let daemon = try irq.daemon(asked).ready()
        let release = try await syr.releases(to: irq)
        let key = try PrivateKey.generate(.p256)
        let signer = try Certificate(pem: pki.issue("signer", by: "middle", pem: key.pem()))
        let resigned = try Resigned(
          await syr.bundle(to: irq), release, by: key,
          chain: [signer, Certificate(pem: pki.tool.read("middle.pem"))])
        let taken = try await irq.take(resigned.bundle)
        #expect(taken.statements.allSatisfy { $0.result == "registered" }, "\(taken)")
        #expect(try await irq.phases(resigned.id) == ["released"])

        // The authority that issues the list is known by what it certified, and by nothing else.
        let clean = try pki.revocations(of: "middle", from: "20260201000000Z")
        try web.put("middle.crl", clean)
        let courier = try Courier(irq, port: Port.free(), exchange: irq.exchange).ready()
        #expect(poll { daemon.command.errors.contains("revocation list of \(url) taken") }, "\(daemon.command.errors)")
        #expect(try await irq.phases(resigned.id) == ["released"])
        try pki.revoke("signer", by: "middle", reason: "keyCompromise", at: "260101000000Z")
        try web.put("middle.crl", pki.revocations(of: "middle", from: "20260301000000Z"))
        #expect(try await becomes { try await irq.phases(resigned.id) == ["contested"] })
        #expect(try await isTold(irq, "\(resigned.id) is in doubt: by a revocation list"))
        #expect(try irq.amana("show", resigned.id).output.contains("V15"))
        let audit = try irq.amana("audit")
        #expect(audit.code == 0, "\(audit)")

        try web.put("middle.crl", clean)
        #expect(try await isTold(irq, "fetched: the revocation list \(url) is not taken (older)"))
        #expect(try await irq.phases(resigned.id) == ["contested"])
        courier.crash()
        try daemon.stop()
        // What was fetched is on disk, and what is in doubt stays so.
        _ = try irq.daemon(asked).ready()
        #expect(try await irq.phases(resigned.id) == ["contested"])
        #expect(try irq.amana("audit").code == 0)
        // Another authority of the same roster does not take the place of the URL's issuer.
        let exchange = ExchangeClient(irq)
        #expect(try await exchange.get(.getFetches, as: WantedFetches.self).lists.map(\.url) == [url])
        let other = FetchReport(url: url, content: try pki.revocations(of: "root", from: "20260401000000Z"))
        let answer = try await exchange.ask(.reportFetch, body: other.encoded())
        #expect(try FetchAnswer(decoding: answer.body).code == "issuer")
        #expect(try await irq.phases(resigned.id) == ["contested"])
        // What the same key signs later is no fact.
        let another = try await syr.releases(to: irq)
        let late = try Resigned(
          await syr.bundle(to: irq), another, by: key,
          chain: [signer, Certificate(pem: pki.tool.read("middle.pem"))], without: release)
        let refused = try await irq.take(late.bundle)
        #expect(refused.statements.first { $0.statement == late.id }?.failings.map(\.code) == ["V15"], "\(refused)")
        Running.shared.killAll()
        // An operator who wants the URL no more is rid of its list.
        _ = try irq.daemon().ready()
        #expect(try await irq.phases(resigned.id) == ["released"])
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test("V15 A list that an administrator puts into crls/ takes effect at a reload, and at a start")
    func filed() async throws {
      try await World.certified { world, pki in
        let (syr, irq) = (world.syr, world.irq)
        for side in [syr, irq] { _ = try side.daemon().ready() }
        let release = try await syr.releases(to: irq)
        let key = try PrivateKey.generate(.p256)
        let signer = try Certificate(pem: pki.issue("signer", by: "root", pem: key.pem()))
        let resigned = try Resigned(await syr.bundle(to: irq), release, by: key, chain: [signer])
        _ = try await irq.take(resigned.bundle)
        #expect(try await irq.phases(resigned.id) == ["released"])
        try pki.revoke("signer", by: "root", reason: "keyCompromise", at: "260101000000Z")
        let file = "\(irq.folder)/crls/root.crl"
        try FileManager.default.createDirectory(atPath: "\(irq.folder)/crls", withIntermediateDirectories: true)
        try Data(pki.revocations(of: "root")).write(to: URL(filePath: file))
        Running.shared.killAll()
        let daemon = try irq.daemon().ready()
        #expect(try await irq.phases(resigned.id) == ["contested"])
        #expect(try irq.amana("audit").code == 0)
        try FileManager.default.removeItem(atPath: file)
        daemon.command.signal(SIGHUP)
        #expect(try await becomes { try await irq.phases(resigned.id) == ["released"] })
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test("A time stamp comes by itself, verifies, and is kept beside its statement; one of a stranger's is an alarm")
    func timeStamp() async throws {
      try await World.certified { world, pki in
        let syr = world.syr
        let web = try WebServer(world)
        let stranger = try TestPKI()
        try stranger.root("root")
        try stranger.issue("tsa", by: "root", extensions: TestPKI.stamper)
        try web.stamp(by: stranger)
        let daemon = try syr.daemon(settings("trust.timestamp-url=\(web.url("tsa"))")).ready()
        _ = try Courier(syr, port: Port.free(), exchange: syr.exchange).ready()
        let intake = try await syr.sign(syr.intake(2)).statement
        #expect(try await isTold(syr, "fetched: the time stamps of \(web.url("tsa")) prove nothing (time-stamp)"))
        #expect(try await syr.signed(intake).timeStamp == nil)
        try daemon.stop()
        try web.stamp(by: pki)
        _ = try syr.daemon(settings("trust.timestamp-url=\(web.url("tsa"))")).ready()
        #expect(try await becomes { try await syr.signed(intake).timeStamp != nil })
        let signed = try await syr.signed(intake)
        let stamps = TimeStampVerifier(roster: try world.pinnedRoster(), revocations: [])
        let found = try stamps.verify(try #require(signed.timeStamp), for: signed)
        #expect(found.authority.name.description == syr.name)
        let later = try await syr.sign(syr.intake(2)).statement
        #expect(try await becomes { try await syr.signed(later).timeStamp != nil })
        #expect(try await !syr.status().alarms.contains { $0.detail.hasPrefix("fetched: ") })
        #expect(try syr.amana("audit").code == 0)
      }
    }
  }
}
