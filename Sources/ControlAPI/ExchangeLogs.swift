public import COSE
public import Roster

/// The newest checkpoint of a peer's log that is known here: where a consistency proof must begin.
public struct KnownLog: ExchangeMessage, Hashable {
  /// 0 when none is known.
  public let size: UInt64

  public init(size: UInt64) { self.size = size }

  public var item: CBOR { .map(["size": .unsigned(size)]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) { size = try fields.uint("size") }
}

/// A consistency proof between two sizes of one log (RFC 9162 §2.1.4), hashes of 32 bytes from the bottom upwards.
public struct ConsistencyAnswer: ExchangeMessage, Hashable {
  public let from: UInt64
  public let to: UInt64
  public let path: [[UInt8]]

  public init(from: UInt64, to: UInt64, path: [[UInt8]]) {
    self.from = from
    self.to = to
    self.path = path
  }

  public var item: CBOR {
    .map(["from": .unsigned(from), "to": .unsigned(to), "path": .array(path.map(CBOR.bytes))])
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    from = try fields.uint("from")
    to = try fields.uint("to")
    var found: [[UInt8]] = []
    for item in try fields.array("path", maximum: 64) {
      guard let hash = item.bytes, hash.count == 32 else { throw fields.invalid("path", "must be hashes of 32 bytes") }
      found.append(hash)
    }
    path = found
  }
}

/// What a peer's log published, and the proof that it continues what was known of it.
public struct CheckpointReport: ExchangeMessage, Hashable {
  public let peer: AuthorityName
  /// The signed note (C2SP tlog-checkpoint).
  public let note: [UInt8]
  /// Nil when nothing was known before, or when it was not to be had.
  public let proof: ConsistencyAnswer?

  public init(peer: AuthorityName, note: [UInt8], proof: ConsistencyAnswer?) {
    self.peer = peer
    self.note = note
    self.proof = proof
  }

  public var item: CBOR {
    .map(
      CBORMap(fields: [("peer", .text(peer.description)), ("note", .bytes(note)), ("proof", proof?.item)]))
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    peer = try Self.authority("peer", &fields)
    note = try fields.bytes("note", maximum: 1 << 14)
    guard var reader = try fields.optionalFields("proof") else {
      proof = nil
      return
    }
    proof = try ConsistencyAnswer(&reader)
    try reader.finish()
  }
}

/// One envelope of the feed.
public struct FeedEnvelope: ExchangeMessage, Hashable {
  /// Where it stands in this peer's own feed, counted from 1: it says nothing of what others may read.
  public let position: UInt64
  /// The Transparent Statement.
  public let statement: [UInt8]

  public init(position: UInt64, statement: [UInt8]) {
    self.position = position
    self.statement = statement
  }

  public var item: CBOR { .map(["position": .unsigned(position), "statement": .bytes(statement)]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    position = try fields.uint("position")
    statement = try fields.bytes("statement", maximum: 4 << 20)
  }
}

/// Envelopes a peer may read, in log order.
public struct Feed: ExchangeMessage, Hashable {
  public let envelopes: [FeedEnvelope]

  public init(envelopes: [FeedEnvelope]) { self.envelopes = envelopes }

  public var item: CBOR { .map(["envelopes": .array(envelopes.map(\.item))]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) { envelopes = try Self.list("envelopes", 256, &fields) }
}

/// What a test of a peer found, step by step (`amana peer test`).
public struct PeerTestReport: ExchangeMessage, Hashable {
  /// One step. The names are stable: dns, tcp, tls, certificate, service, roster, clock, checkpoint.
  public struct Step: ExchangeMessage, Hashable {
    /// Whether the step worked; one behind a failed one is skipped.
    public enum Verdict: String, Sendable { case good, bad, skipped }

    public let name: String
    public let verdict: Verdict
    /// What was found, or why it failed, in a sentence.
    public let detail: String
    /// A number where there is one: milliseconds, seconds of difference, a version, a size.
    public let value: Int64?

    public init(name: String, verdict: Verdict, detail: String, value: Int64? = nil) {
      self.name = name
      self.verdict = verdict
      self.detail = detail
      self.value = value
    }

    public var item: CBOR {
      .map(
        CBORMap(fields: [
          ("name", .text(name)), ("verdict", .text(verdict.rawValue)), ("detail", .text(detail)),
          ("value", value.map(CBOR.int)),
        ]))
    }

    public init(_ fields: inout FieldReader) throws(DecodeError) {
      name = try fields.text("name", maximum: 32)
      guard let verdict = Verdict(rawValue: try fields.text("verdict", maximum: 16)) else {
        throw fields.invalid("verdict", "is none we know")
      }
      self.verdict = verdict
      detail = try fields.text("detail", maximum: 512)
      value = fields.optional("value")?.int
    }
  }

  public let peer: AuthorityName
  public let steps: [Step]

  public init(peer: AuthorityName, steps: [Step]) {
    self.peer = peer
    self.steps = steps
  }

  public var item: CBOR { .map(["peer": .text(peer.description), "steps": .array(steps.map(\.item))]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    peer = try Self.authority("peer", &fields)
    steps = try Self.list("steps", 32, &fields)
  }
}
