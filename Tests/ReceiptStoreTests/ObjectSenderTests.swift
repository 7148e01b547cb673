import Custody
import Foundation
import OpenSSL
import Roster
import Testing

@testable import ReceiptStore

@Suite("Objects of several senders")
struct ObjectSenderTests {
  @Test(
    "Each sender's part is its own: another's wrong bytes neither get into it nor end it, and the first whole one counts"
  )
  func senders() async throws {
    try await withStore { store, path in
      var random = Seeded(110)
      let bytes = random.bytes(ObjectFile.segmentByteCount + 900)
      let (id, size, wrong) = (SHA256.hash(bytes), UInt64(bytes.count), random.bytes(bytes.count))
      let own = ObjectSender(try #require(AuthorityName("SYR/prisons")))
      let other = ObjectSender(try #require(AuthorityName("TUR/migration")))
      _ = try await store.objects.append(id, from: other, size: 70_000, offset: 0, Array(wrong.prefix(5000)))
      let begun = try await store.objects.append(id, from: own, size: size, offset: 0, Array(bytes.prefix(4096)))
      #expect(begun.offset == 4096)
      #expect(try await store.objects.state(id, from: other).offset == 5000)
      #expect(try await store.objects.state(id) == .init(offset: 0, isWhole: false, size: nil))
      _ = try await store.objects.append(id, from: other, size: size, offset: 0, wrong)
      await #expect(throws: ObjectRefusal.notWhatItsIDSays) {
        try await store.objects.finish(id, from: other, as: .ciphertext)
      }
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.objects.state(id, from: other).offset == 0)
      #expect(try await again.objects.state(id, from: own).offset == 4096)
      _ = try await again.objects.append(id, from: other, size: size, offset: 0, Array(wrong.prefix(9)))
      _ = try await again.objects.append(id, from: own, size: size, offset: 4096, Array(bytes.dropFirst(4096)))
      #expect(try await again.objects.finish(id, from: own, as: .ciphertext).size == size)
      #expect(try await again.objects.state(id, from: other).isWhole)
      #expect(try await again.objects.parts().isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder(of: path) + "/objects") == [hexadecimal(id)])
      #expect(try RawConnection.run(keysPath(path), "SELECT COUNT(*) FROM key WHERE kind = 'object'")[0][0] == "1")
    }
  }
}
