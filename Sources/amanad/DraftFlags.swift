import ControlAPI
import Custody
import ReceiptStore

extension Drafts {
  /// What is wrong with a draft and is signed with it, one entry a rule: whoever approves reads what it is about, and by which
  /// rule, also where the envelope does not name it. Of a statement it is what its registration found, of a draft that waits
  /// what the rules say of it now.
  static func flags(of draft: StoredDraft, _ event: Event, _ reader: StoreReader, _ office: Office) throws
    -> [Problem.Failing]
  {
    let found = event.flags.contains { $0.statement == nil } ? try violations(of: draft, event, reader, office) : []
    let named = event.flags.filter { $0.statement == nil }.compactMap(\.code)
    return event.flags.flatMap { flag -> [Problem.Failing] in
      if let statement = flag.statement { return [failing(flag.code, [], "about \(statement)")] }
      let codes = flag.code.map { [$0] } ?? Set(found.map(\.code).filter(\.isOfContent)).subtracting(named).sorted()
      if codes.isEmpty { return [failing(nil, [], "about this statement")] }
      return codes.map { code in failing(code, found.filter { $0.code == code }, "about this statement") }
    }
  }

  /// - Parameter alike: what was found by the rule; empty where that is not known any more.
  private static func failing(_ code: CheckCode?, _ alike: [Violation], _ otherwise: String) -> Problem.Failing {
    let more = alike.count > 1 ? " (and \(alike.count - 1) more)" : ""
    return Problem.Failing(
      code: code?.rawValue ?? Flag.unnamed, line: alike.first?.line, detail: (alike.first?.detail ?? otherwise) + more,
      sentence: code.flatMap { CheckTable.row($0)?.sentence["en"] })
  }

  private static func violations(of draft: StoredDraft, _ event: Event, _ reader: StoreReader, _ office: Office) throws
    -> [Violation]
  {
    if let statement = draft.statement { return try reader.flags(statement) }
    guard !draft.isDiscarded else { return [] }
    var proposal = Proposal(
      draft: event, issuer: office.authority, content: try reader.content(owner: draft.id.bytes), roster: office.roster,
      policy: office.policy, now: currentTime())
    proposal.codeBook = office.codeBook
    return try Judge().judge(proposal, in: reader).flags
  }
}
