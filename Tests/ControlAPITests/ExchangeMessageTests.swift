import COSE
import ControlAPI
import Roster
import Testing

@Suite("Messages of the exchange interface")
struct ExchangeMessageTests {
  private static let peer = AuthorityName("IRQ/justice")
  private let digest = [UInt8](repeating: 7, count: 32)

  @Test("Each reads back what it wrote")
  func roundTrips() throws {
    let peer = try #require(Self.peer)
    func check<Value: ExchangeMessage & Equatable>(_ value: Value) throws {
      #expect(try Value(decoding: value.encoded()) == value)
    }
    let known = ExchangePeer(authority: peer, url: "https://irq.example:8443", certificates: [[1, 2, 3]])
    try check(ExchangePeers(own: known, peers: [known], rosterVersion: 3, exercise: true))
    try check(ExchangeWork(due: [peer], tests: [], checkpoints: [peer], fetches: true))
    try check(ExchangeWork(due: [], tests: [], checkpoints: [], witnesses: [peer]))
    try check(WitnessAsk(size: 9, body: Array("old 0\n\n".utf8)))
    try check(CosignatureReport(peer: peer, size: 9, answer: Array("— w AAAAAAA=\n".utf8)))
    let (list, tsa) = ("http://ca.example/a.crl", "https://tsa.example/")
    try check(
      WantedFetches(
        lists: [WantedList(url: list, limit: 9)],
        timeStamps: [WantedTimeStamp(url: tsa, entry: digest, query: [0x30])]))
    try check(FetchReport(url: list, content: [1, 2]))
    try check(FetchReport(url: tsa, entry: digest, code: "tcp", detail: "nobody"))
    try check(FetchAnswer(.refused, code: "older"))
    let due = DueStatement(
      entry: digest, statement: [1], objects: [ExchangeObject(id: digest, size: 9)], asksFirst: true)
    try check(DueStatements(statements: [due]))
    try check(DeliveryReport(peer: peer, entry: digest, result: .failed, code: "tcp", detail: "refused", retryAfter: 3))
    try check(EntryAnswer(status: .pending, entry: digest, missing: [digest], retryAfter: 1))
    try check(ObjectState(offset: 12, isWhole: false))
    try check(CheckpointReport(peer: peer, note: [1], proof: ConsistencyAnswer(from: 1, to: 2, path: [digest])))
    try check(Feed(envelopes: [FeedEnvelope(position: 4, statement: [1])]))
    try check(
      PeerTestReport(peer: peer, steps: [.init(name: "dns", verdict: .good, detail: "127.0.0.1", value: -4)]))
    try check(KnownLog(size: 0))
  }

  @Test("An unknown field, a wrong length and bytes behind the end are refused")
  func strictness() throws {
    let unknown = CBOR.map(["offset": 1, "whole": .bool(true), "more": 1]).encoded()
    #expect(throws: DecodeError.self) { try ObjectState(decoding: unknown) }
    #expect(throws: DecodeError.self) {
      try ObjectState(decoding: ObjectState(offset: 1, isWhole: true).encoded() + [0])
    }
    let large = [UInt8](repeating: 0, count: FetchReport.maximumContent + 1)
    #expect(throws: DecodeError.self) {
      try FetchReport(decoding: FetchReport(url: "http://ca.example/", content: large).encoded())
    }
    #expect(throws: DecodeError.self) {
      try FetchReport(decoding: FetchReport(url: "http://ca.example/", entry: [1]).encoded())
    }
    let short = CBOR.map(["id": .bytes([1]), "size": 1]).encoded()
    #expect(throws: DecodeError.self) { try ExchangeObject(decoding: short) }
  }

  @Test("Each operation is found by its method and path, and no other")
  func routes() {
    for operation in ExchangeOperation.allCases {
      let path = operation.route.path.replacing("{id}", with: String(repeating: "ab", count: 32))
      #expect(ExchangeOperation.match(operation.route.method, path)?.0 == operation)
    }
    #expect(ExchangeOperation.match("GET", "/v1/objects/zz") == nil)
    #expect(ExchangeOperation.match("GET", "/v1/status") == nil)
    #expect(ExchangeOperation.match("POST", "/v1/drafts") == nil)
  }
}
