import COSE
import Custody
import Roster
import Testing
import TransparencyLog

/// What speaks of people and moves nobody.
extension Scribe {
  /// An inquiry of one party with another about people.
  func inquiry(
    about subjects: [SubjectReference], by party: Party, to other: Party,
    identities: [SubjectReference: [String: String]] = [:],
    due: UnixTime = Coalition.now + 86_400, change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.inquiry)
    (event.kind, event.from, event.to) = (.detaineeTransfer, party.name, other.name)
    event.acceptBy = OffsetTime(unix: due, offsetMinutes: 180)
    let content = content(
      .inquiry, event, subjects.map { [.bytes($0.bytes), .null, "family"] }, identities: identities)
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// The answer of a party by what a ledger knows: of all lines of an inquiry, or of those of these people.
  func answer(
    to inquiry: Act, of subjects: [SubjectReference]? = nil, in ledger: Ledger, by party: Party,
    change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.inquiryAnswered, record: inquiry.event.recordID)
    (event.kind, event.from, event.to) = (inquiry.event.kind, inquiry.event.from, inquiry.event.to)
    event.references = [Reference(.inquiry, inquiry.id)]
    let checkpoint = Checkpoint(origin: try party.authority().origin(epoch: 1), size: 7, root: .empty)
    let lines = inquiry.lines.compactMap { index, leaf -> [CBOR]? in
      guard let subject = leaf.subject, subjects?.contains(subject) != false else { return nil }
      let line = InquiryLine(inquiry: inquiry.id, line: index, subject: subject)
      return ledger.chain(subject).map { line.answer($0, asOf: checkpoint) } ?? line.answer(.notKnown)
    }
    let content = content(.inquiryAnswer, event, lines, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// That pairs of people are the same, or not.
  func link(
    _ pairs: [(SubjectReference, SubjectReference)], as type: EventType = .sameAs, by party: Party,
    to others: [Party] = [], change: Change = { _ in }
  ) throws -> Act {
    var event = draft(type)
    event.kind = .detaineeTransfer
    event.parties = (others + [party]).map(\.name).sorted()
    let content = content(.link, event, pairs.map { Link.line($0, $1, basis: "document") }, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// All lines of a statement under protest.
  func protest(against act: Act, by party: Party, reason: String = "wrong-person", change: Change = { _ in }) throws
    -> Act
  {
    var event = draft(.underProtest, record: act.event.recordID)
    event.kind = act.event.kind
    event.references = [Reference(.basis, act.id)]
    event.parties = [party.name]
    let lines = act.lines.compactMap { index, leaf -> [CBOR]? in
      leaf.subject.map {
        [.bytes($0.bytes), .null, .bytes(act.id.bytes), .unsigned(UInt64(index)), .text(reason)]
      }
    }
    let content = content(.protest, event, lines, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// The same fields of every line of statements.
  func correction(
    of originals: [Act], _ fields: CBORMap, columns: [String] = [], by party: Party,
    line changeLine: (Correction) -> Correction = { $0 }, change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.corrected)
    event.kind = originals.first?.event.kind ?? .detaineeTransfer
    event.references = originals.map { Reference(.original, $0.id) }
    event.parties = [party.name]
    let lines = originals.flatMap { act in
      act.lines.compactMap { index, leaf in
        leaf.subject.map {
          changeLine(Correction(subject: $0, original: act.id, line: index, fields: fields, columns: columns))
        }
      }
    }
    let content = content(.correction, event, lines.map { $0.manifestLine(reason: "correction") }, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }
}
