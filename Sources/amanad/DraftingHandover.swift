import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

extension Drafting {
  /// An offer or a release of lines that a statement holds: the same people, citing each one's last step.
  func handover(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(request.statement, "statement", [.intake, .offer, .offerAgreed, .release, .redirect])
    guard let to = request.to.flatMap({ AuthorityName($0) }), to != office.authority.name else {
      throw badRequest("to", "must name another authority, MEMBER/authority")
    }
    event.from = office.authority.name
    event.to = to
    event.kind = try kind(request) ?? source.summary.kind
    event.caseID = event.caseID ?? source.summary.caseID
    let people = try peopleSource(of: source, &event)
    return try handover(select(request.lines, from: people.manifest, of: source.id), of: people, request, &event)
  }

  /// The people chosen, each citing the last step known of them.
  func handover(
    _ selected: [(index: Int, leaf: ManifestLeaf)], of people: DescribedPeople, _ request: DraftRequest,
    _ event: inout Event
  ) throws -> Content {
    let before = try here.signed(people.id)?.event.libertyStatus
    let content = try handover(
      selected, of: people, before: before, request, knowing: here, unknown: "was never taken in here", &event)
    if event.type.isRelease {
      let steps = try selected.compactMap(\.leaf.subject).flatMap { try reader.chain($0)?.steps.map(\.id) ?? [] }
      try cite(noticesOf: Set(steps), &event)
    }
    return content
  }

  /// Who was told of people goes along with them: whoever has them then need not see as overdue what was done long ago.
  private func cite(noticesOf steps: Set<StatementID>, _ event: inout Event) throws {
    let told = try reader.statements(notifyingOf: steps, limit: Self.maximumNotices)
    event.references += told.map { Reference(.about, $0) }
  }

  /// How many statements about who was told a release takes along, the newest of them.
  private static let maximumNotices = 32

  /// Where the people of a handover are described: an agreement points on to its offer, whose record goes on.
  private func peopleSource(of source: StoredStatement, _ event: inout Event) throws -> DescribedPeople {
    var holder = source
    if source.summary.type == .offerAgreed {
      let agreement = try SignedStatement(decoding: source.bytes)
      holder = try statement(agreement.event.reference(.offer)?.description, "statement", [.offer])
      event.references.append(Reference(.offerAgreed, source.id))
    }
    if holder.summary.type == .offer {
      event.recordID = holder.summary.recordID
      event.references.append(Reference(.offer, holder.id))
    } else {
      event.references.append(Reference(.basis, holder.id))
    }
    return try people(of: holder.id)
  }

  /// An outcome: one answer for each line named, all of one release.
  func outcome(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let release = try statement(request.statement, "statement", [.release, .redirect])
    let released = try SignedStatement(decoding: release.bytes).event
    let answers = try answers(request, to: release.summary, before: released.libertyStatus, in: &event)
    let lines = try answers.map { try outcomeLine($0, release.id) }
    let ends = Set(try answers.filter { $0.outcome == OutcomeCode.ended.rawValue }.map(ending))
    event.references += ends.sorted().map { Reference(.incident, $0) }
    event.flags += Flag.naming(try reader.flags(release.id), about: release.id, of: released.counts)
    return try content(
      schema: .outcome, record: event.recordID, lines: lines, identities: [:], event: .outcome)
  }

  /// What an ended line cites: the death, or the release to liberty.
  private func ending(_ answer: DraftRequest.Answer) throws -> StatementID {
    try statement(answer.incident, "answers: line \(answer.line), incident", [.incident, .releasedToLiberty]).id
  }

  private func outcomeLine(_ answer: DraftRequest.Answer, _ release: StatementID) throws -> [CBOR] {
    guard let line = try reader.releaseLine(release, answer.line) else {
      throw badRequest("answers", "\(release) has no line \(answer.line)")
    }
    let ends = answer.outcome == OutcomeCode.ended.rawValue
    return try outcomeLine(answer, of: line, incident: ends ? ending(answer) : nil)
  }
}
