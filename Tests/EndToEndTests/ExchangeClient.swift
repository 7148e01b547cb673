import COSE
import ControlAPI
import Custody
import Foundation
import Roster

/// A courier as a test plays it: it asks the exchange socket whatever the test wants to know, true or false.
struct ExchangeClient: Sendable {
  let authority: TestAuthority
  var socket: String { "\(authority.folder)/exchange.sock" }

  init(_ authority: TestAuthority) { self.authority = authority }

  /// Asks with any method and path.
  func send(_ method: ControlMethod, _ path: String, _ body: [UInt8] = []) async throws -> ControlResponse {
    try await ControlClient(socket: socket).send(method, path, body: body, contentType: "application/cbor")
  }

  /// Asks an operation.
  func ask(_ operation: ExchangeOperation, _ query: [String: String] = [:], id: [UInt8] = [], body: [UInt8] = [])
    async throws -> ControlResponse
  {
    let route = operation.route
    let path = route.path.replacing("{id}", with: hexadecimal(id))
    let pairs = query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    guard let method = ControlMethod(rawValue: route.method) else { throw Stopped("\(route.method) is not sent") }
    return try await send(method, pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))", body)
  }

  /// A good answer's message.
  func get<Message: ExchangeMessage>(
    _ operation: ExchangeOperation, _ query: [String: String] = [:], id: [UInt8] = [], body: [UInt8] = [],
    as type: Message.Type = Message.self
  ) async throws -> Message {
    let answer = try await ask(operation, query, id: id, body: body)
    guard answer.status == 200 else {
      throw Stopped("\(operation): \(answer.status) \((try? ConciseProblem(decoding: answer.body).code) ?? "")")
    }
    return try Message(decoding: answer.body)
  }

  func due(to peer: TestAuthority) async throws -> [DueStatement] {
    try await get(.getDue, ["peer": peer.name], as: DueStatements.self).statements
  }

  func take(_ statement: [UInt8], from peer: TestAuthority) async throws -> EntryAnswer {
    try await get(.takeEntry, ["peer": peer.name], body: statement)
  }

  /// How much of an object is here, as its sender is told.
  func state(of object: [UInt8], from peer: TestAuthority) async throws -> ObjectState {
    try await get(.getObjectState, ["peer": peer.name], id: object)
  }

  func report(
    _ entry: [UInt8], to peer: TestAuthority, _ result: DeliveryReport.Result, receipt: [UInt8]? = nil,
    code: String? = nil, detail: String? = nil, retryAfter: UInt64? = nil
  ) async throws -> ControlResponse {
    let report = DeliveryReport(
      peer: try peer.authorityName, entry: entry, result: result, receipt: receipt, code: code, detail: detail,
      retryAfter: retryAfter)
    return try await ask(.reportDelivery, body: report.encoded())
  }
}

extension TestAuthority {
  var authorityName: AuthorityName {
    get throws {
      guard let found = AuthorityName(name) else { throw Stopped("\(name) is no name") }
      return found
    }
  }
}

/// The code of an answer that must be a concise problem.
func conciseCode(_ answer: ControlResponse) throws -> String? {
  guard answer.status >= 400, answer.contentType == ConciseProblem.mediaType else {
    throw Stopped("no concise problem: \(answer.status) \(answer.contentType)")
  }
  return try ConciseProblem(decoding: answer.body).code
}
