import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Writes a bundle of what concerns a partner or a record, with everything that proves it.
struct Exporting: Sendable {
  let office: Office
  let store: ReceiptStore

  /// - Parameters:
  ///   - to: statements from, to or by this authority, and the history they cite.
  ///   - record: or those of one record, and the history they cite.
  func bundle(to: AuthorityName?, record: RecordID?) async throws -> [UInt8] {
    let office = office
    return try await store.read { reader in
      let chosen = try Self.choose(reader, to: to, record: record)
      guard !chosen.isEmpty else {
        throw Problem(
          status: 404, code: "not-found", title: "Nothing to export",
          detail: "no statement concerns \(to?.description ?? record?.uuid ?? "anybody")",
          next: "check the name with `amana status`")
      }
      return try Self.write(chosen, reader, office)
    }
  }

  private static func choose(_ reader: StoreReader, to: AuthorityName?, record: RecordID?) throws -> [StoredStatement] {
    var chosen: [UInt64: StoredStatement] = [:]
    var open: [StatementID] = []
    var index: UInt64 = 0
    while true {
      let page = try reader.statements(from: index, limit: 1000)
      guard let last = page.last else { break }
      for stored in page where isWanted(stored.summary, to: to, record: record) { open.append(stored.id) }
      index = last.index + 1
    }
    while let id = open.popLast() {
      guard let stored = try reader.statement(id), chosen.updateValue(stored, forKey: stored.index) == nil else {
        continue
      }
      open += try SignedStatement(decoding: stored.bytes).event.references.map(\.statement)
      let content = try reader.content(owner: id.bytes)
      open += Set(content.manifest?.leaves.compactMap(\.custodyPrevious) ?? [])
    }
    return chosen.values.sorted { $0.index < $1.index }
  }

  private static func isWanted(_ summary: StatementSummary, to: AuthorityName?, record: RecordID?) -> Bool {
    if let record { return summary.recordID == record }
    guard let to else { return summary.kind != nil }
    return summary.to == to || summary.from == to || summary.issuer == to
  }

  private static func write(_ chosen: [StoredStatement], _ reader: StoreReader, _ office: Office) throws -> [UInt8] {
    let contents = try chosen.map { try reader.content(owner: $0.id.bytes) }
    let isClear = contents.contains { $0.manifest != nil || !$0.annexes.isEmpty }
    var writer = BundleWriter(
      exercise: office.roster.body.exercise, created: OffsetTime(unix: currentTime(), offsetMinutes: 180),
      clear: isClear)
    for roster in try reader.rosters() { writer.roster(roster) }
    writer.policy(office.policy)
    let size = try reader.size()
    let tree = TileReader(source: reader)
    if let note = try reader.latestCheckpoint(origin: office.origin) { writer.checkpoint(note) }
    for note in try reader.latestCheckpoints(except: office.origin) { writer.checkpoint(note) }
    for (stored, content) in zip(chosen, contents) {
      let signed = try SignedStatement(decoding: stored.bytes)
      writer.statement(signed.attaching(try reader.receipts(stored.entry).map(\.bytes)))
      if let proof = try tree.inclusionProof(index: stored.index, size: size) {
        writer.proof(Bundle.Proof(entry: stored.entry, proof: proof))
      }
      writer.content(content, of: stored.id)
    }
    return writer.bytes
  }
}
