import Custody
import Roster
import TransparencyLog

/// Every operation of the exchange interface (docs/exchange.md): what the courier asks of the daemon, on a socket of its
/// own. Nothing of the control interface is reachable there, and nothing here signs what its caller chose.
public enum ExchangeOperation: String, CaseIterable, Sendable {
  // What the courier does of its own accord.
  case getPeers, waitForWork, getDue, reportDelivery, getObjectBytes, reportPeerTest, getKnownLog, reportCheckpoint
  case getFetches, reportFetch, getWitnessAsk, reportCosignature
  // What it asks in the name of a peer that is connected to it.
  case takeEntry, getEntry, getObjectState, takeObjectBytes, getKeys, getCheckpoint, getConsistency, getFeed, getSlots
  case addCheckpoint, getWitnessed

  /// How it is asked for: method, path and the query parameters it knows.
  public struct Route: Sendable {
    public let method: String
    /// With `{id}` where 64 hexadecimal digits stand.
    public let path: String
    public let query: [String]
    /// The largest body in bytes; 0 when none is taken.
    public let limit: Int

    init(_ method: String, _ path: String, query: [String] = [], limit: Int = 0) {
      self.method = method
      self.path = path
      self.query = query
      self.limit = limit
    }
  }

  /// The most bytes of an object that one request carries.
  public static let pieceByteCount = 256 << 10

  public var route: Route {
    switch self {
    case .getPeers: Route("GET", "/v1/peers")
    case .waitForWork: Route("GET", "/v1/work", query: ["wait"])
    case .getDue: Route("GET", "/v1/due", query: ["peer", "limit"])
    case .reportDelivery: Route("POST", "/v1/deliveries", limit: 1 << 16)
    case .getObjectBytes: Route("GET", "/v1/objects/{id}", query: ["peer", "offset", "length"])
    case .reportPeerTest: Route("POST", "/v1/peer-tests", limit: 1 << 16)
    case .getKnownLog: Route("GET", "/v1/known-log", query: ["peer"])
    case .reportCheckpoint: Route("POST", "/v1/checkpoints", limit: 1 << 16)
    case .getFetches: Route("GET", "/v1/fetches")
    case .reportFetch: Route("POST", "/v1/fetches", limit: FetchReport.maximumContent + 4096)
    case .getWitnessAsk: Route("GET", "/v1/witness-asks", query: ["peer", "old"])
    case .reportCosignature: Route("POST", "/v1/cosignatures", limit: 1 << 17)
    case .addCheckpoint: Route("POST", "/v1/witness/add-checkpoint", limit: WitnessRequest.maximumByteCount)
    case .getWitnessed: Route("GET", "/v1/witness/{id}/checkpoint")
    case .takeEntry: Route("POST", "/v1/entries", query: ["peer"], limit: 4 << 20)
    case .getEntry: Route("GET", "/v1/entries/{id}", query: ["peer"])
    case .getObjectState: Route("GET", "/v1/objects/{id}/state", query: ["peer"])
    case .takeObjectBytes:
      Route("PUT", "/v1/objects/{id}", query: ["peer", "offset", "size"], limit: Self.pieceByteCount)
    case .getKeys: Route("GET", "/v1/keys")
    case .getCheckpoint: Route("GET", "/v1/checkpoint")
    case .getConsistency: Route("GET", "/v1/consistency", query: ["from", "to"])
    case .getFeed: Route("GET", "/v1/feed", query: ["peer", "after", "limit"])
    case .getSlots: Route("GET", "/v1/slots/{id}", query: ["peer"])
    }
  }

  /// The operation that a method and a path mean, and the id in the path.
  public static func match(_ method: String, _ path: String) -> (ExchangeOperation, id: [UInt8]?)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for operation in allCases where operation.route.method == method {
      let wanted = operation.route.path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == wanted.count else { continue }
      let fits = zip(parts, wanted).allSatisfy { $1 == "{id}" || $0 == $1 }
      guard fits else { continue }
      guard let place = wanted.firstIndex(of: "{id}") else { return (operation, nil) }
      guard let id = exchangeID(parts[place]) else { continue }
      return (operation, id)
    }
    return nil
  }
}

/// 64 lower-case hexadecimal digits as 32 bytes; nil for anything else.
public func exchangeID(_ text: some StringProtocol) -> [UInt8]? {
  guard text.utf8.count == 64, let bytes = decodeHexadecimal(text), hexadecimal(bytes) == text else { return nil }
  return bytes
}
