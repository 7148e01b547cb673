import Custody
import Foundation
import Roster

/// What changes between two versions, in sentences: article by article, like the amendment of a treaty.
struct RosterArticles {
  /// Nil before the first version.
  let old: RosterBody?
  let new: RosterBody
  let language: Language

  var sentences: [String] {
    (old.map { new.changes(after: $0) } ?? new.beginnings).map { capitalised(sentence($0)) }
  }

  func show() {
    if let old { print(say(.diffHead, in: language, new.coalition, String(old.version), String(new.version))) }
    let sentences = sentences
    if sentences.isEmpty { print(say(.diffNothing, in: language)) }
    for (index, text) in sentences.enumerated() { print(say(.diffArticle, in: language, String(index + 1), text)) }
  }

  private func say(_ text: Text, _ values: String...) -> String { amana.say(text, in: language, values) }

  private func say(_ text: Text, in language: Language, _ values: String...) -> String {
    amana.say(text, in: language, values)
  }

  private func capitalised(_ sentence: String) -> String {
    sentence.prefix(1).uppercased() + sentence.dropFirst()
  }

  private func sentence(_ change: RosterChange) -> String {
    switch change {
    case .admitted(let subject): admission(subject)
    case .status(let subject, _, let to): status(subject, to)
    case .renamed(let subject): say(.articleRenamed, phrase(subject, in: language))
    case .anchors(let name): say(.articleAnchors, "\(name)")
    case .succession(let name, let predecessor): say(.articleSuccession, "\(name)", "\(predecessor)")
    case .witnesses(let name, let added, let removed):
      both(
        .articleWitnessesAdded, .articleWitnessesRemoved, name, added.map(\.description), removed.map(\.description))
    case .quorum(let name, _, let to):
      to.map { say(.articleQuorum, "\(name)", String($0)) } ?? say(.articleNoQuorum, "\(name)")
    case .officerRoles(let number, let name, let roles):
      say(.articleOfficerRoles, String(number), "\(name)", list(roles))
    case .threshold(let from, let to): say(.articleThreshold, String(from), String(to))
    case .emergencyThreshold(let from, let to): say(.articleEmergency, String(from), String(to))
    case .codeList(let name, let from, let to): codeList(name, from, to)
    case .nextUpdate(let from, let to): say(.articleNextUpdate, moment(from), moment(to))
    case .arrangement: say(.articleArrangement)
    case .role, .power, .level, .kinds, .sites: competence(change)
    case .keyEnd, .revoked, .certificate: key(change)
    }
  }

  private func admission(_ subject: RosterSubject) -> String {
    switch subject {
    case .member(let key): return say(.articleMember, key)
    case .authority(let name):
      let authority = new.authorities.first { $0.name == name }
      return say(
        .articleAuthority, "\(name)", authority.map { word($0.role.rawValue, in: language) } ?? "",
        authority?.uri ?? "")
    case .officer(let number, let name):
      let officers = new.authorities.first { $0.name == name }?.officers ?? []
      return say(.articleOfficer, String(number), "\(name)", list(officers.first { $0.number == number }?.roles ?? []))
    case .rootHolder(let holder): return say(.articleHolder, holder)
    case .key(let key):
      let (from, until) = (moment(key.record.notBefore), moment(key.record.notAfter))
      guard let old = key.record.replaces else {
        return say(.articleKey, place(key), short(key.record.kid), purpose(key), from, until)
      }
      return say(.articleKeyReplaces, place(key), short(key.record.kid), purpose(key), short(old), from, until)
    }
  }

  private func status(_ subject: RosterSubject, _ to: Participation) -> String {
    switch to {
    case .active: say(.articleActive, phrase(subject, in: language))
    case .suspended: say(.articleSuspended, phrase(subject, in: language))
    case .departed: say(.articleDeparted, phrase(subject, in: language))
    }
  }

  private func competence(_ change: RosterChange) -> String {
    switch change {
    case .role(let name, let from, let to):
      say(.articleRole, "\(name)", word(from.rawValue, in: language), word(to.rawValue, in: language))
    case .power(let name, let power, let isGranted):
      say(isGranted ? .articleMay : .articleMayNot, "\(name)", say(Self.powers[power] ?? .powerCarry))
    case .level(let name, let from, let to): say(.articleLevel, "\(name)", String(from), String(to))
    case .kinds(let name, let added, let removed):
      both(.articleKindsAdded, .articleKindsRemoved, name, added, removed)
    case .sites(let name, let added, let removed):
      both(.articleSitesAdded, .articleSitesRemoved, name, added, removed)
    default: ""
    }
  }

  private static let powers: [Power: Text] = [.release: .powerRelease, .accept: .powerAccept, .carry: .powerCarry]

  private func both(_ gain: Text, _ loss: Text, _ name: AuthorityName, _ added: [String], _ removed: [String]) -> String
  {
    [(gain, added), (loss, removed)].filter { !$0.1.isEmpty }.map { say($0.0, "\(name)", list($0.1)) }.joined(
      separator: " ")
  }

  private func key(_ change: RosterChange) -> String {
    switch change {
    case .keyEnd(let key, let from, let to):
      say(.articleKeyEnd, place(key), short(key.record.kid), purpose(key), moment(from), moment(to))
    case .revoked(let key, let revocation):
      say(
        Self.reasons[revocation.reason] ?? .articleRetired, place(key), short(key.record.kid), purpose(key),
        moment(revocation.effectiveFrom))
    case .certificate(let key): say(.articleCertificate, place(key), short(key.record.kid), purpose(key))
    default: ""
    }
  }

  private static let reasons: [Revocation.Reason: Text] = [
    .retired: .articleRetired, .superseded: .articleSuperseded, .lost: .articleLost,
    .compromised: .articleCompromised,
  ]

  private func codeList(_ name: String, _ from: String?, _ to: String?) -> String {
    guard let to else { return say(.articleCodeListEnds, name, from ?? "") }
    return from.map { say(.articleCodeList, name, $0, to) } ?? say(.articleCodeListBegins, name, to)
  }

  private func place(_ key: ListedKey) -> String { phrase(key.holder, in: language) }

  /// The purpose, and of a seal key what it opens.
  private func purpose(_ key: ListedKey) -> String {
    key.record.role.map { "\(key.record.purpose.rawValue) \($0.rawValue)" } ?? key.record.purpose.rawValue
  }

  private func short(_ kid: [UInt8]) -> String { String(hexadecimal(kid).prefix(16)) }
  private func moment(_ time: UnixTime) -> String { OffsetTime(unix: time).text }
  private func list(_ values: [String]) -> String {
    values.isEmpty ? "-" : values.joined(separator: separator(in: language))
  }
}

/// What a roster speaks of, within a sentence.
func phrase(_ subject: RosterSubject, in language: Language) -> String {
  switch subject {
  case .member(let key): say(.subjectMember, in: language, key)
  case .authority(let name): say(.subjectAuthority, in: language, "\(name)")
  case .officer(let number, let name): say(.subjectOfficer, in: language, String(number), "\(name)")
  case .rootHolder(let name): say(.subjectHolder, in: language, name)
  case .key(let key):
    say(
      .subjectKey, in: language, String(hexadecimal(key.record.kid).prefix(16)), key.record.purpose.rawValue,
      phrase(key.holder, in: language))
  }
}

/// Who holds a key, within a sentence.
func phrase(_ place: KeyPlace, in language: Language) -> String {
  switch place {
  case .root(let holder): phrase(RosterSubject.rootHolder(holder), in: language)
  case .authority(let name): phrase(RosterSubject.authority(name), in: language)
  case .officer(let number, let name): phrase(RosterSubject.officer(number, name), in: language)
  }
}
