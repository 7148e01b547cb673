import ControlAPI
import Custody
import Foundation
import ReceiptStore
import Roster
import Testing

@testable import amanad

extension EndToEnd {
  /// Keys of content end with its retention, which no test can wait for: the look is made at a moment of its own.
  @Suite struct ContentExpiryTests {
    @Test("A clock past the roster's next update ends nothing; what has ended is shown so, and custody stays")
    func ended() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let before = try syr.daemon().ready()
        let intake = try await syr.sign(syr.intake(2)).signedID
        try before.stop()
        let (id, own) = (try #require(StatementID(hex: intake)), try syr.authorityName)
        let later = UnixTime(Date().timeIntervalSince1970) + 40 * 366 * 86_400
        let store = try ReceiptStore(path: syr.store)
        let expiry = ContentExpiry(store: store, offices: OfficeInForce(try Office.open(directory: syr.folder)))
        #expect(try await store.read { try $0.expired(at: later, inHandsOf: [], knowing: RetentionTerms()) } == [id])
        #expect(try await store.read { try $0.expired(at: later, inHandsOf: [own], knowing: RetentionTerms()) }.isEmpty)
        try await expiry.look(at: later)
        #expect(try await store.read { try $0.content(owner: id.bytes) }.manifest?.lines.count == 2)

        try await store.write { try $0.expire(id, at: later) }
        #expect(try await store.read { try $0.content(owner: id.bytes) } == Content())
        try store.close()
        _ = try syr.daemon().ready()
        let view: StatementView = try await syr.get("/v1/statements/\(intake)")
        #expect(view.erasure?.statement == intake && view.erasure?.at == later)
        #expect(view.erasure?.holders == [ErasureView.Holder(authority: syr.name, statement: nil)])
        let shown = try syr.amana("show", intake)
        #expect(shown.code == 0 && shown.output.contains("its retention was over"), "\(shown)")
        let gone = try problem(try await syr.send(.get, "/v1/statements/\(intake)/sealed?payload=manifest"))
        #expect(gone.status == 410 && gone.code == "erased" && gone.detail.contains("retention was over"), "\(gone)")
        #expect(try await syr.custodians(intake) == ["SYR/prisons held"])
        let audit = try syr.amana("audit")
        #expect(audit.code == 0, "\(audit)")
      }
    }
  }
}
