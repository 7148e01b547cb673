import Custody
import OpenSSL
import ReceiptStore
import TestSupport
import Testing

@testable import amanad

extension EndToEnd {
  /// Which fetched revocation lists are in force, inside one process.
  @Suite struct ListsInForceTests {
    @Test("A list that is refused leaves in force what is on disk, also what was taken meanwhile")
    func refused() async throws {
      try await World.certified { world, pki in
        let offices = OfficeInForce(try Office.open(directory: world.syr.folder))
        let store = try ReceiptStore(path: "\(world.folder)/lists.db")
        defer { try? store.close() }
        let sequencer = Sequencer(offices: offices, store: store)
        let list = FetchedList(
          url: "http://ca.example/a.crl", list: try RevocationList(file: pki.revocations(of: "root")))
        try await store.write { try $0.keep(list) }
        await #expect(throws: RevocationListCheck.Refusal.older) {
          try await sequencer.adoptLists { _ in throw RevocationListCheck.Refusal.older }
        }
        #expect(offices.current.fetched == [list])
      }
    }
  }
}
