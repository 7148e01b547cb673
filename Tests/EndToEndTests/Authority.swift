import ControlAPI
import Custody
import Foundation
import OpenSSL

/// One authority of a test: its directory, its socket, and the ways to ask its daemon.
struct TestAuthority: Sendable {
  /// "SYR/prisons".
  let name: String
  let folder: String
  let logs: String
  let site: String
  var socket: String { "\(folder)/control.sock" }
  var client: ControlClient { ControlClient(socket: socket) }
  var store: String { "\(folder)/state/amana.sqlite" }

  func officer(_ number: Int) -> String { "\(folder)/officers/officer-\(number).pem" }

  func key(_ path: String) throws -> PrivateKey {
    try PrivateKey(pem: [UInt8](Data(contentsOf: URL(filePath: path))))
  }

  /// Runs `amana` against this authority's daemon.
  func amana(_ arguments: String..., environment: [String: String] = [:]) throws -> Answer {
    try start(arguments, environment: environment).finished()
  }

  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Command {
    try Command("amana", arguments + ["--socket", socket], environment: environment, logs: logs)
  }

  func daemon(_ extra: [String] = [], environment: [String: String] = [:]) throws -> Daemon {
    try Daemon(self, extra, environment)
  }

  func send(_ method: ControlMethod, _ path: String, _ body: [UInt8] = []) async throws -> ControlResponse {
    let type = path.hasPrefix("/v1/bundles") ? Custody.Bundle.mediaType : "application/json"
    return try await client.send(method, path, body: body, contentType: type)
  }

  func get<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) async throws -> Value {
    try decoded(try await send(.get, path))
  }

  func status() async throws -> StatusView { try await get("/v1/status") }

  func lines(_ statement: String) async throws -> [LineView] { try await get("/v1/statements/\(statement)/lines") }

  /// The newest statement of an event.
  func newest(_ event: String) async throws -> StatementView {
    let all = try await get("/v1/statements?limit=1000", as: [StatementView].self)
    guard let found = all.last(where: { $0.event == event }) else { throw Stopped("\(name) has no \(event)") }
    return found
  }
}

/// Reads a good answer.
func decoded<Value: Decodable>(_ response: ControlResponse, as type: Value.Type = Value.self) throws -> Value {
  guard (200..<300).contains(response.status) else {
    throw Stopped("status \(response.status): \(String(decoding: response.body, as: UTF8.self))")
  }
  return try JSONDecoder().decode(type, from: Data(response.body))
}

/// Reads an answer that must be an error in the shape for people.
func problem(_ response: ControlResponse) throws -> Problem {
  guard response.status >= 400, response.contentType == Problem.mediaType else {
    throw Stopped("no problem: status \(response.status) \(String(decoding: response.body, as: UTF8.self))")
  }
  return try JSONDecoder().decode(Problem.self, from: Data(response.body))
}
