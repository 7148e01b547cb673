import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

extension EndToEnd {
  /// What a courier may say of fetches, and what the daemon makes of it.
  @Suite struct FetchDoorTests {
    private let names = ["a", "b", "c", "d", "e"]
    private func url(_ name: String) -> String { "http://ca.example/\(name).crl" }

    private func report(_ exchange: ExchangeClient, _ report: FetchReport) async throws -> String {
      let answer = try await exchange.ask(.reportFetch, body: report.encoded())
      guard answer.status == 200 else { return "\(answer.status) \(try conciseCode(answer) ?? "")" }
      let told = try FetchAnswer(decoding: answer.body)
      return ([told.result.rawValue] + [told.code].compactMap(\.self)).joined(separator: " ")
    }

    @Test(
      "Only what was named is asked for, once; rubbish, strangers' lists, old ones and ones of the future are refused")
    func lists() async throws {
      try await World.certified { world, pki in
        let urls = names.map(url).joined(separator: ",")
        let settings = ["--set", "trust.crl-urls=\(urls)", "--set", "overdue.scan-seconds=1"]
        let daemon = try world.syr.daemon(settings).ready()
        let exchange = ExchangeClient(world.syr)
        #expect(try await exchange.get(.waitForWork, as: ExchangeWork.self).fetches)
        var wanted: [String] = []
        for count in [4, 1, 0] {
          let told = try await exchange.get(.getFetches, as: WantedFetches.self)
          #expect(told.lists.count == count && told.timeStamps.isEmpty, "\(told)")
          wanted += told.lists.map(\.url)
        }
        #expect(wanted.sorted() == names.map(url))
        #expect(try await !exchange.get(.waitForWork, as: ExchangeWork.self).fetches)

        let stranger = try TestPKI()
        try stranger.root("root")
        let good = try pki.revocations(of: "root", from: "20260301000000Z")
        let told = try await [
          report(exchange, FetchReport(url: "http://ca.example/other.crl", content: good)),
          report(exchange, FetchReport(url: url("a"), content: Array("<html>".utf8))),
          report(exchange, FetchReport(url: url("a"), content: good)),
          report(exchange, FetchReport(url: url("b"), content: stranger.revocations(of: "root"))),
          report(exchange, FetchReport(url: url("c"), content: pki.revocations(of: "root", from: "20400101000000Z"))),
          report(exchange, FetchReport(url: url("d"), content: good)),
          report(exchange, FetchReport(url: url("e"), content: pki.revocations(of: "root", from: "20260201000000Z"))),
          report(exchange, FetchReport(url: url("d"), entry: [UInt8](repeating: 1, count: 32), content: good)),
        ]
        #expect(
          told == [
            "409 not-asked", "refused unreadable", "409 not-asked", "refused issuer", "refused future", "taken",
            "refused older", "409 not-asked",
          ])
        let kept = try Database(world.syr.store, world.logs).run("SELECT url, former FROM revocation_list")
        #expect(kept == ["\(url("d"))\t0"])
        for (name, code) in [("a", "unreadable"), ("b", "issuer"), ("c", "future"), ("e", "older")] {
          let line = "the revocation list \(url(name)) is not taken: "
          #expect(daemon.command.errors.components(separatedBy: line).count == 2, "\(name) is said once")
          let isAlarm = try await becomes {
            try await world.syr.status().alarms.contains { $0.detail.contains("\(url(name)) is not taken (\(code))") }
          }
          #expect(isAlarm, "\(name)")
        }
        // Each waits before it is tried again; what was taken waits for its hour.
        #expect(try await exchange.get(.getFetches, as: WantedFetches.self).lists.isEmpty)
        #expect(try world.syr.amana("audit").code == 0)
        // After a restart everything is fetched anew, and the same list again is known.
        Running.shared.killAll()
        _ = try world.syr.daemon(settings).ready()
        var again: [String] = []
        for _ in 0..<2 { again += try await exchange.get(.getFetches, as: WantedFetches.self).lists.map(\.url) }
        #expect(again.sorted() == names.map(url))
        #expect(try await report(exchange, FetchReport(url: url("d"), content: good)) == "known")
        let failed = FetchReport(url: url("e"), code: "tcp\u{1b}[1m", detail: "nobody\nthere")
        #expect(try await report(exchange, failed) == "noted")
      }
    }

    @Test(
      "A time stamp is asked for each own statement about custody, where a roster lists who gives them, and only then")
    func timeStamps() async throws {
      try await World.certified { world, pki in
        let settings = ["--set", "trust.timestamp-url=http://tsa.example/"]
        for side in [world.syr, world.irq] { _ = try side.daemon(settings).ready() }
        for side in [world.syr, world.irq] { _ = try await side.sign(side.intake(2)) }
        // SYR's anchor makes a witness of stamps for IRQ too, and for it above all.
        let theirs = try await ExchangeClient(world.irq).get(.getFetches, as: WantedFetches.self)
        #expect(theirs.timeStamps.count == 1)
        let exchange = ExchangeClient(world.syr)
        let wanted = try await exchange.get(.getFetches, as: WantedFetches.self)
        let stamp = try #require(wanted.timeStamps.first)
        let intake = try await world.syr.newest("intake").statement
        let signed = try await world.syr.signed(intake)
        #expect(wanted.timeStamps.count == 1 && stamp.url == "http://tsa.example/" && stamp.entry == signed.entry.bytes)
        let good = try pki.stamp(stamp.query, by: "tsa", chain: ["tsa"])
        // Over something else, in its place.
        let other = try pki.stamp(TimeStampToken.request(over: [1]), by: "tsa", chain: ["tsa"])
        let refused = try await report(exchange, FetchReport(url: stamp.url, entry: stamp.entry, content: other))
        #expect(refused == "refused time-stamp")
        #expect(
          try await report(exchange, FetchReport(url: stamp.url, entry: stamp.entry, content: good)) == "409 not-asked")
        Running.shared.killAll()
        _ = try world.syr.daemon(settings).ready()
        let again = try await exchange.get(.getFetches, as: WantedFetches.self)
        #expect(again.timeStamps == [stamp])
        #expect(try await report(exchange, FetchReport(url: stamp.url, entry: stamp.entry, content: good)) == "taken")
        #expect(try await world.syr.signed(intake).timeStamp == TimeStampToken(response: good).der)
        #expect(try await exchange.get(.getFetches, as: WantedFetches.self).timeStamps.isEmpty)
      }
    }
  }
}
