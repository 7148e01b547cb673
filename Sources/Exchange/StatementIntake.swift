import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import TransparencyLog

/// Takes statements from wherever they come, verifies them, and keeps what holds. What does not is told, with its bytes.
struct StatementIntake: Sendable {
  /// The most bytes of a file of statements that a web server hands out.
  static let maximumFetched = 64 << 20

  let state: MonitorState
  let verifier: StatementVerifier
  let logs: LogVerifier
  let now: UnixTime
  private(set) var new = 0
  private(set) var findings: [MonitorFinding] = []

  init(state: MonitorState, roster: VerifiedRoster, now: UnixTime) {
    self.state = state
    self.now = now
    verifier = StatementVerifier(roster: roster, policy: .standard, revocations: [])
    logs = LogVerifier(roster: roster)
  }

  /// Takes one statement.
  /// - Parameter source: where it came from, for people.
  mutating func take(_ bytes: [UInt8], slots: [[UInt8]]? = nil, from source: String) throws {
    let signed: SignedStatement
    do { signed = try SignedStatement(decoding: bytes) } catch {
      return refuse(bytes, slots, of: hexadecimal(SHA256.hash(bytes)), source, "it cannot be read: \(error)")
    }
    try take(signed, slots: slots, from: source)
  }

  mutating func take(_ signed: SignedStatement, slots: [[UInt8]]?, from source: String) throws {
    let bytes = signed.message.bytes
    do { _ = try verifier.verify(signed, seenAt: now) } catch {
      return refuse(bytes, slots, of: "\(signed.id)", source, "\(error)")
    }
    var fitting = slots
    if let slots, !ObservedStatement.fits(slots, signed) {
      refuse(bytes, slots, of: "\(signed.id)", source, "the slots beside it are not those that it commits to")
      fitting = nil
    }
    if try state.keep(signed, slots: fitting) { new += 1 }
  }

  private mutating func refuse(
    _ bytes: [UInt8], _ slots: [[UInt8]]?, of subject: String, _ source: String, _ why: String
  ) {
    let list = slots.map { [MonitorFinding.Proof(name: "statement.slots", bytes: $0.flatMap(\.self))] } ?? []
    findings.append(
      MonitorFinding(
        .statement, of: subject, [subject, source, plain(why, maximum: 300)],
        proofs: [.init(name: "statement.cose", bytes: bytes)] + list))
  }

  /// Takes what a file holds: a bundle, one statement, or a log's signed note.
  /// - Throws: `WebFailure` `content` where it holds none of them.
  mutating func take(file bytes: [UInt8], from source: String) throws {
    if let bundle = try? Custody.Bundle(decoding: bytes) {
      for item in bundle.statements { try take(item.value, slots: bundle.slots[item.value.id], from: source) }
      for item in bundle.checkpoints where (try? logs.verify(checkpoint: item.value)) != nil {
        try state.keep(note: item.value)
      }
    } else if (try? SignedCheckpoint(decoding: bytes)) != nil {
      guard (try? logs.verify(checkpoint: bytes)) != nil else {
        throw WebFailure("content", "it is a note that no log of the roster signed: it says nothing")
      }
      try state.keep(note: bytes)
    } else if (try? Sign1(decoding: bytes)) != nil {
      try take(bytes, from: source)
    } else {
      throw WebFailure("content", "it is no bundle, no statement and no signed note")
    }
  }

  /// Reads a courier's feed on from where it was read. Of each page its statements are kept first, then what of it does not
  /// verify, and last how far it was read: whatever ends the reading, the next one goes on behind the last whole page.
  /// - Parameter position: how far it was read; risen by each page that was kept, where this throws too.
  mutating func readFeed(
    of place: MonitorPlace, from position: inout UInt64, until deadline: ContinuousClock.Instant
  ) async throws {
    while true {
      let start = position
      let page = try await Self.inTime(deadline) { try await place.feed(after: start) }
      guard let last = page.map(\.position).max() else { return }
      guard page.allSatisfy({ $0.position > start }) else {
        throw WebFailure("feed", "its feed answers with what was read before")
      }
      let known = findings.count
      for envelope in page { try take(envelope.statement, from: "\(place.url)/feed") }
      for finding in findings[known...] { try state.keep(finding, at: now) }
      try state.keep(feed: last, of: place.url)
      position = last
    }
  }

  /// Fetches the slots of releases that have none here, from the log of whoever signed them. One that it does not hand out
  /// is asked for again at the next look.
  func fetchSlots(of place: MonitorPlace, _ origin: String, until deadline: ContinuousClock.Instant) async throws {
    for release in try state.statements() where release.signed.event.type.isRelease && release.slots == nil {
      let signed = release.signed
      guard signed.event.slotsRoot != nil, logs.roster.authority(uri: signed.issuer)?.owns(origin: origin) == true
      else { continue }
      let slots: [[UInt8]]
      do { slots = try await Self.inTime(deadline) { try await place.slots(of: signed.id) } } catch {
        guard ContinuousClock.now < deadline else { throw Self.late }
        continue
      }
      if ObservedStatement.fits(slots, signed) { _ = try state.keep(signed, slots: slots) }
    }
  }

  private static let late = WebFailure(
    "timeout", "its feed took longer than this look may take: the next look goes on from what was read")

  /// What work gives before the deadline; behind it none is begun.
  private static func inTime<Value: Sendable>(
    _ deadline: ContinuousClock.Instant, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let left = ContinuousClock.now.duration(to: deadline)
    guard left > .zero else { throw late }
    return try await within(left, else: late, work)
  }

  /// Looks again at what could not be verified before: a newer roster may list its key.
  mutating func takeAgain(_ alarms: [(id: String, alarm: MonitorState.Alarm)]) throws {
    for (id, alarm) in alarms where alarm.code == MonitorFinding.Code.statement.rawValue {
      guard alarm.files == ["statement.cose"], let bytes = state.bytes("alarms/\(id)/statement.cose"),
        let signed = try? SignedStatement(decoding: bytes), (try? verifier.verify(signed, seenAt: alarm.since)) != nil
      else { continue }
      if try state.keep(signed, slots: nil) { new += 1 }
      state.remove("alarms/\(id)")
    }
  }
}
