import ArgumentParser
import ControlAPI
import Foundation

/// Options of every command that asks a daemon.
struct Connection: ParsableArguments {
  @Option(name: .long, help: "The daemon's Unix socket. Default: $AMANA_SOCKET, else /run/amana/control.sock.")
  var socket: String?

  @Option(name: .long, help: "Language of what is printed: en or ar. Default: $AMANA_LANG, else $LANG.")
  var lang: Language?

  var language: Language { lang ?? .preferred }

  var session: Session {
    let path = socket ?? ProcessInfo.processInfo.environment["AMANA_SOCKET"] ?? "/run/amana/control.sock"
    return Session(client: ControlClient(socket: path), language: language)
  }
}

/// Asks the daemon and turns its errors into sentences and exit codes.
struct Session {
  let client: ControlClient
  let language: Language

  func get<Value: Decodable>(_ path: String, as type: Value.Type) async throws -> Value {
    try decode(type, try await send(.get, path))
  }

  func post<Value: Decodable>(_ path: String, _ body: some Encodable, as type: Value.Type) async throws -> Value {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try decode(type, try await send(.post, path, body: [UInt8](try encoder.encode(body))))
  }

  /// Sends a request and returns the body of a good answer.
  func send(_ method: ControlMethod, _ path: String, body: [UInt8] = [], contentType: String = "application/json")
    async throws -> [UInt8]
  {
    let response: ControlResponse
    do {
      response = try await client.send(method, path, body: body, contentType: contentType)
    } catch let error as ControlClientError {
      throw CommandFailure(Exit.cannotTell, "\(error)", say(.unreachableHint, in: language))
    }
    guard (200..<300).contains(response.status) else { throw failure(response) }
    return response.body
  }

  private func failure(_ response: ControlResponse) -> CommandFailure {
    guard let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body)) else {
      return CommandFailure(Exit.cannotTell, "amanad answered with status \(response.status) and no reason")
    }
    var lines = ["\(problem.code): \(problem.title)", "  \(problem.detail)"]
    for failing in (problem.failings ?? []).prefix(50) where problem.failings?.count ?? 0 > 1 {
      lines.append("  \(failing.code)\(failing.line.map { " line \($0)" } ?? ""): \(failing.detail)")
    }
    if let record = problem.record { lines.append("  record \(record)") }
    if let next = problem.next { lines.append("  → \(next)") }
    let code = problem.status >= 500 ? Exit.cannotTell : problem.status == 400 ? Exit.usage : Exit.doesNotHold
    return CommandFailure(code, lines: lines)
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws -> Value {
    do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
      throw CommandFailure(Exit.cannotTell, "amanad answered in a shape this version of amana does not know")
    }
  }

  /// The one statement that an id, the beginning of one, or a record's id means; the first of `events` that is there.
  func statement(_ text: String, events: [String]) async throws -> StatementView {
    let wanted = text.lowercased().filter { $0 != "-" }
    guard !wanted.isEmpty, wanted.allSatisfy(\.isHexDigit) else {
      throw CommandFailure(Exit.usage, "\"\(text)\" is no id: give the beginning of a statement's or record's id")
    }
    let found = try await get("/v1/statements?prefix=\(wanted)", as: [StatementView].self)
    // A record's id stands for its furthest step: an agreement before its offer.
    let fitting = events.lazy.map { event in found.filter { $0.event == event } }.first { !$0.isEmpty } ?? []
    guard let first = fitting.first else { throw CommandFailure(Exit.doesNotHold, say(.notFound, in: language, text)) }
    guard fitting.count == 1 else {
      let list = fitting.map { "\($0.event) \($0.statement.prefix(12))" }.joined(separator: ", ")
      throw CommandFailure(Exit.usage, say(.ambiguous, in: language, text, list))
    }
    return first
  }

  /// Says what became of a draft.
  func report(_ draft: DraftView) {
    if let statement = draft.statement {
      print(say(.draftSigned, in: language, draft.index.map(String.init) ?? "?", draft.event, statement))
    } else {
      print(say(.drafted, in: language, draft.event, draft.recordID, String(draft.lines)))
      print(
        say(
          .needsApprovals, in: language, String(draft.officersNeeded), String(draft.approvedBy.count), draft.draftID))
    }
    for flag in draft.flags { print(say(.showFlag, in: language, flag.code, flag.sentence ?? flag.detail)) }
  }
}

/// A new UUID for a draft, so that the same request sent twice has one effect.
func newDraftID() -> String { UUID().uuidString.lowercased() }

/// The content of a file, at most `limit` bytes.
func readFile(_ path: String, limit: Int) throws -> [UInt8] {
  guard let handle = FileHandle(forReadingAtPath: path) else {
    throw CommandFailure(Exit.usage, "\(path) is missing or not readable")
  }
  defer { try? handle.close() }
  let data: Data
  // Nothing is read from an empty file, which is no error.
  do { data = try handle.read(upToCount: limit + 1) ?? Data() } catch {
    throw CommandFailure(Exit.usage, "\(path) cannot be read")
  }
  guard data.count <= limit else { throw CommandFailure(Exit.usage, "\(path) is larger than \(limit) bytes") }
  return [UInt8](data)
}

/// Writes a file whole or not at all, with the given mode: beside its place first, then put there in one step.
func writeFile(_ path: String, _ bytes: [UInt8], mode: Int = 0o644) throws {
  let temporary = "\(path).new"
  try? FileManager.default.removeItem(atPath: temporary)
  guard FileManager.default.createFile(atPath: temporary, contents: Data(bytes), attributes: [.posixPermissions: mode])
  else { throw CommandFailure(Exit.usage, "\(path) cannot be written") }
  do {
    if FileManager.default.fileExists(atPath: path) {
      _ = try FileManager.default.replaceItemAt(URL(filePath: path), withItemAt: URL(filePath: temporary))
    } else {
      try FileManager.default.moveItem(atPath: temporary, toPath: path)
    }
  } catch { throw CommandFailure(Exit.usage, "\(path) cannot be written: \(error.localizedDescription)") }
}
