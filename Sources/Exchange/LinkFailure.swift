import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a request did not get to a peer, or its answer not back: the word for programs and a sentence for people.
struct LinkFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The words are stable: they stand in `DeliveryReport.code`.
  enum Kind: String, Sendable { case dns, tcp, tls, http, timeout, interrupted }

  let kind: Kind
  let sentence: String
  /// What the peer asked for, in seconds.
  var retryAfter: UInt64?

  init(_ kind: Kind, _ sentence: String, retryAfter: UInt64? = nil) {
    self.kind = kind
    self.sentence = sentence
    self.retryAfter = retryAfter
  }

  var description: String { "\(kind.rawValue): \(sentence)" }

  /// What an error of the libraries means for somebody who must mend the link.
  init(_ error: any Error) {
    switch error {
    case let known as LinkFailure: self = known
    case is CancellationError: self.init(.interrupted, "the courier was told to stop meanwhile")
    case is NIOTooManyBytesError: self.init(.http, "the peer's answer is larger than it may be")
    case is HTTPParserError: self.init(.http, "what answers there does not speak HTTP/1.1")
    case let error as HTTPClientError: self.init(client: error)
    case let error as NIOConnectionError: self.init(connection: error)
    case let error as NIOSSLError: self.init(tls: error)
    case let error as BoringSSLError: self.init(boring: error)
    case let error as IOError: self.init(system: error)
    case ChannelError.connectTimeout: self.init(.timeout, "no connection came about in time")
    default: self.init(.interrupted, "the connection broke off (\(type(of: error)))")
    }
  }

  private init(client error: HTTPClientError) {
    switch error {
    case .connectTimeout: self.init(.timeout, "no connection came about in time: is the port open, the link up?")
    case .tlsHandshakeTimeout: self.init(.timeout, "the TLS handshake did not end in time")
    case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
      self.init(.timeout, "the peer did not answer in time")
    case .remoteConnectionClosed, .uncleanShutdown:
      self.init(.interrupted, "the peer closed the connection before it had answered")
    case .cancelled, .requestStreamCancelled: self.init(.interrupted, "the request was given up")
    case .invalidURL, .emptyHost, .emptyScheme: self.init(.dns, "the peer's URL cannot be used")
    default: self.init(.http, "the request failed: \(error.shortDescription)")
    }
  }

  private init(connection error: NIOConnectionError) {
    guard let first = error.connectionErrors.first?.error else {
      self.init(.dns, "the name \(plain(error.host, maximum: 255)) has no address: check the URL and the resolver")
      return
    }
    self.init(first)
  }

  private init(system error: IOError) {
    switch error.errnoCode {
    case ECONNREFUSED:
      self.init(.tcp, "the peer's machine refuses connections on that port: is its courier running?")
    case EHOSTUNREACH, ENETUNREACH: self.init(.tcp, "there is no way to the peer's network")
    case ETIMEDOUT: self.init(.timeout, "the peer's machine does not answer")
    case ECONNRESET, EPIPE: self.init(.interrupted, "the peer or the link broke the connection off")
    default: self.init(.tcp, "the connection failed (errno \(error.errnoCode))")
    }
  }

  private init(tls error: NIOSSLError) {
    switch error {
    case .handshakeFailed(let inner): self.init(boring: inner)
    case .uncleanShutdown: self.init(.interrupted, "the connection broke off without TLS's farewell")
    default: self.init(.tls, "TLS failed: \(error)")
    }
  }

  private init(boring error: BoringSSLError) {
    let words = plain("\(error)", maximum: 2000)
    if words.contains("CERTIFICATE_VERIFY_FAILED") {
      self.init(
        .tls, "its certificate is not one that the roster names for it, or has expired: compare rosters with the peer")
    } else if words.contains("ALERT") || words.contains("alert") {
      self.init(.tls, "the peer refused us: it may not have our certificate in its roster, or ours has expired")
    } else if words.contains("WRONG_VERSION_NUMBER") || words.contains("UNSUPPORTED_PROTOCOL") {
      self.init(.tls, "what answers there does not speak TLS 1.3")
    } else {
      self.init(.tls, "the TLS handshake failed: \(words.prefix(200))")
    }
  }
}
