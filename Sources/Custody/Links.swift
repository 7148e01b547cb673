public import COSE

/// That two chains are held to be one person's, or two persons' (custody.md: merge nothing).
public struct Link: Hashable, Sendable {
  public let statement: StatementID
  public let subject: SubjectReference
  public let other: SubjectReference
  public let isSame: Bool
  /// Why, a code of list link-basis.
  public let basis: String

  public init(
    statement: StatementID, subject: SubjectReference, other: SubjectReference, isSame: Bool, basis: String
  ) {
    self.statement = statement
    self.subject = subject
    self.other = other
    self.isSame = isSame
    self.basis = basis
  }

  /// - Returns: nil when the leaf is no such line; V6 refuses it.
  public init?(_ leaf: ManifestLeaf, of statement: StatementID, isSame: Bool) {
    guard leaf.fields.count == LineSchema.link.fields.count, let subject = leaf.subject,
      let other = leaf.fields[2].bytes.flatMap({ SubjectReference($0) }), let basis = leaf.fields[3].text
    else { return nil }
    self.init(statement: statement, subject: subject, other: other, isSame: isSame, basis: basis)
  }

  /// The line that says so.
  public static func line(_ subject: SubjectReference, _ other: SubjectReference, basis: String) -> [CBOR] {
    [.bytes(subject.bytes), .null, .bytes(other.bytes), .text(basis)]
  }
}

/// Links as they stand together. Nothing is decided by them: who says what stands beside what others say.
public struct Links: Sendable {
  public let all: [Link]
  /// Those held to be one, by one of them.
  private var groups: [SubjectReference: SubjectReference] = [:]
  /// Groups in which two are also held to be different.
  private var torn: Set<SubjectReference> = []
  /// Where in `all` each chain is named.
  private var places: [SubjectReference: [Int]] = [:]

  public init(_ links: [Link]) {
    all = links
    var sizes: [SubjectReference: Int] = [:]
    for (place, link) in links.enumerated() {
      places[link.subject, default: []].append(place)
      if link.other != link.subject { places[link.other, default: []].append(place) }
      guard link.isSame else { continue }
      let (first, second) = (root(of: link.subject), root(of: link.other))
      guard first != second else { continue }
      // The smaller group joins the larger, so that no way to a root is long, whoever wrote the links in what order.
      let (from, to) = (sizes[first] ?? 1, sizes[second] ?? 1)
      groups[from < to ? first : second] = from < to ? second : first
      sizes[from < to ? second : first] = from + to
    }
    for subject in Array(groups.keys) { groups[subject] = root(of: subject) }
    // That somebody is not themself says nothing of anybody.
    for link in links
    where !link.isSame && link.subject != link.other && group(of: link.subject) == group(of: link.other) {
      torn.insert(group(of: link.subject))
    }
  }

  private func root(of subject: SubjectReference) -> SubjectReference {
    var found = subject
    while let next = groups[found] { found = next }
    return found
  }

  private func group(of subject: SubjectReference) -> SubjectReference { groups[subject] ?? subject }

  /// What is said of one chain and others, in the order given.
  public func links(of subject: SubjectReference) -> [Link] { (places[subject] ?? []).map { all[$0] } }

  /// Whether somebody says the opposite, also by way of others: that A is B and B is C, and A is not C.
  public func isContradicted(_ link: Link) -> Bool {
    let (first, second) = (group(of: link.subject), group(of: link.other))
    guard link.subject != link.other else { return !link.isSame }
    return link.isSame ? torn.contains(first) : first == second
  }
}
