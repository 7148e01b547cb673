public import Roster

/// What of that which is fetched by itself, revocation lists and time stamps, is not as its operator wants it.
public struct FetchChecks: Sendable {
  /// What every such alarm begins with, so that they can be told from others of the same rule.
  public static let mark = "fetched: "
  /// How often in a row it may fail where something is at hand.
  public static let patience = 3
  /// How long the first may take to come, in seconds.
  public static let firstWithin: Int64 = 3600

  /// How the fetching from one URL goes.
  public struct State: Hashable, Sendable {
    public let url: String
    /// Since when it is wanted.
    public let wantedSince: UnixTime
    /// Until when what is at hand of it promised the next; nil where it promised nothing, or nothing is at hand.
    public var nextUpdate: UnixTime?
    public var isAtHand: Bool
    /// Failures since the last success, and the first one's code.
    public var failures: Int
    public var code: String?
    /// Whether what came was looked at and not taken.
    public var isRefused: Bool

    public init(
      url: String, wantedSince: UnixTime, nextUpdate: UnixTime? = nil, isAtHand: Bool = false, failures: Int = 0,
      code: String? = nil, isRefused: Bool = false
    ) {
      self.url = url
      self.wantedSince = wantedSince
      self.nextUpdate = nextUpdate
      self.isAtHand = isAtHand
      self.failures = failures
      self.code = code
      self.isRefused = isRefused
    }
  }

  let checks: Checks

  public init(checks: Checks = .all) { self.checks = checks }

  /// The alarms that stand at a moment: one a revocation list at most, and one for the time stamps.
  public func alarms(lists: [State], timeStamps: State?, at now: UnixTime) -> [Violation] {
    guard checks.applies(.v13) else { return [] }
    return lists.compactMap { list(of: $0, now) } + [timeStamps.flatMap { stamps(of: $0) }].compactMap(\.self)
  }

  private func list(of state: State, _ now: UnixTime) -> Violation? {
    let what = "\(Self.mark)the revocation list \(state.url)"
    if let end = state.nextUpdate, end < now {
      return Violation(
        .v13,
        "\(what) was to be followed by \(OffsetTime(unix: end)): what its issuer's certificates sign and date "
          + "later is not verified until the next one is here; an earlier date is the signer's word\(reason(state))")
    }
    if state.isRefused, state.code == RevocationListCheck.Refusal.full.rawValue {
      return Violation(
        .v13,
        "\(what) is not taken\(reason(state)): its issuer leaves out what it took back, over and over: ask it, and "
          + "meanwhile put its newest into crls/")
    }
    if state.isRefused { return Violation(.v13, "\(what) is not taken\(reason(state)): ask its issuer") }
    if state.failures >= (state.isAtHand ? Self.patience : 1) {
      return Violation(.v13, "\(what) cannot be fetched\(reason(state)): see the courier's journal, or correct the URL")
    }
    if !state.isAtHand, now - state.wantedSince >= Self.firstWithin {
      return Violation(.v13, "\(what) has never come: does the courier run?")
    }
    return nil
  }

  /// Without one nothing is wrong yet: it is an alarm when it fails again and again, or what comes proves nothing.
  private func stamps(of state: State) -> Violation? {
    guard state.isRefused || state.failures >= Self.patience else { return nil }
    let what = "\(Self.mark)the time stamps of \(state.url)"
    return Violation(
      .v13,
      state.isRefused
        ? "\(what) prove nothing\(reason(state)): does the roster list who gives them?"
        : "\(what) cannot be fetched\(reason(state)): see the courier's journal, or correct the URL")
  }

  private func reason(_ state: State) -> String { state.code.map { " (\($0))" } ?? "" }
}
