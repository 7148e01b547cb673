import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// What is due to peers, as a courier is handed it.
struct Outbox: Sendable {
  let office: Office
  let store: ReceiptStore

  /// What may be sent to a peer now, in the order in which it must arrive.
  func due(to peer: Authority, limit: Int) async throws -> DueStatements {
    let (office, places) = (office, office.roster.successions)
    return try await store.read { reader in
      var (statements, bytes): ([DueStatement], Int) = ([], 0)
      for row in try reader.due(to: peer.name, now: currentTime(), limit: limit) {
        guard let stored = try reader.statement(entry: row.entry) else { continue }
        let statement = try reader.transparent(stored, own: office.authority)
        bytes += statement.count
        guard statements.isEmpty || bytes <= ExchangeRoutes.batchByteCount else { break }
        let objects = try Self.objects(of: stored, for: peer, places, reader)
        statements.append(
          DueStatement(
            entry: row.entry.bytes, statement: statement, objects: objects, asksFirst: row.mayHaveArrived))
      }
      return DueStatements(statements: statements)
    }
  }

  /// What goes with it: all of it that is here, to those whom the statement names, to its issuer, whose log has lost it, to
  /// whoever acts in their place, and nothing to whom it is history.
  private static func objects(
    of stored: StoredStatement, for peer: Authority, _ places: Successions, _ reader: StoreReader
  ) throws -> [ExchangeObject] {
    let readers = try SignedStatement(decoding: stored.bytes).event.readers
    guard (readers + [stored.summary.issuer]).contains(where: { places.areOne($0, peer.name) }) else { return [] }
    return try reader.objects(of: stored.id).compactMap { reference in
      try reader.object(reference.object).map { ExchangeObject(id: $0.id, size: $0.size) }
    }
  }
}
