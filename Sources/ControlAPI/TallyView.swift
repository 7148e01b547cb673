/// What one log knows of an operation, in numbers: GET /v1/questions/tally. Nobody's name, and no sum over authorities.
public struct TallyView: Codable, Hashable, Sendable {
  /// Lines that one authority released to another, and how that one answered.
  public struct Row: Codable, Hashable, Sendable {
    /// How many of them were answered in one way.
    public struct Answered: Codable, Hashable, Sendable {
      /// accepted, refused, missing, ended, recalled, resolved or unanswered.
      public var answer: String
      /// Absent when it is withheld.
      public var lines: Int?

      public init(answer: String, lines: Int? = nil) {
        self.answer = answer
        self.lines = lines
      }
    }

    public var from: String
    public var to: String
    /// Absent under 10: then every answer is withheld too.
    public var released: Int?
    /// Every one of the closed list.
    public var answers: [Answered]

    public init(from: String, to: String, released: Int? = nil, answers: [Answered]) {
      self.from = from
      self.to = to
      self.released = released
      self.answers = answers
    }
  }

  /// Whose log says so.
  public var authority: String
  public var caseID: String
  /// The newest checkpoint of that log, and when it was signed.
  public var size: UInt64
  public var asOf: Int64?
  /// Releases of the operation whose lines are not here: they are not counted.
  public var absent: Int
  /// Sorted by from and to.
  public var rows: [Row]

  public init(authority: String, caseID: String, size: UInt64, asOf: Int64? = nil, absent: Int, rows: [Row]) {
    self.authority = authority
    self.caseID = caseID
    self.size = size
    self.asOf = asOf
    self.absent = absent
    self.rows = rows
  }

  enum CodingKeys: String, CodingKey {
    case authority, size, absent, rows
    case caseID = "case_id"
    case asOf = "as_of"
  }
}
