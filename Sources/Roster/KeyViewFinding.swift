/// A key as a view lists it, and under whom.
public struct ViewedKey: Hashable, Sendable {
  public let authority: AuthorityName
  public let key: KeyView.Key
}

/// One key in which two views differ.
public struct KeyDifference: Hashable, Sendable {
  /// As the one view has it, and as the other; one of them may not list it.
  public let theirs: ViewedKey?
  public let ours: ViewedKey?

  public var kid: [UInt8] { theirs?.key.kid ?? ours?.key.kid ?? [] }

  /// Whether theirs may come from a later roster than ours: keys are added, revoked and prolonged, and nothing else.
  var mayBeLater: Bool {
    guard let ours else { return true }
    guard let theirs, theirs.authority == ours.authority else { return false }
    let (new, old) = (theirs.key, ours.key)
    return new.purpose == old.purpose && new.officer == old.officer && new.role == old.role
      && new.notBefore == old.notBefore && Set(new.revocations).isSuperset(of: old.revocations)
  }
}

/// How a view stands to what somebody else holds.
public enum KeyViewStanding: String, Sendable, CaseIterable {
  /// The same keys of the same roster.
  case agrees
  /// It comes from a later roster than any that is here.
  case newer
  /// It comes from an older roster than any that is here.
  case unknown
  /// It lists other keys than the roster that it names, or than any later one may.
  case differs
  /// It comes from another roster of a version that is here.
  case fork
  /// It comes from another coalition's roster, or from an exercise's beside a real one.
  case foreign
}

/// What was found when a view was held against the rosters of somebody else.
public struct KeyViewFinding: Hashable, Sendable {
  public let standing: KeyViewStanding
  /// The version that it was held against, and that roster's digest; nil where there was none.
  public let version: UInt64?
  public let roster: [UInt8]?
  public let differences: [KeyDifference]
}

extension KeyView {
  private var viewed: [[UInt8]: ViewedKey] {
    let all = authorities.flatMap { holder in
      holder.keys.map { ($0.kid, ViewedKey(authority: holder.authority, key: $0)) }
    }
    return Dictionary(all) { first, _ in first }
  }

  /// Every key in which this view differs from another one, by holder and kid.
  public func differences(from ours: KeyView) -> [KeyDifference] {
    let (left, right) = (viewed, ours.viewed)
    return Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }
      .map { KeyDifference(theirs: left[$0], ours: right[$0]) }
      .sorted { ($0.holder, hexadecimal($0.kid)) < ($1.holder, hexadecimal($1.kid)) }
  }

  /// Holds this view, which somebody else published, against our rosters.
  /// - Parameters:
  ///   - newest: the roster in force here.
  ///   - find: another version that was in force here before.
  public func compared(with newest: VerifiedRoster, _ find: (UInt64) throws -> VerifiedRoster?) rethrows
    -> KeyViewFinding
  {
    guard sameBytes(coalition, newest.body.coalition), exercise == newest.body.exercise else {
      return KeyViewFinding(standing: .foreign, version: nil, roster: nil, differences: [])
    }
    if version > newest.body.version {
      let broken = differences(from: KeyView(of: newest, at: issuedAt)).filter { !$0.mayBeLater }
      return finding(broken.isEmpty ? .newer : .differs, newest, broken)
    }
    guard let known = version == newest.body.version ? newest : try find(version) else {
      // The one after it says which it was.
      let next = try find(version + 1) ?? (version + 1 == newest.body.version ? newest : nil)
      let isFork = next.map { $0.body.previous != roster } ?? false
      return KeyViewFinding(
        standing: isFork ? .fork : .unknown, version: isFork ? version : nil, roster: next?.body.previous,
        differences: [])
    }
    let found = differences(from: KeyView(of: known, at: issuedAt))
    guard known.digest == roster else { return finding(.fork, known, found) }
    return finding(found.isEmpty ? .agrees : .differs, known, found)
  }

  private func finding(_ standing: KeyViewStanding, _ known: VerifiedRoster, _ found: [KeyDifference])
    -> KeyViewFinding
  {
    KeyViewFinding(standing: standing, version: known.body.version, roster: known.digest, differences: found)
  }
}

extension KeyDifference {
  fileprivate var holder: String { (theirs?.authority ?? ours?.authority)?.description ?? "" }
}
