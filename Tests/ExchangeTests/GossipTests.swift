import ControlAPI
import Foundation
import NIOCore
import NIOPosix
import Roster
import Testing

@testable import Exchange

@Suite("Gossip and tests of peers")
struct GossipTests {
  @Test("A checkpoint is fetched and reported, with a proof from what was known")
  func gossip() async throws {
    try await withPair { one, other in
      one.daemon.with {
        $0.known = 3
        $0.checkpoints = [other.identity.name]
      }
      try await eventually("a report") { one.daemon.look { !$0.gossip.isEmpty } }
      let report = try #require(one.daemon.look(\.gossip).first)
      #expect(report.peer == other.identity.name && report.note == other.daemon.look(\.note))
      #expect(report.proof?.from == 3 && report.proof?.to == 5)
    }
  }

  @Test("Nothing known, the same size, a smaller one, or no proof to be had: the note is reported without one")
  func withoutProof() async throws {
    try await withPair { one, other in
      for known: UInt64 in [0, 5, 9] {
        one.daemon.with {
          $0.known = known
          $0.gossip = []
          $0.checkpoints = [other.identity.name]
        }
        try await eventually("a report") { one.daemon.look { !$0.gossip.isEmpty } }
        #expect(one.daemon.look { $0.gossip[0].proof } == nil, "\(known)")
      }
      other.daemon.override { _, operation in
        operation == .getConsistency ? FakeReply(body: [1, 2, 3]) : nil
      }
      one.daemon.with {
        $0.known = 2
        $0.gossip = []
        $0.checkpoints = [other.identity.name]
      }
      try await eventually("a report") { one.daemon.look { !$0.gossip.isEmpty } }
      #expect(one.daemon.look { $0.gossip[0].proof } == nil)
    }
  }

  private func test(_ one: Station, _ peer: AuthorityName) async throws -> [String: PeerTestReport.Step] {
    one.daemon.with {
      $0.tested = []
      $0.tests = [peer]
    }
    try await eventually("a report") { one.daemon.look { !$0.tested.isEmpty } }
    let report = try #require(one.daemon.look(\.tested).first)
    #expect(report.steps.map(\.name) == PeerTest.names)
    return Dictionary(uniqueKeysWithValues: report.steps.map { ($0.name, $0) })
  }

  @Test("All is well: every step is good and says what was found")
  func good() async throws {
    try await withPair { one, other in
      let steps = try await test(one, other.identity.name)
      #expect(steps.values.allSatisfy { $0.verdict == .good }, "\(steps)")
      #expect(steps["certificate"]?.value == 89 || steps["certificate"]?.value == 90)
      #expect(steps["roster"]?.value == 1 && steps["checkpoint"]?.value == 5)
      #expect(steps["checkpoint"]?.detail == "its log example/log/1 has 5 entries")
      #expect(abs(steps["clock"]?.value ?? 99) <= 2)
    }
  }

  @Test("An older roster there is said, with who must act")
  func roster() async throws {
    try await withPair { one, other in
      try await one.know([other.peer], rosterVersion: 4)
      let step = try #require(try await test(one, other.identity.name)["roster"])
      #expect(step.verdict == .bad && step.value == 1 && step.detail.contains("the peer must adopt the newer one"))
    }
  }

  @Test("No URL, no name, nobody there, another certificate, an expired one, a peer that does not know us")
  func bad() async throws {
    let (another, expired) = (try TestIdentity("SYR/prisons"), try TestIdentity("TUR/prisons", days: -20 ... -10))
    try await withPair { one, other in
      func steps(_ peer: ExchangePeer) async throws -> [String: PeerTestReport.Step] {
        try await one.know([peer])
        return try await test(one, peer.authority)
      }
      let noURL = try await steps(other.identity.peer())
      #expect(noURL["dns"]?.verdict == .bad && noURL["tcp"]?.verdict == .skipped)
      let noName = try await steps(other.identity.peer(url: "https://nothing.invalid:1"))
      #expect(noName["dns"]?.verdict == .bad && noName["dns"]?.detail.contains("nothing.invalid") == true)
      let nobody = try await steps(other.identity.peer(url: "https://127.0.0.1:1"))
      #expect(nobody["dns"]?.verdict == .good && nobody["tcp"]?.verdict == .bad)
      let wrong = try await steps(another.peer(url: other.url))
      #expect(wrong["tcp"]?.verdict == .good && wrong["tls"]?.verdict == .bad)
      #expect(wrong["certificate"]?.detail.contains("another certificate") == true, "\(wrong)")
      #expect(wrong["service"]?.verdict == .skipped)
      try await other.know([])
      let unknown = try await steps(other.peer)
      #expect(unknown["tls"]?.verdict == .good && unknown["service"]?.verdict == .bad, "\(unknown)")
      #expect(unknown["service"]?.detail.contains("certificate") == true, "\(unknown)")
    }
    try await Station.run(TestIdentity("IRQ/justice")) { one in
      try await Station.run(expired) { old in
        try await one.know([old.peer])
        let steps = try await test(one, expired.name)
        #expect(steps["tls"]?.verdict == .bad)
        #expect(steps["certificate"]?.detail.contains("which ended 1") == true, "\(steps)")
      }
    }
  }
}
