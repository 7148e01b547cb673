/// What work gives if it ends within a time; then everything under way for it is cancelled. An idle timeout alone never ends
/// a peer that drips, nor does a deadline that ends with an answer's head.
/// - Throws: the failure when the time is over, or what the work throws.
public func within<Value: Sendable>(
  _ time: Duration, else failure: some Error, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { tasks in
    tasks.addTask(operation: work)
    tasks.addTask {
      try await Task.sleep(for: time)
      throw failure
    }
    defer { tasks.cancelAll() }
    guard let first = try await tasks.next() else { throw CancellationError() }
    return first
  }
}
