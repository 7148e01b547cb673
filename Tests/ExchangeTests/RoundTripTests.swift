import ControlAPI
import Exchange
import Foundation
import NIOHTTP1
import OpenSSL
import Synchronization
import TestSupport
import Testing

@Suite("From daemon to daemon")
struct RoundTripTests {
  private func due(_ statement: [UInt8], objects: [[UInt8]] = [], asksFirst: Bool = false) -> DueStatement {
    DueStatement(
      entry: FakeDaemon.entry(statement), statement: statement,
      objects: objects.map { ExchangeObject(id: SHA256.hash($0), size: UInt64($0.count)) }, asksFirst: asksFirst)
  }

  @Test("What is due arrives once, in order, in the sender's name, and its receipt comes back")
  func statements() async throws {
    try await withPair { one, other in
      let statements = (0..<5).map { [UInt8](repeating: UInt8($0), count: 3000 + $0) }
      one.daemon.with { $0.due[other.identity.name] = statements.map { due($0) } }
      try await eventually("five receipts") { one.daemon.look { $0.reports.count >= 5 } }
      let reports = one.daemon.look(\.reports)
      #expect(reports.map(\.entry) == statements.map(FakeDaemon.entry))
      #expect(reports.allSatisfy { $0.result == .registered && $0.receipt == FakeDaemon.receipt($0.entry) })
      #expect(other.daemon.look { Set($0.entries.values) } == Set(statements))
      #expect(other.daemon.look { $0.handedIn.values.allSatisfy { $0 == 1 } })
      let asked = other.daemon.look(\.askedBy).filter { $0.hasPrefix("takeEntry") }
      #expect(asked == [String](repeating: "takeEntry IRQ/justice", count: 5))
    }
  }

  @Test("Both directions at the same time")
  func bothWays() async throws {
    try await withPair { one, other in
      one.daemon.with { $0.due[other.identity.name] = [due([1, 2, 3])] }
      other.daemon.with { $0.due[one.identity.name] = [due([4, 5, 6])] }
      try await eventually("both receipts") {
        one.daemon.look { $0.reports.count == 1 } && other.daemon.look { $0.reports.count == 1 }
      }
    }
  }

  @Test("What may be there already is asked for first and not sent again")
  func asksFirst() async throws {
    try await withPair { one, other in
      let (known, new): ([UInt8], [UInt8]) = ([9, 9, 9], [8, 8, 8])
      other.daemon.with { $0.entries[FakeDaemon.entry(known)] = known }
      one.daemon.with { $0.due[other.identity.name] = [due(known, asksFirst: true), due(new, asksFirst: true)] }
      try await eventually("both receipts") { one.daemon.look { $0.reports.count == 2 } }
      #expect(one.daemon.look { $0.reports.allSatisfy { $0.result == .registered } })
      #expect(other.daemon.look { $0.handedIn[FakeDaemon.entry(known)] } == nil)
      #expect(other.daemon.look { $0.handedIn[FakeDaemon.entry(new)] } == 1)
    }
  }

  @Test("Objects follow piece by piece, and then the receipt comes")
  func objects() async throws {
    var random = SeededGenerator(named: "objects")
    let objects = [random.bytes(700_001), random.bytes(1), random.bytes(256 << 10)]
    let statement = random.bytes(2000)
    try await withPair { one, other in
      for object in objects {
        one.daemon.with { $0.objects[SHA256.hash(object)] = object }
        other.daemon.with { $0.wanted[SHA256.hash(object)] = object.count }
      }
      one.daemon.with { $0.due[other.identity.name] = [due(statement, objects: objects)] }
      try await eventually("the receipt") { one.daemon.look { $0.reports.last?.result == .registered } }
      #expect(other.daemon.look { Set($0.arrived.values) } == Set(objects))
      #expect(other.daemon.look(\.saidSizes) == Set(objects.map { String($0.count) }), "each was announced whole")
      #expect(other.daemon.look(\.taken) == objects.map(\.count).reduce(0, +), "no byte twice")
    }
  }

  @Test("Four objects of a statement travel at the same time, and at the first attempt nobody asks for them first")
  func objectsAtOnce() async throws {
    var random = SeededGenerator(named: "objects at once")
    let objects = (0..<12).map { _ in random.bytes(5000) }
    let begun = Mutex((now: 0, most: 0))
    try await withPair { one, other in
      for object in objects {
        one.daemon.with { $0.objects[SHA256.hash(object)] = object }
        other.daemon.with { $0.wanted[SHA256.hash(object)] = object.count }
      }
      other.daemon.override { _, operation in
        guard operation == .takeObjectBytes else { return nil }
        begun.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        // Nothing is taken until four have come.
        try? await eventually("four objects") { begun.withLock { $0.most >= 4 } }
        begun.withLock { $0.now -= 1 }
        return nil
      }
      one.daemon.with { $0.due[other.identity.name] = [due([1], objects: objects)] }
      try await eventually("the receipt") { one.daemon.look { $0.reports.last?.result == .registered } }
      #expect(begun.withLock(\.most) == 4)
      #expect(other.daemon.look { Set($0.arrived.values) } == Set(objects))
      #expect(!other.daemon.look(\.askedBy).contains { $0.hasPrefix("getObjectState") })
    }
  }

  @Test("Of an object that is partly there the rest is sent, at the first attempt too")
  func partlyThere() async throws {
    var random = SeededGenerator(named: "partly there")
    let objects = [random.bytes(400_000), random.bytes(7000)]
    try await withPair { one, other in
      for object in objects {
        one.daemon.with { $0.objects[SHA256.hash(object)] = object }
        other.daemon.with {
          $0.wanted[SHA256.hash(object)] = object.count
          $0.arrived[SHA256.hash(object)] = Array(object.prefix(7000))
        }
      }
      other.daemon.with { $0.wanted[SHA256.hash([1])] = 1 }
      one.daemon.with {
        $0.objects[SHA256.hash([1])] = [1]
        $0.due[other.identity.name] = [due([1], objects: objects + [[1]])]
      }
      try await eventually("the receipt") { one.daemon.look { $0.reports.last?.result == .registered } }
      #expect(other.daemon.look { Set($0.arrived.values) } == Set(objects + [[1]]))
      #expect(other.daemon.look(\.taken) == 393_001)
    }
  }

  @Test("An object that the peer does not want is not sent")
  func unwanted() async throws {
    try await withPair { one, other in
      let (wanted, unwanted) = ([UInt8](repeating: 1, count: 5000), [UInt8](repeating: 2, count: 5000))
      one.daemon.with { $0.objects = [SHA256.hash(wanted): wanted, SHA256.hash(unwanted): unwanted] }
      other.daemon.with { $0.wanted[SHA256.hash(wanted)] = wanted.count }
      one.daemon.with { $0.due[other.identity.name] = [due([1], objects: [unwanted, wanted])] }
      try await eventually("the receipt") { one.daemon.look { $0.reports.last?.result == .registered } }
      #expect(other.daemon.look { Array($0.arrived.values) } == [wanted])
    }
  }

  @Test("A refusal comes back with its code and does not hold up what follows")
  func refusal() async throws {
    try await withPair { one, other in
      let (bad, good): ([UInt8], [UInt8]) = ([6, 6], [7, 7])
      other.daemon.with { $0.refusals = [FakeDaemon.entry(bad)] }
      one.daemon.with { $0.due[other.identity.name] = [due(bad), due(good)] }
      try await eventually("two reports") { one.daemon.look { $0.reports.count == 2 } }
      let reports = one.daemon.look(\.reports)
      #expect(reports.map(\.result) == [.refused, .registered])
      #expect(reports[0].code == "V13" && reports[0].detail?.contains("It is no receipt of ours") == true)
    }
  }

  @Test("A peer that waits for something that does not come is reported pending, with what it asks for")
  func pending() async throws {
    try await withPair { one, other in
      other.daemon.with { $0.wanted[SHA256.hash([0])] = 5 }
      one.daemon.with { $0.due[other.identity.name] = [due([1])] }
      try await eventually("a report") { one.daemon.look { !$0.reports.isEmpty } }
      let first = try #require(one.daemon.look(\.reports).first)
      #expect(first.result == .pending && first.code == "pending" && first.retryAfter == 1)
    }
  }

  @Test("A peer without a URL is reported so")
  func noURL() async throws {
    try await Station.run(TestIdentity("IRQ/justice")) { one in
      let silent = try TestIdentity("SYR/prisons")
      try await one.know([silent.peer()])
      one.daemon.with { $0.due[silent.name] = [due([1])] }
      try await eventually("a report") { one.daemon.look { !$0.reports.isEmpty } }
      let first = try #require(one.daemon.look(\.reports).first)
      #expect(first.result == .failed && first.code == "dns" && first.detail?.contains("amana peer add") == true)
    }
  }
}
