public import Custody

/// The people of a statement: its lines, and who they are.
public struct DescribedPeople: Sendable {
  public let manifest: Manifest
  /// What the identity annex says of them, column → text.
  public let identities: [SubjectReference: [String: String]]
  /// The statement that describes them.
  public let id: StatementID

  public init(manifest: Manifest, identities: [SubjectReference: [String: String]], id: StatementID) {
    (self.manifest, self.identities, self.id) = (manifest, identities, id)
  }
}

/// What whoever drafts knows of earlier statements: a daemon its whole log, a laptop the kit that the daemon wrote.
public protocol KnownStatements: EarlierStatements {
  /// Custody as these statements add up to.
  var custody: any CustodyView { get }
  /// A statement as it was signed; nil where it is not known.
  func signed(_ id: StatementID) throws -> SignedStatement?
  /// Whom a statement describes; nil where its lines are not known.
  func described(_ id: StatementID) throws -> DescribedPeople?
  /// Whom a statement describes.
  /// - Throws: `Problem` where its lines were erased or are not known.
  func people(of id: StatementID) throws -> DescribedPeople
  /// The corrections that the drafter signed of anybody of whom the lines of a statement speak, oldest first, each with its
  /// place in the log.
  func ownCorrections(sharing id: StatementID) throws -> [(statement: StatementID, place: UInt64)]
}
