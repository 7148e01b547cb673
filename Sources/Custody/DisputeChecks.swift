import Roster

/// V7 for the end of a dispute: who signs, over which last steps, in which round.
enum DisputeChecks {
  static func problems(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    try proposal.disputes.compactMap { line in
      guard let contest = try view.chain(line.subject)?.contest else {
        return Violation(.v7, line: line.index, "its chain is not contested here: there is nothing to settle")
      }
      return problem(line, contest, proposal.issuer.name, proposal.successions).map {
        Violation(.v7, line: line.index, $0)
      }
    }
  }

  private static func problem(
    _ line: DisputeLine, _ contest: Contest, _ issuer: AuthorityName, _ places: Successions
  ) -> String? {
    let issuer = places.current(issuer)
    let names = contest.parties.map(\.description).joined(separator: ", ")
    guard contest.parties.contains(issuer) else { return "\(issuer) is no party to it; they are \(names)" }
    guard let custodian = line.custodian.map(places.current), contest.parties.contains(custodian) else {
      return "the custodian named is none of its parties, \(names)"
    }
    guard line.heads == contest.heads else { return "other last steps compete now than those it cites: look again" }
    guard line.round == contest.round else { return "round \(contest.round) is open, not the one it signs in" }
    guard !contest.signed.contains(where: { $0.issuer == issuer }) else {
      return "\(issuer) has signed in round \(contest.round): each party signs once a round"
    }
    return nil
  }
}
