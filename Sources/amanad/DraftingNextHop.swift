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
  /// - Parameter isAgeSaid: whether the age is said anew.
  mutating func fields(of line: [CBOR], _ chain: ChainState, isAgeSaid: Bool) throws -> [CBOR] {
    let schema = people.manifest.schema
    var fields = line
    if let written = try receiver(chain), !office.roster.successions.areOne(written, to) {
      fields = schema.forAnotherReceiver(fields)
    }
    return isAgeSaid ? fields : schema.observing(try observed(chain), in: fields)
  }

  /// Whether a field of a line is other than the statement that describes them has it.
  func differs(_ field: String, _ line: [CBOR], _ leaf: ManifestLeaf) -> Bool {
    guard let position = people.manifest.schema.position(of: field) else { return false }
    return line.dropFirst(position).first != leaf.fields.dropFirst(position).first
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

  /// How old we took somebody to be when we accepted them last, if they have not been described since.
  private mutating func observed(_ chain: ChainState) throws -> AgeFlag? {
    var last: (id: StatementID, index: UInt64)?
    for step in chain.steps where step.effect == .answer(.accepted) {
      guard office.roster.successions.areOne(step.issuer, office.authority.name), let index = try index(of: step.id),
        index > last?.index ?? 0
      else { continue }
      last = (step.id, index)
    }
    guard let last, let described = try index(of: people.id), described < last.index else { return nil }
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
