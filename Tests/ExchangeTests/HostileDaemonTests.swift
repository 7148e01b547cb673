import COSE
import ControlAPI
import Foundation
import NIOHTTP1
import OpenSSL
import Testing

@testable import Exchange

@Suite("A daemon that answers badly, or not")
struct HostileDaemonTests {
  private static let nonsense: [(String, FakeReply)] = [
    ("no CBOR", FakeReply(body: Array("hello".utf8))),
    ("another map", FakeReply(body: CBOR.map(["x": 1]).encoded())),
    ("nothing", FakeReply(body: [])),
    ("500", FakeReply(status: 500, mediaType: "text/html", body: Array("<h1>secret</h1>".utf8))),
    ("a redirect", FakeReply(status: 302, headers: [("location", "http://127.0.0.1:1/")])),
    ("a cut body", FakeReply(body: [UInt8](repeating: 0, count: 1000), cutAfter: 10)),
    ("no HTTP", FakeReply(raw: Array("\u{0}\u{1}garbage\r\n\r\n".utf8))),
    ("two megabytes", FakeReply(body: [UInt8](repeating: 0, count: 2 << 20))),
  ]

  @Test("Peers get a constant 503 with Retry-After, whatever it is")
  func served() async throws {
    try await withLink { station, link in
      let headers: Fields = [("content-type", "application/cose")]
      for (what, reply) in Self.nonsense {
        station.daemon.override { _, operation in operation == .takeEntry ? reply : nil }
        let answer = try await link.send(LinkRequest(.POST, "/entries", headers: headers, body: [1]))
        #expect(answer.status == 503 && answer.retryAfter == 30, "\(what): \(answer.status)")
        #expect(answer.body == PeerAnswer.daemonAway.body, "\(what)")
      }
      station.daemon.override(nil)
      let answer = try await link.send(LinkRequest(.POST, "/entries", headers: headers, body: [1]))
      #expect(answer.status == 201)
    }
  }

  @Test("Its refusals go on with their codes; what only it and its courier share does not")
  func refusals() async throws {
    try await withLink { station, link in
      let headers: Fields = [("content-type", "application/cose")]
      let problem = ConciseProblem(code: "malformed", title: "It cannot be read", detail: "at byte 3")
      let reply: @Sendable (Int) -> FakeReply = { status in
        FakeReply(status: status, mediaType: ConciseProblem.mediaType, body: problem.encoded())
      }
      for (status, expected) in [(400, 400), (422, 400), (413, 413), (409, 409), (404, 404), (401, 503), (500, 503)] {
        station.daemon.override { _, operation in operation == .takeEntry ? reply(status) : nil }
        let answer = try await link.send(LinkRequest(.POST, "/entries", headers: headers, body: [1]))
        #expect(answer.status == expected, "\(status)")
        if expected == 400 { #expect(answer.problem?.code == "malformed") }
      }
    }
  }

  @Test("The loop goes on after every kind of nonsense")
  func loop() async throws {
    try await withPair { one, other in
      for (index, (what, reply)) in Self.nonsense.enumerated() {
        let operations: [ExchangeOperation] = [.waitForWork, .getDue, .getPeers, .reportDelivery]
        let bad = operations[index % operations.count]
        one.daemon.override { _, operation in operation == bad ? reply : nil }
        let statement: [UInt8] = [UInt8(index), 1, 2]
        let due = DueStatement(
          entry: FakeDaemon.entry(statement), statement: statement, objects: [], asksFirst: false)
        one.daemon.with { $0.due[other.identity.name] = [due] }
        try await Task.sleep(for: .milliseconds(60))
        one.daemon.override(nil)
        try await eventually("delivered after \(what)") {
          one.daemon.look { $0.reports.contains { $0.entry == due.entry && $0.result == .registered } }
        }
      }
    }
  }

  @Test("While it is away peers are told so, and it is found again")
  func away() async throws {
    let friend = try TestIdentity("SYR/prisons")
    let own = try TestIdentity("IRQ/justice")
    let daemon = FakeDaemon(own: own)
    try await withFolder { folder in
      // The socket that the courier is told of is another one, which comes later.
      let path = "\(folder)/late.sock"
      try await Station.run(own, daemon: daemon, adjust: Adjust { $0.exchangeSocket = path }) { station in
        try await Task.sleep(for: .milliseconds(200))
        daemon.setPeers([friend.peer()])
        let socket = try await FakeSocket(path: path) { await daemon.answer($0) }
        let place = try #require(PeerPlace(url: station.url))
        let link = PeerLink(peer: station.peer, place: place, identity: try friend.transport, limits: PeerLimits())
        try await eventually("the peer is served") {
          (try? await link.send(LinkRequest(.GET, "/checkpoint")))?.status == 200
        }
        await link.close()
        await socket.close()
      }
    }
  }
}
