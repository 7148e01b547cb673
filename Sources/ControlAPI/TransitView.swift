/// One thing told of the road of a release: GET /v1/statements/{id}/transit. Nobody's name.
public struct TransitView: Codable, Hashable, Sendable {
  public var statement: String
  /// release or redirect, departed, waypoint, carrier-changed, stopover, lodged or arrived.
  public var event: String
  public var issuer: String
  public var occurredAt: String
  public var siteID: String?
  public var pcode: String?
  /// Who carries from then on.
  public var carrier: String?
  /// In whose place they stopped.
  public var host: String?
  /// Whether those lodged there were free.
  public var libertyStatus: String?
  /// Whether its issuer is one whom the release, a carrier of it or the stop names.
  public var named: Bool

  public init(statement: String, event: String, issuer: String, occurredAt: String, named: Bool) {
    self.statement = statement
    self.event = event
    self.issuer = issuer
    self.occurredAt = occurredAt
    self.named = named
  }

  enum CodingKeys: String, CodingKey {
    case statement, event, issuer, pcode, carrier, host, named
    case occurredAt = "occurred_at"
    case siteID = "site_id"
    case libertyStatus = "liberty_status"
  }
}
