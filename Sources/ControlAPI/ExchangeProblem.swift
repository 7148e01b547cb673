public import COSE

/// Concise problem details (RFC 9290) as the exchange interface and the peer service write them: a title and a detail in
/// English, and our stable code in a custom entry.
public struct ConciseProblem: Hashable, Sendable {
  public static let mediaType = "application/concise-problem-details+cbor"
  /// Under which our own entry stands: in the manner of a tag URI (RFC 4151), so that it means nothing else.
  public static let namespace = "tag:amana,2026:problem"
  public static let maximumByteCount = 1 << 14

  /// A word for a program; nil in a problem that others wrote.
  public let code: String?
  public let title: String
  public let detail: String?

  public init(code: String?, title: String, detail: String? = nil) {
    self.code = code
    self.title = title
    self.detail = detail
  }

  /// Deterministic CBOR.
  public func encoded() -> [UInt8] {
    var map = CBORMap([.init(-1, .text(title))])
    if let detail { map[-2] = .text(detail) }
    if let code { map[.text(Self.namespace)] = .map(["code": .text(code)]) }
    return CBOR.map(map).encoded()
  }

  /// Reads ours strictly and others' leniently: entries that are not known here are passed over, as RFC 9290 asks.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    guard let map = try CBOR.decode(bytes[...]).map else { throw DecodeError(.unexpectedType, at: 0, "a problem") }
    title = Self.text(map[-1]) ?? ""
    detail = Self.text(map[-2])
    code = map[.text(Self.namespace)]?.map?["code"]?.text
  }

  /// A text, or a text with a language (tag 38).
  private static func text(_ item: CBOR?) -> String? {
    if case .tagged(38, let tagged) = item { return tagged.array.flatMap { $0.count > 1 ? $0[1].text : nil } }
    return item?.text
  }
}
