import Custody

/// Work one after the other, in the order in which it asked for its turn.
actor Turns {
  private var isTaken = false
  /// What our seal keys do not open: only another key can change that.
  private var unopened: Set<StatementID> = []
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
    await begin()
    defer { end() }
    return try await work()
  }

  func note(unopened id: StatementID) { unopened.insert(id) }
  /// Other seal keys are here: everything is tried again.
  func forgetUnopened() { unopened = [] }
  func isUnopened(_ id: StatementID) -> Bool { unopened.contains(id) }

  private func begin() async {
    if isTaken {
      // Whoever ends hands its turn over.
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isTaken = true
    }
  }

  private func end() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
