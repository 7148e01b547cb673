import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Widens the feed by policy: when a movement is over and a delay has passed, the envelopes that this authority signed in
/// it go to those whom `feed.widen-to` names. What others signed is theirs to widen, and an open movement is never shown.
struct Widening {
  let store: ReceiptStore
  let settings: LiveSettings
  let offices: OfficeInForce

  /// Movements or statements taken in one transaction, so that the writer is not held long.
  private static let stride = 256

  func look() async throws {
    let readers = self.readers
    guard !readers.isEmpty else { return }
    let now = currentTime()
    let quietSince = now - UnixTime(settings.current.feedWidenAfterSeconds)
    guard try await store.read({ try $0.hasWidening(quietSince: quietSince, for: readers.map(\.name)) }) else { return }
    while try await store.write({
      try $0.widenMovements(quietSince: quietSince, at: now, limit: Self.stride)
    }) == Self.stride {}
    for reader in readers {
      while try await store.write({
        try $0.feedWidened(to: reader.name, limit: Self.stride) { try may(reader, read: $0) }
      }) == Self.stride {}
    }
  }

  /// Active authorities of the roster, by `feed.widen-to`, without ourselves.
  private var readers: [Authority] {
    let office = offices.current
    let others = office.roster.body.authorities.filter { $0.name != office.authority.name && $0.status == .active }
    switch settings.current.feedWidenTo {
    case "members": return others
    case "observers": return others.filter { $0.role == .observer }
    default: return []
    }
  }

  /// What is kept from a member is kept from it here too. A label inside the signed bytes that lists its readers is heeded:
  /// by authority or by member.
  private func may(_ reader: Authority, read stored: StoredStatement) throws -> Bool {
    let event = try SignedStatement(decoding: stored.bytes).event
    guard !event.isWithheld(from: reader.name, issuedBy: stored.summary.issuer, under: offices.current.roster) else {
      return false
    }
    guard let listed = event.label?.releasableTo, !listed.isEmpty else { return true }
    return listed.contains { sameBytes($0, reader.name.description) || sameBytes($0, reader.name.member) }
  }
}
