import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What befalls people, and whom their custodian sets free.
extension Drafting {
  /// An incident or a release to liberty: of people in our hands, or on the road of one open release.
  func occurrence(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(request.statement, "statement", Self.befallen)
    return try occurrence(request, of: source.summary, knowing: here, &event)
  }
}

/// What ends a handover.
extension Drafting {
  /// Closes a release of ours, or one to us that its releaser has closed.
  func close(_ request: DraftRequest, _ event: inout Event) throws {
    let release = try statement(request.statement, "statement", [.release, .redirect])
    event.continues(release.summary, under: office.roster.successions)
    let answers = Set(try reader.releaseLines(of: release.id).compactMap(\.answer?.statement)).sorted()
    guard answers.count <= Self.maximumAnswers else {
      throw badRequest("statement", "\(answers.count) answers are too many for one statement to cite")
    }
    event.references = [Reference(.release, release.id)]
    for answer in answers {
      let isOutcome = try reader.summary(answer)?.type == .outcome
      event.references.append(Reference(isOutcome ? .outcome : .answer, answer))
    }
    if event.from != office.authority.name,
      let first = try reader.closings(of: release.id).sorted(by: { $0.statement < $1.statement }).first(where: {
        try office.roster.successions.areOne($0.issuer, event.from) && !reader.isDoubted($0.statement)
      })
    {
      event.references.append(Reference(.closed, first.statement))
    }
  }

  /// As many as fit beside the release and the other party's closing.
  private static let maximumAnswers = EventType.closed.maximumReferences - 2
}
