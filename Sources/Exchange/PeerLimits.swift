/// What a peer, or whoever claims to be one, may cost. docs/peer-service.md says why each is there.
public struct PeerLimits: Sendable, Hashable {
  /// Connections of peers that are held at once.
  public var connections = 256
  /// Of these, those of one peer.
  public var connectionsPerPeer = 16
  /// Connections that have not yet proven whose they are.
  public var handshakes = 64
  /// Of these, those from one IPv4 address or one /64 of IPv6. No setting.
  public var handshakesPerSource = 8
  public var handshakeTime = Duration.seconds(10)
  /// For the head of a request, and between two requests of a connection.
  public var headTime = Duration.seconds(30)
  /// For a body or an answer of any size, beside what its bytes take at the slowest rate.
  public var bodyTime = Duration.seconds(30)
  /// Bytes a second. A satellite link of 64 kbit/s carries eight times the default.
  public var slowestRate = 1024
  public var requestsPerSecond = 50
  /// Bytes of bodies that all peers together may have in memory.
  public var bodyMemory = 256 << 20
  /// Peers to whom something is sent at the same time.
  public var peersAtOnce = 16

  /// The defaults.
  public init() {}

  /// How long so many bytes may take.
  func time(for bytes: Int) -> Duration { bodyTime + .seconds(Double(max(bytes, 0)) / Double(max(slowestRate, 1))) }
}
