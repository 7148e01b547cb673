import ControlAPI
import Custody
import ReceiptStore
import Roster

/// The statements of this log, for whoever hands over those that they describe.
struct StatementsHere: EarlierStatements {
  let reader: StoreReader

  func receiver(of id: StatementID) throws -> AuthorityName? { try reader.summary(id)?.to }
  func place(of id: StatementID) throws -> UInt64? { try reader.statement(id)?.index }
  func lines(of id: StatementID) throws -> Manifest? { try reader.manifest(of: id) }
}

extension NextHop<StatementsHere> {
  init(office: Office, reader: StoreReader, people: Drafting.People, to: AuthorityName?) {
    self.init(
      drafter: office.authority.name, places: office.roster.successions, earlier: StatementsHere(reader: reader),
      described: people.id, schema: people.manifest.schema, to: to)
  }
}
