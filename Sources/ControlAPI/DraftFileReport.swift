/// What became of a draft that was brought as a file.
public struct DraftFileReport: Codable, Hashable, Sendable {
  /// An approval of the file that was not taken: by whom, in what office, and why.
  public struct Left: Codable, Hashable, Sendable {
    public var officer: UInt64?
    public var role: String
    public var why: String
    /// What to do about it.
    public var next: String?

    public init(officer: UInt64?, role: String, why: String, next: String? = nil) {
      self.officer = officer
      self.role = role
      self.why = why
      self.next = next
    }
  }

  /// The draft as it is here now.
  public var draft: DraftView
  /// Approvals of the file that were not taken.
  public var left: [Left]

  public init(draft: DraftView, left: [Left]) {
    self.draft = draft
    self.left = left
  }
}
