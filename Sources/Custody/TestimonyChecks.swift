import Roster

/// What V2, V3 and V8 ask of statements that move nobody. They are facts: whatever is wrong with what they say of others
/// is flagged, and only a correction that would change who is responsible, or whom a statement is about, is refused.
enum TestimonyChecks {
  /// V2: what it speaks of is not here.
  static func gaps(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    switch proposal.event.type {
    case .inquiryAnswered: try unasked(proposal, view)
    default: []
    }
  }

  private static func unasked(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard let cited = proposal.event.reference(.inquiry) else { return [Violation(.v2, "it cites no inquiry")] }
    guard try view.summary(cited)?.type == .inquiry else {
      return [Violation(.v2, "the inquiry that it answers, \(cited), is not here: ask for it")]
    }
    guard try !view.awaitsLines(cited) else { return [] }
    return try proposal.inquiries.compactMap { line in
      guard try line.answered.inquiry != cited || !view.isAbout(cited, line.answered.subject) else { return nil }
      return Violation(.v2, line: line.index, "the inquiry that it answers does not ask of this person")
    }
  }
}
