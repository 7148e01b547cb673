import NIOCore
import NIOHTTP1
import NIOPosix

/// The HTTP methods of the control interface.
public enum ControlMethod: String, Sendable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case delete = "DELETE"
}

/// An answer of the control interface.
public struct ControlResponse: Sendable {
  public let status: Int
  public let contentType: String
  public let body: [UInt8]
  /// Where the next page is, when there is one (RFC 8288).
  public let next: String?
  /// Whether the daemon is in an exercise, which every answer of such a one says in a header.
  public let isExercise: Bool

  /// Says "true" in an exercise and is absent otherwise.
  public static let exerciseHeader = "amana-exercise"
}

/// Why no answer came.
public enum ControlClientError: Error, Sendable, CustomStringConvertible {
  case unreachable(socket: String, reason: String)
  case interrupted(socket: String)
  case tooLarge(limit: Int)

  public var description: String {
    switch self {
    case .unreachable(let socket, let reason):
      "amanad does not answer on \(socket) (\(reason)). Is it running? Try: systemctl status amana"
    case .interrupted(let socket): "amanad on \(socket) closed the connection before it had answered: ask again"
    case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
    }
  }
}

/// Speaks HTTP/1.1 with amanad over its Unix socket, one request a connection.
public struct ControlClient: Sendable {
  public static let maximumResponse = 512 << 20
  public let socket: String

  public init(socket: String) { self.socket = socket }

  /// Sends one request and collects the answer.
  /// - Throws: `ControlClientError` when there is none; an answer with an error status is an answer.
  public func send(
    _ method: ControlMethod, _ path: String, body: [UInt8] = [], contentType: String = "application/json",
    accept: String = "*/*"
  ) async throws -> ControlResponse {
    var headers = HTTPHeaders([("host", "amana"), ("accept", accept), ("connection", "close")])
    headers.add(name: "content-length", value: String(body.count))
    if !body.isEmpty { headers.add(name: "content-type", value: contentType) }
    let head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: method.rawValue), uri: path, headers: headers)
    var parts: [HTTPClientRequestPart] = [.head(head)]
    if !body.isEmpty { parts.append(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
    parts.append(.end(nil))
    let request = parts
    let channel = try await connect()
    do {
      return try await channel.executeThenClose { inbound, outbound in
        // The daemon may answer and close before the last part is written: what counts is its answer.
        try? await outbound.write(contentsOf: request)
        return try await collect(inbound)
      }
    } catch let error as ControlClientError {
      throw error
    } catch {
      throw ControlClientError.interrupted(socket: socket)
    }
  }

  typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  func connect() async throws -> Connection {
    do {
      return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connectTimeout(.seconds(10))
        .connect(unixDomainSocketPath: socket) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            return try Connection(wrappingChannelSynchronously: channel)
          }
        }
    } catch {
      throw ControlClientError.unreachable(socket: socket, reason: "\(error)")
    }
  }

  func collect(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> ControlResponse {
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    for try await part in inbound {
      switch part {
      case .head(let received): head = received
      case .body(let buffer):
        guard body.count + buffer.readableBytes <= Self.maximumResponse else {
          throw ControlClientError.tooLarge(limit: Self.maximumResponse)
        }
        body.append(contentsOf: buffer.readableBytesView)
      case .end:
        guard let head else { throw ControlClientError.interrupted(socket: socket) }
        return ControlResponse(head, body: body)
      }
    }
    throw ControlClientError.interrupted(socket: socket)
  }
}
