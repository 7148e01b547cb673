import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// From whom a statement is kept.
extension Drafting {
  /// What a request says, and what stands in whatever the statement builds on: a step that cites one that is kept from a
  /// member would tell it of that. An intention to such a member is refused; a fact is recorded, and what it builds on stays
  /// behind.
  func withhold(_ request: DraftRequest, _ content: Content, in event: inout Event) throws {
    event.withheldFrom = try asked(request)
    let own = office.authority.name
    if let why = event.withholdingProblems(issuedBy: own, under: office.roster).first {
      throw badRequest("withheld_from", why)
    }
    let parties = Set(([own] + event.addressees).map(\.member))
    for id in try Lineage(reader: reader).cited(by: event, content).sorted() {
      guard let stored = try reader.statement(id) else { continue }
      for kept in try SignedStatement(decoding: stored.bytes).event.withheldFrom {
        if event.withheldFrom.contains(where: { $0.member == kept.member }) { continue }
        guard parties.contains(kept.member) else {
          event.withheldFrom.append(kept)
          continue
        }
        try refuseToTell(event, of: stored, kept)
      }
    }
    event.withheldFrom.sort { $0.member < $1.member }
  }

  private func asked(_ request: DraftRequest) throws -> [Withholding] {
    let asked = request.withheldFrom ?? [:]
    guard asked.count <= 256 else { throw badRequest("withheld_from", "names more than 256 members") }
    return asked.map { Withholding(member: $0.key, code: $0.value) }.sorted { $0.member < $1.member }
  }

  /// Whoever has a part in the earlier statement as well knows it already.
  private func refuseToTell(_ event: Event, of earlier: StoredStatement, _ kept: Withholding) throws {
    let told = try SignedStatement(decoding: earlier.bytes).event
    let strangers = event.addressees.filter {
      told.isWithheld(from: $0, issuedBy: earlier.summary.issuer, under: office.roster)
    }
    guard let stranger = strangers.first, Lifecycle.row(for: event.type)?.isIntention == true else { return }
    throw Problem(
      status: 409, code: "withheld", title: "What it builds on is kept from whom it names",
      detail:
        "\(earlier.id), \(earlier.summary.type.rawValue), is kept from \(kept.member) (\(kept.code)), and this would "
        + "tell \(stranger) of it", record: event.recordID.uuid,
      next: "name somebody else; nothing was stored")
  }
}
