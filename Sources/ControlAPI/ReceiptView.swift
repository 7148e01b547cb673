extension StatementView {
  /// A receipt that is held for a statement: whose log gave it, and when.
  public struct ReceiptView: Codable, Hashable, Sendable {
    public var origin: String
    public var issuedAt: Int64

    public init(origin: String, issuedAt: Int64) {
      self.origin = origin
      self.issuedAt = issuedAt
    }

    enum CodingKeys: String, CodingKey {
      case origin
      case issuedAt = "issued_at"
    }
  }
}
