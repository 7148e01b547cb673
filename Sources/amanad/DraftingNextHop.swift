import COSE
import Custody
import ReceiptStore
import Roster

/// What those who go next are: as a statement describes them, without what it says of another receiver, and as young as
/// we saw them to be at arrival.
struct NextHop {
  let office: Office
  let reader: StoreReader
  let people: Drafting.People
  /// To whom they go.
  let to: AuthorityName?
  private var receivers: [StatementID: AuthorityName?] = [:]
  private var indexes: [StatementID: UInt64?] = [:]
  private var ages: [StatementID: [SubjectReference: AgeFlag]] = [:]

  init(office: Office, reader: StoreReader, people: Drafting.People, to: AuthorityName?) {
    (self.office, self.reader, self.people, self.to) = (office, reader, people, to)
  }

  /// What a line says to its next receiver before anything is added.
  /// - Parameters:
  ///   - isAgeSaid: whether the age is said anew.
  ///   - corrected: where in our log the age was corrected last.
  mutating func fields(of line: [CBOR], _ chain: ChainState, isAgeSaid: Bool, correctedAt corrected: UInt64?) throws
    -> [CBOR]
  {
    let schema = people.manifest.schema
    var fields = line
    if let written = try receiver(chain), !office.roster.successions.areOne(written, to) {
      fields = schema.forAnotherReceiver(fields)
    }
    return isAgeSaid ? fields : schema.observing(try observed(chain, since: corrected ?? 0), in: fields)
  }

  /// For whom they are described; an intake is for nobody, until they are released.
  private mutating func receiver(_ chain: ChainState) throws -> AuthorityName? {
    try receiver(of: people.id) ?? receiver(of: chain.source)
  }

  private mutating func receiver(of id: StatementID) throws -> AuthorityName? {
    if let known = receivers[id] { return known }
    let receiver = try reader.summary(id)?.to
    receivers[id] = .some(receiver)
    return receiver
  }

  /// How old we took somebody to be when we accepted them last, if nobody has described them since, nor corrected what
  /// was said of it: the later word counts, whichever it is.
  private mutating func observed(_ chain: ChainState, since corrected: UInt64) throws -> AgeFlag? {
    var last: (id: StatementID, index: UInt64)?
    for step in chain.steps where step.effect == .answer(.accepted) {
      guard office.roster.successions.areOne(step.issuer, office.authority.name), let index = try index(of: step.id),
        index > last?.index ?? 0
      else { continue }
      last = (step.id, index)
    }
    guard let last, let described = try index(of: people.id), max(described, corrected) < last.index else {
      return nil
    }
    let seen = try ages[last.id] ?? reader.manifest(of: last.id)?.observedAges ?? [:]
    ages[last.id] = seen
    return seen[chain.subject]
  }

  private mutating func index(of id: StatementID) throws -> UInt64? {
    if let known = indexes[id] { return known }
    let index = try reader.statement(id)?.index
    indexes[id] = .some(index)
    return index
  }
}
