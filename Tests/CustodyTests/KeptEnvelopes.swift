import COSE
import Custody

/// What a store reads of the statements that it keeps, where a rule asks for more than the custody they moved.
extension CodeCheckTests.Kept {
  func event(of id: StatementID) -> Event? { acts.first { $0.id == id }?.event }
  func recalls(of release: StatementID) -> [StatementID] {
    acts.filter { $0.event.type == .recall && $0.event.reference(.release) == release }.map(\.id)
  }
  func births(of mothers: [SubjectReference]) -> [Birth] {
    acts.flatMap { $0.content.manifest?.births(of: $0.id) ?? [] }.filter { mothers.contains($0.mother) }
  }
}

extension Office {
  /// What its log says where it keeps these statements, and has erased what stood beside some of them.
  func judge(_ act: Act, keeping acts: [Act], erasing erased: [Act] = []) throws -> Judgement {
    try Judge(checks: checksInForce).judge(
      proposal(act), in: CodeCheckTests.Kept(ledger: ledger, acts: acts, erased: Set(erased.map(\.id))))
  }
}

extension Scribe {
  /// The same answer for every line of a release, with one field of each written otherwise.
  func outcome(of release: Act, all code: OutcomeCode, by party: Party, _ field: String, _ value: String) throws -> Act
  {
    let act = try outcome(of: release, all: code, by: party)
    var event = act.event
    event.approvals = []
    let lines = act.lines.map { _, leaf in
      var fields = leaf.fields
      if let position = LineSchema.outcome.position(of: field) { fields[position] = .text(value) }
      return fields
    }
    let content = content(.outcome, event, lines, identities: [:])
    describe(content, in: &event)
    return try sign(event, content, by: party)
  }
}
