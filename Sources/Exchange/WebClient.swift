import AsyncHTTPClient
import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a public server gave nothing that can be used: the word for programs and a sentence for people.
struct WebFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The words are stable: they stand in `FetchReport.code`.
  let code: String
  let sentence: String
  var description: String { "\(code): \(sentence)" }

  init(_ code: String, _ sentence: String) {
    self.code = code
    self.sentence = sentence
  }

  /// What an error of the libraries means, in words that fit a server that is nobody's peer.
  init(_ error: any Error) {
    if let known = error as? WebFailure {
      self = known
      return
    }
    if error is NIOTooManyBytesError {
      self.init("http", "the answer is larger than it may be")
      return
    }
    // A certificate of another name, which between peers is no failure.
    let kind = error is NIOSSLExtraError ? .tls : LinkFailure(error).kind
    let sentence =
      switch kind {
      case .dns: "its name has no address"
      case .tcp: "nobody answers on its port, or there is no way there"
      case .tls: "its certificate does not lead to an authority that this machine trusts, or it speaks no TLS 1.2"
      case .http: "what it answers is no HTTP that can be read"
      case .timeout: "it did not answer in time"
      case .interrupted: "the connection broke off"
      }
    self.init(kind.rawValue, sentence)
  }
}

/// Asks public servers over http and https: by this machine's trusted authorities and names, no redirects, no proxies, no
/// decompression, no cookies, everything within limits. Our transport key and the peers' certificates play no part.
final class WebClient: Sendable {
  /// How long one question may take until its answer is here whole.
  private let time: Duration
  private let client: HTTPClient

  convenience init(roots: NIOSSLTrustRoots = .default, time: Duration = .seconds(60)) {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    tls.trustRoots = roots
    self.init(tls: tls, time: time)
  }

  /// One that trusts and shows what it is told to: for an observer, who asks peers as it asks web servers.
  init(tls: TLSConfiguration, time: Duration) {
    self.time = time
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(min(time, .seconds(20)))),
      proxy: nil, decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2
    configuration.connectionPool.idleTimeout = .seconds(5)
    client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
  }

  /// Must be called before the last reference goes; what is under way ends.
  func close() async { try? await client.shutdown() }

  /// What lies under a URL.
  func get(_ url: FetchURL, limit: Int) async throws(WebFailure) -> [UInt8] {
    try await answer(HTTPClientRequest(url: url.text), limit, type: nil)
  }

  /// What is answered to bytes of one type, in another.
  func post(
    _ bytes: [UInt8], as type: String, to url: FetchURL, answeredAs wanted: String, limit: Int
  ) async throws(WebFailure) -> [UInt8] {
    var request = HTTPClientRequest(url: url.text)
    request.method = .POST
    request.headers.add(name: "content-type", value: type)
    request.headers.add(name: "accept", value: wanted)
    request.body = .bytes(ByteBuffer(bytes: bytes))
    return try await answer(request, limit, type: wanted)
  }

  private func answer(_ request: HTTPClientRequest, _ limit: Int, type: String?) async throws(WebFailure) -> [UInt8] {
    var request = request
    request.headers.add(name: "user-agent", value: "amana-courier/\(amanaVersion)")
    let final = request
    do {
      return try await within(time, else: WebFailure("timeout", "it did not answer in time")) { [client, time] in
        try await Self.body(of: client.execute(final, deadline: .now() + TimeAmount(time)), limit, type)
      }
    } catch {
      throw WebFailure(error)
    }
  }

  private static func body(of response: HTTPClientResponse, _ limit: Int, _ type: String?) async throws -> [UInt8] {
    let status = Int(response.status.code)
    guard !(300..<400).contains(status) else {
      throw WebFailure("http", "it answers with a redirect, which is not followed: set the URL that it leads to")
    }
    guard status == 200 else { throw WebFailure("http", "it answers with status \(status)") }
    guard response.headers["content-encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
      throw WebFailure("http", "its answer is encoded, and nothing is decompressed")
    }
    if let type {
      let found = (response.headers.first(name: "content-type") ?? "").prefix { $0 != ";" }.filter { $0 != " " }
      guard found.lowercased() == type else { throw WebFailure("http", "it answers with another type than \(type)") }
    }
    let body = try await response.body.collect(upTo: limit)
    guard body.readableBytes > 0 else { throw WebFailure("http", "its answer is empty") }
    return [UInt8](body.readableBytesView)
  }
}
