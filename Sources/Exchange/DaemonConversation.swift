import ControlAPI
import Roster

/// The exchange interface, operation by operation.
extension ExchangeDaemon {
  private typealias Query = [(name: String, value: String)]

  private func value<Value: ExchangeMessage>(_ question: DaemonQuestion, within time: Duration = .seconds(30))
    async throws(DaemonError) -> Value
  {
    let answer = try await ask(question, within: time)
    guard (200..<300).contains(answer.status) else { throw Self.refusal(answer) }
    guard let value = try? Value(decoding: answer.body) else { throw .unreadable(question.operation) }
    return value
  }

  /// An answer for which 404 means that there is none.
  private func found<Value: ExchangeMessage>(_ question: DaemonQuestion) async throws(DaemonError) -> Value? {
    do {
      return try await value(question)
    } catch .refused(status: 404, _) {
      return nil
    }
  }

  private func done(_ question: DaemonQuestion) async throws(DaemonError) {
    let answer = try await ask(question, within: .seconds(30))
    guard (200..<300).contains(answer.status) else { throw Self.refusal(answer) }
  }

  private static func refusal(_ answer: DaemonAnswer) -> DaemonError {
    .refused(status: answer.status, ConciseProblem(foreign: answer.body))
  }

  func peers() async throws(DaemonError) -> ExchangePeers { try await value(DaemonQuestion(.getPeers)) }

  /// Waits up to `wait` seconds until there is something to do.
  func work(wait: Int) async throws(DaemonError) -> ExchangeWork {
    try await value(
      DaemonQuestion(.waitForWork, query: [("wait", String(wait))]), within: .seconds(Int64(wait) + 30))
  }

  func due(to peer: AuthorityName, limit: Int) async throws(DaemonError) -> [DueStatement] {
    let due: DueStatements = try await value(
      DaemonQuestion(.getDue, query: [("peer", peer.description), ("limit", String(limit))]), within: .seconds(60))
    return due.statements
  }

  func report(_ report: DeliveryReport) async throws(DaemonError) {
    try await done(DaemonQuestion(.reportDelivery, body: report.encoded()))
  }

  func report(_ report: PeerTestReport) async throws(DaemonError) {
    try await done(DaemonQuestion(.reportPeerTest, body: report.encoded()))
  }

  func report(_ report: CheckpointReport) async throws(DaemonError) {
    try await done(DaemonQuestion(.reportCheckpoint, body: report.encoded()))
  }

  /// What is to be fetched of other servers now. Whoever asks does it.
  func fetches() async throws(DaemonError) -> WantedFetches { try await value(DaemonQuestion(.getFetches)) }

  func report(_ report: FetchReport) async throws(DaemonError) -> FetchAnswer {
    // A list may put much on record in doubt, which is looked through.
    try await value(DaemonQuestion(.reportFetch, body: report.encoded()), within: .seconds(120))
  }

  func knownLog(of peer: AuthorityName) async throws(DaemonError) -> KnownLog {
    try await value(DaemonQuestion(.getKnownLog, query: [("peer", peer.description)]))
  }

  /// What to ask of a witness; nil when there is nothing to ask, or it has seen more of our log than there is.
  /// - Parameter old: what it says it cosigned last.
  func witnessAsk(of peer: AuthorityName, from old: UInt64?) async throws(DaemonError) -> WitnessAsk? {
    let query = [(name: "peer", value: peer.description)] + (old.map { [(name: "old", value: String($0))] } ?? [])
    return try await found(DaemonQuestion(.getWitnessAsk, query: query))
  }

  func report(_ report: CosignatureReport) async throws(DaemonError) {
    try await done(DaemonQuestion(.reportCosignature, body: report.encoded()))
  }

  /// A piece of an object that is due to a peer.
  func objectBytes(_ id: [UInt8], to peer: AuthorityName, offset: UInt64, length: Int) async throws(DaemonError)
    -> [UInt8]
  {
    let query = [
      (name: "peer", value: peer.description), (name: "offset", value: String(offset)),
      (name: "length", value: String(length)),
    ]
    let answer = try await ask(DaemonQuestion(.getObjectBytes, id: id, query: query), within: .seconds(30))
    guard (200..<300).contains(answer.status) else { throw Self.refusal(answer) }
    guard answer.body.count <= length else { throw .tooLarge }
    return answer.body
  }

  /// Hands in a statement in a peer's name.
  func takeEntry(_ statement: [UInt8], from peer: AuthorityName) async throws(DaemonError) -> EntryAnswer {
    let question = DaemonQuestion(.takeEntry, query: [("peer", peer.description)], body: statement)
    return try await value(question, within: .seconds(60))
  }

  func entry(_ id: [UInt8], for peer: AuthorityName) async throws(DaemonError) -> EntryAnswer? {
    try await found(DaemonQuestion(.getEntry, id: id, query: [("peer", peer.description)]))
  }

  func objectState(_ id: [UInt8], for peer: AuthorityName) async throws(DaemonError) -> ObjectState? {
    try await found(DaemonQuestion(.getObjectState, id: id, query: [("peer", peer.description)]))
  }

  /// Hands in a piece of an object; what is known of it afterwards. A piece that does not begin where the object ends
  /// leaves it as it is.
  /// - Parameter size: how large the object is, where the peer says so.
  func takeObjectBytes(
    _ bytes: [UInt8], of id: [UInt8], at offset: UInt64, size: UInt64?, from peer: AuthorityName
  ) async throws(DaemonError) -> ObjectState? {
    var query = [(name: "peer", value: peer.description), (name: "offset", value: String(offset))]
    if let size { query.append((name: "size", value: String(size))) }
    let question = DaemonQuestion(.takeObjectBytes, id: id, query: query, body: bytes)
    let answer = try await ask(question, within: .seconds(60))
    if let state = try? ObjectState(decoding: answer.body) { return state }
    if answer.status == 409 { return try await objectState(id, for: peer) }
    if answer.status == 404 { return nil }
    throw (200..<300).contains(answer.status) ? .unreadable(.takeObjectBytes) : Self.refusal(answer)
  }
}
