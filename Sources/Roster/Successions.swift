/// Whose place an authority has taken, as one roster says it (custody.md, The serialization rule).
public struct Successions: Hashable, Sendable {
  /// The direct follower of each authority that ended.
  private let followers: [AuthorityName: AuthorityName]

  public static let none = Successions([:])

  private init(_ followers: [AuthorityName: AuthorityName]) { self.followers = followers }

  /// From each predecessor to who follows it.
  init(of authorities: [Authority]) {
    followers = Dictionary(
      authorities.compactMap { authority in authority.succeeds.map { ($0.predecessor, authority.name) } }
    ) { first, _ in first }
  }

  /// Those kept with a chain, as `flattened(over:)` gave them.
  public init(pairs: [(predecessor: AuthorityName, successor: AuthorityName)]) {
    followers = Dictionary(pairs.map { ($0.predecessor, $0.successor) }) { first, _ in first }
  }

  public var isEmpty: Bool { followers.isEmpty }

  /// Everybody who ended, with who acts in its place now, sorted.
  public var pairs: [(predecessor: AuthorityName, successor: AuthorityName)] {
    followers.keys.sorted().map { ($0, current($0)) }
  }

  /// Who acts in the place of an authority now: the last that followed it, or itself.
  public func current(_ name: AuthorityName) -> AuthorityName {
    guard !followers.isEmpty else { return name }
    var (last, seen) = (name, Set([name]))
    while let next = followers[last], seen.insert(next).inserted { last = next }
    return last
  }

  /// Whether an authority is another, or came to act in its place: not whether the other came to act in its own.
  public func isOrFollows(_ name: AuthorityName, _ other: AuthorityName) -> Bool {
    var (last, seen) = (other, Set([other]))
    while last != name {
      guard let next = followers[last], seen.insert(next).inserted else { return false }
      last = next
    }
    return true
  }

  /// Whether both act in one place now.
  public func areOne(_ left: AuthorityName?, _ right: AuthorityName?) -> Bool {
    left == right || left.map(current) == right.map(current)
  }

  /// Those in whose place an authority acts, itself first and the others sorted.
  public func places(of name: AuthorityName) -> [AuthorityName] {
    [name] + followers.keys.filter { $0 != name && current($0) == name }.sorted()
  }

  /// With those of another roster that are not known here: what is known was told by a later one.
  public func adding(_ other: Successions) -> Successions {
    other.isEmpty ? self : Successions(followers.merging(other.followers) { known, _ in known })
  }

  /// What of it concerns these authorities, each with who acts in its place now.
  public func flattened(over names: some Sequence<AuthorityName>) -> Successions {
    guard !followers.isEmpty else { return self }
    return Successions(
      names.reduce(into: [:]) { found, name in if followers[name] != nil { found[name] = current(name) } })
  }
}

extension RosterBody {
  /// Who has taken whose place.
  public var successions: Successions { Successions(of: authorities) }

  /// Whether following successors from an authority leads back to it.
  func isInCircle(_ authority: Authority) -> Bool {
    let predecessors = Dictionary(
      authorities.compactMap { one in one.succeeds.map { (one.name, $0.predecessor) } }
    ) { first, _ in first }
    var (last, seen) = (authority.name, Set<AuthorityName>())
    while let next = predecessors[last], seen.insert(next).inserted {
      if next == authority.name { return true }
      last = next
    }
    return false
  }
}
