import Custody
import Roster

/// What happened between us and a peer, as the event stream tells it: ids and codes, nobody's name.
struct ExchangeNews: Encodable, Hashable, Sendable {
  /// The stream's names for it.
  enum Event: String, Encodable, Sendable {
    /// Its log's receipt came and holds.
    case delivered
    /// A statement of its came, and is whole.
    case arrived
    /// A statement of its came, and something that belongs to it has not.
    case incomplete
    /// It did not get there, or is not taken there.
    case undelivered
    /// Something is wrong with what the peer shows or sends.
    case peerAlarm = "peer-alarm"
  }

  let event: Event
  let peer: String
  var statement: String?
  var entry: String?
  /// A word for a program: why not.
  var code: String?
  /// Seconds since 1970: when it is tried again.
  var nextAt: UnixTime?

  private enum CodingKeys: String, CodingKey {
    case event, peer, statement, entry, code
    case nextAt = "next_at"
  }

  init(
    _ event: Event, _ peer: AuthorityName, statement: StatementID? = nil, entry: [UInt8]? = nil, code: String? = nil,
    nextAt: UnixTime? = nil
  ) {
    self.event = event
    self.peer = peer.description
    self.statement = statement?.description
    self.entry = entry.map { hexadecimal($0) }
    self.code = code
    self.nextAt = nextAt
  }
}
