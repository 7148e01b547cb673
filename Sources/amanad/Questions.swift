import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// What people ask of the record: status, statements, lines, receipts.
struct Questions: Sendable {
  let office: Office
  let store: ReceiptStore
  /// Whether who asks may see what is said of single lines.
  var seesLines = true

  func status() async throws -> StatusView {
    let office = office
    return try await store.read { reader in
      let size = try reader.size()
      let now = currentTime()
      return StatusView(
        authority: office.authority.name.description, member: office.authority.name.member,
        exercise: office.roster.body.exercise, origin: office.origin, size: size,
        root: hexadecimal(try TileReader(source: reader).root(size: size)?.bytes ?? []),
        rosterVersion: office.roster.body.version, rosterDigest: hexadecimal(office.roster.digest),
        rosterStale: office.roster.isStale(at: now), twoUsers: office.policy.twoUsers,
        custody: try reader.custodyCounts().map {
          StatusView.Count(custodian: $0.custodian, phase: $0.phase, to: $0.to, lines: $0.lines)
        }, overdue: try reader.overdue(at: now), waiting: try reader.openDraftCount(),
        alarms: try Self.alarms(reader),
        proposals: try reader.openProposals(to: office.places, under: office.roster.successions).map {
          StatusView.Proposal(
            statement: $0.id.description, event: $0.type.rawValue, from: $0.issuer.description,
            lines: try Self.lineCount($0, reader))
        } + Self.open(office, reader),
        undelivered: try reader.undelivered().map {
          StatusView.Undelivered(peer: $0.peer.description, open: $0.open, refused: $0.refused, since: $0.oldestSince)
        }, incomplete: try reader.incompleteCount(), duties: try Self.duties(office, reader, now),
        asOf: try reader.latestCheckpointTime(origin: office.origin), witnesses: try Cosigners.view(office, reader))
    }
  }

  /// The newest checkpoint of our log, or of another authority's as it is known here.
  func checkpoint(_ query: Query) async throws -> [UInt8] {
    guard let name = try query.authority("log"), name != office.authority.name else {
      let origin = office.origin
      return try await store.read { try $0.shownCheckpoint(origin: origin) ?? [] }
    }
    let authority = office.roster.authority(name)
    let known = try await store.read { reader in
      try authority.flatMap { try reader.shownCheckpoint(origin: reader.newestOrigin(of: $0)) }
    }
    guard let known else {
      throw Problem(
        status: 404, code: "not-found", title: "No checkpoint of that log is known here",
        detail: "\(name) has shown none, or is not listed", next: "ask when something has been exchanged with it")
    }
    return known
  }

  func statement(_ id: StatementID) async throws -> StatementView {
    let office = office
    let view = try await store.read { reader in
      try Self.view(Self.stored(id, reader), WitnessWait(of: office, reader), reader)
    }
    return seesLines ? view : view.withoutLines
  }

  /// The statement with every receipt for it that may be handed out.
  func transparent(_ id: StatementID) async throws -> [UInt8] {
    let own = office.authority
    return try await store.read { reader in try reader.transparent(Self.stored(id, reader), own: own) }
  }

  /// This log's own receipt. It says that everything has arrived, so it leaves by no door before.
  func receipt(_ id: StatementID) async throws -> [UInt8] {
    let origin = office.origin
    return try await store.read { reader in
      let entry = try Self.stored(id, reader).entry
      guard try !reader.isIncomplete(id) else { throw Drafting.incomplete(id) }
      if let own = try reader.receipts(entry).first(where: { $0.origin == origin }) { return own.bytes }
      guard try reader.leaf(of: entry) == nil else { throw StoreError.damaged("statement \(id) without receipt") }
      throw Self.notPublished(id)
    }
  }

  static func stored(_ id: StatementID, _ reader: StoreReader) throws -> StoredStatement {
    guard let stored = try reader.statement(id) else {
      throw Problem(
        status: 404, code: "not-found", title: "No such statement", detail: "\(id) is not registered here",
        next: "list what is here with `amana show`")
    }
    return stored
  }

  private static func notPublished(_ id: StatementID) -> Problem {
    Problem(
      status: 409, code: "not-published", title: "The log has not published it yet",
      detail: "\(id) is registered and gets its receipt with the log's next publication (log.publish-seconds)",
      next: "ask again after the next publication")
  }

  static func view(_ stored: StoredStatement, _ wait: WitnessWait, _ reader: StoreReader) throws -> StatementView {
    let signed = try SignedStatement(decoding: stored.bytes)
    let receipts = try reader.receipts(stored.entry)
    var view = StatementView(
      statement: stored.id.description, recordID: stored.summary.recordID.uuid, index: stored.index,
      event: stored.summary.type.rawValue, issuer: stored.summary.issuer.description,
      from: stored.summary.from?.description, to: stored.summary.to?.description,
      occurredAt: signed.event.occurred.at.text, timeSource: signed.event.occurred.source.rawValue,
      clockErrorSeconds: signed.event.occurred.clockError, lines: try lineCount(stored.summary, reader),
      receipts: receipts.map { StatementView.ReceiptView(origin: $0.origin, issuedAt: $0.issuedAt) },
      flags: try reader.flags(stored.id).map(failing), algorithms: signed.algorithms,
      unverified: signed.unverifiableHere, incomplete: try missing(of: stored.id, reader),
      kind: stored.summary.kind?.rawValue)
    view.awaitingWitnesses = try wait.holds(stored, reader)
    view.paperForm = signed.event.lateEntry?.form
    let kept = signed.event.withheldFrom.map { WithholdingView(member: $0.member, reason: $0.code) }
    view.withheldFrom = kept.isEmpty ? nil : kept
    let holds = try reader.holds(on: stored.id).map(\.description)
    view.holds = holds.isEmpty ? nil : holds
    view.erasure = try erasure(of: stored, signed.event, reader)
    return view
  }

  /// Who had what stands beside a statement, and who of them says to have erased it; nil where nobody says so and it has not
  /// gone here.
  private static func erasure(of stored: StoredStatement, _ event: Event, _ reader: StoreReader) throws -> ErasureView?
  {
    let said = try reader.erasures(of: stored.id)
    let done = try reader.erasure(of: stored.id)
    guard !said.isEmpty || done != nil else { return nil }
    let holders = Set(event.readers + [stored.summary.issuer] + said.map(\.issuer)).sorted().map { name in
      ErasureView.Holder(
        authority: name.description, statement: said.first { $0.issuer == name }?.statement.description)
    }
    return ErasureView(statement: done?.by.description, at: done?.at, holders: holders)
  }

  /// Lines that came after their statement are counted by the chains they are about.
  static func lineCount(_ summary: StatementSummary, _ reader: StoreReader) throws -> Int {
    try summary.lines > 0 ? summary.lines : reader.lineCount(of: summary.id)
  }

  static func alarms(_ reader: StoreReader) throws -> [StatusView.Alarm] {
    try reader.alarms().map { StatusView.Alarm(code: $0.code, detail: $0.detail, raisedAt: $0.raisedAt) }
  }

  /// What of a statement has not arrived, by payload id; nil when it is whole.
  private static func missing(of id: StatementID, _ reader: StoreReader) throws -> [String]? {
    guard try reader.isIncomplete(id) else { return nil }
    let missing = try reader.missingObjects(of: id).map { $0.kind == .slots ? "slots" : $0.payloadID }
    // Of an older statement nothing is sealed: its manifest comes in a bundle.
    return missing.isEmpty ? ["manifest"] : missing.sorted()
  }
}
