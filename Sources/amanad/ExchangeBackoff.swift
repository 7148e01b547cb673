import ControlAPI
import Custody
import ReceiptStore
import Roster

/// When an attempt is made again: 2 seconds, doubled each time up to an hour, and up to half of that more or less, so
/// that many who were cut off together do not come back together.
enum ExchangeBackoff {
  static let longest: UInt64 = 3600
  /// How long a refusal rests at most.
  static let longestRefusal = secondsPerDay
  /// What a peer may ask for at most (Retry-After).
  static let longestRetryAfter = UInt64(secondsPerDay)

  /// Seconds to wait after this many failed attempts.
  /// - Parameter retryAfter: what the peer asked for: it is never asked again sooner.
  static func seconds(
    after attempts: Int, retryAfter: UInt64?, using random: inout some RandomNumberGenerator
  ) -> UnixTime {
    let doublings = UInt64(min(max(attempts, 1), 12))
    let base = min(longest, 1 << doublings)
    let jittered = UInt64.random(in: base / 2...base + base / 2, using: &random)
    return UnixTime(max(jittered, min(retryAfter ?? 0, longestRetryAfter)))
  }

  /// Seconds until something refused is tried again: an hour, doubled each time up to a day.
  static func seconds(afterRefusalOf row: OutboxRow) -> UnixTime {
    guard row.state == .refused, let last = row.lastAt, row.nextAt > last else { return UnixTime(longest) }
    let (waited, overflows) = row.nextAt.subtractingReportingOverflow(last)
    return overflows ? longestRefusal : min(max(min(waited, longestRefusal) * 2, UnixTime(longest)), longestRefusal)
  }
}
