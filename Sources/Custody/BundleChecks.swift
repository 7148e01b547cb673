import Roster

/// V32: a bundle is verified offline by itself, the history of its Rosters too.
struct BundleChecks: Sendable {
  let checks: Checks

  /// The Rosters of a bundle beside the one that its reader trusts.
  struct Rosters: Sendable {
    let trusted: [UInt8]
    /// Digests of those that went before it: each is named by the one that follows.
    fileprivate(set) var earlier: Set<[UInt8]> = []
    /// Digests of those that follow it, each walked from the one before.
    fileprivate(set) var later: Set<[UInt8]> = []
    /// What nobody vouches for who trusts that one.
    fileprivate(set) var violations: [Violation] = []

    func holds(_ digest: [UInt8]) -> Bool {
      digest == trusted || earlier.contains(digest) || later.contains(digest)
    }
  }

  /// Finds the Rosters that whoever trusts one of them need take from nobody.
  func rosters(of bundle: Bundle, trusting roster: VerifiedRoster) -> Rosters {
    var found = Rosters(trusted: roster.digest)
    // The same bytes again say nothing new.
    var seen: Set<[UInt8]> = []
    let rosters = bundle.rosters.filter { seen.insert($0.value).inserted }
    let read = rosters.compactMap { item in
      (try? VerifiedRoster.digest(of: item.value)).flatMap { try? VerifiedRoster.verify(item.value, pinned: $0) }
        .map { (offset: item.offset, roster: $0) }
    }
    guard checks.applies(.v32) else {
      found.earlier = Set(read.map(\.roster).filter { $0.body.version < roster.body.version }.map(\.digest))
      return found
    }
    let known = Dictionary(read.map { ($0.roster.digest, $0.roster) }) { first, _ in first }
    var previous = roster.body.previous
    while let digest = previous, let before = known[digest], found.earlier.insert(digest).inserted {
      previous = before.body.previous
    }
    var last = roster
    for (_, next) in read.sorted(by: { $0.roster.body.version < $1.roster.body.version })
    where next.body.version > last.body.version {
      guard let followed = try? VerifiedRoster.verify(next.bytes, following: last) else { continue }
      last = followed
      found.later.insert(followed.digest)
    }
    let byOffset = Dictionary(read.map { ($0.offset, $0.roster) }) { first, _ in first }
    found.violations = rosters.compactMap { item in
      guard let known = byOffset[item.offset] else {
        return Violation(
          .v32, "the roster at byte \(item.offset) cannot be read, or too few of its root holders signed it")
      }
      guard !found.holds(known.digest) else { return nil }
      let which = "the roster at byte \(item.offset), version \(known.body.version)"
      return Violation(.v32, "\(which), neither leads to the one you trust nor follows it, as far as this bundle shows")
    }
    return found
  }

  /// What a statement relies on and the bundle does not hold.
  func missing(for event: Event, in rosters: Rosters) -> [Violation] {
    guard checks.applies(.v32), !rosters.holds(event.roster) else { return [] }
    return [Violation(.v32, "the roster that it relies on is not in this bundle")]
  }
}
