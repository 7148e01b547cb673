import Roster

/// Incidents, releases to liberty and closings.
extension Transitions {
  /// On the road of an open release it is evidence; in the custodian's hands it may end or suspend the chain.
  mutating func note(_ line: OccurrenceLine) throws {
    let occurrence = line.occurrence
    effects.occurrences.append(occurrence)
    guard let effect = occurrence.effect else { return }
    try record(chain(occurrence.subject, adding: step(effect, line.index, after: occurrence.previous)), line.index)
  }

  /// Who closed what, also too early: V10 counts it once every line is answered, in whatever order they came.
  mutating func close() throws {
    guard let release = proposal.event.reference(.release) else { return }
    let (known, issuer) = (try view.summary(release), proposal.issuer.name)
    guard known == nil || [known?.from, known?.to].contains(where: { successions.areOne($0, issuer) }) else { return }
    effects.closing = Closing(release: release, statement: id, issuer: issuer)
  }
}
