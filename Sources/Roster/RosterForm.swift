import COSE
import OpenSSL

extension RosterBody {
  /// What must hold of any roster before its signatures are looked at.
  func checkForm() throws(DecodeError) {
    func refuse(_ why: String) -> DecodeError { DecodeError(.invalidValue, at: 0, "roster: \(why)") }
    let holders = UInt64(root.activeHolders.count)
    guard root.threshold > holders / 2, root.threshold <= holders else {
      throw refuse("the threshold must be more than half of the \(holders) active root holders and at most all of them")
    }
    guard (1...root.threshold).contains(root.emergencyThreshold) else {
      throw refuse("the emergency threshold must lie between 1 and the threshold")
    }
    guard (version == 1) == (previous == nil), version > 0 else {
      throw refuse("version 1 has no previous digest, and every later one has")
    }
    // Of a later one the version before tells whether it may be stale: an emergency.
    guard issuedAt < nextUpdate || version > 1 else { throw refuse("next_update must lie after issued_at") }
    if let name = repeated(root.holders.map(\.holder)) { throw refuse("root holder \(name) stands twice") }
    if let name = repeated(members.map(\.key)) { throw refuse("member \(name) stands twice") }
    if let name = repeated(authorities.map(\.name.description)) { throw refuse("authority \(name) stands twice") }
    if let uri = repeated(authorities.map(\.uri)) { throw refuse("the URI \(uri) stands twice") }
    if repeated(allKeys.map(\.kid)) != nil { throw refuse("one key stands twice: each purpose has its own") }
    try checkAuthorities(refuse)
    try checkLinks(refuse)
    try checkSuccessions(refuse)
    try checkWitnesses(refuse)
  }

  var allKeys: [KeyRecord] { listedKeys.map(\.record) }

  /// Every key with who holds it.
  var listedKeys: [ListedKey] {
    root.holders.flatMap { holder in holder.keys.map { ListedKey(holder: .root(holder.holder), record: $0) } }
      + authorities.flatMap { authority in
        authority.keys.map { ListedKey(holder: .authority(authority.name), record: $0) }
          + authority.officers.flatMap { officer in
            officer.keys.map { ListedKey(holder: .officer(officer.number, authority.name), record: $0) }
          }
      }
  }

  /// Where both keys of a rotation are listed, the old one had the same office, and the word that is given as its own
  /// is, as far as this machine can tell.
  private func checkLinks(_ refuse: (String) -> DecodeError) throws(DecodeError) {
    let keys = Dictionary(listedKeys.map { ($0.record.kid, $0) }) { first, _ in first }
    for key in listedKeys {
      guard let replaces = key.record.replaces, let old = keys[replaces] else { continue }
      guard old.holder == key.holder, old.record.purpose == key.record.purpose, replaces != key.record.kid else {
        throw refuse("\(key) replaces a key of another holder or purpose")
      }
      // What this machine cannot verify it cannot refute either: the roster's own signatures stand for it.
      guard let link = key.record.link, old.record.key.isUsableHere else { continue }
      guard try KeyLink(decoding: link).isSigned(by: old.record.key) else {
        throw refuse("the link of \(key) is not signed by the key that it replaces")
      }
    }
  }

  private func checkSuccessions(_ refuse: (String) -> DecodeError) throws(DecodeError) {
    if let name = repeated(authorities.compactMap { $0.succeeds?.predecessor.description }) {
      throw refuse("two authorities succeed \(name)")
    }
    for authority in authorities {
      guard let predecessor = authority.succeeds?.predecessor else { continue }
      guard let old = authorities.first(where: { $0.name == predecessor }), old.status != .active else {
        throw refuse("\(authority.name) succeeds \(predecessor), which is not listed as suspended or departed")
      }
      if let since = authority.succeeds?.effectiveFrom,
        since > issuedAt.addingReportingOverflow(secondsPerDay).partialValue
      {
        throw refuse("\(authority.name) succeeds \(predecessor) more than a day after the roster is issued")
      }
      guard !isInCircle(authority) else { throw refuse("\(authority.name) succeeds itself, by way of others") }
    }
  }

  private func checkAuthorities(_ refuse: (String) -> DecodeError) throws(DecodeError) {
    let known = Set(members.map(\.key))
    for holder in root.holders where holder.keys.contains(where: { $0.purpose != .root }) {
      throw refuse("root holder \(holder.holder) has a key of another purpose")
    }
    for authority in authorities {
      guard known.contains(authority.name.member) else { throw refuse("\(authority.name) belongs to no member") }
      if let number = repeated(authority.officers.map(\.number)) {
        throw refuse("officer \(number) of \(authority.name) stands twice")
      }
      for key in authority.keys where key.purpose == .root || key.purpose == .officer {
        throw refuse("\(authority.name) lists a \(key.purpose.rawValue) key as its own")
      }
      for key in authority.keys where key.purpose == .checkpoint && key.key.type != .ed25519 {
        throw refuse("the checkpoint key of \(authority.name) must be Ed25519")
      }
      for key in authority.keys where key.purpose == .seal && key.key.type != .p256 && key.key.type != .x25519 {
        throw refuse("a seal key of \(authority.name) must be P-256 or X25519")
      }
      for officer in authority.officers where officer.keys.contains(where: { $0.purpose != .officer }) {
        throw refuse("officer \(officer.number) of \(authority.name) has a key of another purpose")
      }
    }
  }
}

/// The first value that stands twice.
func repeated<Value: Hashable>(_ values: [Value]) -> Value? {
  var seen: Set<Value> = []
  return values.first { !seen.insert($0).inserted }
}
