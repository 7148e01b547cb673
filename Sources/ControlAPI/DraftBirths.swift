import COSE
public import Custody
import Roster

/// Who was born, or came along on somebody's road.
extension DraftMaking {
  /// Those taken in: newborns under the references that the birth names, which is cited; others under new ones.
  /// - Parameters:
  ///   - cited: the birth, or the release on whose road they came; nil for those who came otherwise.
  ///   - known: what is known of it.
  /// - Throws: `Problem` naming what to change in the request.
  public func born(
    _ count: Int, _ request: DraftRequest, _ provenance: Provenance, citing cited: StatementSummary?,
    knowing known: some KnownStatements, _ event: inout Event
  ) throws -> [Newcomer] {
    guard let cited else { return try unknown(count) }
    event.caseID = event.caseID ?? cited.caseID
    guard cited.type == .incident else {
      guard provenance == .bornInTransit || provenance == .unlistedArrival else {
        throw Problem.badRequest(
          "statement", "a release is cited by an intake of born-in-transit or unlisted-arrival alone")
      }
      tell(releaserOf: cited, in: &event)
      return try unknown(count)
    }
    guard count == 1 || request.lines != nil else {
      throw Problem.badRequest("lines", "must say which birth each of the persons is, in their order")
    }
    let manifest = try known.people(of: cited.id).manifest
    let children = try select(request.lines, from: manifest, of: cited.id).compactMap { _, leaf in
      manifest.value("child", of: leaf)?.bytes.flatMap { SubjectReference($0) }
        .map { Newcomer($0, mother: leaf.subject) }
    }
    guard children.count == count else {
      throw Problem.badRequest("persons", "\(cited.id) tells of \(children.count) births, and \(count) are taken in")
    }
    event.references.append(Reference(.incident, cited.id))
    // On the road it also cites the release, whose releaser owes an answer.
    let release = try known.signed(cited.id)?.event.reference(.release)
    if let summary = try release.flatMap({ try known.custody.summary($0) }) {
      guard provenance == .bornInTransit else {
        throw Problem.badRequest(
          "provenance", "\(cited.id) was a birth on the road: who was born there is born-in-transit")
      }
      tell(releaserOf: summary, in: &event)
    }
    return children
  }

  /// So many whom no log knows.
  public func unknown(_ count: Int) throws -> [Newcomer] { try (0..<count).map { _ in try .unknown() } }

  private func tell(releaserOf release: StatementSummary, in event: inout Event) {
    event.references.append(Reference(.release, release.id))
    let releaser = release.from.map(draftRoster.successions.current)
    event.parties = [releaser].compactMap(\.self).filter { $0 != drafter.name }
  }
}
