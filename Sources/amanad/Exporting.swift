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
  /// What a bundle may have, in bytes: a larger one is imported nowhere.
  var limit = Bundle.maximumByteCount

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
    let (office, store, limit) = (office, store, limit)
    let (export, entries) = try await store.read { reader in
      let chosen = try Self.choose(reader, wish, office)
      guard !chosen.isEmpty else {
        throw Problem(
          status: 404, code: "not-found", title: "Nothing to export",
          detail: "no statement concerns \(wish.to?.description ?? wish.record?.uuid ?? "anybody")",
          next: "check the name with `amana status`")
      }
      let clear = try wish.isClear ? Self.clear(chosen, for: wish.to, reader, office) : [:]
      var writer = BundleMaking(office: office, reader: reader, objects: store.objects, clear: clear, limit: limit)
      var bytes = try writer.bytes(of: chosen, wish)
      if bytes == nil, let to = wish.to {
        writer.left = try Self.had(by: to, among: chosen, reader, office)
        bytes = try writer.bytes(of: chosen, wish)
      }
      guard let bytes else { throw Self.tooLarge(wish, limit) }
      return (Export(bytes: bytes, personal: clear.keys.sorted()), chosen.map(\.stored.entry))
    }
    // They stay due until the receipt is here: a stick can be lost.
    if let to = wish.to { try await store.write { try $0.markCarried(entries, to: to, at: currentTime()) } }
    return export
  }

  /// Of which statements an authority has what is sealed: its own, and those for which we hold its receipt.
  private static func had(
    by to: AuthorityName, among chosen: [Lineage.Member], _ reader: StoreReader, _ office: Office
  ) throws -> Set<StatementID> {
    Set(
      try chosen.filter { member in
        try office.roster.successions.areOne(member.stored.summary.issuer, to)
          || reader.outboxRow(member.stored.entry, to)?.state == .delivered
      }.map(\.stored.id))
  }

  private static func tooLarge(_ wish: Wish, _ limit: Int) -> Problem {
    Problem(
      status: 413, code: "too-large", title: "It does not fit into one bundle",
      detail: "a bundle has at most \(limit) bytes, and this one would have more"
        + (wish.to.map { ", without what \($0) is known to have" } ?? ""),
      next: "take it out record by record: `amana outbox` says what has not arrived, "
        + "`amana bundle export FILE --record ID` writes one")
  }

  /// What is kept from whom it is written for stays out.
  private static func choose(_ reader: StoreReader, _ wish: Wish, _ office: Office) throws -> [Lineage.Member] {
    let places = office.roster.successions
    let lineage = Lineage(reader: reader, places: places)
    let kit = wish.isKit ? try Array(reader.heads(of: places.places(of: office.authority.name), under: places)) : nil
    let members = try lineage.closure(
      of: kit ?? wish.record.map { try reader.statements(record: $0) }
        ?? wish.to.map { try places.places(of: $0).flatMap { try reader.statements(concerning: $0, under: places) } }
        ?? reader.statementsOfAnyKind())
    return try withErasures(members, lineage).filter { member in
      guard let to = wish.to else { return true }
      return !member.signed.event.isWithheld(from: to, issuedBy: member.stored.summary.issuer, under: office.roster)
    }
  }

  /// Whoever finds no content beside a statement is told who erased it.
  static func withErasures(_ members: [Lineage.Member], _ lineage: Lineage) throws -> [Lineage.Member] {
    let erasures = try members.compactMap { try lineage.reader.erasure(of: $0.stored.id)?.by }
    let known = Set(members.map(\.stored.id))
    return erasures.allSatisfy(known.contains) ? members : try lineage.closure(of: Array(known) + erasures)
  }

  /// What is shown in clear beside each. To a partner that is no more than is sealed to it anyway: what stands beside the
  /// statements that it reads, and of those they build on the lines, which their sealed history tells it, and nobody's name.
  private static func clear(
    _ chosen: [Lineage.Member], for to: AuthorityName?, _ reader: StoreReader, _ office: Office
  ) throws -> [StatementID: Content] {
    let places = office.roster.successions
    var shown: [StatementID: Content] = [:]
    for member in chosen where to.map({ member.isRead(by: $0, places) }) ?? true {
      shown[member.stored.id] = member.content
    }
    if to != nil {
      // As `Lineage.history`: who was told takes nobody's lines along.
      let telling = chosen.filter {
        shown[$0.stored.id] != nil && $0.signed.event.manifestRoot != nil && $0.signed.event.type != .notified
      }
      let lineage = Lineage(reader: reader, places: places)
      let built = Set(try lineage.closure(of: telling.map(\.stored.id), known: chosen).map(\.stored.id))
      for member in chosen where shown[member.stored.id] == nil {
        // Version 0.1.0 sealed nothing: what stands beside its statements travels like this or not at all.
        if member.signed.event.sealed.isEmpty {
          shown[member.stored.id] = member.content
        } else if built.contains(member.stored.id) {
          shown[member.stored.id] = Content(manifest: member.content.manifest)
        }
      }
    }
    return shown.filter { $0.value.manifest != nil || !$0.value.annexes.isEmpty }
  }
}

extension Lineage.Member {
  /// Whether what is sealed beside it is for an authority, or it signed it.
  func isRead(by name: AuthorityName, _ places: Successions) -> Bool {
    (signed.event.readers + [stored.summary.issuer]).contains { places.areOne($0, name) }
  }
}

/// Writes the chosen statements of one snapshot.
struct BundleMaking {
  let office: Office
  let reader: StoreReader
  let objects: ObjectStore
  /// What stands in clear beside statements.
  let clear: [StatementID: Content]
  /// In bytes.
  var limit: Int
  /// Statements of which what is sealed stays out: whoever it is for has it.
  var left: Set<StatementID> = []
  /// Whether it is to hold in decades: it shows who had cosigned what when first, too.
  var isArchive = false

  /// - Returns: nil when it would be larger than it may be.
  func bytes(of chosen: [Lineage.Member], _ wish: Exporting.Wish) throws -> [UInt8]? {
    var writer = BundleWriter(
      exercise: office.roster.body.exercise, created: OffsetTime(unix: currentTime(), offsetMinutes: 180),
      clear: !clear.isEmpty)
    for roster in try reader.rosters() { writer.roster(roster) }
    writer.policy(office.policy)
    for list in office.codes.fromFiles { writer.codes(list) }
    let tree = TileReader(source: reader)
    // What has ended is proven against its end, and nothing that came after.
    let seal = office.verifier.sealedLogs.seal(origin: office.origin)
    let size = min(try reader.size(), seal?.checkpoint.size ?? .max)
    if let note = try reader.shownCheckpoint(origin: office.origin) { writer.checkpoint(seal?.note ?? note) }
    for note in try reader.latestCheckpoints(except: office.origin) { writer.checkpoint(note) }
    for seal in office.verifier.sealedLogs.all where seal.checkpoint.origin != office.origin {
      writer.checkpoint(seal.note)
    }
    var shown: Set<Checkpoint> = []
    for member in chosen {
      writer.statement(
        member.signed.attaching(
          Array(
            try reader.receipts(of: member.stored, own: office.authority).prefix(SignedStatement.maximumReceipts)),
          timeStamp: try reader.timeStamp(member.stored.entry)))
      if let leaf = try reader.leaf(of: member.stored.entry), leaf < size,
        let proof = try tree.inclusionProof(index: leaf, size: size)
      {
        writer.proof(Bundle.Proof(entry: member.stored.entry, proof: proof))
      }
      for proof in try reader.sealedProofs(of: member.stored.entry) {
        writer.proof(Bundle.Proof(entry: member.stored.entry, proof: proof))
      }
      if isArchive { try writeFirstCosigned(of: member, tree, upTo: size, &shown, &writer) }
      try writeContent(of: member, wish, &writer)
      guard writer.bytes.count <= limit else { return nil }
    }
    return writer.bytes.count <= limit ? writer.bytes : nil
  }

  /// The smallest checkpoint of this log that covers a statement and that a witness has cosigned, and the proof.
  private func writeFirstCosigned(
    of member: Lineage.Member, _ tree: TileReader<StoreReader>, upTo size: UInt64, _ shown: inout Set<Checkpoint>,
    _ writer: inout BundleWriter
  ) throws {
    guard let leaf = try reader.leaf(of: member.stored.entry),
      let checkpoint = try reader.cosigned(origin: office.origin, covering: leaf, limit: 1).first,
      checkpoint.size < size, let proof = try tree.inclusionProof(index: leaf, size: checkpoint.size),
      proof.root(from: member.stored.entry.leafHash) == checkpoint.root
    else { return }
    if !shown.contains(checkpoint) {
      guard let note = try reader.note(of: checkpoint) else { return }
      shown.insert(checkpoint)
      writer.checkpoint(note)
    }
    writer.proof(Bundle.Proof(entry: member.stored.entry, proof: proof))
  }

  /// Sealed payloads go to those who may open them. Whoever gets a statement for its history only finds its lines in the
  /// sealed history of what builds on it.
  private func writeContent(of member: Lineage.Member, _ wish: Exporting.Wish, _ writer: inout BundleWriter) throws {
    let event = member.signed.event
    let isReader = wish.to.map { member.isRead(by: $0, office.roster.successions) } ?? true
    if let shown = clear[member.stored.id] {
      writer.content(shown, of: member.stored.id)
    } else if isReader, !left.contains(member.stored.id), !event.sealed.isEmpty || wish.isClear {
      writer.content(Content(slots: member.content.slots), of: member.stored.id)
    }
    // Whoever drafts from a kit has everything in clear beside it.
    guard isReader, !wish.isKit, !left.contains(member.stored.id) else { return }
    for reference in event.sealed where try reader.object(reference.ciphertextDigest) != nil {
      writer.sealed(reference.ciphertextDigest, try objects.readWaiting(reference.ciphertextDigest))
    }
  }
}
