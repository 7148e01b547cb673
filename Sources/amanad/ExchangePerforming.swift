import COSE
import ControlAPI
import Custody
import HTTPTypes
import ReceiptStore
import Roster
import TransparencyLog

extension ExchangeRoutes {
  /// Does what was asked. Every operation stands here.
  func perform(_ call: Call) async throws -> Reply {
    switch call.operation {
    case .getPeers: .message(try await peers())
    case .waitForWork: .message(try await work(call.query))
    case .getDue: .message(try await outbox.due(to: peer(call.query), limit: call.query.number("limit", 1...256) ?? 64))
    case .reportDelivery: try await reportDelivery(call.body)
    case .getObjectBytes: try await objectBytes(call)
    case .reportPeerTest: try await reportPeerTest(call.body)
    case .getKnownLog: .message(try await gossip.known(of: peer(call.query)))
    case .reportCheckpoint: try await reportCheckpoint(call.body)
    case .takeEntry: .message(try await receiving.take(call.body, from: peer(call.query)))
    case .getEntry: .message(try await entry(call))
    case .getObjectState: .message(try await objects.state(of: call.id, for: peer(call.query)))
    case .takeObjectBytes: .message(try await takeObjectBytes(call))
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
