import ControlAPI
import Custody
import ReceiptStore
import Roster

/// The statements of this log, for whoever drafts from them.
struct StatementsHere: KnownStatements {
  let office: Office
  let reader: StoreReader

  var custody: any CustodyView { reader }

  func receiver(of id: StatementID) throws -> AuthorityName? { try reader.summary(id)?.to }
  func place(of id: StatementID) throws -> UInt64? { try reader.statement(id)?.index }
  func lines(of id: StatementID) throws -> Manifest? { try reader.manifest(of: id) }

  func signed(_ id: StatementID) throws -> SignedStatement? {
    try reader.statement(id).map { try SignedStatement(decoding: $0.bytes) }
  }

  func described(_ id: StatementID) throws -> DescribedPeople? {
    let content = try reader.content(owner: id.bytes)
    return try content.manifest.map { manifest in
      DescribedPeople(manifest: manifest, identities: try content.persons(), id: id)
    }
  }

  func people(of id: StatementID) throws -> DescribedPeople {
    try reader.refuseErased(id)
    guard let people = try described(id) else { throw Drafting.incomplete(id) }
    return people
  }

  func ownCorrections(sharing id: StatementID) throws -> [(statement: StatementID, place: UInt64)] {
    try reader.testimonies([.corrected], sharing: id).filter { office.places.contains($0.summary.issuer) }
      .map { ($0.id, $0.index) }
  }
}

extension Drafting {
  /// What this log knows.
  var here: StatementsHere { StatementsHere(office: office, reader: reader) }

  func people(of id: StatementID) throws -> DescribedPeople { try here.people(of: id) }
}

extension NextHop<StatementsHere> {
  init(office: Office, reader: StoreReader, people: DescribedPeople, to: AuthorityName?) {
    self.init(
      drafter: office.authority.name, places: office.roster.successions,
      earlier: StatementsHere(office: office, reader: reader), described: people.id, schema: people.manifest.schema,
      to: to)
  }
}
