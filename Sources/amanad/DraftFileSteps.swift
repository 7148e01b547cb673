import COSE
import ControlAPI
import Custody
import ReceiptStore

/// What has moved on since a draft's kit was written, where no rule refuses it: this daemon would draft it otherwise.
extension DraftFileCheck {
  private var drafting: Drafting { Drafting(office: office, reader: reader, now: now) }

  /// What ends, suspends or resumes a chain in our hands builds on the last step on record. What befell somebody on the road
  /// or moves nobody is a fact as it is.
  func checkSteps(_ content: Content) throws {
    guard event.type == .incident || event.type == .releasedToLiberty else { return }
    let drafting = drafting
    let moved = try (content.manifest?.lines ?? []).compactMap { index, leaf -> Violation? in
      guard let subject = leaf.subject, leaf.fields.count > 4, leaf.fields[2] == .null, isStep(leaf.fields[4]),
        let chain = try reader.chain(subject),
        drafting.occurrenceStart(of: chain.known)[1].encoded() != leaf.fields[1].encoded()
      else { return nil }
      return Violation(.v2, line: index, "it cites another step than the last one on record here, \(chain.head)")
    }
    guard !moved.isEmpty else { return }
    var problem = Problem.refused(try moved.map { try named($0, content) }, record: event.recordID)
    problem.next = Self.again
    throw try NamingRefusal(problem, read: cited, reader)
  }

  /// - Parameter code: of the incident, or of the mark of whoever is set free.
  private func isStep(_ code: CBOR) -> Bool {
    guard event.type == .incident else { return true }
    return code.text.flatMap { Occurrence.What(code: $0) }?.movesCustody == true
  }

  /// What whoever handed them over has said of their going on is cited, so that it goes along.
  func checkConsents(_ content: Content) throws {
    guard event.type.isRelease, let manifest = content.manifest else { return }
    let drafting = drafting
    let cites = Set(event.references.filter { $0.relation == .consent }.map(\.statement))
    for (index, leaf) in manifest.lines {
      guard let chain = try leaf.subject.flatMap({ try reader.chain($0) }) else { continue }
      let said = try drafting.consents(for: chain, of: event, knowing: drafting.here).cited
      guard let missing = said.first(where: { !cites.contains($0) }), event.references.count < Drafting.maximumCited
      else { continue }
      // Named as a line of it is.
      let detail = try named(
        Violation(.v28, line: index, "what was said of their going on, \(missing), is not cited"), content)
      throw try NamingRefusal(
        refuse(409, "conflict", "The draft leaves out what was said of people's going on", detail.detail, Self.again),
        read: cited, reader)
    }
  }
}
