import ControlAPI
import Custody
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import OpenSSL
import Roster
import Synchronization
import TestSupport
import Testing

@testable import Exchange

extension PeerLimits {
  fileprivate static func with(_ change: (inout PeerLimits) -> Void) -> PeerLimits {
    var limits = PeerLimits()
    change(&limits)
    return limits
  }
}

/// Answers everything with as many bytes.
private struct LargeDaemon: ExchangeDaemon {
  static let size = 3 << 20

  func ask(_ question: DaemonQuestion, within time: Duration) async throws(DaemonError) -> DaemonAnswer {
    DaemonAnswer(status: 200, body: [UInt8](repeating: 1, count: Self.size))
  }
}

@Suite("Limits against a hostile peer")
struct LimitTests {
  private static let get = "GET /checkpoint HTTP/1.1\r\nhost: a\r\n\r\n"

  private func withStation<Value: Sendable>(
    _ limits: PeerLimits = PeerLimits(), _ body: @Sendable (Station, TestIdentity) async throws -> Value
  ) async throws -> Value {
    let friend = try TestIdentity("SYR/prisons")
    return try await Station.run(TestIdentity("IRQ/justice"), adjust: Adjust { $0.limits = limits }) { station in
      try await station.know([friend.peer()])
      return try await body(station, friend)
    }
  }

  @Test("A body over its path's limit is 413 by its announcement, and by its bytes when none was made")
  func bodySize() async throws {
    try await withStation { station, friend in
      let object = "PUT /objects/\(String(repeating: "ab", count: 32)) HTTP/1.1\r\nhost: a\r\nupload-offset: 0\r\n"
      let type = "content-type: application/octet-stream\r\n"
      let announced = try await RawPeer.tls(station, as: friend)
      try await announced.send(object + type + "content-length: 262145\r\n\r\n")
      #expect(try await announced.answered() == 413)
      let entries = try await RawPeer.tls(station, as: friend)
      try await entries.send(
        "POST /entries HTTP/1.1\r\nhost: a\r\ncontent-type: application/cose\r\ncontent-length: 4194305\r\n\r\n")
      #expect(try await entries.answered() == 413)
      let chunked = try await RawPeer.tls(station, as: friend)
      try await chunked.send(object + type + "transfer-encoding: chunked\r\n\r\n40001\r\n")
      try? await chunked.send([UInt8](repeating: 1, count: 0x40001))
      #expect(try await chunked.answered() == 413)
      #expect(station.daemon.look { $0.handedIn.isEmpty && $0.taken == 0 })
    }
  }

  @Test("Heads over their limits are 431 and the connection ends")
  func headSize() async throws {
    try await withStation { station, friend in
      let long = "x: " + String(repeating: "a", count: 20_000)
      let many = (0..<100).map { "x\($0): 1" }.joined(separator: "\r\n")
      for field in [long, many] {
        let peer = try await RawPeer.tls(station, as: friend)
        try? await peer.send("GET /checkpoint HTTP/1.1\r\nhost: a\r\n\(field)\r\n\r\n")
        #expect(try await peer.answered() == 431)
        try await peer.ended()
      }
    }
  }

  @Test("More requests a second than allowed are 429 with Retry-After; another peer is served")
  func rate() async throws {
    let (friend, other) = (try TestIdentity("SYR/prisons"), try TestIdentity("TUR/prisons"))
    let start = ContinuousClock.now
    let adjust = Adjust {
      $0.limits.requestsPerSecond = 1
      // However long this machine takes, no bucket fills again.
      $0.clock = { start }
    }
    try await Station.run(TestIdentity("IRQ/justice"), adjust: adjust) { station in
      try await station.know([friend.peer(), other.peer()])
      let peer = try await RawPeer.tls(station, as: friend)
      try await peer.send(Self.get + Self.get + Self.get)
      try await eventually("three answers") { peer.text.components(separatedBy: "HTTP/1.1 ").count == 4 }
      #expect(peer.text.components(separatedBy: "HTTP/1.1 200").count == 3, "twice its rate at once")
      #expect(peer.text.components(separatedBy: "HTTP/1.1 429").count == 2)
      #expect(peer.text.lowercased().contains("retry-after: 1"))
      let second = try await RawPeer.tls(station, as: other)
      try await second.send(Self.get)
      #expect(try await second.answered() == 200)
    }
  }

  @Test("Connections of one peer, and of all, are counted; what ends frees its place")
  func connections() async throws {
    let other = try TestIdentity("TUR/prisons")
    try await withStation(
      .with {
        $0.connectionsPerPeer = 2
        $0.connections = 3
      }
    ) { station, friend in
      try await station.know([friend.peer(), other.peer()])
      func held(_ identity: TestIdentity) async throws -> RawPeer? {
        let peer = try await RawPeer.tls(station, as: identity)
        try? await peer.send(Self.get)
        return try await peer.answered() == 200 ? peer : nil
      }
      let first = try #require(try await held(friend))
      _ = try #require(try await held(friend))
      #expect(try await held(friend) == nil, "two of one peer")
      let third = try #require(try await held(other))
      #expect(try await held(other) == nil, "three in all")
      await first.close()
      await third.close()
      try await eventually("places are free again") { try await held(other) != nil }
    }
  }

  @Test("Connections that never prove whose they are end, and are counted apart from those of peers")
  func handshakes() async throws {
    try await withStation(
      .with {
        $0.handshakes = 2
        // Long enough for a friend's handshake on a busy machine.
        $0.handshakeTime = .seconds(2)
      }
    ) { station, friend in
      let held = try await RawPeer.tls(station, as: friend)
      try await held.send(Self.get)
      #expect(try await held.answered() == 200)
      let silent = [try await RawPeer.plain(station), try await RawPeer.plain(station)]
      for peer in silent { try await peer.ended() }
      let after = try await RawPeer.tls(station, as: friend)
      try await after.send(Self.get)
      #expect(try await after.answered() == 200)
      #expect(!held.isClosed)
    }
  }

  @Test("Silent connections from one address keep nobody else out: 8 of them wait, further ones are closed")
  func handshakesFromOneSource() async throws {
    // However busy the machine is, none of those that wait ends by its time.
    try await withStation(.with { $0.handshakeTime = .seconds(3600) }) { station, friend in
      var silent: [RawPeer] = []
      for _ in 0..<20 { silent.append(try await RawPeer.plain(station, from: "127.0.0.2")) }
      let all = silent
      try await eventually("twelve are closed") { all.filter(\.isClosed).count == 12 }
      let refused = try await RawPeer.tls(station, as: friend, from: "127.0.0.2")
      try? await refused.send(Self.get)
      #expect(try await refused.answered() == nil)
      let elsewhere = try await RawPeer.tls(station, as: friend, from: "127.0.0.3")
      try await elsewhere.send(Self.get)
      #expect(try await elsewhere.answered() == 200)
      #expect(all.filter(\.isClosed).count == 12, "the eight others still wait")
      for peer in all { await peer.close() }
      try await eventually("there is room again") {
        let again = try await RawPeer.tls(station, as: friend, from: "127.0.0.2")
        try? await again.send(Self.get)
        return try await again.answered() == 200
      }
    }
  }

  @Test("Where a connection comes from: an IPv4 address, in IPv6's form too, or the /64 of an IPv6 address")
  func sources() {
    func name(_ text: String) -> String { SourceNetwork(text: text).name }
    #expect(name("192.0.2.1") == "192.0.2.1" && name("::ffff:192.0.2.1") == "192.0.2.1")
    #expect(name("192.0.2.2") != name("192.0.2.1"))
    #expect(name("2001:db8:0:7::1") == "2001:db8:0:7" && name("2001:db8:0:7:a:b:c:d") == "2001:db8:0:7")
    #expect(name("2001:db8::1") == "2001:db8:0:0" && name("::1") == "0:0:0:0")
    #expect(name("fe80::1%eth0") == "fe80:0:0:0" && name("2001:db8:0:8::1") != name("2001:db8:0:7::1"))
  }

  @Test("A head or a body that drips, a connection that idles, an answer that nobody reads: each ends")
  func slowness() async throws {
    let object = [UInt8](repeating: 5, count: 10_000)
    try await withStation(
      .with {
        // Long enough for three handshakes on a busy machine.
        $0.headTime = .seconds(8)
        $0.bodyTime = .seconds(8)
        $0.slowestRate = 1 << 30
      }
    ) { station, friend in
      let idle = try await RawPeer.tls(station, as: friend)
      let head = try await RawPeer.tls(station, as: friend)
      let body = try await RawPeer.tls(station, as: friend)
      station.daemon.with { $0.wanted[SHA256.hash(object)] = object.count }
      let path = hexadecimal(SHA256.hash(object))
      try await body.send(
        "PUT /objects/\(path) HTTP/1.1\r\nhost: a\r\nupload-offset: 0\r\ncontent-length: \(object.count)\r\n"
          + "content-type: application/octet-stream\r\n\r\n")
      let dripping = Task {
        for character in Self.get.dropLast(2) + String(repeating: "x", count: 1000) {
          // One may end before the other.
          try? await body.send([5])
          try? await head.send(String(character))
          try await Task.sleep(for: .milliseconds(25))
        }
      }
      for peer in [idle, head, body] { try await peer.ended() }
      dripping.cancel()
      _ = try? await dripping.value
      try await eventually("what came of the body is kept") { station.daemon.look { $0.taken > 0 } }
      #expect(station.daemon.look { $0.taken < object.count })
    }
  }

  @Test("Whoever does not read its answer is given up")
  func slowReader() async throws {
    let large = [UInt8](repeating: 1, count: 30 << 20)
    try await withStation(
      .with {
        $0.bodyTime = .milliseconds(600)
        $0.slowestRate = 1 << 30
      }
    ) { station, friend in
      station.daemon.override { _, operation in
        operation == .getSlots ? FakeReply(body: Array(large[..<(4 << 20)])) : nil
      }
      let peer = try await RawPeer.tls(station, as: friend, readsNothing: true)
      try await peer.send(Self.get)
      #expect(try await peer.answered() == 200)
      try await peer.stopReading()
      let slots = "GET /slots/\(String(repeating: "ab", count: 32)) HTTP/1.1\r\nhost: a\r\n\r\n"
      try await peer.send(slots + slots + slots)
      // The peer itself sees nothing of it, since it does not read: the place it held is free again.
      try await eventually("the connection is given up") { station.courier.connectedPeers == 0 }
    }
  }

  @Test("Bodies of all together have their memory; over it they are told to come back")
  func memory() async throws {
    try await withStation(.with { $0.bodyMemory = 1000 }) { station, friend in
      let peer = try await RawPeer.tls(station, as: friend)
      let head = "POST /entries HTTP/1.1\r\nhost: a\r\ncontent-type: application/cose\r\ncontent-length: 2000\r\n\r\n"
      try await peer.send(Array(head.utf8) + [UInt8](repeating: 1, count: 2000))
      #expect(try await peer.answered() == 503)
      #expect(peer.text.lowercased().contains("retry-after: 5"))
      let small = try await RawPeer.tls(station, as: friend)
      try await small.send(
        "POST /entries HTTP/1.1\r\nhost: a\r\ncontent-type: application/cose\r\ncontent-length: 1\r\n\r\n1")
      #expect(try await small.answered() == 201)
    }
  }

  @Test("A page of a feed takes from the same memory while it is fetched, and gives back what it does not need")
  func feedMemory() async throws {
    try await withStation(.with { $0.bodyMemory = 9 << 20 }) { station, friend in
      let isAsked = Mutex(false)
      let mayAnswer = Mutex(false)
      station.daemon.override { request, operation in
        guard operation == .getFeed, request.query["after"] == "1" else { return nil }
        isAsked.withLock { $0 = true }
        while !mayAnswer.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
        return nil
      }
      func ask(_ after: Int) async throws -> RawPeer {
        let peer = try await RawPeer.tls(station, as: friend)
        try await peer.send("GET /feed?after=\(after) HTTP/1.1\r\nhost: a\r\n\r\n")
        return peer
      }
      let first = try await ask(1)
      try await eventually("the daemon is asked") { isAsked.withLock { $0 } }
      let second = try await ask(2)
      #expect(try await second.answered() == 503)
      #expect(second.text.lowercased().contains("retry-after: 5"))
      mayAnswer.withLock { $0 = true }
      #expect(try await first.answered() == 200)
      #expect(try await ask(3).answered() == 200)
    }
  }

  @Test("What an answer holds of the memory is its size, until it is gone")
  func answerMemory() async throws {
    let identity = try TestIdentity("IRQ/justice")
    let (name, memory) = (try #require(AuthorityName("SYR/prisons")), MemoryShare(9 << 20))
    let routes = PeerRoutes(
      daemon: LargeDaemon(), book: try PeerBook(identity: identity.transport, limits: PeerLimits()),
      buckets: TokenBuckets(perSecond: 50), memory: memory, legacyRedirects: false,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    for path in ["/feed", "/slots/\(String(repeating: "ab", count: 32))"] {
      let request = Request(
        head: HTTPRequest(method: .get, scheme: "https", authority: "a", path: path),
        body: RequestBody(buffer: ByteBuffer()))
      var answer: PeerAnswer? = await routes.answer(request, from: name)
      #expect(answer?.body.count == LargeDaemon.size)
      let rest = (9 << 20) - LargeDaemon.size
      #expect(!memory.take(rest + 1), "\(path)")
      #expect(memory.take(rest), "\(path)")
      memory.giveBack(rest)
      answer = nil
      #expect(memory.take(9 << 20), "\(path)")
      memory.giveBack(9 << 20)
    }
  }

  @Test("Many requests behind one that is being answered end the connection")
  func pipelining() async throws {
    try await withStation { station, friend in
      station.daemon.override { _, operation in
        if operation == .getCheckpoint { try? await Task.sleep(for: .milliseconds(500)) }
        return nil
      }
      let peer = try await RawPeer.tls(station, as: friend)
      try await peer.send(String(repeating: Self.get, count: 200))
      try await peer.ended()
      #expect(station.daemon.look { $0.askedBy.filter { $0.hasPrefix("getCheckpoint") }.count } < 10)
    }
  }
}
