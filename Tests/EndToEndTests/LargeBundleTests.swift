import ControlAPI
import Custody
import ReceiptStore
import Roster
import Testing

@testable import amanad

extension EndToEnd {
  /// Everything that ever concerned a partner grows without end; a bundle may not.
  @Suite struct LargeBundleTests {
    @Test("A bundle that would be too large leaves out what its receiver has, and past that is refused")
    func large() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let to = try #require(AuthorityName(irq.name))
        let known = try await world.releaseArrived(3)
        // With the answer comes IRQ's receipt.
        try await irq.accepts(known, from: syr)
        let later = try await syr.releases(2, to: irq)
        let whole = try await syr.bundle(to: irq)
        Running.shared.killAll()
        func exported(limit: Int, _ wish: Exporting.Wish) async throws -> [UInt8] {
          let store = try ReceiptStore(path: syr.store)
          let office = try Office.open(directory: syr.folder)
          return try await Exporting(office: office, store: store, limit: limit).bundle(wish).bytes
        }
        let wish = Exporting.Wish(to: to)
        let again = try await exported(limit: whole.count + 1024, wish)
        let small = try await exported(limit: again.count - 1, wish)
        let (all, rest) = (try Custody.Bundle(decoding: again), try Custody.Bundle(decoding: small))
        #expect(all.statements.map(\.value.id) == rest.statements.map(\.value.id))
        func sealed(_ id: String, in bundle: Custody.Bundle) throws -> Int {
          let event = try #require(bundle.statements.map(\.value).first { $0.id.description == id }).event
          return event.sealed.count { bundle.sealed[$0.ciphertextDigest] != nil }
        }
        #expect(try sealed(known, in: all) > 0 && sealed(known, in: rest) == 0)
        #expect(try sealed(later, in: all) > 0 && sealed(later, in: rest) == sealed(later, in: all))
        for wish in [wish, Exporting.Wish()] {
          let refused = await #expect(throws: Problem.self) { _ = try await exported(limit: 1000, wish) }
          #expect(refused?.status == 413 && refused?.code == "too-large", "\(String(describing: refused))")
        }
        for side in [syr, irq] { _ = try side.daemon().ready() }
        _ = try await irq.take(small)
        #expect(try await irq.status().incomplete == 0)
        #expect(try await irq.lines(later).count == 2)
      }
    }
  }
}
