/// What a question gives if it is answered whole within a time; then everything under way for it ends.
/// - Throws: the failure when the time is over, or what the question throws.
func within<Value: Sendable>(
  _ time: Duration, else failure: some Error, _ question: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  // AsyncHTTPClient's own deadline ends with an answer's head: a body that drips would go on for ever.
  try await withThrowingTaskGroup(of: Value.self) { tasks in
    tasks.addTask { try await question() }
    tasks.addTask {
      try await Task.sleep(for: time)
      throw failure
    }
    defer { tasks.cancelAll() }
    guard let first = try await tasks.next() else { throw failure }
    return first
  }
}
