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
