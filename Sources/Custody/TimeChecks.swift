import Roster

/// V17 and V18: time is a claim, but its claims must fit together.
enum TimeChecks {
  static func monotone(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    if proposal.event.type.isOfRoad { return try RoadChecks.order(proposal, view) }
    guard Lifecycle.row(for: proposal.event.type)?.isTransition == true else { return [] }
    let latest = proposal.event.occurred.latest
    // A step that a wrong clock dated into the future bars nobody from the present. Of our own, the present is when it was
    // drafted: nobody waits for its officers' approvals to be told that it is too late.
    let present = proposal.stage == .received ? proposal.now : min(proposal.now, proposal.event.recordedAt.unix)
    let road = Set(proposal.occurrences.filter { $0.occurrence.release != nil }.map(\.index))
    return try proposal.lines.compactMap { index, leaf in
      guard let subject = leaf.subject, let chain = try view.chain(subject), chain.head != proposal.id,
        !chain.isBuilt(on: proposal.id),
        // What befell somebody on the road is no step: it may come after the answer that cites it.
        !road.contains(index) || chain.head == leaf.custodyPrevious,
        let last = chain.lastEarliest(by: present), latest < last
      else { return nil }
      return Violation(.v17, line: index, "it occurred before its last step, beyond what the clocks may be off")
    }
  }

  static func recordedAfterOccurred(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    let tolerance = proposal.policy.toleranceSeconds
    var found: [Violation] = []
    if event.recordedAt.unix < event.occurred.earliest - tolerance {
      found.append(Violation(.v18, "recorded_at lies before occurred_at: check the clock"))
    }
    if min(event.occurred.earliest, event.recordedAt.unix) - tolerance > proposal.now {
      found.append(Violation(.v18, "it lies in the future by this machine's clock: record it when it has happened"))
    }
    // Paper that is declared came first, and is no fault of whoever enters it.
    if event.lateEntry == nil, event.recordedAt.unix - event.occurred.latest > proposal.policy.lateAfterSeconds {
      found.append(Violation(.v18, "it was recorded late, \(days(event)) days after it occurred"))
    }
    // Of a draft that lay on a stick: its recorded_at is frozen, so only the signature says when it came.
    if proposal.signedAt > event.recordedAt.unix &+ proposal.policy.lateAfterSeconds {
      let waited = (proposal.signedAt &- event.recordedAt.unix) / secondsPerDay
      let detail = "it was signed late, \(waited) days after it was recorded"
      found.append(Violation(.v18, detail, isWarning: true))
    }
    return found
  }

  private static func days(_ event: Event) -> Int64 { (event.recordedAt.unix - event.occurred.at.unix) / secondsPerDay }
}
