import ControlAPI
import NIOCore
import ReceiptStore
import Roster
import ServiceLifecycle
import Synchronization

/// What couriers were told lately, in memory only: after a restart everything is told again.
final class ExchangeOffers: Sendable {
  private struct State {
    var due: [AuthorityName: ContinuousClock.Instant] = [:]
    var checkpoints: [AuthorityName: ContinuousClock.Instant] = [:]
    var fetches: ContinuousClock.Instant?
    var witnesses: [AuthorityName: (last: ContinuousClock.Instant, pause: Duration)] = [:]
  }

  /// A courier that asks again at once while it is still at it is not answered in a circle.
  static let pause = Duration.seconds(1)
  private let state = Mutex(State())

  /// Those of them that were not offered just now; they are now.
  func offer(due: [AuthorityName]) -> [AuthorityName] { state.withLock { Self.offer(due, Self.pause, &$0.due) } }

  /// Those of them whose log was not asked for during the interval; it is now.
  func offer(checkpoints: [AuthorityName], every interval: Duration) -> [AuthorityName] {
    state.withLock { Self.offer(checkpoints, interval, &$0.checkpoints) }
  }

  /// Whether nobody was told just now that there is something to fetch.
  func offerFetches() -> Bool {
    let now = ContinuousClock.now
    return state.withLock { state in
      if let last = state.fetches, now - last < Self.pause { return false }
      state.fetches = now
      return true
    }
  }

  /// The longest pause before a witness that does not answer is asked again.
  static let longestPause = Duration.seconds(300)

  /// Those of them that are asked for a cosignature now: each time without an answer twice as long after the last.
  func offer(witnesses: [AuthorityName]) -> [AuthorityName] {
    let now = ContinuousClock.now
    return state.withLock { state in
      let open = witnesses.filter { name in state.witnesses[name].map { now - $0.last >= $0.pause } ?? true }
      for name in open {
        let pause = state.witnesses[name].map { min($0.pause * 2, Self.longestPause) } ?? Self.pause
        state.witnesses[name] = (now, pause)
      }
      return open
    }
  }

  /// A witness has answered: it is asked for the next checkpoint as soon as there is one.
  func settle(witness name: AuthorityName) { state.withLock { $0.witnesses[name] = nil } }

  /// What was offered for a peer has been dealt with.
  func settle(_ peer: AuthorityName) { state.withLock { $0.due[peer] = nil } }

  private static func offer(
    _ names: [AuthorityName], _ pause: Duration, _ last: inout [AuthorityName: ContinuousClock.Instant]
  ) -> [AuthorityName] {
    let now = ContinuousClock.now
    let open = names.filter { name in last[name].map { now - $0 >= pause } ?? true }
    for name in open { last[name] = now }
    return open
  }
}

extension ExchangeRoutes {
  /// The longest that a courier is kept waiting, in seconds.
  static let longestWait = 25

  /// What there is to do, as soon as there is something; nothing after the wait that was asked for.
  func work(_ call: Call) async throws -> ExchangeWork {
    let seconds = min(try call.query.number("wait", 0...3600) ?? 0, Self.longestWait)
    guard let listener = sequencer.changes.listen(as: .couriers) else {
      throw Problem(
        status: 503, code: "busy", title: "Too many couriers wait already",
        detail: "at most \(Changes.maximumListeners) are kept waiting", next: "ask again in a few seconds")
    }
    // The connection outlives this answer, and would keep its listener.
    defer { listener.end() }
    // Whoever is gone makes room at once.
    call.channel.closeFuture.whenComplete { _ in listener.end() }
    return try await withGracefulShutdownHandler {
      try await work(listener, until: .now + .seconds(seconds))
    } onGracefulShutdown: {
      listener.end()
    }
  }

  private func work(_ listener: Changes.Listener, until end: ContinuousClock.Instant) async throws -> ExchangeWork {
    // What waits for a moment is looked at every second; what happens is told at once.
    let clock = Task {
      while ContinuousClock.now < end {
        try await Task.sleep(until: min(end, .now + .seconds(1)))
        listener.tick()
      }
      listener.end()
    }
    defer { clock.cancel() }
    var work = try await workNow()
    guard work.isEmpty, ContinuousClock.now < end else { return work }
    for await _ in listener.changes {
      work = try await workNow()
      if !work.isEmpty || ContinuousClock.now >= end { break }
    }
    return work
  }

  /// Asked by one live courier: what it is told here it does.
  private func workNow() async throws -> ExchangeWork {
    let active = Set(office.peers.map(\.name))
    let office = office
    let (due, reachable, uncosigned) = try await store.read { reader in
      (
        try reader.peersWithDue(now: currentTime()), try reader.peers().map(\.authority),
        try Cosigners.missing(of: office, reader)
      )
    }
    let asked = reachable.filter { active.contains($0) }
    return ExchangeWork(
      due: offers.offer(due: due.filter { active.contains($0) }),
      tests: await peerTests.isWanted ? await peerTests.take() : [],
      checkpoints: offers.offer(checkpoints: asked, every: .seconds(settings.current.gossipSeconds)),
      fetches: try await fetching.isWanted() && offers.offerFetches(),
      witnesses: offers.offer(witnesses: uncosigned.filter { asked.contains($0) }))
  }
}

extension ExchangeWork {
  var isEmpty: Bool { due.isEmpty && tests.isEmpty && checkpoints.isEmpty && !fetches && witnesses.isEmpty }
}
