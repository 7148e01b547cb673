/// `authority.json`, which `amana init trust` writes and amanad reads: which authority it is and which roster it trusts.
public struct AuthorityFile: Codable, Hashable, Sendable {
  /// "MEMBER/authority".
  public var authority: String
  /// The digest of the first roster, in hexadecimal, as compared by people.
  public var rosterDigest: String
  /// Whether two approvals handed in over the socket must come from two local users.
  public var twoUsers: Bool

  public init(authority: String, rosterDigest: String, twoUsers: Bool) {
    self.authority = authority
    self.rosterDigest = rosterDigest
    self.twoUsers = twoUsers
  }

  enum CodingKeys: String, CodingKey {
    case authority
    case rosterDigest = "roster_digest"
    case twoUsers = "two_users"
  }
}
