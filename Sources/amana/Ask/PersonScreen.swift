import ControlAPI

/// A person's custody for people: who is responsible, as of when, and what says so.
struct PersonScreen {
  let view: PersonView
  let language: Language

  func show(_ heading: Text) {
    print(say(.askPerson, in: language, person, view.subject))
    print(standing)
    if view.overdue {
      // The rule's own term (V19) may have passed where the release says none, or a later one.
      let term = view.acceptBy.flatMap { $0 < now() ? localTime($0) : nil }
      print(term.map { say(.askOverdue, in: language, $0) } ?? say(.wordOverdue, in: language))
    }
    if let incident = view.incident, let statement = view.incidentStatement {
      print(say(.askBefell, in: language, word(incident, in: language), String(statement.prefix(16))))
    }
    print(say(.askAsOf, in: language, String(view.size), view.asOf.map(localTime) ?? "-"))
    print(say(heading, in: language))
    printTable(table, in: language)
    if !view.unbroken, view.claimants == nil { print(say(.askBroken, in: language)) }
    for step in view.steps {
      for problem in step.problems {
        print(say(.askFails, in: language, String(step.index), foreign(problem, in: language)))
      }
    }
    if view.holds { print(say(.askHolds, in: language)) }
  }

  private var person: String {
    let known = [view.reference, view.name].compactMap(\.self)
    return known.isEmpty ? say(.askNameless, in: language) : known.joined(separator: separator(in: language))
  }

  private var standing: String {
    guard let restored = view.restored, let known = view.known else { return standing(view.phase) }
    return say(.askRestored, in: language, restored) + "\n" + say(.askAsKnown, in: language, standing(known))
  }

  private func standing(_ phase: String) -> String {
    switch phase {
    case "released": say(.askReleased, in: language, view.custodian, view.releasedTo ?? "-")
    case "missing": say(.askMissing, in: language, view.custodian)
    case "suspended": say(.askSuspended, in: language, view.custodian)
    case "ended": say(.askEnded, in: language, view.custodian)
    case "contested":
      say(.askContested, in: language, (view.claimants ?? []).joined(separator: separator(in: language)))
    default:
      view.site == nil
        ? say(.askHeld, in: language, view.custodian)
        : say(.askHeldAt, in: language, view.custodian, view.site ?? "-", view.since ?? "-")
    }
  }

  private var table: Table {
    var table = Table(
      [
        .headEntry, .headStatement, .headEvent, .headBy, .headTo, .headOccurred, .headLine, .headSignatures,
        .headReceipts, .headLeaf, .headFlags,
      ].map { say($0, in: language) })
    for step in view.steps {
      let event = [step.event, step.says].compactMap(\.self).map { word($0, in: language) }
      table.add([
        String(step.index), String(step.statement.prefix(16)), event.joined(separator: separator(in: language)),
        step.issuer, step.to ?? "", step.occurredAt, step.line.map(String.init) ?? "",
        counted(step.signatures.map(\.holds)), counted(step.receipts.map(\.holds)),
        step.leaf.map(String.init) ?? say(.askNoLeaf, in: language), step.flags.map(\.code).joined(separator: " "),
      ])
    }
    return table
  }

  /// How many of them hold.
  private func counted(_ all: [Bool]) -> String {
    say(.askOf, in: language, String(all.count { $0 }), String(all.count))
  }
}
