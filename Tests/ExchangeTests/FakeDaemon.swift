import COSE
import ControlAPI
import Foundation
import OpenSSL
import Roster
import Synchronization

@testable import Exchange

/// A daemon that answers the exchange interface from memory: enough of one to see what a courier does.
final class FakeDaemon: Sendable {
  struct State {
    var peers: ExchangePeers
    var due: [AuthorityName: [DueStatement]] = [:]
    var tests: [AuthorityName] = []
    var checkpoints: [AuthorityName] = []
    var reports: [DeliveryReport] = []
    var tested: [PeerTestReport] = []
    var gossip: [CheckpointReport] = []
    /// What is to be fetched, once, and what came of it.
    var fetches: WantedFetches?
    var fetched: [FetchReport] = []
    /// Objects of ours that are due.
    var objects: [[UInt8]: [UInt8]] = [:]
    /// Statements that arrived, by entry, and how often each was handed in.
    var entries: [[UInt8]: [UInt8]] = [:]
    var handedIn: [[UInt8]: Int] = [:]
    /// Objects that arrive: what is wanted, and what is here.
    var wanted: [[UInt8]: Int] = [:]
    var arrived: [[UInt8]: [UInt8]] = [:]
    /// Sizes that were said of them.
    var saidSizes: Set<String> = []
    /// Bytes that were taken, the same ones again included.
    var taken = 0
    var askedBy: [String] = []
    /// Who is to cosign, until the first question; what is asked of them, by the size they name; and what they answered.
    var witnesses: [AuthorityName] = []
    var asks: [UInt64: WitnessAsk] = [:]
    var cosignatures: [CosignatureReport] = []
    /// What came for our own witness, and its answer; what it cosigned, by the hash of the origin.
    var witnessBodies: [[UInt8]] = []
    var witnessReply = FakeReply(mediaType: "text/plain; charset=utf-8", body: Array("— w AAAAAAA=\n".utf8))
    var witnessed: [[UInt8]: [UInt8]] = [:]
    var known: UInt64 = 0
    var note = Array("example/log/1\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— x y\n".utf8)
    var keys = CBOR.array([])
    var refusals: Set<[UInt8]> = []
    /// Answers that come before any of these.
    var override: (@Sendable (FakeRequest, ExchangeOperation) async -> FakeReply?)?
  }

  private let state: Mutex<State>

  init(own: TestIdentity) {
    state = Mutex(State(peers: ExchangePeers(own: own.peer(), peers: [], rosterVersion: 1, exercise: true)))
  }

  func with<Value: Sendable>(_ body: @Sendable (inout State) -> Value) -> Value { state.withLock { body(&$0) } }
  func look<Value: Sendable>(_ read: @Sendable (State) -> Value) -> Value { state.withLock { read($0) } }

  func setPeers(_ peers: [ExchangePeer], rosterVersion: UInt64 = 1) {
    with {
      $0.peers = ExchangePeers(own: $0.peers.own, peers: peers, rosterVersion: rosterVersion, exercise: true)
    }
  }

  func override(_ answer: (@Sendable (FakeRequest, ExchangeOperation) async -> FakeReply?)?) {
    state.withLock { $0.override = answer }
  }

  /// The receipt that this daemon gives for an entry.
  static func receipt(_ entry: [UInt8]) -> [UInt8] { [0xd2] + entry }
  static func entry(_ statement: [UInt8]) -> [UInt8] { SHA256.hash(statement) }

  func answer(_ request: FakeRequest) async -> FakeReply {
    guard let (operation, id) = ExchangeOperation.match(request.method, request.path) else {
      return FakeReply(status: 404)
    }
    if let override = look(\.override), let reply = await override(request, operation) { return reply }
    if operation == .waitForWork { return await work() }
    let asker = request.query["peer"] ?? "-"
    with { $0.askedBy.append("\(operation.rawValue) \(asker)") }
    return state.withLock { Self.answer(operation, id ?? [], request, &$0) }
  }

  private func work() async -> FakeReply {
    for _ in 0..<10 {
      let work = with { state in
        let due = state.due.filter { !$0.value.isEmpty }.keys.sorted()
        let work = ExchangeWork(
          due: due, tests: state.tests, checkpoints: state.checkpoints, fetches: state.fetches != nil,
          witnesses: state.witnesses)
        state.tests = []
        state.checkpoints = []
        return work
      }
      if work != ExchangeWork(due: [], tests: [], checkpoints: []) {
        return FakeReply(body: work.encoded())
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return FakeReply(body: ExchangeWork(due: [], tests: [], checkpoints: []).encoded())
  }

  private static func answer(
    _ operation: ExchangeOperation, _ id: [UInt8], _ request: FakeRequest, _ state: inout State
  ) -> FakeReply {
    let peer = request.query["peer"].flatMap { AuthorityName($0) }
    switch operation {
    case .getPeers: return FakeReply(body: state.peers.encoded())
    case .waitForWork: return FakeReply(status: 500)
    case .getDue:
      let due = peer.flatMap { state.due[$0] } ?? []
      return FakeReply(body: DueStatements(statements: due).encoded())
    case .reportDelivery: return take(request.body, &state)
    case .getObjectBytes:
      let offset = Int(request.query["offset"] ?? "") ?? 0
      let length = Int(request.query["length"] ?? "") ?? 0
      return FakeReply(body: Array((state.objects[id] ?? []).dropFirst(offset).prefix(length)))
    case .reportPeerTest:
      if let report = try? PeerTestReport(decoding: request.body) { state.tested.append(report) }
      return FakeReply(status: 204)
    case .getKnownLog: return FakeReply(body: KnownLog(size: state.known).encoded())
    case .reportCheckpoint:
      if let report = try? CheckpointReport(decoding: request.body) { state.gossip.append(report) }
      return FakeReply(status: 204)
    case .getFetches:
      defer { state.fetches = nil }
      return FakeReply(body: (state.fetches ?? WantedFetches(lists: [], timeStamps: [])).encoded())
    case .reportFetch:
      guard let report = try? FetchReport(decoding: request.body) else { return FakeReply(status: 400) }
      state.fetched.append(report)
      return FakeReply(body: FetchAnswer(report.content == nil ? .noted : .taken).encoded())
    case .takeEntry: return takeEntry(request.body, &state)
    case .getEntry:
      return state.entries[id] == nil ? FakeReply(status: 404) : FakeReply(body: status(id, state).encoded())
    case .getObjectState:
      guard let size = state.wanted[id] else { return FakeReply(status: 404) }
      return FakeReply(body: objectState(id, size, state).encoded())
    case .takeObjectBytes: return takeObject(id, request, &state)
    case .getKeys: return FakeReply(body: state.keys.encoded())
    case .getCheckpoint: return FakeReply(mediaType: "text/plain", body: state.note)
    case .getConsistency:
      let (from, to) = (UInt64(request.query["from"] ?? "") ?? 0, UInt64(request.query["to"] ?? "") ?? 0)
      let proof = ConsistencyAnswer(from: from, to: to, path: [[UInt8](repeating: 7, count: 32)])
      return FakeReply(body: proof.encoded())
    case .getFeed:
      let envelope = FeedEnvelope(position: UInt64(request.query["after"] ?? "0") ?? 0, statement: [1, 2])
      return FakeReply(body: Feed(envelopes: [envelope]).encoded())
    case .getWitnessAsk:
      state.witnesses = []
      let ask = state.asks[UInt64(request.query["old"] ?? "0") ?? 0]
      return ask.map { FakeReply(body: $0.encoded()) } ?? FakeReply(status: 404)
    case .reportCosignature:
      guard let report = try? CosignatureReport(decoding: request.body) else { return FakeReply(status: 400) }
      state.cosignatures.append(report)
      return FakeReply(status: 204)
    case .addCheckpoint:
      state.witnessBodies.append(request.body)
      return state.witnessReply
    case .getWitnessed:
      return state.witnessed[id].map { FakeReply(mediaType: "text/plain", body: $0) } ?? FakeReply(status: 404)
    case .getSlots: return FakeReply(mediaType: "application/octet-stream", body: [UInt8](repeating: 3, count: 64))
    }
  }

  private static func take(_ body: [UInt8], _ state: inout State) -> FakeReply {
    guard let report = try? DeliveryReport(decoding: body) else { return FakeReply(status: 400) }
    state.reports.append(report)
    if report.result == .registered || report.result == .refused {
      state.due[report.peer]?.removeAll { $0.entry == report.entry }
    } else {
      // An attempt was made: the next one asks first.
      state.due[report.peer] = state.due[report.peer]?.map {
        $0.entry == report.entry
          ? DueStatement(entry: $0.entry, statement: $0.statement, objects: $0.objects, asksFirst: true) : $0
      }
    }
    return FakeReply(status: 204)
  }

  private static func takeEntry(_ statement: [UInt8], _ state: inout State) -> FakeReply {
    let entry = entry(statement)
    state.handedIn[entry, default: 0] += 1
    if state.refusals.contains(entry) {
      return FakeReply(
        body: EntryAnswer(status: .refused, entry: entry, code: "V13", title: "It is no receipt of ours").encoded())
    }
    state.entries[entry] = statement
    return FakeReply(body: status(entry, state).encoded())
  }

  private static func status(_ entry: [UInt8], _ state: State) -> EntryAnswer {
    let missing = state.wanted.filter { (state.arrived[$0.key]?.count ?? 0) < $0.value }.map(\.key)
    return missing.isEmpty
      ? EntryAnswer(status: .registered, entry: entry, receipt: receipt(entry))
      : EntryAnswer(status: .pending, entry: entry, missing: missing, retryAfter: 1)
  }

  private static func objectState(_ id: [UInt8], _ size: Int, _ state: State) -> ObjectState {
    let count = state.arrived[id]?.count ?? 0
    return ObjectState(offset: UInt64(count), isWhole: count == size)
  }

  private static func takeObject(_ id: [UInt8], _ request: FakeRequest, _ state: inout State) -> FakeReply {
    guard let size = state.wanted[id] else { return FakeReply(status: 404) }
    let here = state.arrived[id, default: []].count
    if let said = request.query["size"], said != String(size) {
      let problem = ConciseProblem(code: "size", title: "The object has another size", detail: "said: \(said)")
      return FakeReply(status: 422, mediaType: ConciseProblem.mediaType, body: problem.encoded())
    }
    state.saidSizes.formUnion(request.query["size"].map { [$0] } ?? [])
    guard request.query["offset"] == String(here), here + request.body.count <= size else {
      return FakeReply(status: 409, body: objectState(id, size, state).encoded())
    }
    state.arrived[id, default: []] += request.body
    state.taken += request.body.count
    return FakeReply(body: objectState(id, size, state).encoded())
  }
}
