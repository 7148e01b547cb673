import ControlAPI
import Custody
import Foundation
public import Roster
import TransparencyLog

/// What an observer watches, and by what measure.
public struct MonitorSettings: Sendable {
  /// Where logs are handed out: prefixes of exported files, or couriers where an identity is given.
  public let urls: [String]
  /// A folder of its own.
  public let state: String
  /// The JSON report; the texts and the proofs stand beside it.
  public let report: String
  /// Bundles, statements and signed notes that came by other ways: files, folders of them, or URLs.
  public var envelopes: [String] = []
  /// With it an https URL that is a host and a port alone is a courier's.
  public var identity: TransportIdentity?
  /// After how many seconds without a new entry a log stands still; nil: never.
  public var stillAfter: Int64?
  /// How long witnesses and logs may take, in seconds.
  public var grace: Int64 = 3600
  /// How long the log of one place may take, and its feed as long again.
  public var patience: Duration = .seconds(600)

  public init(urls: [String], state: String, report: String) {
    self.urls = urls
    self.state = state
    self.report = report
  }
}

/// Watches logs without a key: follows them, verifies all that is new, and tells what is wrong.
public struct Monitor: Sendable {
  private let settings: MonitorSettings

  public init(_ settings: MonitorSettings) { self.settings = settings }

  /// Whether a text can be the URL of a place: http or https, short enough for every file below it, without query.
  public static func isPlace(_ text: String) -> Bool {
    text.utf8.count <= 400 && !text.contains("?") && FetchURL(text) != nil
  }

  /// Looks once at everything, keeps what holds, and writes the report.
  /// - Throws: `MonitorError` where nothing can be kept or read on this machine.
  public func look(under roster: VerifiedRoster, at now: UnixTime) async throws -> MonitorReport {
    let lock = try MonitorState.lock(settings.state)
    defer { withExtendedLifetime(lock) {} }
    let state = try MonitorState(path: settings.state)
    try state.use(roster)
    var intake = StatementIntake(state: state, roster: roster, now: now)
    try intake.takeAgain(state.alarms())
    var (looks, places) = ([MonitorLook](), try state.places())
    for url in settings.urls {
      looks.append(try await look(at: url, state, roster, now, &intake, &places))
    }
    looks += try await MonitorEnvelopes(sources: settings.envelopes).take(&intake)
    var findings = looks.flatMap(\.findings) + intake.findings
    let judgement = try MonitorJudgement(
      state: state, logs: intake.logs, now: now, grace: settings.grace, stillAfter: settings.stillAfter,
      shown: Set(looks.filter(\.isLogSeen).compactMap(\.origin)))
    findings += try judgement.findings()
    let alarms = try kept(findings, state, now)
    // Behind the alarms: whatever stops a look before, the next one finds the same again.
    try state.keep(places)
    var report = MonitorReport(
      at: now, roster: roster, looks: looks, lines: try judgement.lines(), statements: judgement.statements,
      new: intake.new, alarms: alarms)
    try report.write(to: settings.report)
    return report
  }

  private func look(
    at url: String, _ state: MonitorState, _ roster: VerifiedRoster, _ now: UnixTime, _ intake: inout StatementIntake,
    _ places: inout [String: MonitorState.Place]
  ) async throws -> MonitorLook {
    let plain = url.hasSuffix("/") ? String(url.dropLast()) : url
    let identity = PeerPlace(url: plain) == nil ? nil : settings.identity
    let web =
      identity.map { identity in
        WebClient(
          tls: identity.clientConfiguration(trusting: roster.transportCertificates(at: now)), time: .seconds(60))
      } ?? WebClient()
    let place = MonitorPlace(url: plain, web: web, isCourier: identity != nil)
    let follower = LogFollower(state: state, logs: LogVerifier(roster: roster), now: now)
    let last = places[plain]
    var look = MonitorLook(url: plain)
    do {
      let late = WebFailure("timeout", "its log took longer than this look may take: give --patience more seconds")
      do {
        look = try await within(settings.patience, else: late) { try await follower.look(at: place, last: last) }
      } catch let failure as WebFailure { look.trouble = failure }
      try await readFeed(of: place, &look, &intake, &places)
    } catch let error as MonitorError {
      await web.close()
      throw error
    } catch {
      look.trouble = look.trouble ?? WebFailure(error)
    }
    await web.close()
    return look
  }

  /// Notes what the place showed, and reads its feed where it is a courier.
  private func readFeed(
    of place: MonitorPlace, _ look: inout MonitorLook, _ intake: inout StatementIntake,
    _ places: inout [String: MonitorState.Place]
  ) async throws {
    if let origin = look.origin, let size = look.size, look.trouble == nil {
      look.isLogSeen = true
      places[place.url] = .init(origin: origin, size: size, feed: places[place.url]?.feed ?? 0)
    }
    guard place.isCourier else { return }
    var feed = places[place.url]?.feed ?? 0
    let before = intake.new
    defer {
      places[place.url, default: .init(origin: "", size: 0)].feed = feed
      look.statements = intake.new - before
    }
    let deadline = ContinuousClock.now + settings.patience
    try await intake.readFeed(of: place, from: &feed, until: deadline)
    if let origin = look.origin { try await intake.fetchSlots(of: place, origin, until: deadline) }
  }

  /// Keeps what lasts, with its proofs, and says of the rest since when it is so.
  private func kept(_ findings: [MonitorFinding], _ state: MonitorState, _ now: UnixTime) throws -> [MonitorAlarm] {
    let known = try state.read([String: UnixTime].self, "since.json") ?? [:]
    var (since, passing) = ([String: UnixTime](), [MonitorAlarm]())
    for finding in findings {
      if finding.code.isLasting {
        try state.keep(finding, at: now)
      } else if since[finding.id] == nil {
        since[finding.id] = known[finding.id] ?? now
        passing.append(MonitorAlarm(finding, since: since[finding.id] ?? now))
      }
    }
    try state.write(since, "since.json")
    return try state.alarms().map { id, alarm in
      let proofs = alarm.files.compactMap { name in
        state.bytes("alarms/\(id)/\(name)").map { MonitorFinding.Proof(name: name, bytes: $0) }
      }
      return MonitorAlarm(
        id: id, code: alarm.code, subject: alarm.subject, values: alarm.values, since: alarm.since, proofs: proofs)
    } + passing
  }
}
