import ArgumentParser
import ControlAPI
import Foundation
import Glibc

/// Options of every command that asks a daemon.
struct Connection: ParsableArguments {
  @Option(name: .long, help: "The daemon's Unix socket. Default: $AMANA_SOCKET, else /run/amana/control.sock.")
  var socket: String?

  @OptionGroup var speech: Speech

  var language: Language { speech.language }

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
    try decode(type, try await send(.post, path, body: encoded(body)))
  }

  /// A request as it is sent.
  func encoded(_ body: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return [UInt8](try encoder.encode(body))
  }

  /// Sends a request and returns the body of a good answer.
  func send(_ method: ControlMethod, _ path: String, body: [UInt8] = [], contentType: String = "application/json")
    async throws -> [UInt8]
  {
    try await answer(method, path, body: body, contentType: contentType).body
  }

  /// Sends a request and returns a good answer.
  func answer(_ method: ControlMethod, _ path: String, body: [UInt8] = [], contentType: String = "application/json")
    async throws -> ControlResponse
  {
    try await good(method, body) {
      try await client.send(method, path, body: body, contentType: contentType)
    }
  }

  /// Turns no answer, and an answer that is an error, into sentences and an exit code.
  func good(_ method: ControlMethod = .get, _ body: [UInt8] = [], _ ask: () async throws -> ControlResponse)
    async throws -> ControlResponse
  {
    let response: ControlResponse
    do { response = try await ask() } catch let error as ControlClientError {
      throw CommandFailure(Exit.cannotTell, sentence(error), afterwards(error, method, body))
    }
    if response.isExercise { Screen.beginExercise(in: language) }
    guard (200..<300).contains(response.status) else { throw failure(response) }
    return response
  }

  /// What is known of a request that got no answer: only one that never arrived has surely done nothing.
  private func afterwards(_ error: ControlClientError, _ method: ControlMethod, _ body: [UInt8]) -> String {
    if case .unreachable = error { return say(.unreachableHint, in: language) }
    guard method != .get else { return "" }
    if let message = (try? JSONDecoder().decode(MessageRequest.self, from: Data(body)))?.messageID {
      return say(.perhapsSent, in: language, message)
    }
    guard let draft = try? JSONDecoder().decode(DraftRequest.self, from: Data(body)).draftID else {
      return say(.perhapsDone, in: language)
    }
    return say(.perhapsDrafted, in: language, draft)
  }

  private func sentence(_ error: ControlClientError) -> String {
    switch error {
    case .unreachable(let socket, let reason): say(.unreachable, in: language, socket, reason)
    case .interrupted(let socket): say(.interrupted, in: language, socket)
    case .tooLarge(let limit): say(.answerTooLarge, in: language, String(limit))
    }
  }

  func failure(_ response: ControlResponse) -> CommandFailure {
    guard let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body)) else {
      return CommandFailure(Exit.cannotTell, say(.answerBare, in: language, String(response.status)))
    }
    let code = problem.status >= 500 ? Exit.cannotTell : problem.status == 400 ? Exit.usage : Exit.doesNotHold
    var failure = CommandFailure(code, lines: ProblemTexts.lines(problem, in: language))
    failure.problem = problem
    return failure
  }

  func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws -> Value {
    do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
  }

  /// Says what became of a draft.
  func report(_ draft: DraftView) {
    if let statement = draft.statement {
      let index = draft.index.map(String.init) ?? "?"
      print(say(.draftSigned, in: language, index, word(draft.event, in: language), statement))
    } else {
      let event = word(draft.event, in: language)
      print(say(.drafted, in: language, event, draft.recordID, String(draft.lines)))
      if draft.officersNeeded > 0 {
        print(
          say(
            .needsApprovals, in: language, String(draft.officersNeeded), String(draft.officersApproved), draft.draftID))
      }
      for role in draft.rolesMissing {
        print(say(.needsOffice, in: language, word(role, in: language), draft.draftID, role))
      }
    }
    for flag in draft.flags { print(ProblemTexts.flag(flag, in: language)) }
  }
}

/// A new UUID for a draft, so that the same request sent twice has one effect.
func newDraftID() -> String { UUID().uuidString.lowercased() }

/// The content of a file, at most `limit` bytes.
func readFile(_ path: String, limit: Int) throws -> [UInt8] {
  guard let handle = FileHandle(forReadingAtPath: path) else {
    throw CommandFailure(Exit.usage, say(.fileMissing, in: .chosen, path))
  }
  defer { try? handle.close() }
  let data: Data
  // Nothing is read from an empty file, which is no error.
  do { data = try handle.read(upToCount: limit + 1) ?? Data() } catch {
    throw CommandFailure(Exit.usage, say(.fileUnreadable, in: .chosen, path))
  }
  guard data.count <= limit else {
    throw CommandFailure(Exit.usage, say(.fileTooLarge, in: .chosen, path, String(limit)))
  }
  return [UInt8](data)
}

/// Writes a file whole or not at all, readable by no more than the mode says: beside its place first, then put there in
/// one step. The mode counts from the first byte on, since the file may hold a key or names.
func writeFile(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
  // A link is followed; a device or a pipe is written to, never replaced.
  let target = URL(filePath: path).resolvingSymlinksInPath()
  let type = try? FileManager.default.attributesOfItem(atPath: target.path)[.type] as? FileAttributeType
  if let type, type != .typeRegular, type != .typeDirectory {
    guard let handle = FileHandle(forWritingAtPath: target.path), (try? handle.write(contentsOf: Data(bytes))) != nil
    else { throw CommandFailure(Exit.usage, say(.fileUnwritable, in: .chosen, path, "-")) }
    return try handle.close()
  }
  let former = umask(0o777)
  _ = umask(former | (0o777 & ~mode))
  defer { _ = umask(former) }
  do {
    try Data(bytes).write(to: target, options: .atomic)
    // What was told to be written is there after a power failure too: it may be a key, or an officer's approval.
    try FileHandle(forReadingFrom: target).synchronize()
  } catch {
    throw CommandFailure(Exit.usage, say(.fileUnwritable, in: .chosen, path, error.localizedDescription))
  }
}
