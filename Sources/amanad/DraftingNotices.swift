import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Who was told of people, or was not reached; and what was seen.
extension Drafting {
  /// Of those of whom it is owed still, or of those named.
  func notify(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(request.statement, "statement", DutyTable.sources)
    guard source.summary.kind?.row.isOfPersons != false else {
      throw badRequest("statement", "is of things: nobody must be told of them")
    }
    guard let duty = request.duty.flatMap(DutyCode.init) else {
      throw badRequest("duty", "must be one of \(DutyCode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard let means = request.means, office.codes[.noticeMeans]?.codes.contains(where: { $0.id == means }) != false
    else { throw badRequest("means", "must be a code of list notice-means") }
    if event.reason == Notice.personAsked { try refuseUnlessAsked(duty, means, request) }
    let selected = try owed(duty, request, source)
    (event.recordID, event.kind) = (source.summary.recordID, source.summary.kind)
    event.caseID = event.caseID ?? source.summary.caseID
    event.references = [Reference(.about, source.id)]
    event.parties = concerned(try selected.compactMap { try reader.chain($0) }, try readers(of: source))
    let told = event.occurred.at
    return try content(
      schema: .notice, record: event.recordID,
      lines: selected.map {
        NoticeLine(subject: $0, about: source.id, duty: duty.rawValue, means: means, toldAt: told).fields
      }, identities: [:], event: event.type)
  }

  /// That somebody asked makes a duty, and is no notice yet.
  private func refuseUnlessAsked(_ duty: DutyCode, _ means: String, _ request: DraftRequest) throws {
    guard duty == .stateOfNationality, means == Notice.notReached else {
      throw badRequest(
        "reason", "person-asked goes with duty state-of-nationality and means not-reached: who was told is said later")
    }
    guard request.lines != nil else { throw badRequest("lines", "must say who asked for it") }
  }

  private func owed(_ duty: DutyCode, _ request: DraftRequest, _ source: StoredStatement) throws -> [SubjectReference] {
    // Of whom it is owed is known of erased lines too.
    guard let manifest = try reader.custodyLines(of: source.id) else { throw Self.incomplete(source.id) }
    let subjects = try select(request.lines, from: manifest, of: source.id).compactMap(\.leaf.subject)
    guard request.lines == nil else { return subjects }
    let owed = try subjects.filter { subject in
      guard let line = try reader.duty(source.id, duty, subject), line.notice == nil else { return false }
      return office.roster.successions.areOne(line.owner, office.authority.name)
    }
    guard owed.isEmpty else { return owed }
    throw Problem(
      status: 409, code: "conflict", title: "Nothing of that is owed",
      detail: "this authority owes nobody of \(source.id) to \(duty.rawValue) any more, or never did",
      next: "see what is owed with `amana duties`; whoever was told all the same is recorded by naming the lines")
  }

  /// What an observer, or any authority, saw with regard to statements on record, whose lines it need not have.
  func observe(_ request: DraftRequest, _ event: inout Event) throws {
    let named = try named(request, atMost: 64)
    guard let site = request.siteID, !site.isEmpty else { throw badRequest("site_id", "must say where it was seen") }
    let cited = try named.map { text in
      guard let stored = try StatementID(hex: text).flatMap({ try reader.statement($0) }), stored.summary.kind != nil
      else { throw badRequest("statements", "\(text) is no statement about people or things that is registered here") }
      return stored
    }
    event.place = Place(siteID: site, pcode: request.pcode)
    event.kind = cited.first?.summary.kind
    if cited.count == 1, let only = cited.first {
      event.recordID = only.summary.recordID
      event.caseID = event.caseID ?? only.summary.caseID
    }
    event.references = cited.map { Reference(.about, $0.id) }
    event.parties = concerned([], try cited.flatMap { try readers(of: $0) })
  }
}
