import Custody
import ReceiptStore
import Roster

/// What the daemon answers by itself: a recall that came after the answer is void, and its sender is told at once which
/// event won. Nothing is decided here.
enum Answering {
  static func answerVoidRecall(_ recall: VerifiedStatement, _ flags: [Violation], _ registrar: inout Registrar) throws {
    let office = registrar.office
    let isVoid = flags.contains { $0.code == .v7 }
    guard recall.event.type == .recall, office.isNamed(in: [recall.event.to].compactMap(\.self)), isVoid,
      try everyLineIsAnswered(recall, registrar.transaction.reader)
    else { return }
    let now = OffsetTime(unix: registrar.now)
    var event = Event(
      recordID: recall.event.recordID, type: .recallRefused, occurred: OccurredTime(at: now), recordedAt: now,
      roster: office.roster.digest)
    event.exercise = office.roster.body.exercise
    event.caseID = recall.event.caseID
    (event.kind, event.from, event.to) = (recall.event.kind, recall.event.from, office.authority.name)
    event.references = [Reference(.recall, recall.id)] + recall.event.references.filter { $0.relation == .release }
    event.flags = [Flag(statement: recall.id, code: .v7)]
    event.reason = "already-answered"
    _ = try registrar.register(try Genesis.sign(event, office: office), content: Content(), stage: .own)
  }

  private static func everyLineIsAnswered(_ recall: VerifiedStatement, _ reader: StoreReader) throws -> Bool {
    let lines = try reader.content(owner: recall.id.bytes).manifest?.lines ?? []
    return try lines.allSatisfy { try reader.answer(recalled: $0) != nil }
  }
}
