/// `authority.json`, which `amana init trust` writes and amanad reads: which authority it is and which roster it trusts.
public struct AuthorityFile: Codable, Hashable, Sendable {
  /// "MEMBER/authority".
  public var authority: String
  /// The digest of the first roster, in hexadecimal, as compared by people.
  public var rosterDigest: String
  /// Whether two approvals handed in over the socket must come from two local users.
  public var twoUsers: Bool
  /// "both" when this authority's policy asks for an ML-DSA signature beside the classical one of whoever has such a
  /// key; absent or "classical" when it does not.
  public var postQuantum: String?
  /// Whether this authority's policy shows its own statements as awaiting witnesses until a checkpoint that covers them has
  /// the quorum that the roster asks for; absent when it does not.
  public var awaitWitnesses: Bool?
  /// Where the key of a purpose is, where it is not `keys/PURPOSE.pem`: a path, `file:`, `handle:` or `pkcs11:`.
  public var keys: [String: String]?

  public init(
    authority: String, rosterDigest: String, twoUsers: Bool, postQuantum: String? = nil, keys: [String: String]? = nil,
    awaitWitnesses: Bool? = nil
  ) {
    self.awaitWitnesses = awaitWitnesses
    self.authority = authority
    self.rosterDigest = rosterDigest
    self.twoUsers = twoUsers
    self.postQuantum = postQuantum
    self.keys = keys
  }

  enum CodingKeys: String, CodingKey {
    case authority, keys
    case rosterDigest = "roster_digest"
    case twoUsers = "two_users"
    case postQuantum = "post_quantum"
    case awaitWitnesses = "await_witnesses"
  }
}

extension AuthorityFile: StrictlyDecoded {
  public static let fields = ["authority", "roster_digest", "two_users", "post_quantum", "await_witnesses", "keys"]
}
