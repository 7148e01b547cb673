import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

/// Tracing inquiries and their answers.
extension Drafting {
  /// Asks another authority of people whose lines are here, or of those whom the identity annex alone describes.
  func inquire(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    guard let to = request.to.flatMap({ AuthorityName($0) }), to != office.authority.name else {
      throw badRequest("to", "must name another authority, MEMBER/authority")
    }
    guard event.acceptBy != nil else { throw badRequest("accept_by", "must say by when it is to be answered") }
    guard let inquirer = request.inquirer, !inquirer.isEmpty else {
      throw badRequest("for", "must say by a code of list inquirer on whose behalf you ask")
    }
    (event.from, event.to) = (office.authority.name, to)
    let asked = try request.statement == nil ? described(request, &event) : known(request, &event)
    let identities = asked.filter { !$0.identity.isEmpty }.map { ($0.subject, $0.identity) }
    return try content(
      schema: .inquiry, record: event.recordID,
      lines: asked.map { [.bytes($0.subject.bytes), .null, .text(inquirer)] },
      identities: Dictionary(identities) { first, _ in first }, event: event.type)
  }

  private typealias Asked = (subject: SubjectReference, identity: [String: String])

  /// Whoever is asked gets the references and no names.
  private func known(_ request: DraftRequest, _ event: inout Event) throws -> [Asked] {
    guard request.persons == nil, request.items == nil else {
      throw badRequest("persons", "name either a statement's lines or persons")
    }
    let source = try statement(request.statement, "statement", Self.bearingLines)
    event.kind = source.summary.kind
    event.caseID = event.caseID ?? source.summary.caseID
    return try select(request.lines, from: people(of: source.id).manifest, of: source.id).compactMap { _, leaf in
      leaf.subject.map { ($0, [:]) }
    }
  }

  /// Under references of their own: who they are is told to whoever is asked, sealed.
  private func described(_ request: DraftRequest, _ event: inout Event) throws -> [Asked] {
    let kind = try kind(request) ?? .detaineeTransfer
    let entries = try entries(request, of: kind)
    guard kind.row.isOfPersons, !entries.isEmpty, entries.count <= Manifest.maximumLeaves else {
      throw badRequest(
        "persons", "must list 1 to \(Manifest.maximumLeaves) persons, where no statement's lines are named")
    }
    let codes = office.codes
    try refuseProblems(entries) { $0.additionProblems(by: codes) }
    event.kind = kind
    let naming = Set(kind.row.columns.filter(\.isIdentity).map(\.name))
    return try entries.map { entry in
      if let other = entry.values.keys.filter({ !entry[$0].isEmpty && !naming.contains($0) }).min() {
        throw badRequest("persons", "\(other) does not say who somebody is: leave it out")
      }
      guard entry.identity.count > 1 else {
        throw badRequest("persons", "\(entry["reference"]) is a reference alone: say who it is")
      }
      return (SubjectReference(unchecked: try randomBytes(SubjectReference.byteCount)), entry.identity)
    }
  }

  /// What this log knows of those who are asked about: all that are not answered, or those named.
  func answerInquiry(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let inquiry = try statement(request.statement, "statement", [.inquiry])
    event.continues(inquiry.summary, under: office.roster.successions)
    event.references = [Reference(.inquiry, inquiry.id)]
    let findings = Dictionary((request.findings ?? []).map { ($0.line, $0) }) { first, _ in first }
    guard findings.count == request.findings?.count ?? 0 else {
      throw badRequest("findings", "must name each line once")
    }
    let people = try people(of: inquiry.id)
    var selected = try select(
      findings.isEmpty ? request.lines : findings.keys.sorted(), from: people.manifest, of: inquiry.id)
    if findings.isEmpty, request.lines == nil {
      let answered = try answered(inquiry)
      selected = selected.filter { $0.leaf.subject.map { !answered.contains($0) } ?? false }
    }
    guard !selected.isEmpty else { throw Self.allAnswered(inquiry, event) }
    // Nothing is said by itself of whom the log could not tell.
    let awaited = try reader.incompleteStatements(of: Self.bearingLines, limit: 1).first
    let described = try selected.filter { try findings[$0.index]?.says != true && isDescribed($0.leaf, in: people) }
      .map(\.index)
    let unsure =
      try awaited == nil
      ? [] : selected.filter { try findings[$0.index]?.says != true && isUnknown($0.leaf) }.map(\.index)
    let unseen = Set(described + unsure)
    guard unseen.isEmpty || request.lines == nil && findings.isEmpty && unseen.count < selected.count else {
      if let awaited, described.isEmpty { throw Self.linesAwaited(unsure, awaited, event) }
      throw Self.notLooked(described, of: inquiry, event)
    }
    selected.removeAll { unseen.contains($0.index) }
    let lines = try selected.compactMap { index, leaf -> [CBOR]? in
      guard let subject = leaf.subject else { return nil }
      return try answer(
        InquiryLine(inquiry: inquiry.id, line: index, subject: subject), findings[index], to: inquiry.summary.issuer)
    }
    return try content(
      schema: .inquiryAnswer, record: event.recordID, lines: lines, identities: [:], event: event.type)
  }

  /// Of whom the inquiry tells only who they are: that no log holds the new reference says nothing of them.
  private func isDescribed(_ leaf: ManifestLeaf, in people: DescribedPeople) throws -> Bool {
    guard let subject = leaf.subject, people.identities[subject] != nil else { return false }
    return try reader.chain(subject) == nil
  }

  /// Whether this log holds nothing under a reference.
  private func isUnknown(_ leaf: ManifestLeaf) throws -> Bool {
    guard let subject = leaf.subject else { return false }
    return try reader.chain(subject) == nil
  }

  private static func named(_ lines: [Int]) -> String {
    lines.prefix(20).map(String.init).joined(separator: ", ") + (lines.count > 20 ? " …" : "")
  }

  /// "Not known" is a word that a family or a court acts on.
  private static func linesAwaited(_ lines: [Int], _ awaited: StatementID, _ event: Event) -> Problem {
    Problem(
      status: 409, code: "incomplete", title: "Lines that may speak of them are not here",
      detail: "of line \(named(lines)) this log knows nothing, and the lines of \(awaited) have not arrived",
      record: event.recordID.uuid,
      next:
        "wait for what `amana inbox --incomplete` lists, or import the bundle that holds it; whoever has looked all the "
        + "same says so with --not-known")
  }

  private static func notLooked(_ lines: [Int], of inquiry: StoredStatement, _ event: Event) -> Problem {
    Problem(
      status: 409, code: "not-looked", title: "Somebody must look for whom it describes",
      detail: "the inquiry \(inquiry.id) says of line \(named(lines)) only who it is: this log "
        + "cannot tell whether they are here under another reference",
      record: event.recordID.uuid,
      next: "look for them among your people; then name each with --found, --withhold or --not-known")
  }

  private func answered(_ inquiry: StoredStatement) throws -> Set<SubjectReference> {
    try reader.inquiries(
      concerning: office.places, from: inquiry.index, limit: 1, under: office.roster.successions
    ).first { $0.inquiry.statement == inquiry.id }?.inquiry.answers.reduce(into: []) {
      $0.formUnion(try reader.subjects(of: $1))
    } ?? []
  }

  private func answer(_ line: InquiryLine, _ finding: DraftRequest.Finding?, to asker: AuthorityName) throws -> [CBOR] {
    guard [finding?.withheld == true, finding?.notKnown == true, finding?.statement != nil].count(where: \.self) < 2
    else { throw badRequest("findings", "line \(line.line): say one of statement, withheld and not_known") }
    if finding?.notKnown == true {
      guard try reader.chain(line.subject)?.isBegun != true else {
        throw badRequest("findings", "line \(line.line): this log knows that very reference: not_known is not true")
      }
      return line.answer(.notKnown, reason: finding?.reason)
    }
    if finding?.withheld == true {
      guard let reason = finding?.reason else {
        throw badRequest("findings", "line \(line.line): say by a code why nothing is said")
      }
      return line.answer(.withheld, reason: reason)
    }
    // Who told of them without ever having had them says nothing of where they are.
    guard let chain = try chain(of: line, finding), chain.isBegun else {
      return line.answer(.notKnown, reason: finding?.reason)
    }
    if try isKept(chain, from: asker) { return line.answer(.withheld, reason: finding?.reason ?? "risk-of-harm") }
    return line.answer(chain, asOf: try newestCheckpoint(covering: chain))
  }

  /// Whether a step of somebody's custody is kept from whoever asks.
  private func isKept(_ chain: ChainState, from asker: AuthorityName) throws -> Bool {
    try Set(chain.steps.map(\.id)).contains { id in
      guard let stored = try reader.statement(id) else { return false }
      return try SignedStatement(decoding: stored.bytes).event.isWithheld(
        from: asker, issuedBy: stored.summary.issuer, under: office.roster)
    }
  }

  /// Whom somebody here found to be meant, or whoever bears the reference that is asked about.
  private func chain(of line: InquiryLine, _ finding: DraftRequest.Finding?) throws -> ChainState? {
    guard let named = finding?.statement else { return try reader.chain(line.subject) }
    let source = try statement(named, "findings: line \(line.line), statement", Self.bearingLines)
    guard let wanted = finding?.statementLine else {
      throw badRequest("findings", "line \(line.line): statement_line must say which line of \(source.id) it is")
    }
    let leaf = try select([wanted], from: people(of: source.id).manifest, of: source.id).first?.leaf
    guard let chain = try leaf?.subject.flatMap({ try reader.chain($0) }) else {
      throw badRequest("findings", "line \(line.line): nothing is known here of the custody of that line")
    }
    return chain
  }

  private static func allAnswered(_ inquiry: StoredStatement, _ event: Event) -> Problem {
    Problem(
      status: 409, code: "conflict", title: "The inquiry is answered",
      detail: "every line of \(inquiry.id) has an answer", record: event.recordID.uuid,
      next: "see it with `amana show --lines`; to say more, name the lines")
  }
}

extension DraftRequest.Finding {
  /// Whether it says anything of its line.
  fileprivate var says: Bool { statement != nil || withheld == true || notKnown == true }
}
