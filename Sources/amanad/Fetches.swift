import ControlAPI
import Custody
import Logging
import Roster
import Synchronization
import TransparencyLog

/// What the courier is asked to fetch from servers that the operator named, and when again. In memory only: after a restart
/// everything is fetched anew.
final class Fetches: Sendable {
  /// A time stamp that is wanted.
  struct Query: Sendable {
    let entry: LogEntry
    /// TimeStampReq, DER.
    let request: [UInt8]
  }

  /// That a courier was told.
  private struct Lease {
    let until: ContinuousClock.Instant
    /// Whether it counts as a failure already that nobody came back; a report is taken even so.
    var isOverdue = false

    /// Whether it has run out just now.
    mutating func runsOut(_ now: ContinuousClock.Instant) -> Bool {
      guard until <= now, !isOverdue else { return false }
      isOverdue = true
      return true
    }
  }

  private struct State {
    var lists: [String: Place] = [:]
    /// How often each list is fetched.
    var interval = Duration.zero
    var stamps: (url: String, place: Place)?
    /// Entries without a time stamp, in log order, and whether a courier is at it.
    var queries: [(query: Query, lease: Lease?)] = []
    /// From which index on nobody has looked for such entries.
    var next: UInt64 = 0
  }

  /// How one URL fares.
  private struct Place {
    let wantedSince: UnixTime
    /// When it last went well or wrong, and how long it waits since; nil: as long as the settings say.
    private var since = ContinuousClock.now
    private var wait: Duration? = .zero
    var lease: Lease?
    var failures = 0
    var code: String?
    var isRefused = false

    init(wantedSince: UnixTime) { self.wantedSince = wantedSince }

    /// - Parameter interval: how long it waits after it went well.
    func due(every interval: Duration) -> ContinuousClock.Instant { since + (wait ?? interval) }

    func isOpen(_ now: ContinuousClock.Instant, every interval: Duration) -> Bool {
      due(every: interval) <= now && (lease?.until ?? now) <= now
    }

    mutating func succeed() {
      (failures, code, isRefused, lease) = (0, nil, false, nil)
      (since, wait) = (.now, nil)
    }

    /// - Returns: whether it is the first since it last went well, or since it went wrong in another way.
    mutating func fail(_ code: String, isRefused: Bool, every interval: Duration) -> Bool {
      let now = ContinuousClock.now
      // Of many that were asked for at once the first failure says it all.
      guard due(every: interval) <= now else { return false }
      let isNew = failures == 0 || self.isRefused != isRefused
      if isNew { self.code = code }
      self.isRefused = isRefused
      failures = min(failures + 1, 1000)
      (since, wait) = (now, .seconds(Fetches.wait(after: failures)))
      return isNew
    }

    func state(of url: String, nextUpdate: UnixTime? = nil, isAtHand: Bool) -> FetchChecks.State {
      FetchChecks.State(
        url: url, wantedSince: wantedSince, nextUpdate: nextUpdate, isAtHand: isAtHand, failures: failures, code: code,
        isRefused: isRefused)
    }
  }

  /// How long a courier has for what it was told to fetch.
  private let lease: Duration
  /// What it is called when a courier does not come back in that time.
  static let noReport = "no-report"
  private let state = Mutex(State())

  init(lease: Duration = .seconds(150)) { self.lease = lease }

  /// Half a minute, doubled each time up to an hour.
  private static func wait(after failures: Int) -> UnixTime {
    var random = SystemRandomNumberGenerator()
    return ExchangeBackoff.seconds(after: failures + 4, retryAfter: nil, using: &random)
  }

  /// Takes over what the operator wants now. Where no roster lists who gives time stamps, none would prove
  /// anything; whose are a witness, the verifier says (decision 24).
  func adopt(_ settings: Settings, of office: Office) {
    adopt(
      lists: settings.revocationListURLs, every: settings.revocationListSeconds,
      timeStamps: office.roster.body.authorities.allSatisfy(\.anchors.timestamps.isEmpty) ? nil : settings.timeStampURL,
      now: currentTime())
    for url in expire() {
      Logger.amanad.record(
        .fetchFailed, "a courier was told to fetch from \(url) and has not come back", code: Self.noReport)
    }
  }

  /// - Parameter seconds: how often each list is fetched, also those that were fetched before this was said.
  func adopt(lists: [FetchURL], every seconds: Int, timeStamps: FetchURL?, now: UnixTime) {
    state.withLock { state in
      state.interval = .seconds(seconds)
      let wanted = lists.map { ($0.text, state.lists[$0.text] ?? Place(wantedSince: now)) }
      state.lists = Dictionary(wanted) { first, _ in first }
      guard state.stamps?.url != timeStamps?.text else { return }
      state.stamps = timeStamps.map { ($0.text, Place(wantedSince: now)) }
      state.queries = state.queries.map { ($0.query, nil) }
    }
  }

  /// Whether there is something for a courier to fetch.
  var isWanted: Bool {
    let now = ContinuousClock.now
    return state.withLock { state in
      state.lists.values.contains { $0.isOpen(now, every: state.interval) }
        || state.stamps?.place.isOpen(now, every: .zero) == true
          && state.queries.contains { ($0.lease?.until ?? now) <= now }
    }
  }

  /// Counts those as failed that a courier was told and did not come back with.
  /// - Returns: the URLs of which that is worth a line in the journal.
  func expire() -> [String] {
    let now = ContinuousClock.now
    return state.withLock { state in
      var told: [String] = []
      for url in state.lists.keys.sorted() where state.lists[url]?.lease?.runsOut(now) == true {
        if state.lists[url]?.fail(Self.noReport, isRefused: false, every: state.interval) == true { told.append(url) }
      }
      var isLate = false
      for index in state.queries.indices where state.queries[index].lease?.runsOut(now) == true { isLate = true }
      guard isLate, let url = state.stamps?.url else { return told }
      let isNew = state.stamps?.place.fail(Self.noReport, isRefused: false, every: .zero) == true
      return isNew ? told + [url] : told
    }
  }

  /// What is to be fetched; whoever asks is at it from now on.
  func take(lists most: Int, timeStamps limit: Int) -> (lists: [String], url: String, queries: [Query]) {
    let now = ContinuousClock.now
    return state.withLock { state in
      // Whatever waits longest comes first.
      let interval = state.interval
      let open = state.lists.filter { $0.value.isOpen(now, every: interval) }
      let lists = open.sorted { $0.value.due(every: interval) < $1.value.due(every: interval) }.map(\.key).prefix(most)
      for url in lists { state.lists[url]?.lease = Lease(until: now + lease) }
      guard let stamps = state.stamps, stamps.place.isOpen(now, every: .zero) else {
        return (Array(lists), "", [])
      }
      let waiting = state.queries.indices.filter { (state.queries[$0].lease?.until ?? now) <= now }.prefix(limit)
      for index in waiting { state.queries[index].lease = Lease(until: now + lease) }
      return (Array(lists), stamps.url, waiting.map { state.queries[$0].query })
    }
  }
}

/// Revocation lists.
extension Fetches {
  /// Whether a courier was told to fetch a list, and is not back yet.
  func isAsked(list url: String) -> Bool { state.withLock { $0.lists[url]?.lease != nil } }

  func succeed(list url: String) { state.withLock { $0.lists[url]?.succeed() } }

  /// - Returns: whether it is worth a line in the journal.
  func fail(list url: String, _ code: String, isRefused: Bool) -> Bool {
    state.withLock { state in
      state.lists[url]?.lease = nil
      return state.lists[url]?.fail(code, isRefused: isRefused, every: state.interval) ?? false
    }
  }

  /// How each URL fares.
  /// - Parameter kept: what is at hand, by URL: until when it promised the next.
  func lists(kept: [String: UnixTime?]) -> [FetchChecks.State] {
    state.withLock { state in
      state.lists.sorted { $0.key < $1.key }.map { url, place in
        place.state(of: url, nextUpdate: kept[url] ?? nil, isAtHand: kept[url] != nil)
      }
    }
  }
}

/// Time stamps.
extension Fetches {
  /// How many entries are looked for at once.
  static let page = 64

  /// Where to look for more entries without a time stamp; nil when nobody wants them or enough are known.
  var searchesFrom: UInt64? {
    state.withLock { $0.stamps == nil || $0.queries.count >= Self.page ? nil : $0.next }
  }

  /// Takes over entries that were found from an index on.
  /// - Parameter next: where to look the next time.
  func add(_ queries: [Query], from index: UInt64, next: UInt64) {
    state.withLock { state in
      guard state.next == index else { return }
      state.queries += queries.map { ($0, nil) }
      state.next = next
    }
  }

  /// Whether a courier was told to ask for an entry's time stamp there, and is not back yet.
  func isAsked(_ entry: LogEntry, at url: String) -> Bool {
    state.withLock { state in
      state.stamps?.url == url && state.queries.contains { $0.query.entry == entry && $0.lease != nil }
    }
  }

  func succeed(_ entry: LogEntry) {
    state.withLock { state in
      state.queries.removeAll { $0.query.entry == entry }
      state.stamps?.place.succeed()
    }
  }

  /// - Returns: whether it is worth a line in the journal.
  func fail(_ entry: LogEntry, _ code: String, isRefused: Bool) -> Bool {
    state.withLock { state in
      for index in state.queries.indices where state.queries[index].query.entry == entry {
        state.queries[index].lease = nil
      }
      return state.stamps?.place.fail(code, isRefused: isRefused, every: .zero) ?? false
    }
  }

  /// How the time stamping authority fares; nil without one.
  var timeStamps: FetchChecks.State? {
    state.withLock { state in state.stamps.map { $0.place.state(of: $0.url, isAtHand: true) } }
  }
}
