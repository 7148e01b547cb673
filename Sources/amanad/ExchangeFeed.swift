import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

extension ExchangeRoutes {
  /// The most bytes of statements in one answer; one statement always fits.
  static let batchByteCount = 16 << 20

  /// Envelopes that name this peer, in log order. Positions count in its own feed, so gaps tell nothing.
  func feed(_ query: Query) async throws -> Feed {
    let peer = try peer(query)
    let after = try query.number("after", 0...UInt64(Int64.max)) ?? 0
    let limit = try limit(query)
    return try await store.read { reader in
      var (envelopes, bytes): ([FeedEnvelope], Int) = ([], 0)
      for (position, stored) in try reader.feed(of: peer.name, after: after, limit: limit) {
        let statement = try reader.transparent(stored)
        bytes += statement.count
        guard envelopes.isEmpty || bytes <= Self.batchByteCount else { break }
        envelopes.append(FeedEnvelope(position: position, statement: statement))
      }
      return Feed(envelopes: envelopes)
    }
  }

  /// The list of slots of a statement, for its parties and for observers.
  func slots(_ call: Call) async throws -> [UInt8] {
    let peer = try peer(call.query)
    guard let id = StatementID(call.id) else { throw Problem.nothingHere }
    let found = try await store.read { reader -> (root: [UInt8]?, slots: [[UInt8]]?) in
      guard let stored = try reader.statement(id) else { return (nil, nil) }
      let signed = try SignedStatement(decoding: stored.bytes)
      guard signed.concerns(peer) || peer.role == .observer, let root = signed.event.slotsRoot else {
        return (nil, nil)
      }
      // Beside older statements they stand in the content.
      return try reader.object(root) == nil ? (nil, reader.content(owner: id.bytes).slots) : (root, nil)
    }
    if let root = found.root { return try await store.objects.read(root) }
    guard let slots = found.slots else { throw Problem.nothingHere }
    return slots.flatMap(\.self)
  }
}

extension StoreReader {
  /// A statement with every receipt that is held for it.
  func transparent(_ stored: StoredStatement) throws -> [UInt8] {
    let receipts = try receipts(stored.entry).map(\.bytes).prefix(SignedStatement.maximumReceipts)
    return try SignedStatement(decoding: stored.bytes).attaching(Array(receipts))
  }
}

extension SignedStatement {
  /// Whether an authority issued it or is named in it.
  func concerns(_ peer: Authority) -> Bool {
    sameBytes(issuer, peer.uri) || event.addressees.contains(peer.name)
  }
}
