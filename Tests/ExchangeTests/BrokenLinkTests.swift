import ControlAPI
import Exchange
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import OpenSSL
import Roster
import TestSupport
import Testing

@Suite("Links that fail")
struct BrokenLinkTests {
  @Test("An object whose connection is cut at any byte arrives whole, no byte taken twice")
  func cuts() async throws {
    var random = SeededGenerator(named: "cuts")
    let object = random.bytes(900_000)
    let statement = random.bytes(3000)
    // Within the handshake, the statement, and each piece.
    let cuts = (0..<24).map { index in Int.random(in: index < 6 ? 1...6000 : 3000...320_000, using: &random) }
    try await withPair { one, other in
      let proxy = try await CuttingProxy(to: other.port, cuts: cuts)
      try await one.know([other.identity.peer(url: "https://127.0.0.1:\(proxy.port)")])
      one.daemon.with { $0.objects[SHA256.hash(object)] = object }
      other.daemon.with { $0.wanted[SHA256.hash(object)] = object.count }
      let due = DueStatement(
        entry: FakeDaemon.entry(statement), statement: statement,
        objects: [ExchangeObject(id: SHA256.hash(object), size: UInt64(object.count))], asksFirst: false)
      one.daemon.with { $0.due[other.identity.name] = [due] }
      try await eventually("the receipt") { one.daemon.look { $0.reports.last?.result == .registered } }
      let failed = one.daemon.look(\.reports).filter { $0.result == .failed }
      let taken = other.daemon.look(\.taken)
      print(
        "CUTS: \(proxy.connections) connections, \(failed.count) attempts failed, \(taken) of \(object.count) bytes")
      #expect(other.daemon.look { $0.arrived[SHA256.hash(object)] } == object)
      #expect(taken == object.count)
      #expect(!failed.isEmpty)
      #expect(failed.allSatisfy { ["interrupted", "tls", "tcp"].contains($0.code) }, "\(failed.map(\.code))")
      await proxy.close()
    }
  }

  /// What the first report says when the peer's URL is this one.
  private func report(
    url: @escaping @Sendable (Station) -> String, as other: TestIdentity? = nil,
    adjust: Adjust = .nothing
  ) async throws -> DeliveryReport {
    try await withPair(adjust: adjust) { one, station in
      let identity = other ?? station.identity
      try await one.know([identity.peer(url: url(station))])
      let due = DueStatement(entry: FakeDaemon.entry([1]), statement: [1], objects: [], asksFirst: false)
      one.daemon.with { $0.due[identity.name] = [due] }
      try await eventually("a report") { one.daemon.look { !$0.reports.isEmpty } }
      return try #require(one.daemon.look(\.reports).first)
    }
  }

  @Test("Each failure has its word and a sentence")
  func classification() async throws {
    let name = try await report { _ in "https://nothing.invalid:8443" }
    #expect(name.code == "dns" && name.detail?.contains("nothing.invalid") == true, "\(name)")
    let refused = try await report { _ in "https://127.0.0.1:1" }
    #expect(refused.code == "tcp" && refused.detail?.contains("refuses connections") == true, "\(refused)")
    let another = try await report(url: \.url, as: try TestIdentity("SYR/prisons"))
    #expect(another.code == "tls" && another.detail?.contains("roster") == true, "\(another)")
    let place = try await report { _ in "https://127.0.0.1:8443/path" }
    #expect(place.code == "dns" && place.detail?.contains("HOST:PORT") == true, "\(place)")
    #expect([name, refused, another, place].allSatisfy { $0.result == .failed })
  }

  @Test("A peer that takes the connection and says nothing runs into the deadline")
  func silence() async throws {
    let silent = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(silent.localAddress?.port)
    let short = Adjust {
      $0.limits.bodyTime = .milliseconds(400)
      $0.limits.headTime = .milliseconds(400)
    }
    let report = try await report(url: { _ in "https://127.0.0.1:\(port)" }, adjust: short)
    #expect(report.code == "timeout" && report.result == .failed, "\(report)")
    try await silent.close().get()
  }

  @Test("A peer whose answer begins and never ends runs into the deadline")
  func dripping() async throws {
    let identity = try TestIdentity("SYR/prisons")
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: NIOSSLCertificate.fromPEMBytes(identity.certificatePEM).map { .certificate($0) },
        privateKey: .privateKey(NIOSSLPrivateKey(bytes: identity.keyPEM, format: .pem))))
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([NIOSSLServerHandler(context: context), Dripping()])
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(server.localAddress?.port)
    let short = Adjust {
      $0.limits.bodyTime = .milliseconds(700)
      $0.limits.headTime = .milliseconds(700)
      $0.limits.slowestRate = 1 << 30
    }
    let report = try await report(url: { _ in "https://127.0.0.1:\(port)" }, as: identity, adjust: short)
    #expect(report.code == "timeout" && report.result == .failed, "\(report)")
    try await server.close().get()
  }

  @Test("What answers and speaks no TLS is named so")
  func noTLS() async throws {
    let plain = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.writeAndFlush(ByteBuffer(string: "SSH-2.0-OpenSSH_9.2\r\n"), promise: nil)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(plain.localAddress?.port)
    let report = try await report { _ in "https://127.0.0.1:\(port)" }
    #expect(report.code == "tls", "\(report)")
    try await plain.close().get()
  }

  @Test("A peer whose daemon is away answers 503; it is a failure of the way and its Retry-After is passed on")
  func peerAway() async throws {
    try await withPair { one, other in
      other.daemon.override { _, operation in operation == .takeEntry ? FakeReply(status: 500) : nil }
      let due = DueStatement(entry: FakeDaemon.entry([1]), statement: [1], objects: [], asksFirst: false)
      one.daemon.with { $0.due[other.identity.name] = [due] }
      try await eventually("a report") { one.daemon.look { !$0.reports.isEmpty } }
      let first = try #require(one.daemon.look(\.reports).first)
      #expect(first.result == .failed && first.code == "http" && first.retryAfter == 30, "\(first)")
    }
  }
}

/// Answers whatever is asked with a body of a thousand bytes, of which one comes at a time, seldom.
private final class Dripping: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/cose\r\ncontent-length: 1000\r\n\r\n"
    context.channel.writeAndFlush(ByteBuffer(string: head), promise: nil)
    let channel = context.channel
    channel.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(20), delay: .milliseconds(50)) { task in
      guard channel.isActive else { return task.cancel() }
      channel.writeAndFlush(ByteBuffer(bytes: [0]), promise: nil)
    }
  }
}
