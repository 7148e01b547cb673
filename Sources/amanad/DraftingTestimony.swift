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
    event.parties = concerned(first + second, [])
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

  /// Everybody who has, or is about to have, these people, and the parties of what is spoken of, sorted.
  func concerned(_ chains: [ChainState], _ statements: [StatementSummary]) -> [AuthorityName] {
    let holders = chains.flatMap { $0.claimants ?? [$0.custodian] + [$0.openRelease?.to].compactMap(\.self) }
    let named = statements.flatMap { [$0.issuer] + [$0.from, $0.to].compactMap(\.self) }
    return Set((holders + named).map(office.roster.successions.current)).sorted()
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
    event.parties = concerned(
      try selected.compactMap { try $0.leaf.subject.flatMap { try reader.chain($0) } }, [source.summary])
    let lines: [[CBOR]] = selected.compactMap { index, leaf in
      leaf.subject.map {
        [.bytes($0.bytes), .null, .bytes(source.id.bytes), .unsigned(UInt64(index)), .text(reason)]
      }
    }
    return try content(schema: .protest, record: event.recordID, lines: lines, identities: [:], event: event.type)
  }

  /// The paper that an event is entered from.
  func lateEntry(_ request: DraftRequest) throws -> LateEntry? {
    guard let paper = request.lateEntry else { return nil }
    guard let digest = decodeHexadecimal(paper.scanDigest), digest.count == 32, !paper.form.isEmpty else {
      throw badRequest("late_entry", "must say the form's number, and SHA-256 of its scan in 64 hexadecimal digits")
    }
    return LateEntry(form: paper.form, scanDigest: digest)
  }
}
