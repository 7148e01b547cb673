import COSE
import ControlAPI
import Custody
import HTTPTypes
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

extension ExchangeRoutes {
  /// Does what was asked. Every operation stands here.
  func perform(_ call: Call) async throws -> Reply {
    switch call.operation {
    case .getPeers: .message(try await peers())
    case .waitForWork: .message(try await work(call))
    case .getDue: .message(try await outbox.due(to: peer(call.query), limit: limit(call.query)))
    case .reportDelivery: try await reportDelivery(call.body)
    case .getObjectBytes: try await objectBytes(call)
    case .getObjectState: .message(try await objectState(call))
    case .takeObjectBytes: try await takeObjectBytes(call)
    case .reportPeerTest: try await reportPeerTest(call.body)
    case .getKnownLog: .message(try await gossip.known(of: peer(call.query)))
    case .reportCheckpoint: try await reportCheckpoint(call.body)
    case .getFetches: .message(try await fetching.wanted())
    case .reportFetch: .message(try await fetching.take(decode(FetchReport.self, call.body)))
    case .getWitnessAsk: .message(try await witnessAsk(call.query))
    case .reportCosignature: try await reportCosignature(call.body)
    case .addCheckpoint: try await witness.add(call.body)
    case .getWitnessed: try await witness.newest(of: call.id)
    case .takeEntry: .message(try await receiving.take(call.body, from: peer(call.query).name))
    case .getEntry: .message(try await entry(call))
    case .getKeys: Reply(mediaType: "application/cose-key-set", body: office.receiptKeySet.encoded())
    case .getCheckpoint: Reply(mediaType: "text/plain; charset=utf-8", body: try await gossip.ownCheckpoint())
    case .getConsistency: .message(try await consistency(call.query))
    case .getFeed: .message(try await feed(call.query))
    case .getSlots: Reply(mediaType: "application/octet-stream", body: try await slots(call))
    }
  }

  /// An active authority of the roster other than us: nobody else is a peer.
  func peer(_ query: Query) throws -> Authority {
    guard let name = query.text("peer").flatMap({ AuthorityName($0) }) else { throw Problem.noSuchPeer }
    return try peer(name)
  }

  func peer(_ name: AuthorityName) throws -> Authority {
    guard let found = office.peers.first(where: { $0.name == name }) else { throw Problem.noSuchPeer }
    return found
  }

  func decode<Message: ExchangeMessage>(_ type: Message.Type, _ body: [UInt8]) throws -> Message {
    do { return try Message(decoding: body) } catch {
      throw Problem(
        status: 400, code: "malformed", title: "The message cannot be read", detail: "\(error)",
        next: "see docs/exchange.md; nothing was stored")
    }
  }

  private var outbox: Outbox { Outbox(office: office, store: store) }
  private var gossip: Gossip { Gossip(office: office, store: store, sequencer: sequencer) }

  private var witness: Witness { Witness(office: office, store: store, sequencer: sequencer) }
  private var cosigners: Cosigners { Cosigners(office: office, store: store, sequencer: sequencer) }

  private func witnessAsk(_ query: Query) async throws -> WitnessAsk {
    let old = try query.number("old", 0...WitnessRequest.maximumSize)
    return try await cosigners.request(to: peer(query), from: old)
  }

  private func reportCosignature(_ body: [UInt8]) async throws -> Reply {
    let report = try decode(CosignatureReport.self, body)
    let peer = try peer(report.peer)
    try await cosigners.take(report, of: peer)
    offers.settle(witness: peer.name)
    return .empty
  }

  func limit(_ query: Query) throws -> Int { try query.number("limit", 1...256) ?? 64 }

  /// Whom the courier may call and who may call it, each by its pinned certificates.
  private func peers() async throws -> ExchangePeers {
    let (office, now) = (office, currentTime())
    let urls = try await store.read { reader in
      Dictionary(try reader.peers().map { ($0.authority, $0.url) }) { first, _ in first }
    }
    return ExchangePeers(
      own: ExchangePeer(
        authority: office.authority.name, url: nil, certificates: office.authority.certificates(at: now)),
      peers: office.peers.map {
        ExchangePeer(authority: $0.name, url: urls[$0.name], certificates: $0.certificates(at: now))
      },
      rosterVersion: office.roster.body.version, exercise: office.roster.body.exercise)
  }

  private func reportDelivery(_ body: [UInt8]) async throws -> Reply {
    let report = try decode(DeliveryReport.self, body)
    let peer = try peer(report.peer)
    try await OutboxReporting(office: office, sequencer: sequencer).take(report, of: peer)
    try await receiving.entryReceipted(report.entry)
    offers.settle(peer.name)
    return .empty
  }

  private func reportCheckpoint(_ body: [UInt8]) async throws -> Reply {
    let report = try decode(CheckpointReport.self, body)
    try await gossip.take(report, of: peer(report.peer))
    return .empty
  }

  private func entry(_ call: Call) async throws -> EntryAnswer {
    let peer = try peer(call.query)
    guard let entry = LogEntry(call.id), let answer = try await receiving.answer(entry, for: peer.name) else {
      throw Problem.nothingHere
    }
    return answer
  }

  private func consistency(_ query: Query) async throws -> ConsistencyAnswer {
    guard let from = try query.number("from", 1...UInt64(Int64.max)),
      let to = try query.number("to", 1...UInt64(Int64.max))
    else { throw Query.invalid("from", "and to must both be given") }
    return try await gossip.ownConsistency(from: from, to: to)
  }

  private func reportPeerTest(_ body: [UInt8]) async throws -> Reply {
    let report = try decode(PeerTestReport.self, body)
    _ = try peer(report.peer)
    await peerTests.answer(report)
    return .empty
  }
}

extension Reply {
  static func message(_ message: some ExchangeMessage) -> Reply {
    Reply(mediaType: type(of: message).mediaType, body: message.encoded())
  }
}

extension Office {
  /// With whom we exchange: every active authority of an active member but ourselves.
  var peers: [Authority] {
    let members = Set(roster.body.members.filter { $0.status == .active }.map(\.key))
    return roster.body.authorities.filter {
      $0.status == .active && members.contains($0.name.member) && $0.name != authority.name
    }
  }

  /// Every receipt key that the roster lists for us, old ones too, as a COSE_KeySet (RFC 9052 §7) with kids.
  var receiptKeySet: CBOR {
    .array(
      authority.keys.filter { $0.purpose == .receipt }.compactMap { record in
        guard var key = record.key.coseKey?.map else { return nil }
        key[2] = .bytes(record.kid)
        if let algorithm = Algorithm.preferred(for: record.key.type) { key[3] = .int(algorithm.rawValue) }
        return .map(key)
      })
  }
}

extension Authority {
  /// The certificates that the roster pins for its courier and that count now, DER.
  func certificates(at time: UnixTime) -> [[UInt8]] {
    keys.filter { $0.purpose == .transport && $0.standing(at: time) == .valid }.compactMap { $0.certificate?.der }
  }
}
