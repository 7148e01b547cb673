public import OpenSSL
public import Roster

/// Whether a revocation list that came from outside counts: whoever brought it is not believed.
public struct RevocationListCheck: Sendable {
  /// Why it does not. The words are stable.
  public enum Refusal: String, Error, Sendable, CustomStringConvertible {
    case unreadable, issuer, older, future, full

    public var description: String {
      switch self {
      case .unreadable: "it is no whole and direct revocation list"
      case .issuer: "no certification authority that the roster's anchors lead to has signed it, or another than before"
      case .older: "a newer one of its issuer is here"
      case .future: "it was issued later than now"
      case .full: "it leaves out more than there is room to remember"
      }
    }
  }

  /// Those at hand, of whatever issuers.
  let held: [RevocationList]
  let now: UnixTime
  let toleranceSeconds: Int64

  public init(held: [RevocationList], now: UnixTime, toleranceSeconds: Int64) {
    self.held = held
    self.now = now
    self.toleranceSeconds = toleranceSeconds
  }

  /// Checks a list that this issuer has signed, against the time and against those of the same issuer: nothing goes back.
  /// - Parameter newest: the newest that the same URL brought; another issuer's never takes its place.
  public func check(_ list: RevocationList, of issuer: Certificate, after newest: RevocationList? = nil) throws(Refusal)
  {
    guard list.isSigned(by: issuer), newest?.isSigned(by: issuer) ?? true else { throw .issuer }
    // One from the future would be newer than all that come before then.
    let (latest, overflow) = now.addingReportingOverflow(toleranceSeconds)
    guard overflow || list.thisUpdate <= latest else { throw .future }
    // Former ones too: what came after them has been seen.
    let own = held.filter { $0.isSigned(by: issuer) }
    guard !own.contains(where: { list.isOlder(than: $0) }) else { throw .older }
  }
}
