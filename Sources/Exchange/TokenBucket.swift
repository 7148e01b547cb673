import Roster
import Synchronization

/// Lets each peer ask so many times a second, with a reserve for twice as many at once.
final class TokenBuckets: Sendable {
  private struct Bucket {
    var tokens: Double
    var filled: ContinuousClock.Instant
  }

  private let rate: Double
  private let clock: @Sendable () -> ContinuousClock.Instant
  private let buckets = Mutex<[AuthorityName: Bucket]>([:])

  init(perSecond: Int, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    rate = Double(max(perSecond, 1))
    self.clock = clock
  }

  /// - Returns: nil when it may ask, else after how many seconds.
  func take(_ peer: AuthorityName, now: ContinuousClock.Instant? = nil) -> UInt64? {
    let now = now ?? clock()
    return buckets.withLock { buckets in
      var bucket = buckets[peer] ?? Bucket(tokens: rate * 2, filled: now)
      let passed = bucket.filled.duration(to: now).inSeconds
      bucket.tokens = min(rate * 2, bucket.tokens + max(passed, 0) * rate)
      bucket.filled = now
      defer { buckets[peer] = bucket }
      guard bucket.tokens >= 1 else { return UInt64(max(1, ((1 - bucket.tokens) / rate).rounded(.up))) }
      bucket.tokens -= 1
      return nil
    }
  }

  /// Only peers have buckets: those that are none any more lose theirs.
  func keep(_ peers: Set<AuthorityName>) { buckets.withLock { $0 = $0.filter { peers.contains($0.key) } } }
}

/// How much of all bodies and of all answers that may be large together is held in memory.
final class MemoryShare: Sendable {
  private let left: Mutex<Int>

  init(_ bytes: Int) { left = Mutex(bytes) }

  func take(_ count: Int) -> Bool {
    left.withLock { left in
      guard left >= count else { return false }
      left -= count
      return true
    }
  }

  func giveBack(_ count: Int) { left.withLock { $0 += count } }
}

/// A part of the share, given back when nobody has it any more.
final class MemoryHold: Sendable {
  private let share: MemoryShare
  private let count: Mutex<Int>

  /// Nil when so much is not left.
  init?(_ count: Int, of share: MemoryShare) {
    guard share.take(count) else { return nil }
    self.share = share
    self.count = Mutex(count)
  }

  deinit { share.giveBack(count.withLock { $0 }) }

  /// Gives back what is not needed.
  func shrink(to size: Int) {
    let rest = count.withLock { count in
      defer { count = min(count, size) }
      return max(0, count - size)
    }
    share.giveBack(rest)
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
