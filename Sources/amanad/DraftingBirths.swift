import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

/// Who was born, or came along on somebody's road.
extension Drafting {
  /// Under what reference somebody is taken in, and of a newborn the mother's.
  struct Newcomer {
    let subject: SubjectReference
    var mother: SubjectReference?
  }

  /// Those taken in: newborns under the references that the birth names, which is cited; others under new ones.
  func born(_ count: Int, _ request: DraftRequest, _ provenance: Provenance, _ event: inout Event) throws
    -> [Newcomer]
  {
    let new = { Newcomer(subject: SubjectReference(unchecked: try randomBytes(SubjectReference.byteCount))) }
    guard request.statement != nil else { return try (0..<count).map { _ in try new() } }
    let cited = try statement(request.statement, "statement", [.incident, .release, .redirect])
    event.caseID = event.caseID ?? cited.summary.caseID
    guard cited.summary.type == .incident else {
      guard provenance == .bornInTransit || provenance == .unlistedArrival else {
        throw badRequest("statement", "a release is cited by an intake of born-in-transit or unlisted-arrival alone")
      }
      tell(releaserOf: cited.summary, in: &event)
      return try (0..<count).map { _ in try new() }
    }
    guard count == 1 || request.lines != nil else {
      throw badRequest("lines", "must say which birth each of the persons is, in their order")
    }
    let manifest = try people(of: cited.id).manifest
    let children = try select(request.lines, from: manifest, of: cited.id).compactMap { _, leaf in
      manifest.value("child", of: leaf)?.bytes.flatMap { SubjectReference($0) }
        .map { Newcomer(subject: $0, mother: leaf.subject) }
    }
    guard children.count == count else {
      throw badRequest("persons", "\(cited.id) tells of \(children.count) births, and \(count) are taken in")
    }
    event.references.append(Reference(.incident, cited.id))
    // On the road it also cites the release, whose releaser owes an answer.
    let release = try SignedStatement(decoding: cited.bytes).event.reference(.release)
    if let summary = try release.flatMap({ try reader.summary($0) }) {
      guard provenance == .bornInTransit else {
        throw badRequest("provenance", "\(cited.id) was a birth on the road: who was born there is born-in-transit")
      }
      tell(releaserOf: summary, in: &event)
    }
    return children
  }

  private func tell(releaserOf release: StatementSummary, in event: inout Event) {
    event.references.append(Reference(.release, release.id))
    let releaser = release.from.map(office.roster.successions.current)
    event.parties = [releaser].compactMap(\.self).filter { $0 != office.authority.name }
  }
}
