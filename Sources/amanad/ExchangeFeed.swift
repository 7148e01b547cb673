import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

extension ExchangeRoutes {
  /// The most bytes of statements in one answer; one statement always fits.
  static let batchByteCount = 16 << 20
  /// Of a page of a feed, which any peer may ask for at any time.
  static let pageByteCount = 1 << 20

  /// Envelopes that name this peer, in log order, and those that were widened to it, when they were. Positions count in its
  /// own feed, so gaps tell nothing.
  func feed(_ query: Query) async throws -> Feed {
    let peer = try peer(query)
    let after = try query.number("after", 0...UInt64(Int64.max)) ?? 0
    let (limit, own) = (try limit(query), office.authority)
    return try await store.read { reader in
      var (envelopes, bytes): ([FeedEnvelope], Int) = ([], 0)
      for (position, stored) in try reader.feed(of: peer.name, after: after, limit: limit) {
        let statement = try reader.transparent(stored, own: own)
        bytes += statement.count
        guard envelopes.isEmpty || bytes <= Self.pageByteCount else { break }
        envelopes.append(FeedEnvelope(position: position, statement: statement))
      }
      return Feed(envelopes: envelopes)
    }
  }

  /// The list of slots of a statement, for its parties and for observers.
  func slots(_ call: Call) async throws -> [UInt8] {
    let peer = try peer(call.query)
    guard let id = StatementID(call.id) else { throw Problem.nothingHere }
    let roster = office.roster
    let found = try await store.read { reader -> (root: [UInt8]?, slots: [[UInt8]]?) in
      guard let stored = try reader.statement(id) else { return (nil, nil) }
      let signed = try SignedStatement(decoding: stored.bytes)
      let mayRead =
        try signed.concerns(peer, under: roster) || peer.role == .observer
        || reader.feed(of: peer.name, contains: stored.entry)
      let isKept = signed.event.isWithheld(from: peer.name, issuedBy: stored.summary.issuer, under: roster)
      guard mayRead, !isKept, let root = signed.event.slotsRoot else { return (nil, nil) }
      // Beside older statements they stand in the content.
      return try reader.object(root) == nil ? (nil, reader.content(owner: id.bytes).slots) : (root, nil)
    }
    if let root = found.root { return try await store.objects.read(root) }
    guard let slots = found.slots else { throw Problem.nothingHere }
    return slots.flatMap(\.self)
  }
}

extension StoreReader {
  /// A statement with every receipt for it that may be handed out.
  func transparent(_ stored: StoredStatement, own: Authority) throws -> [UInt8] {
    let receipts = try receipts(of: stored, own: own).prefix(SignedStatement.maximumReceipts)
    return try SignedStatement(decoding: stored.bytes).attaching(
      Array(receipts), timeStamp: try timeStamp(stored.entry))
  }

  /// Our own receipt says that everything has arrived, so it is not handed out before, by whichever way: a third could
  /// bring it to the issuer.
  func receipts(of stored: StoredStatement, own: Authority) throws -> [[UInt8]] {
    let isIncomplete = try isIncomplete(stored.id)
    return try receipts(stored.entry).filter { !isIncomplete || !own.owns(origin: $0.origin) }.map(\.bytes)
  }
}

extension SignedStatement {
  /// Whether an authority issued it or is named in it, or one in whose place it acts.
  func concerns(_ peer: Authority, under roster: VerifiedRoster) -> Bool {
    guard !sameBytes(issuer, peer.uri), !event.addressees.contains(peer.name) else { return true }
    guard !roster.successions.isEmpty else { return false }
    return ([roster.authority(uri: issuer)?.name].compactMap(\.self) + event.addressees)
      .contains { roster.successions.current($0) == peer.name }
  }
}
