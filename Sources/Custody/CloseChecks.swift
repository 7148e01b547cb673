import Roster

/// V5 and V10: a release is closed when every line of it is answered for good, by its releaser and then by its receiver.
enum CloseChecks {
  /// V5: open = 0 at close. What a partner closes too early is V10's to flag.
  static func openAtClose(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type == .closed, proposal.stage != .received, let release = proposal.event.reference(.release)
    else { return [] }
    let lines = try view.releaseLines(of: release)
    let open = try lines.count { try isOpen($0, proposal, view) }
    guard open > 0 else { return [] }
    return [
      Violation(.v5, "of \(lines.count) lines released \(open) are open: nothing is closed before all are answered")
    ]
  }

  /// Of what was closed before a line could be open again only one without any answer is.
  private static func isOpen(_ line: ReleaseLine, _ proposal: Proposal, _ view: any CustodyView) throws -> Bool {
    try proposal.isOnRecord ? line.answer == nil : view.isOpen(line)
  }

  static func completedStays(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    switch proposal.event.type {
    case .closed: try closing(proposal, view)
    case .recall:
      try proposal.event.reference(.release).map { try cancelled($0, line: nil, complete($0, proposal, view)) } ?? []
    case .redirect: try redirected(proposal, view)
    default: []
    }
  }

  private static func closing(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard let cited = event.reference(.release), let release = try view.summary(cited), release.type.isRelease else {
      return [Violation(.v10, "it closes no release that is known here")]
    }
    let problems = try turn(proposal, of: release, view)
    return try problems.isEmpty ? terminal(proposal, cited, view) : problems
  }

  /// The releaser first, then the receiver, citing the releaser's; each once.
  private static func turn(_ proposal: Proposal, of release: StatementSummary, _ view: any CustodyView) throws
    -> [Violation]
  {
    let places = proposal.successions
    let closings = try complete(release.id, proposal, view)
    if let earlier = closings.first(where: { places.areOne($0.issuer, proposal.issuer.name) }) {
      return [Violation(.v10, "\(proposal.issuer.name) has closed it already, by \(earlier.statement)")]
    }
    guard places.areOne(release.to, proposal.issuer.name), !places.areOne(release.from, release.to) else { return [] }
    let first = closings.filter { places.areOne($0.issuer, release.from) }.map(\.statement)
    guard let cited = proposal.event.reference(.closed), first.contains(cited) else {
      return [
        Violation(.v10, "the releaser closes first, and it cites no closing of \(release.from?.description ?? "it")")
      ]
    }
    return []
  }

  /// Every line has an answer that nobody disputes, and the closing cites it. One sentence for all lines, and no chain is
  /// read before all are answered and cited, but of lines that a signature answered: a closing is small, and so is what it
  /// costs.
  private static func terminal(_ proposal: Proposal, _ release: StatementID, _ view: any CustodyView) throws
    -> [Violation]
  {
    guard try !view.awaitsLines(release) else { return [Violation(.v10, "the lines of \(release) are not here")] }
    let lines = try view.releaseLines(of: release).sorted { $0.line < $1.line }
    let unanswered = try lines.filter { try isOpen($0, proposal, view) }
    if let open = concerning(unanswered, of: lines, "have no answer yet") { return [open] }
    let cited = Set(proposal.event.references.map(\.statement))
    let uncited = lines.compactMap { line in
      line.answer.map { (line: line, by: $0.statement) }.flatMap { cited.contains($0.by) ? nil : $0 }
    }
    if let first = uncited.first {
      let why = "were answered by what it does not cite, such as \(first.by)"
      return [concerning(uncited.map(\.line), of: lines, why)].compactMap(\.self)
    }
    let contested = try lines.filter { line in
      try view.chain(line.subject)?.contest?.releases.contains { $0.id == release } == true
    }
    let why = "were answered in ways that are contested: settle the dispute first"
    return [concerning(contested, of: lines, why)].compactMap(\.self)
  }

  /// What is wrong with some lines, as one sentence with their count and the first of them; nil of none.
  private static func concerning(_ some: [ReleaseLine], of all: [ReleaseLine], _ why: String) -> Violation? {
    guard let first = some.first else { return nil }
    let named = some.prefix(5).map { String($0.line) }.joined(separator: ", ") + (some.count > 5 ? ", …" : "")
    return Violation(
      .v10, line: some.count == 1 ? first.line : nil, "\(some.count) of \(all.count) lines \(why) (\(named))")
  }

  /// What gave the lines of a redirect back answered a release that may be closed since.
  private static func redirected(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    var closed: [StatementID: [Closing]] = [:]
    return try proposal.lines.flatMap { index, leaf -> [Violation] in
      guard let subject = leaf.subject, let previous = leaf.custodyPrevious,
        let answer = try view.chain(subject)?.steps.first(where: { $0.id == previous }), answer.effect.isAnswer,
        let release = answer.previous
      else { return [] }
      let closings = try closed[release] ?? complete(release, proposal, view)
      closed[release] = closings
      return cancelled(release, line: index, closings)
    }
  }

  private static func cancelled(_ release: StatementID, line: Int?, _ closings: [Closing]) -> [Violation] {
    guard let closing = closings.first else { return [] }
    return [
      Violation(
        .v10, line: line,
        "the release \(release) is complete and closed by \(closing.statement): whoever is to go again is released anew"
      )
    ]
  }

  /// The other closings of a release that count: by its parties, and only once every line of it is answered, whichever came
  /// first. What is closed too early closes nothing, and neither does a stranger's word, or what others may have signed.
  private static func complete(_ id: StatementID, _ proposal: Proposal, _ view: any CustodyView) throws -> [Closing] {
    let closings = try view.closings(of: id).filter { $0.statement != proposal.id }
    guard !closings.isEmpty, let release = try view.summary(id), release.type.isRelease, try isAnswered(id, view) else {
      return []
    }
    return try closings.filter { closing in
      try [release.from, release.to].contains { proposal.successions.areOne($0, closing.issuer) }
        && !view.isDoubted(closing.statement)
    }.sorted { $0.statement < $1.statement }
  }

  private static func isAnswered(_ release: StatementID, _ view: any CustodyView) throws -> Bool {
    guard try !view.awaitsLines(release) else { return false }
    let lines = try view.releaseLines(of: release)
    return try !lines.isEmpty && lines.allSatisfy { try !view.isOpen($0) }
  }
}

extension CustodyView {
  /// Whether a line of a release waits for its answer. A signature under the end of a dispute is none where that was over a
  /// gap that has closed since: the release is open as if nothing had been signed.
  func isOpen(_ line: ReleaseLine) throws -> Bool {
    guard let answer = line.answer else { return true }
    return try answer.code == .resolved && chain(line.subject)?.openRelease?.statement == line.release
  }
}

extension Step.Effect {
  var isAnswer: Bool { if case .answer = self { true } else { false } }
}
