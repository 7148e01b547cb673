public import COSE
public import Roster

/// Content that travels beside a statement: a sealed payload under the digest of its ciphertext, or the list of slots
/// under its root.
public struct ExchangeObject: ExchangeMessage, Hashable {
  /// 32 bytes.
  public let id: [UInt8]
  /// In bytes.
  public let size: UInt64

  public init(id: [UInt8], size: UInt64) {
    self.id = id
    self.size = size
  }

  public var item: CBOR { .map(["id": .bytes(id), "size": .unsigned(size)]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    id = try fields.bytes("id", count: 32)
    size = try fields.uint("size")
  }
}

/// One statement that is due to a peer, in the order in which it must arrive.
public struct DueStatement: ExchangeMessage, Hashable {
  /// The log entry's 32 bytes: SCRAPI's entry id is their base64url.
  public let entry: [UInt8]
  /// The Transparent Statement, with every receipt we hold.
  public let statement: [UInt8]
  public let objects: [ExchangeObject]
  /// Whether it may have arrived already (an earlier attempt, a bundle on a stick), so that asking first is cheaper.
  public let asksFirst: Bool

  public init(entry: [UInt8], statement: [UInt8], objects: [ExchangeObject], asksFirst: Bool) {
    self.entry = entry
    self.statement = statement
    self.objects = objects
    self.asksFirst = asksFirst
  }

  public var item: CBOR {
    .map([
      "entry": .bytes(entry), "statement": .bytes(statement), "objects": .array(objects.map(\.item)),
      "asks_first": .bool(asksFirst),
    ])
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    entry = try fields.bytes("entry", count: 32)
    statement = try fields.bytes("statement", maximum: 4 << 20)
    objects = try Self.list("objects", 128, &fields)
    asksFirst = try fields.bool("asks_first")
  }
}

/// A batch of what is due to one peer.
public struct DueStatements: ExchangeMessage, Hashable {
  public let statements: [DueStatement]

  public init(statements: [DueStatement]) { self.statements = statements }

  public var item: CBOR { .map(["statements": .array(statements.map(\.item))]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    statements = try Self.list("statements", 256, &fields)
  }
}

/// How an attempt to deliver went.
public struct DeliveryReport: ExchangeMessage, Hashable {
  /// Where the attempt ended.
  public enum Result: String, Sendable {
    /// The peer gave its receipt; the daemon verifies it before it believes.
    case registered
    /// The peer has the statement and waits for something that belongs to it.
    case pending
    /// The peer will not register it.
    case refused
    /// It did not get there.
    case failed
  }

  public let peer: AuthorityName
  public let entry: [UInt8]
  public let result: Result
  public let receipt: [UInt8]?
  /// A word for a program: the peer's code, or what failed: "dns", "tcp", "tls", "http", "timeout", "interrupted".
  public let code: String?
  public let detail: String?
  /// What the peer asked for (Retry-After), in seconds.
  public let retryAfter: UInt64?

  public init(
    peer: AuthorityName, entry: [UInt8], result: Result, receipt: [UInt8]? = nil, code: String? = nil,
    detail: String? = nil, retryAfter: UInt64? = nil
  ) {
    self.peer = peer
    self.entry = entry
    self.result = result
    self.receipt = receipt
    self.code = code
    self.detail = detail
    self.retryAfter = retryAfter
  }

  public var item: CBOR {
    .map(
      CBORMap(fields: [
        ("peer", .text(peer.description)), ("entry", .bytes(entry)), ("result", .text(result.rawValue)),
        ("receipt", receipt.map(CBOR.bytes)), ("code", code.map(CBOR.text)), ("detail", detail.map(CBOR.text)),
        ("retry_after", retryAfter.map(CBOR.unsigned)),
      ]))
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    peer = try Self.authority("peer", &fields)
    entry = try fields.bytes("entry", count: 32)
    guard let result = Result(rawValue: try fields.text("result", maximum: 16)) else {
      throw fields.invalid("result", "is none we know")
    }
    self.result = result
    receipt = try fields.optional("receipt").map { (item) throws(DecodeError) in
      guard let bytes = item.bytes, bytes.count <= 1 << 14 else { throw fields.invalid("receipt", "is no receipt") }
      return bytes
    }
    code = try fields.optionalText("code", maximum: 64)
    detail = try fields.optionalText("detail", maximum: 512)
    retryAfter = try fields.optionalUInt("retry_after")
  }
}

/// What the daemon says of an entry that a peer handed in or asks for. `GET` of one that is not here is 404.
public struct EntryAnswer: ExchangeMessage, Hashable {
  /// Whether it is in our log, and whole.
  public enum Status: String, Sendable { case registered, pending, refused }

  public let status: Status
  public let entry: [UInt8]
  /// Our receipt, when it is registered and everything that belongs to it is here.
  public let receipt: [UInt8]?
  /// Objects that have not arrived.
  public let missing: [[UInt8]]
  /// Stable: "V13", "malformed", "exercise", "not-addressed", "limit"; nothing of what is kept here.
  public let code: String?
  public let title: String?
  public let retryAfter: UInt64?

  public init(
    status: Status, entry: [UInt8], receipt: [UInt8]? = nil, missing: [[UInt8]] = [], code: String? = nil,
    title: String? = nil, retryAfter: UInt64? = nil
  ) {
    self.status = status
    self.entry = entry
    self.receipt = receipt
    self.missing = missing
    self.code = code
    self.title = title
    self.retryAfter = retryAfter
  }

  public var item: CBOR {
    .map(
      CBORMap(fields: [
        ("status", .text(status.rawValue)), ("entry", .bytes(entry)), ("receipt", receipt.map(CBOR.bytes)),
        ("missing", .array(missing.map(CBOR.bytes))), ("code", code.map(CBOR.text)), ("title", title.map(CBOR.text)),
        ("retry_after", retryAfter.map(CBOR.unsigned)),
      ]))
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    guard let status = Status(rawValue: try fields.text("status", maximum: 16)) else {
      throw fields.invalid("status", "is none we know")
    }
    self.status = status
    entry = try fields.bytes("entry", count: 32)
    receipt = try fields.optional("receipt").map { (item) throws(DecodeError) in
      guard let bytes = item.bytes, bytes.count <= 1 << 14 else { throw fields.invalid("receipt", "is no receipt") }
      return bytes
    }
    var found: [[UInt8]] = []
    for item in try fields.array("missing", maximum: 128) {
      guard let id = item.bytes, id.count == 32 else { throw fields.invalid("missing", "must be ids of 32 bytes") }
      found.append(id)
    }
    missing = found
    code = try fields.optionalText("code", maximum: 64)
    title = try fields.optionalText("title", maximum: 256)
    retryAfter = try fields.optionalUInt("retry_after")
  }
}

/// How much of an object is here. Its sender goes on at `offset`.
public struct ObjectState: ExchangeMessage, Hashable {
  public let offset: UInt64
  /// Whether all of it is here and is what its id says.
  public let isWhole: Bool

  public init(offset: UInt64, isWhole: Bool) {
    self.offset = offset
    self.isWhole = isWhole
  }

  public var item: CBOR { .map(["offset": .unsigned(offset), "whole": .bool(isWhole)]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    offset = try fields.uint("offset")
    isWhole = try fields.bool("whole")
  }
}
