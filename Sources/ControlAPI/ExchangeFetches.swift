public import COSE
import OpenSSL

/// A revocation list that is to be fetched.
public struct WantedList: ExchangeMessage, Hashable {
  public let url: String
  /// The most bytes of it.
  public let limit: UInt64

  public init(url: String, limit: UInt64) {
    self.url = url
    self.limit = limit
  }

  public var item: CBOR { .map(["url": .text(url), "limit": .unsigned(limit)]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    url = try fields.text("url", maximum: FetchURL.maximumByteCount)
    limit = try fields.uint("limit")
  }
}

/// A time stamp that is to be asked for.
public struct WantedTimeStamp: ExchangeMessage, Hashable {
  public let url: String
  /// The log entry's 32 bytes.
  public let entry: [UInt8]
  /// TimeStampReq (RFC 3161), DER.
  public let query: [UInt8]

  public init(url: String, entry: [UInt8], query: [UInt8]) {
    self.url = url
    self.entry = entry
    self.query = query
  }

  public var item: CBOR { .map(["url": .text(url), "entry": .bytes(entry), "query": .bytes(query)]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    url = try fields.text("url", maximum: FetchURL.maximumByteCount)
    entry = try fields.bytes("entry", count: 32)
    query = try fields.bytes("query", maximum: 1024)
  }
}

/// What is to be fetched now from servers that the operator named. Whoever asks is expected to fetch it: nobody else is
/// told the same for a while.
public struct WantedFetches: ExchangeMessage, Hashable {
  /// The most of each in one answer: a list may be large.
  public static let maximumLists = 4
  public static let maximumTimeStamps = 8

  public let lists: [WantedList]
  public let timeStamps: [WantedTimeStamp]

  public init(lists: [WantedList], timeStamps: [WantedTimeStamp]) {
    self.lists = lists
    self.timeStamps = timeStamps
  }

  public var item: CBOR {
    .map(["lists": .array(lists.map(\.item)), "time_stamps": .array(timeStamps.map(\.item))])
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    lists = try Self.list("lists", Self.maximumLists, &fields)
    timeStamps = try Self.list("time_stamps", Self.maximumTimeStamps, &fields)
  }
}

/// What came of a fetch: the bytes, or why not.
public struct FetchReport: ExchangeMessage, Hashable {
  /// A list as PEM text of the largest DER that is read.
  public static let maximumContent = 2 * RevocationList.maximumByteCount

  public let url: String
  /// Of a time stamp: the entry it was asked for.
  public let entry: [UInt8]?
  /// What the server answered; nil when it gave nothing.
  public let content: [UInt8]?
  /// A word for a program: "dns", "tcp", "tls", "http", "timeout", "interrupted", "url".
  public let code: String?
  public let detail: String?

  public init(
    url: String, entry: [UInt8]? = nil, content: [UInt8]? = nil, code: String? = nil, detail: String? = nil
  ) {
    self.url = url
    self.entry = entry
    self.content = content
    self.code = code
    self.detail = detail
  }

  public var item: CBOR {
    .map(
      CBORMap(fields: [
        ("url", .text(url)), ("entry", entry.map(CBOR.bytes)), ("content", content.map(CBOR.bytes)),
        ("code", code.map(CBOR.text)), ("detail", detail.map(CBOR.text)),
      ]))
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    url = try fields.text("url", maximum: FetchURL.maximumByteCount)
    entry = try fields.optional("entry").map { (item) throws(DecodeError) in
      guard let bytes = item.bytes, bytes.count == 32 else { throw fields.invalid("entry", "must have 32 bytes") }
      return bytes
    }
    content = try fields.optional("content").map { (item) throws(DecodeError) in
      guard let bytes = item.bytes, bytes.count <= Self.maximumContent else {
        throw fields.invalid("content", "is no content, or too large")
      }
      return bytes
    }
    code = try fields.optionalText("code", maximum: 64)
    detail = try fields.optionalText("detail", maximum: 512)
  }
}

/// What the daemon made of a report.
public struct FetchAnswer: ExchangeMessage, Hashable {
  /// Whether what came counts now.
  public enum Result: String, Sendable {
    case taken
    /// It is what was here already.
    case known
    case refused
    /// That nothing came was noted.
    case noted
  }

  public let result: Result
  /// Stable, of a refusal: "unreadable", "issuer", "older", "future", "full", "time-stamp".
  public let code: String?

  public init(_ result: Result, code: String? = nil) {
    self.result = result
    self.code = code
  }

  public var item: CBOR {
    .map(CBORMap(fields: [("result", .text(result.rawValue)), ("code", code.map(CBOR.text))]))
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    guard let result = Result(rawValue: try fields.text("result", maximum: 16)) else {
      throw fields.invalid("result", "is none we know")
    }
    self.result = result
    code = try fields.optionalText("code", maximum: 64)
  }
}
