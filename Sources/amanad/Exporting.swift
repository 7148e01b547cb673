import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Writes a bundle of what concerns a partner or a record, with everything that proves it. What stands beside statements
/// travels sealed, unless somebody asks for it in clear.
struct Exporting: Sendable {
  let office: Office
  let store: ReceiptStore

  /// What a bundle is to hold.
  struct Wish: Sendable {
    /// Statements from, to or by this authority, and the history they cite.
    var to: AuthorityName?
    /// Or those of one record, and the history they cite; with neither, every statement of a kind.
    var record: RecordID?
    /// Or what is needed to draft without a daemon: whom we hold and who is released to us.
    var isKit = false
    /// Names and lines in clear, beside what is sealed.
    var isClear = false
  }

  /// A bundle, and the statements whose lines or annexes it shows in clear.
  struct Export: Sendable {
    let bytes: [UInt8]
    let personal: [StatementID]
  }

  func bundle(_ wish: Wish) async throws -> Export {
    let (office, store) = (office, store)
    let (export, entries) = try await store.read { reader in
      let chosen = try Self.choose(reader, wish, office)
      guard !chosen.isEmpty else {
        throw Problem(
          status: 404, code: "not-found", title: "Nothing to export",
          detail: "no statement concerns \(wish.to?.description ?? wish.record?.uuid ?? "anybody")",
          next: "check the name with `amana status`")
      }
      let personal = wish.isClear ? chosen.filter(\.isPersonal).map(\.stored.id) : []
      let writer = BundleMaking(office: office, reader: reader, objects: store.objects)
      return (
        Export(bytes: try writer.bytes(of: chosen, wish), personal: personal), chosen.map(\.stored.entry)
      )
    }
    // They stay due until the receipt is here: a stick can be lost.
    if let to = wish.to { try await store.write { try $0.markCarried(entries, to: to, at: currentTime()) } }
    return export
  }

  /// What is kept from whom it is written for stays out.
  private static func choose(_ reader: StoreReader, _ wish: Wish, _ office: Office) throws -> [Lineage.Member] {
    let places = office.roster.successions
    let lineage = Lineage(reader: reader, places: places)
    let kit = wish.isKit ? try Array(reader.heads(of: places.places(of: office.authority.name))) : nil
    let members = try lineage.closure(
      of: kit ?? wish.record.map { try reader.statements(record: $0) }
        ?? wish.to.map { try places.places(of: $0).flatMap { try reader.statements(concerning: $0, under: places) } }
        ?? reader.statementsOfAnyKind())
    // Whoever finds no content beside a statement is told who erased it.
    let erasures = try members.compactMap { try reader.erasure(of: $0.stored.id)?.by }
    let known = Set(members.map(\.stored.id))
    let all = erasures.allSatisfy(known.contains) ? members : try lineage.closure(of: Array(known) + erasures)
    return all.filter { member in
      guard let to = wish.to else { return true }
      return !member.signed.event.isWithheld(from: to, issuedBy: member.stored.summary.issuer, under: office.roster)
    }
  }
}

extension Lineage.Member {
  /// Whether its lines or annexes say something of people.
  var isPersonal: Bool { content.manifest != nil || !content.annexes.isEmpty }
}

/// Writes the chosen statements of one snapshot.
struct BundleMaking {
  let office: Office
  let reader: StoreReader
  let objects: ObjectStore

  func bytes(of chosen: [Lineage.Member], _ wish: Exporting.Wish) throws -> [UInt8] {
    var writer = BundleWriter(
      exercise: office.roster.body.exercise, created: OffsetTime(unix: currentTime(), offsetMinutes: 180),
      clear: wish.isClear && chosen.contains(where: \.isPersonal))
    for roster in try reader.rosters() { writer.roster(roster) }
    writer.policy(office.policy)
    for list in office.codes.fromFiles { writer.codes(list) }
    let tree = TileReader(source: reader)
    // What has ended is proven against its end, and nothing that came after.
    let seal = office.verifier.sealedLogs.seal(origin: office.origin)
    let size = min(try reader.size(), seal?.checkpoint.size ?? .max)
    if let note = try reader.latestCheckpoint(origin: office.origin) { writer.checkpoint(seal?.note ?? note) }
    for note in try reader.latestCheckpoints(except: office.origin) { writer.checkpoint(note) }
    for seal in office.verifier.sealedLogs.all where seal.checkpoint.origin != office.origin {
      writer.checkpoint(seal.note)
    }
    for member in chosen {
      writer.statement(
        member.signed.attaching(
          try reader.receipts(of: member.stored, own: office.authority),
          timeStamp: try reader.timeStamp(member.stored.entry)))
      if let leaf = try reader.leaf(of: member.stored.entry), leaf < size,
        let proof = try tree.inclusionProof(index: leaf, size: size)
      {
        writer.proof(Bundle.Proof(entry: member.stored.entry, proof: proof))
      }
      for proof in try reader.sealedProofs(of: member.stored.entry) {
        writer.proof(Bundle.Proof(entry: member.stored.entry, proof: proof))
      }
      try writeContent(of: member, wish, &writer)
    }
    return writer.bytes
  }

  /// Sealed payloads go to those who may open them. Whoever gets a statement for its history only finds its lines in the
  /// sealed history of what builds on it.
  private func writeContent(of member: Lineage.Member, _ wish: Exporting.Wish, _ writer: inout BundleWriter) throws {
    let event = member.signed.event
    let named = event.readers + [member.stored.summary.issuer]
    let isReader = wish.to.map { to in named.contains { office.roster.successions.areOne($0, to) } } ?? true
    if wish.isClear {
      writer.content(member.content, of: member.stored.id)
    } else if isReader, !event.sealed.isEmpty {
      writer.content(Content(slots: member.content.slots), of: member.stored.id)
    }
    // Whoever drafts from a kit has everything in clear beside it.
    guard isReader, !wish.isKit else { return }
    for reference in event.sealed where try reader.object(reference.ciphertextDigest) != nil {
      writer.sealed(reference.ciphertextDigest, try objects.readWaiting(reference.ciphertextDigest))
    }
  }
}
