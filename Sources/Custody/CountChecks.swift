import TransparencyLog

/// V5, V6 and V30: numbers and commitments are recomputed from what stands beside the statement.
enum CountChecks {
  static func nobodyTwice(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    var subjects: Set<SubjectReference> = []
    var answered: Set<Int> = []
    var found: [Violation] = []
    for (index, leaf) in proposal.lines {
      if let subject = leaf.subject, !subjects.insert(subject).inserted {
        found.append(Violation(.v5, line: index, "its subject_ref stands twice in the manifest"))
      }
    }
    for answer in proposal.answers.map(\.answered) + proposal.recalls
    where !answered.insert(answer.releaseLine).inserted {
      found.append(Violation(.v5, line: answer.index, "release line \(answer.releaseLine) is named twice"))
    }
    return try found + CloseChecks.openAtClose(proposal, view)
  }

  static func countsFromLines(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard let schema = Lifecycle.row(for: event.type)?.manifest(of: event.kind) else {
      return event.manifestRoot == nil ? [] : [Violation(.v6, "\(event.type.rawValue) bears no manifest")]
    }
    guard let manifest = proposal.content.manifest else {
      return [Violation(.v6, "its manifest did not come with it: bring the bundle that holds it")]
    }
    var found = manifest.problems(atMost: 256).map { Violation(.v6, line: $0.line, "\($0.field) \($0.problem)") }
    if manifest.schema != schema {
      found.append(Violation(.v6, "a manifest of schema \(manifest.schema.id) does not belong here"))
    }
    if manifest.lines.isEmpty { found.append(Violation(.v6, "its manifest has no line")) }
    if manifest.recordID != event.recordID || manifest.root.bytes != event.manifestRoot {
      found.append(Violation(.v6, "manifest_root is not the root of its manifest"))
    }
    if event.manifestBucket != UInt64(manifest.leaves.count) {
      found.append(Violation(.v6, "manifest_bucket is not the number of leaves"))
    }
    // What an earlier version counted stays true.
    let isOfBefore = proposal.stage != .draft && event.counts == manifest.countsBefore
    if !isOfBefore, event.counts != manifest.counts {
      found.append(Violation(.v6, "its counts are not what its lines add up to"))
    }
    return found + slotProblems(proposal, manifest)
  }

  private static func slotProblems(_ proposal: Proposal, _ manifest: Manifest) -> [Violation] {
    let event = proposal.event
    guard Lifecycle.row(for: event.type)?.listsSlots == true else {
      return event.slotsRoot == nil ? [] : [Violation(.v6, "\(event.type.rawValue) lists no slots")]
    }
    // Who only gets the lines was not sent the slots.
    if proposal.arrival == .lines, proposal.content.slots == nil { return [] }
    guard let slots = proposal.content.slots, slots.count == manifest.leaves.count,
      Slots.root(of: slots).bytes == event.slotsRoot, Set(slots).count == slots.count,
      slots == slots.sorted(by: { $0.lexicographicallyPrecedes($1) })
    else { return [Violation(.v6, "slots_root is not the root of its sorted list of slots")] }
    let listed = Set(slots)
    let required = Slots.required(by: manifest, of: event)
    guard required.allSatisfy(listed.contains) else {
      return [Violation(.v6, "a line's slot is missing, so observers could not see it released twice")]
    }
    return []
  }

  static func annexesMatch(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    try ErasureChecks.obstacles(proposal, view) + PayloadChecks.list(of: proposal.event)
      + PayloadChecks.recipients(proposal) + PayloadChecks.content(proposal)
      + PayloadChecks.site(proposal)
  }
}
