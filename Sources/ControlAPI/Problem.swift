/// An error of the control interface: problem+json (RFC 9457) with a stable code, the record and what to do next.
public struct Problem: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  public static let mediaType = "application/problem+json"

  /// One failing of one invariant.
  public struct Failing: Codable, Hashable, Sendable {
    public var code: String
    public var line: Int?
    public var detail: String
    /// The sentence of the rules' table, in English.
    public var sentence: String?

    public init(code: String, line: Int? = nil, detail: String, sentence: String? = nil) {
      self.code = code
      self.line = line
      self.detail = detail
      self.sentence = sentence
    }
  }

  public var type: String
  public var title: String
  /// The HTTP status.
  public var status: Int
  /// Stable: an invariant's code such as "V3", a decode reason such as "truncated", or a word such as "not-found".
  public var code: String
  public var detail: String
  public var record: String?
  /// What to do next.
  public var next: String?
  public var failings: [Failing]?
  /// What an abbreviated id may mean, when it means several things.
  public var candidates: [String]?

  public init(
    status: Int, code: String, title: String, detail: String, record: String? = nil, next: String? = nil,
    failings: [Failing]? = nil, candidates: [String]? = nil
  ) {
    type = "urn:amana:problem:\(code)"
    self.title = title
    self.status = status
    self.code = code
    self.detail = detail
    self.record = record
    self.next = next
    self.failings = failings
    self.candidates = candidates
  }

  public var description: String { "\(title): \(detail)" }
}
