public import Roster

/// V16 and V20: what a partner's view of everybody's keys says against what is listed here (docs/trust.md).
public struct KeyViewChecks: Sendable {
  /// So many keys are named in alarms of their own; a partner may list as many as it likes.
  public static let maximumNamed = 16
  let checks: Checks

  public init(checks: Checks = .all) { self.checks = checks }

  /// What every alarm about the view of an authority begins with, so that they end together.
  public static func mark(_ issuer: AuthorityName) -> String { "\(issuer) published its view of the keys: " }

  /// The alarms that stand for as long as the view does. The same finding has the same sentences.
  public func alarms(_ finding: KeyViewFinding, of view: KeyView, by issuer: AuthorityName) -> [Violation] {
    let mark = Self.mark(issuer)
    let found = standing(finding, view, mark) + differences(finding, mark)
    return found.filter { checks.applies($0.code) }
  }

  private func standing(_ finding: KeyViewFinding, _ view: KeyView, _ mark: String) -> [Violation] {
    switch finding.standing {
    case .fork:
      let ours = finding.roster.map { hexadecimal($0) } ?? "another one"
      return [
        Violation(
          .v20,
          "\(mark)it trusts another roster of version \(view.version) than is known here, \(hexadecimal(view.roster)) and "
            + "here \(ours): root holders signed two, or one of both was handed a false one. Compare them by voice")
      ]
    case .foreign:
      return [
        Violation(.v16, "\(mark)it comes from another coalition's roster, or from an exercise's beside a real one")
      ]
    case .agrees, .newer, .unknown, .differs: return []
    }
  }

  private func differences(_ finding: KeyViewFinding, _ mark: String) -> [Violation] {
    let named = finding.differences.prefix(Self.maximumNamed).map { difference in
      Violation(.v16, mark + sentence(difference, "roster version \(finding.version ?? 0) here"))
    }
    let more = finding.differences.count - named.count
    return more > 0 ? named + [Violation(.v16, "\(mark)and \(more) further keys are not those listed here")] : named
  }

  private func sentence(_ difference: KeyDifference, _ here: String) -> String {
    switch (difference.theirs, difference.ours) {
    case (let theirs?, nil): "it lists \(phrase(theirs)), and \(here) does not"
    case (nil, let ours?): "it does not list \(phrase(ours)), and \(here) does"
    case (let theirs?, let ours?): "it lists \(details(theirs)), and \(here) lists \(details(ours))"
    case (nil, nil): "it lists no key"
    }
  }

  private func phrase(_ viewed: ViewedKey) -> String {
    let (key, name) = (viewed.key, viewed.authority)
    let holder = key.officer.map { "officer \($0) of \(name)" } ?? name.description
    let role = key.role.flatMap { $0 == .party ? nil : " of the role \($0.rawValue)" } ?? ""
    return "the \(key.purpose.rawValue) key \(hexadecimal(key.kid.prefix(8)))\(role) of \(holder)"
  }

  private func details(_ viewed: ViewedKey) -> String {
    let key = viewed.key
    let ends = key.revocations.map { ", \($0.reason.rawValue) from \(OffsetTime(unix: $0.effectiveFrom).text)" }
    let certificate = key.certificate.map { " with certificate \(hexadecimal($0.prefix(8)))" } ?? ""
    return "\(phrase(viewed))\(certificate), valid from \(OffsetTime(unix: key.notBefore).text) to "
      + "\(OffsetTime(unix: key.notAfter).text)\(ends.joined())"
  }
}
