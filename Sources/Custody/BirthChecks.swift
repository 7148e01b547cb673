import COSE
import Roster

/// Whom somebody bore, as an incident says: under this reference the child is taken in.
public struct Birth: Hashable, Sendable {
  public let statement: StatementID
  public let mother: SubjectReference
  public let child: SubjectReference

  public init(statement: StatementID, mother: SubjectReference, child: SubjectReference) {
    self.statement = statement
    self.mother = mother
    self.child = child
  }
}

extension Manifest {
  /// Of an incident: who bore whom, by its lines.
  public func births(of statement: StatementID) -> [Birth] {
    guard schema == .incident else { return [] }
    return lines.compactMap { _, leaf in
      guard value("incident", of: leaf)?.text == IncidentCode.birth.rawValue, let mother = leaf.subject,
        let child = value("child", of: leaf)?.bytes.flatMap({ SubjectReference($0) })
      else { return nil }
      return Birth(statement: statement, mother: mother, child: child)
    }
  }
}

/// V2: a birth is a fact about the mother, and only an intake begins the child's chain. Until then nobody answers for the
/// child, which is said when she leaves and when her handover is closed.
enum BirthChecks {
  /// A release of somebody who bore a child whom nobody has taken in.
  static func leftBehind(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let subjects = proposal.lines.compactMap(\.leaf.subject)
    let going = Set(subjects)
    let left = try untaken(subjects, view).filter { !going.contains($0.child) }
    guard !left.isEmpty else { return [] }
    let byMother = Dictionary(left.map { ($0.mother, $0) }) { first, _ in first }
    return proposal.lines.compactMap { index, leaf in
      guard let birth = leaf.subject.flatMap({ byMother[$0] }) else { return nil }
      let remedy =
        proposal.stage == .received
        ? "no intake of the child is known here: ask who has the child"
        : "nobody has taken the child in: do it with an intake that cites the birth, before the child is left behind"
      return Violation(.v2, line: index, "bore a child, by \(birth.statement), and \(remedy)")
    }
  }

  /// A party's first closing of a release, where such a child was born to somebody on it; one sentence for all.
  static func unseen(atClosing proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard let release = proposal.event.reference(.release),
      try !view.closings(of: release).contains(where: {
        $0.statement != proposal.id && proposal.successions.areOne($0.issuer, proposal.issuer.name)
      })
    else { return [] }
    let left = try untaken(view.releaseLines(of: release).map(\.subject), view)
    guard let first = left.map(\.statement).min() else { return [] }
    return [
      Violation(
        .v2,
        "\(left.count == 1 ? "a child was" : "\(left.count) children were") born to those released, by \(first), and no "
          + "intake is known here: whoever has the child takes it in, citing the birth")
    ]
  }

  private static func untaken(_ mothers: [SubjectReference], _ view: any CustodyView) throws -> [Birth] {
    try view.births(of: mothers).filter { try view.chain($0.child)?.isBegun != true }
      .sorted { $0.statement < $1.statement }
  }
}
