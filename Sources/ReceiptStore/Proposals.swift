public import Custody
import GRDB
public import Roster

/// What waits for an authority's answer. Whatever was ever answered stays on record, so that none of these looks through
/// the lines of it, and what waits is found however much is answered before it.
extension StoreReader {
  /// How many of each are shown.
  static let maximumProposals = 1000
  private static let page = 500

  static let proposalsSQL = """
    SELECT * FROM statement s WHERE s.to_authority = ?1 AND s.event IN ('offer', 'recall', 'return-requested')
    AND s.effective = 1 AND s.idx >= ?2
    AND NOT (s.event = 'offer' AND EXISTS (
      SELECT 1 FROM statement a WHERE a.record = s.record AND a.idx > s.idx
      AND a.event IN ('offer-agreed', 'offer-declined', 'release', 'redirect')))
    ORDER BY s.idx LIMIT ?3
    """
  static let answeredRecallSQL = """
    SELECT (SELECT COUNT(*) FROM statement_line WHERE statement = ?1) <= (
      SELECT COUNT(*) FROM release_line r WHERE r.release = ?2 AND r.answer IS NOT NULL
      AND EXISTS (SELECT 1 FROM statement_line l WHERE l.statement = ?1 AND l.subject = r.subject))
    """

  /// Offers, recalls and requests to return people to an authority, or to those in whose place it acts, that it has not
  /// answered and nothing has overtaken, oldest first, at most 1000 of each.
  public func openProposals(to names: [AuthorityName], under places: Successions) throws -> [StatementSummary] {
    try names.flatMap { try openProposals(to: $0, under: places) }
  }

  private func openProposals(to name: AuthorityName, under places: Successions) throws -> [StatementSummary] {
    var (found, next) = ([StatementSummary](), UInt64(0))
    while true {
      let page = try Row.fetchAll(
        db.cachedStatement(sql: Self.proposalsSQL),
        arguments: [name.description, Int64(clamping: next), Self.page]
      ).map { try StoredStatement($0) }
      for proposal in page where try waits(proposal, under: places) {
        found.append(proposal.summary)
        if found.count == Self.maximumProposals { return found }
      }
      guard let last = page.last, page.count == Self.page else { return found }
      next = last.index + 1
    }
  }

  /// Whether an offer, a recall or a request to return people waits for its answer still.
  public func isOpen(proposal: StoredStatement, under places: Successions) throws -> Bool {
    let (record, index) = (proposal.summary.recordID, proposal.index)
    guard proposal.summary.type == .offer else { return try waits(proposal, under: places) }
    return try first(of: [.offerAgreed, .offerDeclined, .release, .redirect], inRecord: record, after: index) == nil
  }

  /// The same of one that the query has found.
  private func waits(_ proposal: StoredStatement, under places: Successions) throws -> Bool {
    switch proposal.summary.type {
    case .recall: try !isAnswered(recall: proposal)
    case .returnRequested: try !isAnswered(request: proposal, under: places)
    default: true
    }
  }

  /// One that was refused may be agreed to later: the first answer ends the waiting all the same.
  private func isAnswered(request: StoredStatement, under places: Successions) throws -> Bool {
    // Only whoever was asked answers: a stranger may know the request's id.
    try answers([.returnAgreed, .returnRefused], to: request, as: .returnRequested).contains {
      try places.areOne($0.summary.issuer, request.summary.to) && !isDoubted($0.id)
    }
  }

  /// A recall waits while a line that it names has no answer and nobody has refused it; one whose lines are not here is
  /// shown as incomplete.
  private func isAnswered(recall: StoredStatement) throws -> Bool {
    if try !answers([.recallRefused], to: recall, as: .recall).isEmpty { return true }
    // It may overtake its release, which then answers nothing.
    guard let release = try SignedStatement(decoding: recall.bytes).event.reference(.release) else { return false }
    return try Bool.fetchOne(
      db.cachedStatement(sql: Self.answeredRecallSQL), arguments: [blob(recall.id.bytes), blob(release.bytes)]) ?? false
  }

  /// Statements of a proposal's record that cite it as its answers do.
  private func answers(_ types: [EventType], to proposal: StoredStatement, as relation: Relation) throws
    -> [StoredStatement]
  {
    let list = databaseQuestionMarks(count: types.count)
    return try Row.fetchAll(
      db,
      sql: "SELECT * FROM statement WHERE record = ? AND effective = 1 AND event IN (\(list)) ORDER BY idx",
      arguments: [blob(proposal.summary.recordID.bytes)] + StatementArguments(types.map(\.rawValue))
    ).map { try StoredStatement($0) }.filter {
      try SignedStatement(decoding: $0.bytes).event.reference(relation) == proposal.id
    }
  }
}
