import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Recalls and what follows them (custody.md, The serialization rule).
extension Drafting {
  /// Asks for lines of an own release to come back: those named, or all that have no answer yet.
  func recall(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let release = try statement(request.statement, "statement", [.release, .redirect])
    return try recall(request, of: release.summary, knowing: here, &event)
  }

  /// Agrees to a recall, of all its lines or of those named by their number in the recall.
  func agreeRecall(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let recall = try statement(request.statement, "statement", [.recall])
    return try agreeRecall(request, to: recall.summary, knowing: here, &event)
  }

  func refuseRecall(_ request: DraftRequest, _ event: inout Event) throws {
    try answer(statement(request.statement, "statement", [.recall]).summary, .recall, here, &event)
  }

  /// Releases to another receiver, which has agreed, whom the first gave back.
  func redirect(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let release = try statement(request.statement, "statement", [.release, .redirect])
    let agreement = try statement(request.agreement, "agreement", [.offerAgreed])
    if let to = request.to, to != agreement.summary.to?.description {
      throw badRequest("to", "the agreement is not that of \(to)")
    }
    guard agreement.summary.to != release.summary.to else {
      throw badRequest("agreement", "\(release.summary.to?.description ?? "it") is the receiver who gave them back")
    }
    let agreed = agreement.summary.kind ?? .detaineeTransfer
    if let wanted = try kind(request), wanted != agreed {
      throw badRequest(
        "kind",
        "\(agreement.id) agreed to \(agreed.rawValue), and not to \(wanted.rawValue): leave kind out, or make an offer "
          + "of \(wanted.rawValue) and redirect by its agreement")
    }
    try refuseDeclined(agreement)
    event.continues(agreement.summary, under: office.roster.successions)
    let people = try people(of: release.id)
    var selected = try select(request.lines, from: people.manifest, of: release.id)
    let answers = try selected.map { try reader.releaseLine(release.id, $0.index)?.answer }
    if request.lines == nil {
      selected = zip(selected, answers).filter { $0.1?.code == .refused || $0.1?.code == .recalled }.map(\.0)
    }
    guard !selected.isEmpty else {
      throw badRequest("statement", "\(release.id) has no line that was refused or recalled")
    }
    let offered = try offered(selected, agreement)
    let given = Set(try selected.compactMap { try reader.releaseLine(release.id, $0.index)?.answer?.statement })
    event.references = [Reference(.offerAgreed, agreement.id)] + given.sorted().map { Reference(.answer, $0) }
    // As the new receiver knows them: what was said of the first one's place stands in the release.
    return try handover(offered?.selected ?? selected, of: offered?.people ?? people, request, &event)
  }

  /// The new receiver agreed to the people of its offer, as that describes them, and to nobody else.
  /// - Returns: nil where the agreement names no offer.
  private func offered(_ selected: [(index: Int, leaf: ManifestLeaf)], _ agreement: StoredStatement) throws
    -> (people: DescribedPeople, selected: [(index: Int, leaf: ManifestLeaf)])?
  {
    let signed = try SignedStatement(decoding: agreement.bytes)
    guard let offer = signed.event.reference(.offer) else { return nil }
    let people = try people(of: offer)
    let offered = Dictionary(people.manifest.lines.map { ($0.leaf.subject, $0.leaf) }) { first, _ in first }
    return (
      people,
      try selected.map { index, leaf in
        guard let subject = leaf.subject, let found = offered[subject] else {
          throw badRequest("lines", "line \(index) is not in the offer that \(agreement.id) agreed to")
        }
        return (index: index, leaf: found)
      }
    )
  }
}
