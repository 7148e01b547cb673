import ControlAPI
import Custody
import ReceiptStore

extension Drafts {
  /// What is wrong with a draft and is signed with it, one entry a rule: whoever approves reads what it is about. Of a
  /// statement it is what its registration found, of a draft that waits what the rules say of it now.
  static func flags(of draft: StoredDraft, _ event: Event, _ reader: StoreReader, _ office: Office) throws
    -> [Problem.Failing]
  {
    let found = event.flags.contains { $0.statement == nil } ? try violations(of: draft, event, reader, office) : []
    return event.flags.map { flag in
      let sentence = flag.code.flatMap { CheckTable.row($0)?.sentence["en"] }
      if let statement = flag.statement {
        return Problem.Failing(code: flag.name, detail: "about \(statement)", sentence: sentence)
      }
      let named = Set(event.flags.filter { $0.statement == nil }.compactMap(\.code))
      let alike = found.filter { flag.code == nil ? !named.contains($0.code) : $0.code == flag.code }
      guard let first = alike.first else {
        return Problem.Failing(code: flag.name, detail: "about this statement", sentence: sentence)
      }
      let more = alike.count > 1 ? " (and \(alike.count - 1) more)" : ""
      // Whoever approves reads which rule it is; the envelope does not name it.
      return Problem.Failing(
        code: first.code.rawValue, line: first.line, detail: first.detail + more,
        sentence: CheckTable.row(first.code)?.sentence["en"])
    }
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
