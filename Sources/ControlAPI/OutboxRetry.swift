/// Asks that what is on its way by wire be tried again at once: POST /v1/outbox/retries.
public struct OutboxRetryRequest: Codable, Hashable, Sendable {
  /// Only to this authority, "MEMBER/authority".
  public var peer: String?
  /// Only this statement: its id.
  public var statement: String?

  public init(peer: String? = nil, statement: String? = nil) {
    self.peer = peer
    self.statement = statement
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case peer, statement }
}

extension OutboxRetryRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

/// What is tried again: the answer to POST /v1/outbox/retries.
public struct OutboxRetryView: Codable, Hashable, Sendable {
  /// How many statements to one peer.
  public struct PeerCount: Codable, Hashable, Sendable {
    public var peer: String
    public var statements: Int

    public init(peer: String, statements: Int) {
      self.peer = peer
      self.statements = statements
    }
  }

  /// By name; peers to whom nothing is on its way do not appear.
  public var retried: [PeerCount]

  public init(retried: [PeerCount]) { self.retried = retried }
}
