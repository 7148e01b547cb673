import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Who was told of people, or was not reached.
extension Drafting {
  /// Of those of whom it is owed still, or of those named.
  func notify(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(request.statement, "statement", DutyTable.events)
    guard source.summary.kind?.row.isOfPersons != false else {
      throw badRequest("statement", "is of things: nobody must be told of them")
    }
    guard let duty = request.duty.flatMap(DutyCode.init) else {
      throw badRequest("duty", "must be one of \(DutyCode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard let means = request.means, office.codes[.noticeMeans]?.codes.contains(where: { $0.id == means }) != false
    else { throw badRequest("means", "must be a code of list notice-means") }
    let selected = try owed(duty, request, source)
    (event.recordID, event.kind) = (source.summary.recordID, source.summary.kind)
    event.caseID = event.caseID ?? source.summary.caseID
    event.references = [Reference(.about, source.id)]
    event.parties = concerned(
      try selected.compactMap { try reader.chain($0) }, [source.summary])
    let told = event.occurred.at
    return try content(
      schema: .notice, record: event.recordID,
      lines: selected.map {
        NoticeLine(subject: $0, about: source.id, duty: duty.rawValue, means: means, toldAt: told).fields
      }, identities: [:], event: event.type)
  }

  private func owed(_ duty: DutyCode, _ request: DraftRequest, _ source: StoredStatement) throws -> [SubjectReference] {
    let subjects = try select(request.lines, from: people(of: source.id).manifest, of: source.id)
      .compactMap(\.leaf.subject)
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
}
