import ControlAPI
import Synchronization

/// Tells those who listen that something changed. It holds nothing back and waits for nobody.
final class Changes: Sendable {
  /// What listeners are told.
  enum Change: Sendable {
    /// The log or the alarms grew: look into the store.
    case grown
    case draft(DraftView)
    /// Something came from a peer or reached it.
    case exchange(ExchangeNews)
    /// Nothing happened for a while.
    case quiet
  }

  /// One who listens, until nobody holds it any more.
  final class Listener: Sendable {
    fileprivate let number: Int
    let changes: AsyncStream<Change>
    private let owner: Changes

    fileprivate init(number: Int, changes: AsyncStream<Change>, owner: Changes) {
      self.number = number
      self.changes = changes
      self.owner = owner
    }

    deinit { owner.end(number) }

    /// Ends its stream after what is in it.
    func end() { owner.end(number) }

    func tick() { owner.tick(number) }
  }

  /// Who listens, so that couriers never take the room of people.
  enum Audience: Sendable {
    case people
    case couriers
  }

  private struct State {
    var next = 0
    var audiences: [Int: Audience] = [:]
    var listeners: [Int: AsyncStream<Change>.Continuation] = [:]
  }

  /// Of each audience.
  static let maximumListeners = 32
  /// How many changes a listener may be behind before it is cut off.
  static let maximumBacklog = 256
  private let state = Mutex(State())

  /// Nil when there are too many already.
  func listen(as audience: Audience = .people) -> Listener? {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Change.self, bufferingPolicy: .bufferingOldest(Self.maximumBacklog))
    let number = state.withLock { state -> Int? in
      let count = state.audiences.values.count { $0 == audience }
      guard count < Self.maximumListeners else { return nil }
      state.next += 1
      state.audiences[state.next] = audience
      state.listeners[state.next] = continuation
      return state.next
    }
    return number.map { Listener(number: $0, changes: stream, owner: self) }
  }

  func tell(_ change: Change) {
    let late = state.withLock { state -> [AsyncStream<Change>.Continuation] in
      let late = state.listeners.filter { listener in
        if case .dropped = listener.value.yield(change) { true } else { false }
      }
      for number in late.keys {
        state.listeners[number] = nil
        state.audiences[number] = nil
      }
      return Array(late.values)
    }
    for listener in late { listener.finish() }
  }

  private func tick(_ number: Int) {
    _ = state.withLock { $0.listeners[number] }?.yield(.quiet)
  }

  private func end(_ number: Int) {
    state.withLock { state in
      state.audiences[number] = nil
      return state.listeners.removeValue(forKey: number)
    }?.finish()
  }
}
