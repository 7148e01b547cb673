import ControlAPI
import Custody
import ReceiptStore

/// A refusal that names people by what stands in sealed lines or annexes: who is told it has read them, and that is noted
/// before it is given.
struct NamingRefusal: Error {
  let problem: Problem
  /// The statements that were opened for it, as far as they are here.
  let read: [StatementID]

  init(_ problem: Problem, read ids: some Sequence<StatementID>, _ reader: StoreReader) throws {
    self.problem = problem
    read = try Set(ids).filter { try reader.summary($0) != nil }.sorted()
  }
}

extension DraftRequest {
  /// Every statement whose lines it selects from.
  var cited: [StatementID] {
    ([statement, other, agreement].compactMap(\.self) + (statements ?? []) + (findings ?? []).compactMap(\.statement))
      .compactMap { StatementID(hex: $0) }
  }
}

extension Routes {
  /// Does what may be refused in words that name people.
  func noting<Value: Sendable>(_ call: Call, _ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let refusal as NamingRefusal {
      try await readLog.note(refusal.read, by: call.caller, call.operation)
      throw refusal.problem
    }
  }
}
