import Synchronization

/// What goes on at the control socket: how many connections and requests, and whether new ones are still taken.
final class Traffic: Sendable {
  private struct State {
    var connections = 0
    var requests = 0
    /// Requests whose answer has not left whole.
    var unanswered = 0
    var users: [UInt32: Int] = [:]
    var changes = 0
    var isStopping = false
  }

  private let state = Mutex(State())

  var connections: Int { state.withLock { $0.connections } }
  var requests: Int { state.withLock { $0.requests } }
  /// Grows with every request that may have changed the record.
  var changes: Int { state.withLock { $0.changes } }

  /// Whether one more connection may be held.
  func beginConnection(limit: Int) -> Bool {
    state.withLock { state in
      guard state.connections < limit else { return false }
      state.connections += 1
      Metrics.shared.set(.connections, Double(state.connections))
      return true
    }
  }

  func endConnection() {
    state.withLock { state in
      state.connections -= 1
      Metrics.shared.set(.connections, Double(state.connections))
    }
  }

  /// Whether a user may hold one more connection.
  func beginConnection(of user: UInt32, limit: Int) -> Bool {
    state.withLock { state in
      let held = state.users[user] ?? 0
      guard held < limit else { return false }
      state.users[user] = held + 1
      return true
    }
  }

  func endConnection(of user: UInt32) {
    state.withLock { state in
      let held = (state.users[user] ?? 1) - 1
      state.users[user] = held > 0 ? held : nil
    }
  }

  func beginAnswer() { state.withLock { $0.unanswered += 1 } }
  func endAnswer() { state.withLock { $0.unanswered -= 1 } }

  /// Whether a request is taken: from the moment of the stop on none is.
  func beginRequest() -> Bool {
    state.withLock { state in
      guard !state.isStopping else { return false }
      state.requests += 1
      Metrics.shared.set(.requestsInProgress, Double(state.requests))
      return true
    }
  }

  func endRequest(mayHaveChanged: Bool) {
    state.withLock { state in
      state.requests -= 1
      Metrics.shared.set(.requestsInProgress, Double(state.requests))
      if mayHaveChanged { state.changes += 1 }
    }
  }

  func stop() { state.withLock { $0.isStopping = true } }

  private var isBusy: Bool { state.withLock { $0.requests > 0 || $0.unanswered > 0 } }

  /// Waits until every request that was taken is answered and its answer has left, at most this long.
  func drain(within limit: Duration) async {
    let end = ContinuousClock.now.advanced(by: limit)
    while isBusy, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(10)) }
  }
}
