import ControlAPI
import Custody
import Foundation
import OpenSSL
import Testing

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

  /// Whether a version of the roster comes into force.
  func adopts(_ version: UInt64) async throws -> Bool {
    try await becomes { try await status().rosterVersion == version }
  }

  /// A statement as it was signed.
  func signed(_ id: String?) async throws -> SignedStatement {
    guard let id else { throw Stopped("\(name) signed nothing") }
    return try SignedStatement(decoding: try await send(.get, "/v1/statements/\(id)/cose").body)
  }

  /// Its daemon does not start and says why, without a secret.
  func expectNoStart(
    _ why: String, without secret: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try daemon().command.finished()
    #expect(
      answer.code == 1 && answer.errors.contains(why) && !answer.errors.contains("ready: "), "\(why): \(answer)",
      sourceLocation: sourceLocation)
    if let secret { #expect(!"\(answer)".contains(secret), sourceLocation: sourceLocation) }
  }

  func lines(_ statement: String) async throws -> [LineView] { try await get("/v1/statements/\(statement)/lines") }

  /// The phases that a statement's lines are in.
  func phases(_ statement: String) async throws -> Set<String> { Set(try await lines(statement).map(\.phase)) }

  /// Who has a statement's lines, and in which phase: "IRQ/justice held".
  func custodians(_ statement: String) async throws -> Set<String> {
    Set(try await lines(statement).map { "\($0.custodian) \($0.phase)" })
  }

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
