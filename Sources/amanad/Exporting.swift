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
  ///   - record: or those of one record, and the history they cite; with neither, every statement of a kind.
  func bundle(to: AuthorityName?, record: RecordID?) async throws -> Export {
    let office = office
    return try await store.read { reader in
      let chosen = try Self.choose(reader, to: to, record: record)
      guard !chosen.isEmpty else {
        throw Problem(
          status: 404, code: "not-found", title: "Nothing to export",
          detail: "no statement concerns \(to?.description ?? record?.uuid ?? "anybody")",
          next: "check the name with `amana status`")
      }
      let personal = chosen.filter { $0.content.manifest != nil || !$0.content.annexes.isEmpty }.map(\.stored.id)
      return Export(bytes: try Self.write(chosen, reader, office), personal: personal)
    }
  }

  /// A bundle, and the statements whose lines or annexes it shows in clear.
  struct Export: Sendable {
    let bytes: [UInt8]
    let personal: [StatementID]
  }

  /// A chosen statement, read once.
  private struct Chosen {
    let stored: StoredStatement
    let signed: SignedStatement
    let content: Content
  }

  private static func choose(_ reader: StoreReader, to: AuthorityName?, record: RecordID?) throws -> [Chosen] {
    var chosen: [UInt64: Chosen] = [:]
    var open =
      try record.map { try reader.statements(record: $0) } ?? to.map { try reader.statements(concerning: $0) }
      ?? reader.statementsOfAnyKind()
    while let id = open.popLast() {
      guard let stored = try reader.statement(id), chosen[stored.index] == nil else { continue }
      let signed = try SignedStatement(decoding: stored.bytes)
      let content = try reader.content(owner: id.bytes)
      chosen[stored.index] = Chosen(stored: stored, signed: signed, content: content)
      open += signed.event.references.map(\.statement)
      open += Set(content.manifest?.leaves.compactMap(\.custodyPrevious) ?? [])
      open += try settlements(of: content, reader)
    }
    return chosen.sorted { $0.key < $1.key }.map(\.value)
  }

  /// What settled a line that was contested: every signature, and the last steps they cite. custody_prev names only one.
  private static func settlements(of content: Content, _ reader: StoreReader) throws -> Set<StatementID> {
    var found: Set<StatementID> = []
    for subject in content.manifest?.subjects ?? [] {
      guard let resolutions = try reader.chain(subject)?.resolutions, !resolutions.isEmpty else { continue }
      for resolution in resolutions { found.formUnion([resolution.id] + resolution.heads) }
    }
    return found
  }

  private static func write(_ chosen: [Chosen], _ reader: StoreReader, _ office: Office) throws -> [UInt8] {
    let isClear = chosen.contains { $0.content.manifest != nil || !$0.content.annexes.isEmpty }
    var writer = BundleWriter(
      exercise: office.roster.body.exercise, created: OffsetTime(unix: currentTime(), offsetMinutes: 180),
      clear: isClear)
    for roster in try reader.rosters() { writer.roster(roster) }
    writer.policy(office.policy)
    let size = try reader.size()
    let tree = TileReader(source: reader)
    if let note = try reader.latestCheckpoint(origin: office.origin) { writer.checkpoint(note) }
    for note in try reader.latestCheckpoints(except: office.origin) { writer.checkpoint(note) }
    for item in chosen {
      writer.statement(item.signed.attaching(try reader.receipts(item.stored.entry).map(\.bytes)))
      if let proof = try tree.inclusionProof(index: item.stored.index, size: size) {
        writer.proof(Bundle.Proof(entry: item.stored.entry, proof: proof))
      }
      writer.content(item.content, of: item.stored.id)
    }
    return writer.bytes
  }
}
