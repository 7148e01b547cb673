public import COSE
public import Roster

/// What a message of the exchange interface is on the wire: one deterministic CBOR map, strictly read.
public protocol ExchangeMessage: Sendable {
  var item: CBOR { get }
  init(_ fields: inout FieldReader) throws(DecodeError)
}

extension ExchangeMessage {
  public static var mediaType: String { "application/cbor" }

  public func encoded() -> [UInt8] { item.encoded() }

  /// - Throws: `DecodeError` for anything but exactly such a map.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var fields = try FieldReader(try CBOR.decode(bytes[...]), path: "")
    try self.init(&fields)
    try fields.finish()
  }

  static func list<Value: ExchangeMessage>(_ name: String, _ maximum: Int, _ fields: inout FieldReader)
    throws(DecodeError) -> [Value]
  {
    var found: [Value] = []
    for (index, item) in try fields.array(name, maximum: maximum).enumerated() {
      var reader = try FieldReader(item, path: fields.name("\(name)[\(index)]"))
      found.append(try Value(&reader))
      try reader.finish()
    }
    return found
  }

  static func authority(_ name: String, _ fields: inout FieldReader) throws(DecodeError) -> AuthorityName {
    guard let found = AuthorityName(try fields.text(name, maximum: 129)) else {
      throw fields.invalid(name, "is not MEMBER/authority")
    }
    return found
  }
}

/// A peer as the courier must know it.
public struct ExchangePeer: ExchangeMessage, Hashable {
  public let authority: AuthorityName
  /// https://host:port, or nil when nobody has added one: then it is served and never called.
  public let url: String?
  /// Its transport certificates by the roster, DER; whoever presents another one is a stranger.
  public let certificates: [[UInt8]]

  public init(authority: AuthorityName, url: String?, certificates: [[UInt8]]) {
    self.authority = authority
    self.url = url
    self.certificates = certificates
  }

  public var item: CBOR {
    .map(
      CBORMap(fields: [
        ("authority", .text(authority.description)), ("url", url.map(CBOR.text)),
        ("certificates", .array(certificates.map(CBOR.bytes))),
      ]))
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    authority = try Self.authority("authority", &fields)
    url = try fields.optionalText("url", maximum: 512)
    var found: [[UInt8]] = []
    for item in try fields.array("certificates", maximum: 64) {
      guard let bytes = item.bytes, bytes.count <= 4096 else { throw fields.invalid("certificates", "must be DER") }
      found.append(bytes)
    }
    certificates = found
  }
}

/// Who we are and whom we exchange with.
public struct ExchangePeers: ExchangeMessage, Hashable {
  public let own: ExchangePeer
  public let peers: [ExchangePeer]
  public let rosterVersion: UInt64
  public let exercise: Bool

  public init(own: ExchangePeer, peers: [ExchangePeer], rosterVersion: UInt64, exercise: Bool) {
    self.own = own
    self.peers = peers
    self.rosterVersion = rosterVersion
    self.exercise = exercise
  }

  public var item: CBOR {
    .map([
      "own": own.item, "peers": .array(peers.map(\.item)), "roster_version": .unsigned(rosterVersion),
      "exercise": .bool(exercise),
    ])
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    var reader = try fields.fields("own")
    own = try ExchangePeer(&reader)
    try reader.finish()
    peers = try Self.list("peers", 4096, &fields)
    rosterVersion = try fields.uint("roster_version")
    exercise = try fields.bool("exercise")
  }
}

/// What there is to do now: an empty answer after the wait means nothing.
public struct ExchangeWork: ExchangeMessage, Hashable {
  /// Peers for whom something is due.
  public let due: [AuthorityName]
  /// Peers that somebody wants tested (`amana peer test`).
  public let tests: [AuthorityName]
  /// Peers whose checkpoint should be fetched.
  public let checkpoints: [AuthorityName]
  /// Whether something is to be fetched from other servers (`WantedFetches`).
  public let fetches: Bool
  /// Peers that are to cosign our newest checkpoint.
  public let witnesses: [AuthorityName]

  public init(
    due: [AuthorityName], tests: [AuthorityName], checkpoints: [AuthorityName], fetches: Bool = false,
    witnesses: [AuthorityName] = []
  ) {
    self.witnesses = witnesses
    self.fetches = fetches
    self.due = due
    self.tests = tests
    self.checkpoints = checkpoints
  }

  public var item: CBOR {
    func names(_ list: [AuthorityName]) -> CBOR { .array(list.map { .text($0.description) }) }
    return .map([
      "due": names(due), "tests": names(tests), "checkpoints": names(checkpoints), "fetches": .bool(fetches),
      "witnesses": names(witnesses),
    ])
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    func names(_ name: String, _ fields: inout FieldReader) throws(DecodeError) -> [AuthorityName] {
      var found: [AuthorityName] = []
      for item in try fields.array(name, maximum: 4096) {
        guard let authority = item.text.flatMap({ AuthorityName($0) }) else { throw fields.invalid(name, "is no name") }
        found.append(authority)
      }
      return found
    }
    due = try names("due", &fields)
    tests = try names("tests", &fields)
    checkpoints = try names("checkpoints", &fields)
    fetches = try fields.bool("fetches")
    witnesses = try names("witnesses", &fields)
  }
}
