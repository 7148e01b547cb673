import Custody
import OpenSSL
import ReceiptStore
import Roster
import TestSupport
import Testing
import TransparencyLog

@Suite("Fetched revocation lists, and what waits for a time stamp")
struct RevocationListTests {
  private static let (url, other) = ("http://ca.example/a.crl", "http://ca.example/b.crl")

  @Test("The newest of each URL is kept; the one before stays only for what it leaves out, and is then a former one")
  func lists() async throws {
    let pki = try TestPKI()
    try pki.root("root")
    try pki.issue("signer", by: "root")
    func list(_ from: String) throws -> RevocationList {
      try RevocationList(file: pki.revocations(of: "root", from: from))
    }
    let none = try list("20260101000000Z")
    try pki.revoke("signer", by: "root", reason: "keyCompromise", at: "260201000000Z")
    let (first, second) = (try list("20260301000000Z"), try list("20260302000000Z"))
    let gone = try RevocationList(der: none.der)
    try await withStore { store, path in
      for (list, url) in [(none, Self.url), (first, Self.url), (second, Self.url), (none, Self.other)] {
        try await store.write { try $0.keep(FetchedList(url: url, list: list)) }
      }
      let kept = try await store.read { try $0.revocationLists() }
      #expect(
        kept == [FetchedList(url: Self.url, list: second), FetchedList(url: Self.other, list: none)])
      // One that no longer names whom the former took back: both count.
      try await store.write { try $0.keep(FetchedList(url: Self.url, list: gone)) }
      let again = try reopen(store, path)
      let both = try await again.read { try $0.revocationLists() }.filter { $0.url == Self.url }
      #expect(both.map(\.list) == [gone, try RevocationList(der: second.der, isFormer: true)])
      for _ in 0..<2 {
        try await again.write { try $0.forgetLists(except: [Self.other]) }
        #expect(try await again.read { try $0.revocationLists() }.map(\.url) == [Self.other])
      }
      try again.close()
    }
  }

  @Test("Two lists by turns make one former list, not one each time")
  func byTurns() async throws {
    let pki = try TestPKI()
    try pki.root("root")
    try pki.issue("signer", by: "root")
    let none = try RevocationList(file: pki.revocations(of: "root"))
    try pki.revoke("signer", by: "root", reason: "keyCompromise", at: "260201000000Z")
    let some = try RevocationList(file: pki.revocations(of: "root"))
    try await withStore { store, _ in
      for _ in 0..<3 {
        try await store.write { try $0.keep(FetchedList(url: Self.url, list: some)) }
        try await store.write { try $0.keep(FetchedList(url: Self.url, list: none)) }
      }
      let kept = try await store.read { try $0.revocationLists() }
      #expect(kept.map(\.list) == [none, try RevocationList(der: some.der, isFormer: true)])
    }
  }

  @Test("Entries that drop out one after another, as they do when certificates expire, need one former list")
  func droppingOut() async throws {
    let pki = try TestPKI()
    try pki.root("root")
    var lists = [try RevocationList(file: pki.revocations(of: "root"))]
    for name in ["a", "b"] {
      try pki.issue(name, by: "root")
      try pki.revoke(name, by: "root", reason: "keyCompromise", at: "260201000000Z")
      lists.append(try RevocationList(file: pki.revocations(of: "root")))
    }
    let falling = [lists[2], lists[1], lists[0]]
    try await withStore { store, _ in
      for list in falling { try await store.write { try $0.keep(FetchedList(url: Self.url, list: list)) } }
      let kept = try await store.read { try $0.revocationLists() }.map(\.list)
      #expect(kept == [falling[2], try RevocationList(der: falling[0].der, isFormer: true)])
    }
  }

  @Test(
    "Where there is no room, what ended in order is forgotten, and a list for which a compromise would be is refused")
  func bounded() async throws {
    let pki = try TestPKI()
    try pki.root("root")
    let none = try RevocationList(file: pki.revocations(of: "root"))
    var lists: [RevocationList] = []
    for name in ["a", "b", "c"] {
      try pki.issue(name, by: "root")
      try pki.revoke(name, by: "root", reason: "keyCompromise", at: "260201000000Z")
      lists.append(try RevocationList(file: pki.revocations(of: "root")))
      // From the next list on the authority says otherwise.
      try pki.revoke(again: name, by: "root", reason: "superseded", at: "260201000000Z")
    }
    let orderly = try RevocationList(file: pki.revocations(of: "root"))
    try await withStore { store, _ in
      func keep(_ list: RevocationList, _ most: Int) async throws -> [[UInt8]] {
        try await store.write { try $0.keep(FetchedList(url: Self.url, list: list), formerAtMost: most) }
        return try await store.read { try $0.revocationLists() }.map(\.list.der)
      }
      for list in lists { _ = try await keep(list, 2) }
      await #expect(throws: RevocationListCheck.Refusal.full) { try await keep(orderly, 2) }
      let before = try await store.read { try $0.revocationLists() }.map(\.list.der)
      #expect(before == [lists[2], lists[0], lists[1]].map(\.der))
      #expect(try await keep(orderly, 3) == [orderly, lists[0], lists[1], lists[2]].map(\.der))
      #expect(try await keep(none, 3) == [none, lists[0], lists[1], lists[2]].map(\.der))
    }
  }

  @Test("What waits for a time stamp is our own, about custody, effective and without one")
  func unstamped() async throws {
    try await withStore { store, _ in
      var random = Seeded(12)
      let statements = try (0..<200).map { try random.statement(UInt64($0)) }
      let wanted = statements.filter { $0.isOwn && $0.isEffective && $0.summary.kind != nil }
      let stamped = try #require(wanted.first)
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
        try transaction.keep(timeStamp: [1, 2, 3], of: stamped.entry, at: 5)
      }
      let found = try await store.read { try $0.unstamped(from: 0, limit: 1000) }
      #expect(found.map(\.index) == wanted.dropFirst().map(\.index) && found.count > 1)
      let later = try await store.read { try $0.unstamped(from: found[1].index, limit: 2) }
      #expect(later.map(\.index) == found.dropFirst().prefix(2).map(\.index))
      let token = try #require(try await store.read { try $0.stamped(limit: 9) }.first)
      #expect(token.0.index == stamped.index && token.token == [1, 2, 3])
    }
  }

  @Test("A doubt remembers before which entry it began, also when it is said again")
  func beginnings() async throws {
    try await withStore { store, _ in
      var random = Seeded(13)
      let statements = try (0..<3).map { try random.statement(UInt64($0)) }
      let id = statements[0].id
      for (round, statement) in statements.enumerated() {
        try await store.write { transaction in
          try transaction.append(statement)
          if round > 0 { try transaction.doubt(id, exposedFrom: UnixTime(round)) }
        }
      }
      #expect(try await store.read { try $0.doubts() } == [id: 2])
      func periods() async throws -> [String] {
        try await store.read { try $0.doubtPeriods().map { "\($0.statement == id) \($0.from) \($0.to ?? 0)" } }
      }
      #expect(try await periods() == ["true 2 0"])
      // What began and ended between the same entries was never judged by.
      try await store.write { transaction in
        try transaction.endDoubt(id)
        try transaction.doubt(id, exposedFrom: 1)
        try transaction.endDoubt(id)
      }
      #expect(try await periods() == ["true 2 3"])
      try await store.write { try $0.doubt(id, exposedFrom: 4) }
      #expect(try await periods() == ["true 2 3", "true 3 0"])
    }
  }
}
