import COSE
import Roster

/// What V2, V3 and V8 ask of statements that move nobody. They are facts: whatever is wrong with what they say of others
/// is flagged, and only a correction that would change who is responsible, or whom a statement is about, is refused.
enum TestimonyChecks {
  /// V2: what it speaks of is not here.
  static func gaps(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    switch proposal.event.type {
    case .inquiryAnswered: try unasked(proposal, view)
    case .sameAs, .notSameAs:
      try proposal.links.flatMap { index, link in
        try [link.subject, link.other].filter { try view.chain($0) == nil }.map {
          Violation(.v2, line: index, "nothing is known here of \($0)")
        }
      }
    case .underProtest:
      try unseen(
        proposal, proposal.protests.map { ($0.index, $0.statement, $0.subject) }, "what it protests against", view)
    case .corrected:
      try unseen(
        proposal, proposal.corrections.map { ($0.index, $0.correction.original, nil) }, "what it corrects", view)
    case .notified:
      try unseen(
        proposal, proposal.notices.map { ($0.index, $0.line.about, $0.line.subject) }, "what it tells of", view)
    default: []
    }
  }

  /// V2 of a hold: it says by a code why, and cites nothing but what it holds, which is here.
  static func holds(_ event: Event, _ view: any CustodyView) throws -> [Violation] {
    var found = event.reason == nil ? [Violation(.v2, "it does not say by a code why it holds")] : []
    if event.references.contains(where: { $0.relation != .held }) {
      found.append(Violation(.v2, "a hold says nothing of what was seen"))
    }
    return try found
      + event.references.map(\.statement).filter { try view.summary($0) == nil }.map {
        Violation(.v2, "what it holds, \($0), is not here: ask for it")
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

  /// Statements that lines speak of and that are not here, or are not about whom the line is about.
  private static func unseen(
    _ proposal: Proposal, _ lines: [(index: Int, statement: StatementID, subject: SubjectReference?)], _ what: String,
    _ view: any CustodyView
  ) throws -> [Violation] {
    try lines.compactMap { index, statement, subject in
      guard try view.summary(statement) != nil else {
        return Violation(.v2, line: index, "\(what), \(statement), is not here: ask for it")
      }
      guard let subject, try !view.awaitsLines(statement), try !view.isAbout(statement, subject) else { return nil }
      return Violation(.v2, line: index, "\(what), \(statement), is not about this person")
    }
  }

  /// V3: who has, or had, something to do with those it speaks of.
  static func strangers(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let (issuer, places) = (proposal.issuer.name, proposal.successions)
    func isOne(_ names: [AuthorityName?]) -> Bool { names.contains { places.areOne($0, issuer) } }
    switch proposal.event.type {
    case .sameAs, .notSameAs:
      return try proposal.links.compactMap { index, link in
        let chains = try [link.subject, link.other].compactMap { try view.chain($0) }
        guard !chains.isEmpty, !isOne(chains.flatMap { $0.steps.flatMap(\.parties) }) else { return nil }
        return Violation(.v3, line: index, "neither of them was ever in the hands of \(issuer), or released to it")
      }
    case .underProtest:
      return try proposal.protests.compactMap { index, statement, _ in
        guard let summary = try view.summary(statement), !isOne([summary.issuer, summary.from, summary.to]) else {
          return nil
        }
        return Violation(.v3, line: index, "\(issuer) has no part in \(statement), against which it protests")
      }
    case .corrected:
      return try proposal.corrections.compactMap { index, correction in
        guard let summary = try view.summary(correction.original) else { return nil }
        let chain = try view.chain(correction.subject)
        guard !isOne([summary.issuer] + (chain?.claimants ?? [chain?.custodian].compactMap(\.self))) else { return nil }
        return Violation(
          .v3, line: index, "\(issuer) neither signed \(correction.original) nor has the person: it may dispute it")
      }
    case .notified:
      return try proposal.notices.compactMap { index, line in
        if proposal.isAsking, try !view.has(line.subject, as: line.about, issuer, under: places) {
          return Violation(.v3, line: index, "\(issuer) neither took them in by \(line.about) nor has them now")
        }
        guard let duty = DutyCode(rawValue: line.duty), let owed = try view.duty(line.about, duty, line.subject),
          !isOne([owed.owner])
        else { return nil }
        return Violation(.v3, line: index, "\(owed.owner) owes it, and nobody else discharges it")
      }
    default: return []
    }
  }

  /// V8: a correction cites the original, and changes neither who is responsible nor whom it is about.
  static func corrections(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard event.type == .corrected else { return [] }
    let cited = Set(event.references.filter { $0.relation == .original }.map(\.statement))
    var found: [Violation] = []
    if cited.isEmpty { found.append(Violation(.v8, "it cites no statement that it corrects")) }
    if let named = event.responsibleCustodian {
      found.append(Violation(.v8, "it names \(named) responsible: a correction moves nobody"))
    }
    return try found
      + proposal.corrections.flatMap { index, correction in
        try problems(correction, cited, view).map { Violation(.v8, line: index, $0) }
      }
  }

  private static func problems(_ correction: Correction, _ cited: Set<StatementID>, _ view: any CustodyView) throws
    -> [String]
  {
    let original = correction.original
    guard cited.contains(original) else { return ["it corrects \(original), which the statement does not cite"] }
    guard !correction.fields.isEmpty || !correction.columns.isEmpty else { return ["it corrects nothing"] }
    guard let summary = try view.summary(original) else { return [] }
    guard let schema = Lifecycle.row(for: summary.type)?.manifest(of: summary.kind) else {
      return ["\(original), \(summary.type.rawValue), has no lines to correct"]
    }
    guard try view.awaitsLines(original) || view.isAbout(original, correction.subject) else {
      return ["\(original) is not about this person: a correction puts nobody in another's place"]
    }
    return correction.fields.entries.compactMap { entry in
      guard let name = entry.key.text else { return "a field has no name" }
      return schema.problem(correcting: name, to: entry.value).map { "a line of \(original) \($0)" }
    }
  }
}
