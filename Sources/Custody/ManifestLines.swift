import COSE
public import Roster

/// Which line of which release a line of an outcome or a recall means: positions 0 to 3 of both.
public struct AnsweredLine: Sendable {
  /// Its leaf index in the manifest of the answer or the recall.
  public let index: Int
  public let subject: SubjectReference
  /// The custody_prev that the release's line cites.
  public let previous: StatementID?
  public let release: StatementID
  /// Its leaf index in the release's manifest.
  public let releaseLine: Int

  /// - Returns: nil when the leaf is no such line; V6 refuses it.
  public init?(index: Int, leaf: ManifestLeaf) {
    guard leaf.fields.count >= LineSchema.recall.fields.count, let subject = leaf.subject,
      let release = leaf.fields[2].bytes.flatMap({ StatementID($0) }),
      let line = leaf.fields[3].uint.flatMap({ Int(exactly: $0) })
    else { return nil }
    self.index = index
    self.subject = subject
    previous = leaf.custodyPrevious
    self.release = release
    releaseLine = line
  }
}

/// One line of an outcome manifest, read.
struct LineAnswer: Sendable {
  let answered: AnsweredLine
  let code: OutcomeCode
  /// What an `ended` line cites.
  let incident: StatementID?
  var index: Int { answered.index }

  init?(index: Int, leaf: ManifestLeaf) {
    guard leaf.fields.count == LineSchema.outcome.fields.count,
      let code = leaf.fields[4].text.flatMap(OutcomeCode.init),
      let answered = AnsweredLine(index: index, leaf: leaf)
    else { return nil }
    self.answered = answered
    self.code = code
    incident = leaf.fields[8].bytes.flatMap { StatementID($0) }
  }
}

/// One line of a dispute manifest, read.
struct DisputeLine: Sendable {
  let index: Int
  let subject: SubjectReference
  let heads: [StatementID]
  /// Nil in `disputed`.
  let round: UInt64?
  let custodian: AuthorityName?

  init?(index: Int, leaf: ManifestLeaf) {
    guard leaf.fields.count == LineSchema.dispute.fields.count, let subject = leaf.subject,
      let heads = leaf.fields[2].array
    else { return nil }
    self.index = index
    self.subject = subject
    self.heads = heads.compactMap { $0.bytes.flatMap { StatementID($0) } }
    round = leaf.fields[3].uint
    custodian = leaf.fields[4].text.flatMap { AuthorityName($0) }
  }
}

extension Resolution {
  /// - Returns: nil of a line that settles nothing.
  init?(_ line: DisputeLine, of id: StatementID, by issuer: AuthorityName, isDoubted: Bool) {
    guard let round = line.round, let custodian = line.custodian else { return nil }
    self.init(id: id, issuer: issuer, round: round, heads: line.heads, custodian: custodian, isDoubted: isDoubted)
  }
}

extension Manifest {
  /// What a `dispute-resolved` with these lines signs about somebody.
  public func signature(
    of subject: SubjectReference, in id: StatementID, by issuer: AuthorityName, isDoubted: Bool
  ) -> Resolution? {
    guard schema == .dispute else { return nil }
    return lines.lazy.compactMap { DisputeLine(index: $0.index, leaf: $0.leaf) }.first { $0.subject == subject }
      .flatMap { Resolution($0, of: id, by: issuer, isDoubted: isDoubted) }
  }
}
