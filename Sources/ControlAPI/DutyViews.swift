/// What one statement makes an authority tell somebody, as long as it is owed: GET /v1/duties. Nobody's name.
public struct DutyView: Codable, Hashable, Sendable {
  /// The statement that makes the duty.
  public var statement: String
  public var event: String
  /// Who must be told, a code of list duty.
  public var duty: String
  public var owner: String
  /// By when, in seconds since 1970.
  public var dueAt: Int64
  /// Past that.
  public var overdue: Bool
  /// Of how many people it speaks, and of how many of them it is owed still.
  public var lines: Int
  public var open: Int
  /// How many notices say that nobody was reached.
  public var notReached: Int

  public init(
    statement: String, event: String, duty: String, owner: String, dueAt: Int64, overdue: Bool, lines: Int, open: Int,
    notReached: Int
  ) {
    self.statement = statement
    self.event = event
    self.duty = duty
    self.owner = owner
    self.dueAt = dueAt
    self.overdue = overdue
    self.lines = lines
    self.open = open
    self.notReached = notReached
  }

  enum CodingKeys: String, CodingKey {
    case statement, event, duty, owner, overdue, lines, open
    case dueAt = "due_at"
    case notReached = "not_reached"
  }
}

extension StatusView {
  /// Of how many people somebody must be told still, each counted once for everybody who must be.
  public struct Duties: Codable, Hashable, Sendable {
    public var open: Int
    /// Those whose time has passed.
    public var overdue: Int

    public init(open: Int, overdue: Int) {
      self.open = open
      self.overdue = overdue
    }
  }
}
