/// What importing a bundle did: POST /v1/bundles. Importing the same bundle again gives the same report but `result`.
public struct ImportReport: Codable, Hashable, Sendable {
  public struct Line: Codable, Hashable, Sendable {
    public var statement: String
    public var event: String
    public var issuer: String
    /// registered, known, refused or not-addressed.
    public var result: String
    public var index: UInt64?
    /// Receipts of other logs that came with it and were new here.
    public var newReceipts: Int
    public var failings: [Problem.Failing]

    public init(
      statement: String, event: String, issuer: String, result: String, index: UInt64?, newReceipts: Int,
      failings: [Problem.Failing]
    ) {
      self.statement = statement
      self.event = event
      self.issuer = issuer
      self.result = result
      self.index = index
      self.newReceipts = newReceipts
      self.failings = failings
    }

    enum CodingKeys: String, CodingKey {
      case statement, event, issuer, result, index, failings
      case newReceipts = "new_receipts"
    }
  }

  public var statements: [Line]
  /// Loud words about the bundle, e.g. that it carries personal data in clear.
  public var notice: String?

  public init(statements: [Line], notice: String?) {
    self.statements = statements
    self.notice = notice
  }
}

/// What an audit found: POST /v1/audit. Everything is re-verified from the stored bytes alone.
public struct AuditReport: Codable, Hashable, Sendable {
  public var entries: UInt64
  public var signatures: Int
  public var receipts: Int
  public var chains: Int
  /// What does not hold; empty when everything does.
  public var problems: [String]
  public var holds: Bool { problems.isEmpty }

  public init(entries: UInt64, signatures: Int, receipts: Int, chains: Int, problems: [String]) {
    self.entries = entries
    self.signatures = signatures
    self.receipts = receipts
    self.chains = chains
    self.problems = problems
  }
}
