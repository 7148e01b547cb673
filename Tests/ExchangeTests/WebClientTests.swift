import ControlAPI
import Foundation
import NIOSSL
import Synchronization
import TestSupport
import Testing

@testable import Exchange

/// The client for public servers against real ones on loopback.
@Suite("Fetching from public servers")
struct WebClientTests {
  private static let hello = Array("hello".utf8)

  /// Answers by path; what was asked is noted.
  private final class Server: Sendable {
    private let socket: FakeSocket
    private let box: Box
    var requests: [FakeRequest] { box.all }

    init(tls: NIOSSLContext? = nil, _ answer: @escaping @Sendable (FakeRequest) async -> FakeReply) async throws {
      let asked = Box()
      socket = try await FakeSocket(tls: tls) { request in
        asked.add(request)
        return await answer(request)
      }
      box = asked
    }

    func url(_ path: String, host: String = "127.0.0.1", scheme: String = "http") throws -> FetchURL {
      guard let url = FetchURL("\(scheme)://\(host):\(socket.port)\(path)") else { throw Stopped("no URL: \(path)") }
      return url
    }

    func close() async { await socket.close() }
  }

  private final class Box: Sendable {
    private let requests = Mutex<[FakeRequest]>([])
    var all: [FakeRequest] { requests.withLock { $0 } }
    func add(_ request: FakeRequest) { requests.withLock { $0.append(request) } }
  }

  private func with(
    _ server: Server, time: Duration = .seconds(30), roots: NIOSSLTrustRoots = .default,
    _ body: (WebClient) async throws -> Void
  ) async throws {
    let client = WebClient(roots: roots, time: time)
    do { try await body(client) } catch {
      await client.close()
      await server.close()
      throw error
    }
    await client.close()
    await server.close()
  }

  private func failure(_ body: () async throws(WebFailure) -> [UInt8]) async -> WebFailure? {
    do throws(WebFailure) {
      _ = try await body()
      return nil
    } catch { return error }
  }

  @Test("What lies there comes byte for byte, up to the very limit; what is answered to a question comes too")
  func good() async throws {
    let server = try await Server { request in
      request.method == "POST"
        ? FakeReply(mediaType: "application/timestamp-reply; x=y", body: request.body.reversed())
        : FakeReply(mediaType: "text/plain", body: Self.hello)
    }
    try await with(server) { client in
      #expect(try await client.get(server.url("/a.crl?b=c"), limit: 5) == Self.hello)
      let answer = try await client.post(
        [1, 2, 3], as: "application/timestamp-query", to: server.url("/tsa"),
        answeredAs: "application/timestamp-reply", limit: 3)
      #expect(answer == [3, 2, 1])
      #expect(server.requests.map(\.method) == ["GET", "POST"] && server.requests.first?.query == ["b": "c"])
    }
  }

  @Test("Too large, not there, empty, encoded, another type, no HTTP, broken off: each is a failure with its word")
  func bad() async throws {
    let server = try await Server { request in
      switch request.path {
      case "/large": FakeReply(body: [UInt8](repeating: 7, count: 100_000))
      case "/gone": FakeReply(status: 404, body: Self.hello)
      case "/broken": FakeReply(status: 500, body: Self.hello)
      case "/empty": FakeReply()
      case "/packed": FakeReply(body: Self.hello, headers: [("content-encoding", "gzip")])
      case "/cut": FakeReply(body: Self.hello, cutAfter: 2)
      case "/raw": FakeReply(raw: Array("no HTTP at all\r\n\r\n".utf8))
      default: FakeReply(mediaType: "text/html", body: Self.hello)
      }
    }
    try await with(server) { client in
      for (path, code) in [
        ("/large", "http"), ("/gone", "http"), ("/broken", "http"), ("/empty", "http"), ("/packed", "http"),
        ("/raw", "http"), ("/cut", "http interrupted"),
      ] {
        let url = try server.url(path)
        let found = await failure { () throws(WebFailure) in try await client.get(url, limit: 99_999) }
        #expect(
          found.map { code.split(separator: " ").contains($0.code[...]) } == true,
          "\(path): \(found.map { "\($0)" } ?? "taken")")
      }
      let url = try server.url("/typed")
      let found = await failure { () throws(WebFailure) in
        try await client.post([1], as: "a/b", to: url, answeredAs: "application/timestamp-reply", limit: 99)
      }
      #expect(found?.sentence.contains("another type") == true, "\(found.map { "\($0)" } ?? "taken")")
    }
  }

  @Test("A redirect is not followed, wherever it leads")
  func redirects() async throws {
    let server = try await Server { request in
      FakeReply(status: request.path == "/from" ? 302 : 200, body: Self.hello, headers: [("location", "/to")])
    }
    try await with(server) { client in
      let url = try server.url("/from")
      let found = await failure { () throws(WebFailure) in try await client.get(url, limit: 99) }
      #expect(found?.sentence.contains("redirect") == true, "\(found.map { "\($0)" } ?? "taken")")
      #expect(server.requests.map(\.path) == ["/from"])
    }
  }

  @Test("A server that never answers, and one that stops within its answer, cost the deadline and no more")
  func hanging() async throws {
    let server = try await Server { request in
      if request.path == "/never" { try? await Task.sleep(for: .seconds(5)) }
      return FakeReply(body: Self.hello, stallAfter: 2)
    }
    try await with(server, time: .milliseconds(300)) { client in
      for path in ["/never", "/within"] {
        let url = try server.url(path)
        let found = await failure { () throws(WebFailure) in try await client.get(url, limit: 99) }
        #expect(found?.code == "timeout", "\(path): \(found.map { "\($0)" } ?? "taken")")
      }
    }
  }

  @Test("Nobody there and a name without an address are told apart")
  func nobody() async throws {
    let client = WebClient()
    let urls = try ["http://127.0.0.1:1/", "http://nothing.invalid/"].map { try #require(FetchURL($0)) }
    let found = await [
      failure { () throws(WebFailure) in try await client.get(urls[0], limit: 9) }?.code,
      failure { () throws(WebFailure) in try await client.get(urls[1], limit: 9) }?.code,
    ]
    await client.close()
    #expect(found == ["tcp", "dns"])
  }

  @Test("https is by the trusted authorities and by name; a stranger's certificate and another name are refused")
  func https() async throws {
    let pki = try TestPKI()
    let root = try pki.root("root")
    let web = """
      basicConstraints = CA:FALSE
      keyUsage = critical,digitalSignature
      extendedKeyUsage = serverAuth
      subjectAltName = DNS:localhost
      """
    let chain = try NIOSSLCertificate.fromPEMBytes(pki.issue("web", by: "root", extensions: web))
    let key = try NIOSSLPrivateKey(bytes: pki.key(of: "web"), format: .pem)
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    let trusted = NIOSSLTrustRoots.certificates(try NIOSSLCertificate.fromPEMBytes(root))
    let server = try await Server(tls: context) { _ in FakeReply(body: Self.hello) }
    let stranger = WebClient()
    try await with(server, roots: trusted) { client in
      let (named, numbered) = (
        try server.url("/", host: "localhost", scheme: "https"), try server.url("/", scheme: "https")
      )
      #expect(try await client.get(named, limit: 9) == Self.hello)
      let found = await [
        failure { () throws(WebFailure) in try await client.get(numbered, limit: 9) }?.code,
        failure { () throws(WebFailure) in try await stranger.get(named, limit: 9) }?.code,
      ]
      await stranger.close()
      #expect(found == ["tls", "tls"])
      // What was refused was never asked.
      #expect(server.requests.count == 1)
    }
  }

  @Test("The courier fetches what its daemon wants and brings it; one that hangs holds up neither others nor peers")
  func courier() async throws {
    let server = try await Server { request in
      switch request.path {
      case "/hangs":
        try? await Task.sleep(for: .seconds(120))
        return FakeReply()
      case "/gone": return FakeReply(status: 404)
      case "/tsa": return FakeReply(mediaType: "application/timestamp-reply", body: request.body + [9])
      default: return FakeReply(body: Self.hello)
      }
    }
    let urls = try ["/hangs", "/gone", "/a.crl", "/tsa"].map { try server.url($0).text }
    let entry = [UInt8](repeating: 4, count: 32)
    try await withPair { one, other in
      let wanted = WantedFetches(
        lists: urls[..<3].map { WantedList(url: $0, limit: 99) } + [WantedList(url: "file:///etc/passwd", limit: 9)],
        timeStamps: [WantedTimeStamp(url: urls[3], entry: entry, query: [1, 2])])
      one.daemon.with { $0.fetches = wanted }
      try await eventually("four reports") { one.daemon.look { $0.fetched.count == 4 } }
      let reports = one.daemon.look(\.fetched)
      #expect(reports.contains(FetchReport(url: urls[2], content: Self.hello)))
      #expect(reports.contains(FetchReport(url: urls[3], entry: entry, content: [1, 2, 9])))
      #expect(reports.first { $0.url == urls[1] }?.code == "http")
      #expect(reports.first { $0.url == "file:///etc/passwd" }?.code == "url")
      // The first still hangs: peers are served, and what is wanted next is fetched.
      one.daemon.with { $0.checkpoints = [other.identity.name] }
      try await eventually("a checkpoint") { one.daemon.look { !$0.gossip.isEmpty } }
      one.daemon.with { $0.fetches = WantedFetches(lists: [WantedList(url: urls[2], limit: 99)], timeStamps: []) }
      try await eventually("a fifth report") { one.daemon.look { $0.fetched.count == 5 } }
      #expect(one.daemon.look { !$0.fetched.contains { $0.url == urls[0] } })
    }
    await server.close()
  }
}
