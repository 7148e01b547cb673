/// A tracing inquiry of or to this authority, and what has come of it: GET /v1/inquiries. Nobody's name.
public struct InquiryView: Codable, Hashable, Sendable {
  public var statement: String
  public var from: String
  public var to: String
  /// By when it must be answered, in seconds since 1970.
  public var dueAt: Int64
  /// Not answered, or not wholly, and past that.
  public var overdue: Bool
  /// How many are asked about, and of how many of them nothing is said yet.
  public var lines: Int
  public var open: Int
  /// The statements that answer it, oldest first.
  public var answers: [String]

  public init(
    statement: String, from: String, to: String, dueAt: Int64, overdue: Bool, lines: Int, open: Int, answers: [String]
  ) {
    self.statement = statement
    self.from = from
    self.to = to
    self.dueAt = dueAt
    self.overdue = overdue
    self.lines = lines
    self.open = open
    self.answers = answers
  }

  enum CodingKeys: String, CodingKey {
    case statement, from, to, overdue, lines, open, answers
    case dueAt = "due_at"
  }
}

/// What one statement corrects of a line, beside what the original says.
public struct CorrectionView: Codable, Hashable, Sendable {
  /// One field that is corrected.
  public struct Field: Codable, Hashable, Sendable {
    /// A field of the line, or a column of the identity annex.
    public var field: String
    /// In words; empty where nothing was said.
    public var was: String
    public var now: String

    public init(field: String, was: String, now: String) {
      self.field = field
      self.was = was
      self.now = now
    }
  }

  public var statement: String
  public var by: String
  /// The statement that is corrected.
  public var original: String
  public var reason: String
  public var fields: [Field]

  public init(statement: String, by: String, original: String, reason: String, fields: [Field]) {
    self.statement = statement
    self.by = by
    self.original = original
    self.reason = reason
    self.fields = fields
  }
}

/// That a person is held to be the same as another, or not.
public struct LinkView: Codable, Hashable, Sendable {
  public var statement: String
  public var by: String
  public var other: String
  public var same: Bool
  public var basis: String
  /// Whether somebody says the opposite, also by way of others.
  public var contradicted: Bool

  public init(statement: String, by: String, other: String, same: Bool, basis: String, contradicted: Bool) {
    self.statement = statement
    self.by = by
    self.other = other
    self.same = same
    self.basis = basis
    self.contradicted = contradicted
  }
}

/// That somebody signed, or has to live with, what a statement says of a person under protest.
public struct ProtestView: Codable, Hashable, Sendable {
  public var statement: String
  public var by: String
  /// The statement protested against.
  public var against: String
  public var reason: String

  public init(statement: String, by: String, against: String, reason: String) {
    self.statement = statement
    self.by = by
    self.against = against
    self.reason = reason
  }
}
