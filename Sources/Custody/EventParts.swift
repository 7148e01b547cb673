import COSE
import Roster

/// A reference to another statement.
public struct Reference: Hashable, Sendable {
  public let relation: Relation
  public let statement: StatementID

  public init(_ relation: Relation, _ statement: StatementID) {
    self.relation = relation
    self.statement = statement
  }
}

/// What a signer found wrong: with a partner's statement, or (no statement) with this very one.
public struct Flag: Hashable, Sendable {
  public let statement: StatementID?
  /// The rule; nil where it is one of those about what is said of people (V25 to V29) and so few are concerned that its
  /// name would say something of one of them.
  public let code: CheckCode?

  public init(statement: StatementID?, code: CheckCode?) {
    self.statement = statement
    self.code = code
  }

  /// How an envelope writes a rule that it does not name.
  public static let unnamed = "content"

  /// The rule's name as the envelope has it.
  public var name: String { code?.rawValue ?? Self.unnamed }

  /// What was found wrong, as an envelope may say it: each rule once, in order. Whoever reads no lines would learn from
  /// "V27" that a child, and from "V29" that an adult is among them: where the envelope does not say how many there are,
  /// all rules of content are one flag without a name; and that nobody who protects children approved, which the envelope
  /// shows of every release and is wrong for children only, is no flag. Who has the lines judges them again, and sees it.
  /// - Parameters:
  ///   - statement: whom it is about; nil for the statement that bears the flags.
  ///   - counts: what that one's envelope says of how many it is about.
  public static func naming(_ found: [Violation], about statement: StatementID?, of counts: Counts?) -> [Flag] {
    guard counts?.total == nil else {
      return Set(found.map(\.code)).sorted().map { Flag(statement: statement, code: $0) }
    }
    let named = Set(found.map(\.code)).filter { !$0.isOfContent }.sorted()
    let isUnnamed = found.contains { $0.code.isOfContent && !($0.code == .v27 && $0.line == nil) }
    return named.map { Flag(statement: statement, code: $0) }
      + (isUnnamed ? [Flag(statement: statement, code: nil)] : [])
  }
}

extension CheckCode {
  /// Whether the rule is about what is said of people (V25 to V29).
  public var isOfContent: Bool { Judge.ofContent.contains(self) }
}

/// The legal basis: a code and, where there is one, the digest of the instrument.
public struct Basis: Hashable, Sendable {
  public let code: String
  public let instrumentDigest: [UInt8]?

  public init(code: String, instrumentDigest: [UInt8]? = nil) {
    self.code = code
    self.instrumentDigest = instrumentDigest
  }
}

/// A coarse place: a site of the own registry, and an OCHA P-code.
public struct Place: Hashable, Sendable {
  public let siteID: String
  public let pcode: String?

  public init(siteID: String, pcode: String? = nil) {
    self.siteID = siteID
    self.pcode = pcode
  }
}

/// A confidentiality label inside the signed bytes (the concepts of STANAG 4774).
public struct Label: Hashable, Sendable {
  public let policy: String
  public let classification: String
  public let releasableTo: [String]
  public let originator: String
  public let created: OffsetTime

  public init(policy: String, classification: String, releasableTo: [String], originator: String, created: OffsetTime) {
    self.policy = policy
    self.classification = classification
    self.releasableTo = releasableTo
    self.originator = originator
    self.created = created
  }
}

/// Content that travels in clear beside the statement, bound by its salted commitment:
/// SHA-256(CBOR ["amana-commit-1", salt, content]).
public struct AnnexReference: Hashable, Sendable {
  public let id: String
  public let mediaType: String
  public let commitment: [UInt8]

  public init(id: String, mediaType: String, commitment: [UInt8]) {
    self.id = id
    self.mediaType = mediaType
    self.commitment = commitment
  }
}

/// Sealed content: what the envelope says of it (formats.md, sealed payload).
public struct SealedReference: Hashable, Sendable {
  public let id: String
  public let mediaType: String
  public let ciphertextDigest: [UInt8]
  public let commitment: [UInt8]
  public let retentionClass: String
  public let eraseAfter: OffsetTime

  public init(
    id: String, mediaType: String, ciphertextDigest: [UInt8], commitment: [UInt8], retentionClass: String,
    eraseAfter: OffsetTime
  ) {
    self.id = id
    self.mediaType = mediaType
    self.ciphertextDigest = ciphertextDigest
    self.commitment = commitment
    self.retentionClass = retentionClass
    self.eraseAfter = eraseAfter
  }
}

/// What `log-opened` says: where a log's epoch begins (formats.md, log).
public struct LogOpening: Hashable, Sendable {
  public let origin: String
  public let policy: [UInt8]
  /// The sealed log this epoch follows, or nil for the first.
  public let follows: PriorLog?

  public struct PriorLog: Hashable, Sendable {
    public let origin: String
    public let size: UInt64
    public let root: [UInt8]

    public init(origin: String, size: UInt64, root: [UInt8]) {
      self.origin = origin
      self.size = size
      self.root = root
    }
  }

  public init(origin: String, policy: [UInt8], follows: PriorLog? = nil) {
    self.origin = origin
    self.policy = policy
    self.follows = follows
  }
}

/// What `log-answered` says: what its signer holds of a log that was restored from a backup (V21). The statements that it
/// cites as `held` are those.
public struct LogAnswer: Hashable, Sendable {
  /// The newest checkpoint of the ended log that the signer has seen; nil when it has seen none.
  public let known: LogOpening.PriorLog?
  /// Which of the statements that are the answer together this is, counted from 1.
  public let part: UInt64
  /// How many they are.
  public let parts: UInt64

  public init(known: LogOpening.PriorLog?, part: UInt64, parts: UInt64) {
    self.known = known
    self.part = part
    self.parts = parts
  }
}
