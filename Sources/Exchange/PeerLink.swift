import AsyncHTTPClient
import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Roster

/// Header fields or query parameters in order.
typealias Fields = [(name: String, value: String)]

/// A request to a peer.
struct LinkRequest: Sendable {
  var method: HTTPMethod
  var path: String
  var headers: Fields = []
  var body: [UInt8] = []
  /// The most bytes of an answer.
  var limit = 1 << 16

  init(
    _ method: HTTPMethod, _ path: String, headers: Fields = [], body: [UInt8] = [],
    limit: Int = 1 << 16
  ) {
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
    self.limit = limit
  }
}

/// A peer's answer, whatever its status.
struct LinkAnswer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: [UInt8]

  var mediaType: String {
    (headers.first(name: "content-type") ?? "").prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
  }
  var retryAfter: UInt64? { seconds(headers.first(name: "retry-after")) }
  var problem: ConciseProblem? {
    mediaType == ConciseProblem.mediaType ? ConciseProblem(foreign: body) : nil
  }

  /// What an answer means that fits no question.
  var failure: LinkFailure {
    let said = problem.map { ": \($0.title)" } ?? ""
    return LinkFailure(.http, "the peer answered with status \(status)\(said)", retryAfter: retryAfter)
  }
}

/// The way to one peer: TLS with its certificates alone, no redirects, no decompression, everything within limits.
final class PeerLink: Sendable {
  let peer: ExchangePeer
  let place: PeerPlace
  private let client: HTTPClient
  private let limits: PeerLimits

  init(peer: ExchangePeer, place: PeerPlace, identity: TransportIdentity, limits: PeerLimits) {
    self.peer = peer
    self.place = place
    self.limits = limits
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: identity.clientConfiguration(trusting: peer.certificates), redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(limits.bodyTime)), decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4
    configuration.connectionPool.idleTimeout = .seconds(20)
    client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
  }

  /// Must be called before the last reference goes; what is under way ends.
  func close() async { try? await client.shutdown() }

  func send(_ request: LinkRequest) async throws(LinkFailure) -> LinkAnswer {
    var outgoing = HTTPClientRequest(url: place.base + request.path)
    outgoing.method = request.method
    for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
    outgoing.headers.add(name: "user-agent", value: "amana-courier/\(amanaVersion)")
    if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
    // Room for a handshake and what the bytes take on the slowest link.
    let time = limits.time(for: request.body.count + request.limit / 8) + limits.headTime
    let (final, limit) = (outgoing, request.limit)
    do {
      return try await within(time, else: LinkFailure(.timeout, "the peer did not answer in time")) { [client] in
        try await Self.answer(client.execute(final, deadline: .now() + TimeAmount(time)), limit)
      }
    } catch {
      throw LinkFailure(error)
    }
  }

  private static func answer(_ response: HTTPClientResponse, _ limit: Int) async throws -> LinkAnswer {
    guard response.headers["content-encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
      throw LinkFailure(.http, "the peer's answer is encoded, and nothing is decompressed")
    }
    let body = try await response.body.collect(upTo: limit)
    return LinkAnswer(
      status: Int(response.status.code), headers: response.headers, body: [UInt8](body.readableBytesView))
  }
}

/// Where a peer is: its URL taken apart.
struct PeerPlace: Sendable, Hashable {
  let host: String
  let port: Int

  /// "https://host:port", and nothing more than a slash behind it.
  init?(url: String) {
    guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "https",
      let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/", parts.user == nil,
      parts.password == nil, parts.query == nil, parts.fragment == nil
    else { return nil }
    self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    port = parts.port ?? 443
    guard (1...65535).contains(port) else { return nil }
  }

  var base: String { "https://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

/// The links to peers; one is made anew when its peer's URL or certificates change.
actor PeerLinks {
  private(set) var identity: TransportIdentity
  private let limits: PeerLimits
  private var links: [AuthorityName: PeerLink] = [:]
  /// Made with a key that is ours no more; what goes on over them is finished.
  private var retired: [PeerLink] = []
  private var isClosed = false

  init(identity: TransportIdentity, limits: PeerLimits) {
    self.identity = identity
    self.limits = limits
  }

  /// Nil when nobody has added a URL for it.
  func link(to peer: ExchangePeer) async throws(LinkFailure) -> PeerLink? {
    guard let url = peer.url else { return nil }
    guard !isClosed else { throw LinkFailure(CancellationError()) }
    if let link = links[peer.authority], link.peer == peer { return link }
    guard let place = PeerPlace(url: url) else {
      throw LinkFailure(.dns, "the peer's URL is not https://HOST:PORT: correct it with `amana peer add`")
    }
    let old = links[peer.authority]
    let link = PeerLink(peer: peer, place: place, identity: identity, limits: limits)
    links[peer.authority] = link
    await old?.close()
    return link
  }

  /// Takes another key and certificate of ours: from now on every peer has a new link.
  func adopt(_ identity: TransportIdentity) async {
    self.identity = identity
    let old = retired
    retired = Array(links.values)
    links = [:]
    for link in old { await link.close() }
  }

  /// Ends the links to those who are no peers any more.
  func keep(_ peers: Set<AuthorityName>) async {
    for (name, link) in links where !peers.contains(name) {
      links[name] = nil
      await link.close()
    }
  }

  func close() async {
    isClosed = true
    for link in Array(links.values) + retired { await link.close() }
    (links, retired) = ([:], [])
  }
}
