import AsyncHTTPClient
import ControlAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import Roster

/// Speaks HTTP/1.1 with amanad over the exchange socket; connections stay open between requests.
final class DaemonClient: ExchangeDaemon {
  private let base: String
  private let client: HTTPClient

  init(socket: String) {
    base = "http+unix://" + percentEncoded(socket)
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)), decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
  }

  /// Must be called before the last reference goes.
  func close() async { try? await client.shutdown() }

  func ask(_ question: DaemonQuestion, within time: Duration) async throws(DaemonError) -> DaemonAnswer {
    do {
      return try await attempt(question, within: time)
    } catch DaemonError.interrupted {
      // A connection that the daemon closed while it was idle; asking twice has the effect of asking once.
      return try await attempt(question, within: time)
    }
  }

  private func attempt(_ question: DaemonQuestion, within time: Duration) async throws(DaemonError) -> DaemonAnswer {
    var request = HTTPClientRequest(url: base + question.target)
    request.method = HTTPMethod(rawValue: question.operation.route.method)
    if question.operation.route.limit > 0 {
      request.headers.add(name: "content-type", value: Self.mediaType(of: question.operation))
      request.body = .bytes(ByteBuffer(bytes: question.body))
    }
    do {
      let response = try await client.execute(request, deadline: .now() + TimeAmount(time))
      let body = try await response.body.collect(upTo: question.answerLimit)
      return DaemonAnswer(status: Int(response.status.code), body: [UInt8](body.readableBytesView))
    } catch {
      throw Self.reason(error)
    }
  }

  /// Of what is handed in.
  private static func mediaType(of operation: ExchangeOperation) -> String {
    switch operation {
    case .takeObjectBytes: "application/octet-stream"
    case .takeEntry: "application/cose"
    case .addCheckpoint: "text/plain; charset=utf-8"
    default: "application/cbor"
    }
  }

  private static func reason(_ error: any Error) -> DaemonError {
    if error is NIOTooManyBytesError { return .tooLarge }
    if error is CancellationError { return .interrupted }
    if let error = error as? HTTPClientError {
      switch error {
      case .remoteConnectionClosed, .cancelled: return .interrupted
      case .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout, .getConnectionFromPoolTimeout:
        return .timeout
      default: return .unreachable(error.shortDescription)
      }
    }
    if let error = error as? IOError { return .unreachable(error.description) }
    if error is HTTPParserError { return .unreachable("what answers there is no HTTP") }
    return .unreachable("\(type(of: error))")
  }
}

/// Retry-After in its form of seconds; a date or nonsense is nil, and nobody makes us wait longer than a day.
func seconds(_ text: String?) -> UInt64? {
  guard let text, (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
    return nil
  }
  return UInt64(text).map { min($0, UInt64(secondsPerDay)) }
}
