import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Links between chains, and what is signed under protest.
extension Drafting {
  /// That people of two statements are held to be the same, or not: line by line in the order given.
  func link(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(request.statement, "statement", Self.bearingLines)
    let other = try statement(request.other, "other", Self.bearingLines)
    guard let basis = request.linkBasis, !basis.isEmpty else {
      throw badRequest("link_basis", "must say by a code of list link-basis why they are held to be one or two")
    }
    let first = try linked(source, request.lines, "lines")
    let second = try linked(other, request.otherLines, "other_lines")
    guard first.count == second.count else {
      throw badRequest("other_lines", "must name as many as lines does: \(first.count), not \(second.count)")
    }
    let pairs = zip(first, second)
    guard pairs.allSatisfy({ $0.subject != $1.subject }) else {
      throw badRequest("other_lines", "names somebody under the same reference: there is nothing to link")
    }
    event.kind = source.summary.kind
    event.caseID = event.caseID ?? source.summary.caseID
    event.parties = try alike(
      zip(first, second).map { ($0.subject.description, concerned([$0, $1], [])) }, "lines", request)
    return try content(
      schema: .link, record: event.recordID,
      lines: pairs.map { Link.line($0.subject, $1.subject, basis: basis) }, identities: [:], event: event.type)
  }

  private func linked(_ source: StoredStatement, _ lines: [Int]?, _ field: String) throws -> [ChainState] {
    let manifest = try people(of: source.id).manifest
    guard lines != nil || manifest.lines.count == 1 else { throw badRequest(field, "must name whom it is about") }
    return try select(lines, from: manifest, of: source.id).map { index, leaf in
      guard let chain = try leaf.subject.flatMap({ try reader.chain($0) }) else {
        throw badRequest(field, "nothing is known here of the custody of line \(index)")
      }
      return chain
    }
  }

  /// Everybody who has, or is about to have, these people, and some others, sorted.
  func concerned(_ chains: [ChainState], _ others: [AuthorityName]) -> [AuthorityName] {
    let holders = chains.flatMap { $0.claimants ?? [$0.custodian] + [$0.openRelease?.to].compactMap(\.self) }
    return Set((holders + others).map(office.roster.successions.current)).sorted()
  }

  /// Who signed a statement, and who is told what is sealed beside it.
  func readers(of source: StoredStatement) throws -> [AuthorityName] {
    let event = try SignedStatement(decoding: source.bytes).event
    return Set(([source.summary.issuer] + event.readers).map(office.roster.successions.current)).sorted()
  }

  /// Who is told what is said of somebody on a statement: whoever reads that, and whoever has the person, or is about to,
  /// where it is a step of theirs, which came to them with the person. Anything else, such as an offer or the answer to an
  /// inquiry, tells of people of whom they know nothing.
  func concerned(by source: StoredStatement, _ readers: [AuthorityName], _ subject: SubjectReference) throws
    -> [AuthorityName]
  {
    let chain = try reader.chain(subject)
    let isStep = chain.map { known in
      known.steps.contains { $0.id == source.id } || known.resolutions.contains { $0.id == source.id }
    }
    return concerned(isStep == true ? [chain].compactMap(\.self) : [], readers)
  }

  /// The same parties of every line: what is sealed is read whole, so whoever has one person would learn of another's.
  func alike(_ told: [(who: String, parties: [AuthorityName])], _ field: String, _ request: DraftRequest) throws
    -> [AuthorityName]
  {
    guard let first = told.first else { return [] }
    guard let other = told.first(where: { $0.parties != first.parties }) else { return first.parties }
    func names(_ parties: [AuthorityName]) -> String { parties.map(\.description).joined(separator: ", ") }
    let problem = badRequest(
      field,
      "\(first.who) concerns \(names(first.parties)), and \(other.who) concerns \(names(other.parties)): each "
        + "would learn of the other's people, so say it apart, by lines or in statements of their own")
    throw try NamingRefusal(problem, read: request.cited, reader)
  }

  /// Lines of a statement that this authority signed, or has to live with, under protest.
  func protest(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(
      request.statement, "statement", Self.bearingLines + [.inquiryAnswered, .corrected, .sameAs, .notSameAs])
    guard let reason = request.reason, !reason.isEmpty else {
      throw badRequest("reason", "must say by a code against what you protest")
    }
    (event.recordID, event.kind) = (source.summary.recordID, source.summary.kind)
    event.caseID = event.caseID ?? source.summary.caseID
    event.references = [Reference(.basis, source.id)]
    let selected = try select(request.lines, from: people(of: source.id).manifest, of: source.id)
    let readers = try readers(of: source)
    event.parties = try alike(
      selected.compactMap { index, leaf in
        try leaf.subject.map { ("line \(index)", try concerned(by: source, readers, $0)) }
      }, "lines", request)
    let lines: [[CBOR]] = selected.compactMap { index, leaf in
      leaf.subject.map {
        [.bytes($0.bytes), .null, .bytes(source.id.bytes), .unsigned(UInt64(index)), .text(reason)]
      }
    }
    return try content(schema: .protest, record: event.recordID, lines: lines, identities: [:], event: event.type)
  }
}
