/// Who holds a key.
public enum KeyPlace: Hashable, Sendable, CustomStringConvertible {
  case root(String)
  case authority(AuthorityName)
  case officer(UInt64, AuthorityName)

  public var description: String {
    switch self {
    case .root(let holder): "root holder \(holder)"
    case .authority(let name): name.description
    case .officer(let number, let name): "officer \(number) of \(name)"
    }
  }
}

/// A key in its place.
public struct ListedKey: Hashable, Sendable, CustomStringConvertible {
  public let holder: KeyPlace
  public let record: KeyRecord

  public init(holder: KeyPlace, record: KeyRecord) {
    self.holder = holder
    self.record = record
  }

  public var description: String {
    "the \(record.purpose.rawValue) key \(hexadecimal(record.kid.prefix(8))) of \(holder)"
  }
}

/// What a roster speaks of.
public enum RosterSubject: Hashable, Sendable, CustomStringConvertible {
  case member(String)
  case authority(AuthorityName)
  case officer(UInt64, AuthorityName)
  case rootHolder(String)
  case key(ListedKey)

  public var description: String {
    switch self {
    case .member(let key): "member \(key)"
    case .authority(let name): "authority \(name)"
    case .officer(let number, let name): "officer \(number) of \(name)"
    case .rootHolder(let name): "root holder \(name)"
    case .key(let key): key.description
    }
  }
}

/// Why a roster is not the one after another.
public enum RosterBreak: Hashable, Sendable, CustomStringConvertible {
  /// Another coalition's, or an exercise's beside a real one.
  case anotherCoalition
  case rollback(version: UInt64, inForce: UInt64)
  /// It has the version of the one in force: the same one, or a fork.
  case sameVersion(UInt64, isFork: Bool)
  case versionsMissing(ClosedRange<UInt64>)
  /// It is the next version, but cites another one than the one in force.
  case anotherHistory(version: UInt64)
  case issuedBefore
  /// It was past its next update when it was issued, and is no emergency that leaves that as it was.
  case staleWhenIssued
  /// Something that the old version lists is not listed any more.
  case vanished(RosterSubject)
  /// Something has another value in a field that stays for good.
  case changed(RosterSubject, field: String)
  /// A key's end was moved to before the new version was issued.
  case cutShort(ListedKey)
  /// A key's revocation is missing.
  case revocationMissing(ListedKey)

  public var description: String {
    switch self {
    case .anotherCoalition: "it is another coalition's or another mode's"
    case .rollback(let version, let inForce): "version \(version) is older than version \(inForce), which is in force"
    case .sameVersion(let version, false): "it is version \(version), which is in force already"
    case .sameVersion(let version, true):
      "version \(version) is in force with another content: the root holders signed two, which is a fork"
    case .versionsMissing(let missing) where missing.count == 1:
      "version \(missing.lowerBound) comes before it and is missing: none is left out"
    case .versionsMissing(let missing):
      "versions \(missing.lowerBound) to \(missing.upperBound) come before it and are missing: none is left out"
    case .anotherHistory(let version): "version \(version) cites another one before it than the one in force"
    case .issuedBefore: "it was issued before the one in force"
    case .staleWhenIssued:
      "it was past its next update when it was issued: only one that adds revocations and leaves next_update may be"
    case .vanished(let subject):
      "\(subject) is not listed any more: a status ends what a roster lists, and erases nothing"
    case .changed(let subject, let field): "\(subject) has another \(field), which never changes"
    case .cutShort(let key): "the end of \(key) was moved to before the roster was issued: what it signed stays valid"
    case .revocationMissing(let key): "a revocation of \(key) is missing: revocations are only ever added"
    }
  }
}
