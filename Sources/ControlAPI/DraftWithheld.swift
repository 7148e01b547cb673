import COSE
public import Custody
public import Roster

/// From whom a statement is kept.
extension DraftMaking {
  /// What a request says, and what stands in whatever the statement builds on.
  /// - Parameter earlier: what it cites, each with its issuer.
  public func withhold(
    _ request: DraftRequest, building earlier: [(signed: SignedStatement, issuer: AuthorityName?)],
    in event: inout Event
  ) throws {
    event.withheldFrom = try asked(request)
    if let why = event.withholdingProblems(issuedBy: drafter.name, under: draftRoster).first {
      throw Problem.badRequest("withheld_from", why)
    }
    try inherit(earlier, in: &event)
  }

  /// A step that cites one that is kept from a member would tell it of that. An intention to such a member is refused; a
  /// fact is recorded, and what it builds on stays behind.
  public func inherit(_ earlier: [(signed: SignedStatement, issuer: AuthorityName?)], in event: inout Event) throws {
    let parties = Set(([drafter.name] + event.addressees).map(\.member))
    for (signed, issuer) in earlier {
      for kept in signed.event.withheldFrom {
        if event.withheldFrom.contains(where: { $0.member == kept.member }) { continue }
        guard parties.contains(kept.member) else {
          event.withheldFrom.append(kept)
          continue
        }
        try refuseToTell(event, of: signed, by: issuer, kept)
      }
    }
    event.withheldFrom.sort { $0.member < $1.member }
  }

  private func asked(_ request: DraftRequest) throws -> [Withholding] {
    let asked = request.withheldFrom ?? [:]
    guard asked.count <= 256 else { throw Problem.badRequest("withheld_from", "names more than 256 members") }
    return asked.map { Withholding(member: $0.key, code: $0.value) }.sorted { $0.member < $1.member }
  }

  /// Whoever has a part in the earlier statement as well knows it already.
  private func refuseToTell(
    _ event: Event, of earlier: SignedStatement, by issuer: AuthorityName?, _ kept: Withholding
  ) throws {
    let strangers = event.addressees.filter {
      earlier.event.isWithheld(from: $0, issuedBy: issuer, under: draftRoster)
    }
    guard let stranger = strangers.first, Lifecycle.row(for: event.type)?.isIntention == true else { return }
    throw Problem(
      status: 409, code: "withheld", title: "What it builds on is kept from whom it names",
      detail:
        "\(earlier.id), \(earlier.event.type.rawValue), is kept from \(kept.member) (\(kept.code)), and this would "
        + "tell \(stranger) of it", record: event.recordID.uuid,
      next: "name somebody else; nothing was stored")
  }
}
