import Custody
import Roster

/// What an event says, row by row: everything that whoever approves it signs, but for digests, roots and what is sealed.
/// It is read from the bytes themselves.
struct EventRows {
  let event: Event
  let language: Language

  /// The name of each row and what stands in it; what the event does not say has none.
  var rows: [(Text, String)] {
    (moves + parties + people + times + grounds).compactMap { name, value in
      value.flatMap { $0.isEmpty ? nil : (name, $0) }
    }
  }

  /// What its signer says is wrong with it, or with a statement that it answers: this is signed too.
  var flags: [String] {
    event.flags.map { flag in
      let code = flag.name
      let rule = flag.code == nil ? say(.flagUnnamed, in: language) : ProblemTexts.sentence(code, in: language) ?? code
      guard let statement = flag.statement else { return say(.showFlag, in: language, code, rule) }
      return say(.draftFlagOf, in: language, code, short(statement), rule)
    }
  }

  private typealias Row = (Text, String?)

  private var moves: [Row] {
    [
      (.headKind, event.kind.map { word($0.rawValue, in: language) }),
      (.headProvenance, event.provenance.map { word($0.rawValue, in: language) }),
    ]
  }

  private var parties: [Row] {
    [
      (.headFrom, event.from?.description), (.headTo, event.to?.description),
      (.headCarrier, event.carrier?.description), (.headNextCarrier, event.nextCarrier?.description),
      (.headHost, event.host?.description),
    ]
  }

  private var people: [Row] {
    [
      (.headLines, event.counts.map { $0.total.map { String($0) } ?? "<10" }), (.headTallies, tallies),
      (.headCustodian, event.responsibleCustodian?.description), (.headParties, list(event.parties.map(\.description))),
      (.headLiberty, event.libertyStatus.map { word($0.rawValue, in: language) }),
    ]
  }

  private var times: [Row] {
    let occurred = event.occurred
    return [
      (
        .headOccurred,
        clocked(occurred.at.text, by: occurred.source.rawValue, within: occurred.clockError, in: language)
      ),
      (.headPrecision, occurred.precision == .second ? nil : occurred.precision.rawValue),
      (.headRecorded, event.recordedAt.text), (.headAcceptBy, event.acceptBy?.text),
      (.headSite, event.place.map { [$0.siteID, $0.pcode].compactMap(\.self).joined(separator: " ") }),
    ]
  }

  private var grounds: [Row] {
    [
      (.headBasis, event.basis?.code), (.headReason, event.reason), (.headCase, event.caseID?.uuid),
      (.headCites, list(event.references.map { "\($0.relation.rawValue) \(short($0.statement))" })),
      (.headSupersedes, event.supersedes.map(short)), (.headPaperForm, event.lateEntry?.form),
      (.headKeptFrom, list(event.withheldFrom.map { "\($0.member) (\($0.code))" })),
      (.headLabel, event.label.map { list([$0.classification] + $0.releasableTo) }),
      (.headInClear, list(event.annexes.map(\.id))),
    ]
  }

  /// By answer, by age, by sex. What is not told apart, lest it give people away, is counted all the same.
  private var tallies: String {
    let counted: [String: [String: UInt64?]] = event.counts?.tallies ?? [:]
    var told: [String] = []
    for dimension in ["by_outcome", "by_age", "by_sex"] {
      guard let cells = counted[dimension] else { continue }
      let text = tally(cells)
      if !text.isEmpty { told.append(text) }
    }
    return told.joined(separator: separator(in: language, between: ";"))
  }

  private func tally(_ cells: [String: UInt64?]) -> String {
    var told: [String] = []
    var sum: UInt64 = 0
    for (cell, count) in cells.sorted(by: { $0.key < $1.key }) {
      guard let count, count > 0 else { continue }
      let sex: UInt64? = UInt64(cell)
      let name: String = sex.map { sexWord($0, in: language) } ?? word(cell, in: language)
      told.append("\(name) \(count)")
      sum = sum.addingReportingOverflow(count).partialValue
    }
    if let total = event.counts?.total, total > sum {
      told.append(say(.tallyUntold, in: language, String(total - sum)))
    }
    return list(told)
  }

  private func short(_ id: StatementID) -> String { String(id.description.prefix(16)) }
  private func list(_ values: [String]) -> String { values.joined(separator: separator(in: language)) }
}

/// A time that a person set, or that nobody vouches for, with how far it may be off; every other as it is.
func clocked(_ time: String, by source: String, within seconds: UInt64, in language: Language) -> String {
  let clocks: [OccurredTime.Source: Text] = [.manual: .wordManual, .unknown: .wordUnknown]
  guard let clock = OccurredTime.Source(rawValue: source).flatMap({ clocks[$0] }) else { return time }
  return say(.showClock, in: language, time, String(seconds), say(clock, in: language))
}
