import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

/// Writes and signs what the authorities of a test coalition state, with a clock that ticks a minute each time and
/// randomness that a seed brings back.
final class Scribe {
  let coalition: Coalition
  var random: SeededGenerator
  var clock = Coalition.start

  init(_ coalition: Coalition, seed: UInt64 = 1) {
    self.coalition = coalition
    random = SeededGenerator(seed: seed)
  }

  func bytes(_ count: Int) -> [UInt8] { random.bytes(count) }

  func newRecord() -> RecordID { RecordID(milliseconds: UInt64(clock) * 1000, random: bytes(10)) }

  func draft(_ type: EventType, record: RecordID? = nil) -> Event {
    clock += 60
    let time = OffsetTime(unix: clock, offsetMinutes: 180)
    return Event(
      recordID: record ?? newRecord(), type: type, occurred: OccurredTime(at: time), recordedAt: time,
      roster: coalition.roster.digest)
  }

  /// What an envelope says of the content beside it.
  func describe(_ content: Content, in event: inout Event) {
    guard let manifest = content.manifest else { return }
    event.manifestRoot = manifest.root.bytes
    event.manifestBucket = UInt64(manifest.leaves.count)
    event.counts = manifest.counts
    event.slotsRoot = content.slots.map { Slots.root(of: $0).bytes }
    event.annexes = content.annexes.map(\.reference)
  }

  /// Signs as an authority, after as many of its officers as the event asks for, or those given.
  func sign(_ event: Event, _ content: Content = Content(), by party: Party, officers: [PrivateKey]? = nil) throws
    -> Act
  {
    var event = event
    let needed = Lifecycle.row(for: event.type)?.officers ?? 0
    let keys = try officers ?? (0..<needed).map { try party.officerKey($0 + 1) }
    event.approvals = try approvals(of: event, by: party, keys)
    if officers == nil, event.type.isRelease, content.manifest?.hasChild == true {
      // Who protects children approves as well.
      let protecting = try approvals(of: event, by: party, role: .childProtection, [party.officerKey(7)])
      event.approvals = try (event.approvals + protecting).map { (try Approval(decoding: $0).keyID, $0) }
        .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }
    let signed = try SignedStatement.sign(
      event, issuer: party.uri, at: event.recordedAt.unix, with: try party.key(.statement))
    return Act(signed: signed, content: content)
  }

  func approvals(of event: Event, by party: Party, role: ApprovalRole = .officer, _ keys: [PrivateKey]) throws
    -> [[UInt8]]
  {
    let draft = event.encoded(includingApprovals: false)
    let signed = try keys.map { key in
      (
        try #require(key.publicKey.thumbprint),
        try Approval.sign(
          draft: draft, record: event.recordID, issuer: party.uri, role: role, at: event.recordedAt.unix, with: key)
      )
    }
    return signed.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }

  /// Signs any payload under any protected header: what a careless or hostile sender would send.
  func signRaw(
    _ payload: [UInt8], record: RecordID, by party: Party, at time: UnixTime = Coalition.start,
    unprotected: CBORMap = [:], change: (inout CBORMap) -> Void = { _ in }
  ) throws -> [UInt8] {
    let key = try party.key(.statement)
    var header: CBORMap = [
      1: -9, 3: .text(Event.mediaType), 4: .bytes(try #require(key.publicKey.thumbprint)),
      15: .map([1: .text(party.uri), 2: .text(record.uri), 6: .int(time)]), 16: .text(SignedStatement.type),
    ]
    change(&header)
    return try Sign1.sign(payload[...], protected: header, unprotected: unprotected, with: key).bytes
  }
}

extension Manifest {
  /// Whether somebody on it is not known to be an adult.
  var hasChild: Bool {
    lines.contains { _, leaf in value("age", of: leaf).map { $0.text != AgeFlag.adult.rawValue } ?? false }
  }
}
