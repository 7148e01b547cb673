public import COSE
public import Custody
public import Roster

/// What a handover asks of whoever knows earlier statements.
public protocol EarlierStatements {
  /// To whom one was addressed.
  func receiver(of id: StatementID) throws -> AuthorityName?
  /// Its place among those that are known, in the order of the log.
  func place(of id: StatementID) throws -> UInt64?
  /// Its manifest, where that is known.
  func lines(of id: StatementID) throws -> Manifest?
}

/// What those who go next are: as a statement describes them, without what it says of another receiver or of an earlier
/// journey, and as young and in the condition as we saw them at arrival.
public struct NextHop<Earlier: EarlierStatements> {
  private let drafter: AuthorityName
  private let places: Successions
  private let earlier: Earlier
  /// The statement that describes them, and the schema of its lines.
  private let described: StatementID
  private let schema: LineSchema
  /// To whom they go.
  private let to: AuthorityName?
  private var receivers: [StatementID: AuthorityName?] = [:]
  private var indexes: [StatementID: UInt64?] = [:]
  private var seen: [StatementID: Seen] = [:]

  /// What we saw of people when we accepted them.
  private struct Seen {
    let ages: [SubjectReference: AgeFlag]
    let conditions: [SubjectReference: CBORMap]
  }

  /// - Parameters:
  ///   - described: the statement that describes them, with the schema of its lines.
  ///   - to: to whom they go.
  public init(
    drafter: AuthorityName, places: Successions, earlier: Earlier, described: StatementID, schema: LineSchema,
    to: AuthorityName?
  ) {
    (self.drafter, self.places, self.earlier) = (drafter, places, earlier)
    (self.described, self.schema, self.to) = (described, schema, to)
  }

  /// What a line says to its next receiver before anything is added.
  /// - Parameters:
  ///   - isAgeSaid: whether the age is said anew.
  ///   - corrected: where in our log the age was corrected last: the later word counts, whichever it is.
  public mutating func fields(
    of line: [CBOR], _ chain: ChainState, isAgeSaid: Bool, correctedAt corrected: UInt64? = nil
  ) throws -> [CBOR] {
    var fields = line
    if let written = try receiver(chain) {
      if try isAcceptedSince(chain) {
        fields = schema.forAnotherJourney(fields)
      } else if !places.areOne(written, to) {
        fields = schema.forAnotherReceiver(fields)
      }
    }
    guard let (seen, index) = try observed(chain) else { return fields }
    fields = schema.observing(condition: seen.conditions[chain.subject], in: fields)
    return isAgeSaid || corrected ?? 0 > index ? fields : schema.observing(seen.ages[chain.subject], in: fields)
  }

  /// Whether a field of a line is other than the statement that describes them has it.
  public func differs(_ field: String, _ line: [CBOR], _ leaf: ManifestLeaf) -> Bool {
    guard let position = schema.position(of: field) else { return false }
    return line.dropFirst(position).first != leaf.fields.dropFirst(position).first
  }

  /// Whether somebody has accepted them since they were described: what was said of that journey is said of no other, also
  /// where it leads to the same receiver.
  private mutating func isAcceptedSince(_ chain: ChainState) throws -> Bool {
    guard let described = try index(of: described) else { return true }
    for step in chain.steps where step.effect == .answer(.accepted) {
      if let index = try index(of: step.id), index > described { return true }
    }
    return false
  }

  /// For whom they are described; an intake is for nobody, until they are released.
  private mutating func receiver(_ chain: ChainState) throws -> AuthorityName? {
    try receiver(of: described) ?? receiver(of: chain.source)
  }

  private mutating func receiver(of id: StatementID) throws -> AuthorityName? {
    if let known = receivers[id] { return known }
    let receiver = try earlier.receiver(of: id)
    receivers[id] = .some(receiver)
    return receiver
  }

  /// What we saw of somebody when we accepted them last, and where in our log, if they have not been described since.
  private mutating func observed(_ chain: ChainState) throws -> (seen: Seen, index: UInt64)? {
    var last: (id: StatementID, index: UInt64)?
    for step in chain.steps where step.effect == .answer(.accepted) {
      guard places.areOne(step.issuer, drafter), let index = try index(of: step.id),
        index > last?.index ?? 0
      else { continue }
      last = (step.id, index)
    }
    guard let last, let described = try index(of: described), described < last.index else { return nil }
    if let known = seen[last.id] { return (known, last.index) }
    let outcome = try earlier.lines(of: last.id)
    let found = Seen(ages: outcome?.observedAges ?? [:], conditions: outcome?.observedConditions ?? [:])
    seen[last.id] = found
    return (found, last.index)
  }

  private mutating func index(of id: StatementID) throws -> UInt64? {
    if let known = indexes[id] { return known }
    let index = try earlier.place(of: id)
    indexes[id] = .some(index)
    return index
  }
}
