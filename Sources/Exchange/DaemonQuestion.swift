import ControlAPI
import Custody
import Roster

/// One question to the daemon on its exchange socket.
struct DaemonQuestion: Sendable {
  let operation: ExchangeOperation
  /// 32 bytes where the path has an id.
  var id: [UInt8] = []
  var query: [(name: String, value: String)] = []
  var body: [UInt8] = []

  init(
    _ operation: ExchangeOperation, id: [UInt8] = [], query: [(name: String, value: String)] = [], body: [UInt8] = []
  ) {
    self.operation = operation
    self.id = id
    self.query = query
    self.body = body
  }

  /// Path and query as they stand in the request.
  var target: String {
    let path = operation.route.path.replacing("{id}", with: hexadecimal(id))
    guard !query.isEmpty else { return path }
    return path + "?" + query.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
  }

  /// The most bytes of its answer.
  var answerLimit: Int {
    switch operation {
    case .getPeers: 80 << 20
    // A page is a mebibyte and a batch sixteen, or one statement with its receipts where that is more.
    case .getDue: 32 << 20
    case .getFeed: 8 << 20
    case .getSlots: 4 << 20
    default: 1 << 20
    }
  }
}

/// What the daemon answered, whatever its status.
struct DaemonAnswer: Sendable {
  let status: Int
  let body: [UInt8]
}

/// Why the daemon gave no answer that can be used.
enum DaemonError: Error, Sendable, CustomStringConvertible {
  case unreachable(String)
  case interrupted
  case timeout
  case tooLarge
  case refused(status: Int, ConciseProblem?)
  case unreadable(ExchangeOperation)

  var description: String {
    switch self {
    case .unreachable(let why): "amanad does not answer on the exchange socket (\(why)): systemctl status amana"
    case .interrupted: "amanad closed the connection before it had answered"
    case .timeout: "amanad did not answer in time"
    case .tooLarge: "amanad's answer is larger than it may be"
    case .refused(let status, let problem):
      "amanad answered \(status)\(problem.map { ": \($0.title)" } ?? "")"
    case .unreadable(let operation): "amanad's answer to \(operation.rawValue) cannot be read: are both of one version?"
    }
  }
}

/// Whoever answers on the exchange socket.
protocol ExchangeDaemon: Sendable {
  /// - Throws: when there is no answer; one with an error status is an answer.
  func ask(_ question: DaemonQuestion, within time: Duration) async throws(DaemonError) -> DaemonAnswer
}

/// A value for a query or a part of a path: unreserved characters stay (RFC 3986 §2.3).
func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default: encoded += "%" + hexadecimal([byte]).uppercased()
    }
  }
  return encoded
}
