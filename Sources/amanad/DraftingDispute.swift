import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Disputes and the signatures that settle them.
extension Drafting {
  /// Lines whose custody is disputed, or this authority's signature under the end of it.
  func dispute(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(
      request.statement, "statement",
      [.intake, .offer, .release, .redirect, .outcome, .recall, .recallAgreed, .disputed, .disputeResolved])
    event.recordID = source.summary.recordID
    event.caseID = event.caseID ?? source.summary.caseID
    event.kind = source.summary.kind
    guard event.type == .disputeResolved || request.reason?.isEmpty == false else {
      throw badRequest("reason", "must say by a code why custody is disputed")
    }
    let custodian = try settledCustodian(request, event.type)
    let manifest = try people(of: source.id).manifest
    let chains = try select(request.lines, from: manifest, of: source.id).compactMap { _, leaf in
      try leaf.subject.flatMap { try reader.chain($0) }
    }
    // Without a choice of lines, a settlement is about those that are contested.
    let chosen =
      request.lines == nil && event.type == .disputeResolved ? chains.filter { $0.contest != nil } : chains
    guard !chosen.isEmpty else {
      throw Problem(
        status: 409, code: "V7", title: "There is nothing to settle",
        detail: "no line of \(source.id) is contested here", record: event.recordID.uuid,
        next: "see who holds each line with `amana show --lines`")
    }
    return try describe(chosen, custodian, source.summary, &event)
  }

  private func settledCustodian(_ request: DraftRequest, _ type: EventType) throws -> AuthorityName? {
    guard type == .disputeResolved else { return nil }
    guard let custodian = request.custodian.flatMap({ AuthorityName($0) }) else {
      throw badRequest("custodian", "must name who is responsible from then on, MEMBER/authority")
    }
    return custodian
  }

  private func describe(
    _ chains: [ChainState], _ custodian: AuthorityName?, _ source: StatementSummary, _ event: inout Event
  ) throws -> Content {
    event.responsibleCustodian = custodian
    let parties = chains.flatMap { $0.claimants ?? [$0.custodian] + [$0.openRelease?.to].compactMap { $0 } }
    // Those of the statement it is about too: a dispute over what one holds concerns who handed it over.
    let named = parties + [source.issuer] + [source.from, source.to].compactMap { $0 }
    event.parties = Set(named.map(office.roster.successions.current)).sorted()
    let heads = Set(chains.flatMap(\.heads)).sorted()
    guard heads.count < 255 else {
      throw badRequest("lines", "\(heads.count) different last steps are too many for one statement: name fewer lines")
    }
    event.references = [Reference(.basis, source.id)] + heads.map { Reference(.head, $0) }
    let lines: [[CBOR]] = chains.map { chain in
      [
        .bytes(chain.subject.bytes), .bytes(chain.head.bytes), .array(chain.heads.map { .bytes($0.bytes) }),
        custodian == nil ? .null : .unsigned(chain.contest?.round ?? 1),
        custodian.map { .text($0.description) } ?? .null,
      ]
    }
    return try content(schema: .dispute, record: event.recordID, lines: lines, identities: [:], event: event.type)
  }
}
