import COSE
import OpenSSL
public import Roster

/// What of an authority ends soon: keys, the certificate of its transport key, and the roster itself. An alarm at 90, 30
/// and 7 days, and once it has ended; none for what something of a later end has taken over from.
public struct ExpiryChecks: Sendable {
  /// Days before the end.
  public static let thresholds: [Int64] = [7, 30, 90]
  /// What every such alarm begins with, so that they can be told from others of the same rule.
  public static let mark = "ends: "

  /// Something that ends.
  private struct Ending {
    let code: CheckCode
    let what: String
    let at: UnixTime
    let next: String
  }

  public init() {}

  /// The alarms that stand at a moment, each with one detail until the next threshold.
  public func alarms(of authority: Authority, in roster: VerifiedRoster, at now: UnixTime) -> [Violation] {
    endings(authority, roster, now).compactMap { ending in
      let left = ending.at - now
      guard left >= 0 else {
        return Violation(ending.code, "\(Self.mark)\(ending.what) has ended (\(day(ending.at))): \(ending.next)")
      }
      guard let days = Self.thresholds.first(where: { left <= $0 * secondsPerDay }) else { return nil }
      return Violation(
        ending.code, "\(Self.mark)\(ending.what) ends within \(days) days (\(day(ending.at))): \(ending.next)")
    }
  }

  private func endings(_ authority: Authority, _ roster: VerifiedRoster, _ now: UnixTime) -> [Ending] {
    let rotate = "have the one that follows listed (amana key rotate)"
    var found = last(authority.keys, now).map {
      Ending(code: .v13, what: "\(name($0)) \(short($0.kid))", at: $0.notAfter, next: rotate)
    }
    for record in last(authority.keys, now) {
      guard let certificate = record.certificate, certificate.notAfter < record.notAfter else { continue }
      found.append(
        Ending(
          code: .v13, what: "the transport certificate \(short(record.kid))", at: certificate.notAfter, next: rotate))
    }
    for officer in authority.officers where officer.status == .active {
      found += last(officer.keys, now).map {
        Ending(
          code: .v13, what: "the key \(short($0.kid)) of officer \(officer.number)", at: $0.notAfter,
          next: "have a new one listed")
      }
    }
    return found + [
      Ending(
        code: .v11, what: "roster version \(roster.body.version)", at: roster.body.nextUpdate,
        next: "the root holders publish the next one; a stale roster stops new intentions")
    ]
  }

  /// Of the keys of one purpose and role, the one that ends last: it is the one that still signs. Revoked ones are over.
  private func last(_ keys: [KeyRecord], _ now: UnixTime) -> [KeyRecord] {
    let counting = keys.filter { record in !record.revocations.contains { $0.effectiveFrom <= now } }
    return Dictionary(grouping: counting, by: name).compactMap { $0.value.max { $0.notAfter < $1.notAfter } }
      .sorted { $0.kid.lexicographicallyPrecedes($1.kid) }
  }

  private func name(_ record: KeyRecord) -> String {
    guard let role = record.role, role != .party else { return "the \(record.purpose.rawValue) key" }
    return "the \(record.purpose.rawValue) key of the role \(role.rawValue)"
  }

  private func short(_ kid: [UInt8]) -> String { String(hexadecimal(kid).prefix(16)) }
  private func day(_ time: UnixTime) -> String { String(OffsetTime(unix: time).text.prefix(10)) }
}
