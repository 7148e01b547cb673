import ControlAPI
import NIOCore
import NIOSSL
import Roster
import Synchronization

/// Who is a peer, by which certificate, and which connections each has: what the daemon says, kept up to date.
final class PeerBook: Sendable {
  private struct Connection {
    let channel: any Channel
    let certificate: [UInt8]
  }

  private struct State {
    var identity: TransportIdentity
    var known: ExchangePeers?
    var names: [[UInt8]: AuthorityName] = [:]
    var context: NIOSSLContext
    var connections: [AuthorityName: [ObjectIdentifier: Connection]] = [:]
    var total = 0
    var handshakes = 0
    var handshakesBySource: [SourceNetwork: Int] = [:]
  }

  private let limits: PeerLimits
  private let state: Mutex<State>

  /// Knows nobody, and trusts nobody, until `adopt`.
  init(identity: TransportIdentity, limits: PeerLimits) throws {
    self.limits = limits
    state = Mutex(State(identity: identity, context: try identity.serverContext(trusting: [])))
  }

  var known: ExchangePeers? { state.withLock { $0.known } }
  /// For the connection that comes next.
  var context: NIOSSLContext { state.withLock { $0.context } }
  var connected: Int { state.withLock { $0.total } }

  /// Takes over what the daemon says. Connections of whoever is no peer any more, or whose certificate is none any
  /// more, end; the others do not notice.
  /// - Returns: whether anything changed.
  func adopt(_ new: ExchangePeers) throws -> Bool {
    guard known != new else { return false }
    var names: [[UInt8]: AuthorityName] = [:]
    for peer in new.peers { for certificate in peer.certificates { names[certificate] = peer.authority } }
    let certificates = new.peers.flatMap(\.certificates)
    let strangers = try state.withLock { state in
      // Within the lock: our own key and certificate may be changed meanwhile.
      if Set(state.names.keys) != Set(certificates) || state.known == nil {
        state.context = try state.identity.serverContext(trusting: certificates)
      }
      state.known = new
      state.names = names
      return state.connections.flatMap { name, connections in
        connections.values.filter { names[$0.certificate] != name }.map(\.channel)
      }
    }
    for channel in strangers { channel.close(promise: nil) }
    return true
  }

  /// Takes another key and certificate of ours, for connections that come from now on.
  func adopt(_ identity: TransportIdentity) throws {
    try state.withLock { state in
      state.context = try identity.serverContext(trusting: Array(state.names.keys))
      state.identity = identity
    }
  }
}

/// Counting connections.
extension PeerBook {
  /// Before anything of a connection is read.
  /// - Returns: why it is not held; nil when it counts until `endHandshake`.
  func beginHandshake(from source: SourceNetwork) -> String? {
    state.withLock { state in
      guard state.handshakes < limits.handshakes else { return "limits.handshakes are under way" }
      let own = state.handshakesBySource[source, default: 0]
      guard own < limits.handshakesPerSource else { return "\(own) handshakes from there are under way" }
      state.handshakes += 1
      state.handshakesBySource[source] = own + 1
      return nil
    }
  }

  func endHandshake(from source: SourceNetwork) {
    state.withLock { state in
      state.handshakes -= 1
      let left = state.handshakesBySource[source, default: 1] - 1
      state.handshakesBySource[source] = left > 0 ? left : nil
    }
  }

  /// Why a connection is not held.
  enum Refusal: Error, CustomStringConvertible {
    case stranger, tooMany
    case tooManyOfOne(AuthorityName)

    var description: String {
      switch self {
      case .stranger: "its certificate is no peer's"
      case .tooMany: "limits.connections are held"
      case .tooManyOfOne(let peer): "\(peer) holds limits.connections-per-peer already"
      }
    }
  }

  /// Whose a connection is, by the certificate it has proven to hold. It counts until `endConnection`.
  func beginConnection(_ channel: any Channel, certificate: [UInt8]) throws(Refusal) -> AuthorityName {
    let result: Result<AuthorityName, Refusal> = state.withLock { state in
      guard let name = state.names[certificate] else { return .failure(.stranger) }
      guard state.total < limits.connections else { return .failure(.tooMany) }
      guard state.connections[name, default: [:]].count < limits.connectionsPerPeer else {
        return .failure(.tooManyOfOne(name))
      }
      state.total += 1
      state.connections[name, default: [:]][ObjectIdentifier(channel)] = Connection(
        channel: channel, certificate: certificate)
      return .success(name)
    }
    return try result.get()
  }

  func endConnection(_ channel: any Channel, of name: AuthorityName) {
    state.withLock { state in
      guard state.connections[name]?.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return }
      state.total -= 1
      if state.connections[name]?.isEmpty == true { state.connections[name] = nil }
    }
  }
}
