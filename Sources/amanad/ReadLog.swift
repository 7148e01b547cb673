import ControlAPI
import Custody
import ReceiptStore

/// Notes who read personal data, before they get it. Reads that wait at the same time share one transaction.
actor ReadLog {
  private struct Waiting {
    let reads: [PersonalRead]
    let continuation: CheckedContinuation<Void, any Error>
  }

  private let store: ReceiptStore
  private var waiting: [Waiting] = []
  private var isRunning = false

  init(store: ReceiptStore) { self.store = store }

  /// Returns when the reads are on disk.
  func note(_ statements: [StatementID], by caller: Caller, _ operation: ControlOperation) async throws {
    guard !statements.isEmpty else { return }
    let now = currentTime()
    let reads = statements.map {
      PersonalRead(at: now, user: caller.userID, operation: operation.rawValue, statement: $0)
    }
    try await withCheckedThrowingContinuation { continuation in
      waiting.append(Waiting(reads: reads, continuation: continuation))
      if !isRunning {
        isRunning = true
        Task { await drain() }
      }
    }
  }

  private func drain() async {
    while !waiting.isEmpty {
      let batch = waiting
      waiting = []
      do {
        let reads = batch.flatMap(\.reads)
        try await store.write { try $0.note(reads: reads) }
        for item in batch { item.continuation.resume() }
      } catch {
        for item in batch { item.continuation.resume(throwing: error) }
      }
    }
    isRunning = false
  }
}
