/// Whether one person may go on, as one statement says it: GET /v1/statements/{id}/consents. Nobody's name.
public struct ConsentView: Codable, Hashable, Sendable {
  public var statement: String
  /// The leaf index in the release's manifest.
  public var line: Int
  /// subject_ref.
  public var subject: String
  public var issuer: String
  /// given, refused or withdrawn.
  public var consent: String
  /// To whom alone; absent for anybody.
  public var to: String?
  /// Codes of list onward-condition.
  public var conditions: [String]
  /// RFC 3339, as it was signed.
  public var until: String?
  public var occurredAt: String
  /// Whether no later word of the same authority about the same receiver, or about anybody, has taken its place.
  public var counts: Bool

  public init(
    statement: String, line: Int, subject: String, issuer: String, consent: String, to: String?, conditions: [String],
    until: String?, occurredAt: String, counts: Bool
  ) {
    self.statement = statement
    self.line = line
    self.subject = subject
    self.issuer = issuer
    self.consent = consent
    self.to = to
    self.conditions = conditions
    self.until = until
    self.occurredAt = occurredAt
    self.counts = counts
  }

  enum CodingKeys: String, CodingKey {
    case statement, line, subject, issuer, consent, to, conditions, until, counts
    case occurredAt = "occurred_at"
  }
}
