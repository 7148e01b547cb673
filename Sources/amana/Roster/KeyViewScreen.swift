import ControlAPI
import Custody
import Roster

/// A view of the keys as a document.
struct KeyViewDocument: Encodable {
  struct Holder: Encodable {
    let authority: String
    let keys: [ViewedKeyView]
  }

  let coalition: String
  let rosterVersion: UInt64
  let rosterDigest: String
  let issuedAt: Int64
  let authorities: [Holder]

  init(_ view: Roster.KeyView) {
    coalition = view.coalition
    rosterVersion = view.version
    rosterDigest = hexadecimal(view.roster)
    issuedAt = view.issuedAt
    authorities = view.authorities.map { holder in
      Holder(
        authority: holder.authority.description, keys: holder.keys.map { ViewedKeyView(holder.authority, $0) })
    }
  }

  enum CodingKeys: String, CodingKey {
    case coalition, authorities
    case rosterVersion = "roster_version"
    case rosterDigest = "roster_digest"
    case issuedAt = "issued_at"
  }
}

/// A view that somebody else's file holds, beside ours.
struct KeyViewComparison: Encodable {
  let file: String
  let standing: String
  let rosterVersion: UInt64
  let rosterDigest: String
  let againstVersion: UInt64?
  let againstDigest: String?
  let differences: [KeyDifferenceView]

  init(_ file: String, _ other: Roster.KeyView, _ roster: VerifiedRoster, _ view: Roster.KeyView) {
    self.file = file
    let finding = other.compared(with: roster) { _ in nil }
    standing = finding.standing.rawValue
    rosterVersion = other.version
    rosterDigest = hexadecimal(other.roster)
    againstVersion = finding.version
    againstDigest = finding.roster.map { hexadecimal($0) }
    // Of two versions too: what a later one may have changed is of interest to whoever compares by hand.
    differences = other.differences(from: view).map(KeyDifferenceView.init)
  }

  enum CodingKeys: String, CodingKey {
    case file, standing, differences
    case rosterVersion = "roster_version"
    case rosterDigest = "roster_digest"
    case againstVersion = "against_version"
    case againstDigest = "against_digest"
  }
}

/// Views of the keys for people.
struct KeyViewScreen {
  let language: Language

  func show(_ view: Roster.KeyView) {
    print(say(.keyViewHead, in: language, view.coalition, String(view.version), grouped(view.roster)))
    var table = Table(
      [.headAuthority, .headPurpose, .headKey, .headFrom, .headUntil, .headStanding].map { say($0, in: language) })
    for holder in view.authorities {
      for key in holder.keys {
        let shown = ViewedKeyView(holder.authority, key)
        table.add([
          shown.authority, purpose(shown), String(shown.kid.prefix(16)), String(localTime(shown.notBefore).prefix(10)),
          String(localTime(shown.notAfter).prefix(10)), standing(shown),
        ])
      }
    }
    printTable(table, in: language)
  }

  private func standing(_ key: ViewedKeyView) -> String {
    if !key.revocations.isEmpty { return revocations(key) }
    let time = now()
    let code = time < key.notBefore ? "not-yet-valid" : time > key.notAfter ? "expired" : "valid"
    return word(code, in: language)
  }

  func show(_ views: [KeyViewSummary]) {
    guard !views.isEmpty else { return print(say(.keyViewsNobody, in: language)) }
    var table = Table(
      [.headAuthority, .headVersion, .headIssued, .headReceived, .headState, .headStatement].map {
        say($0, in: language)
      })
    for view in views {
      table.add([
        view.authority, view.rosterVersion.map(String.init) ?? "", view.issuedAt.map(localTime) ?? "",
        view.receivedAt.map(localTime) ?? "", say(Self.words[view.standing] ?? .wordNoView, in: language),
        String((view.statement ?? "").prefix(12)),
      ])
    }
    printTable(table, in: language)
    for view in views where view.rosterVersion != nil && view.standing != KeyViewStanding.agrees.rawValue {
      print(head(view))
      for difference in view.differences { print("  " + sentence(difference, view.authority)) }
      let more = view.differing - view.differences.count
      if more > 0 { print("  " + say(.keyViewMore, in: language, String(more))) }
    }
  }

  private static let words: [String: Text] = [
    "agrees": .wordAgrees, "newer": .wordNewer, "unknown": .wordNeverHere, "differs": .wordDiffers,
    "fork": .wordFork, "foreign": .wordForeign,
  ]

  private func head(_ view: KeyViewSummary) -> String {
    sentence(
      view.standing, view.authority, view.rosterVersion ?? 0, view.rosterDigest ?? "", view.againstVersion,
      view.againstDigest, view.differing)
  }

  func show(_ comparison: KeyViewComparison, here version: UInt64) {
    print(
      sentence(
        comparison.standing, comparison.file, comparison.rosterVersion, comparison.rosterDigest,
        comparison.againstVersion ?? version, comparison.againstDigest, comparison.differences.count))
    for difference in comparison.differences { print("  " + sentence(difference, comparison.file)) }
  }

  private func sentence(
    _ standing: String, _ who: String, _ version: UInt64, _ digest: String, _ here: UInt64?, _ digestHere: String?,
    _ differing: Int
  ) -> String {
    let (version, here) = (String(version), here.map(String.init) ?? "?")
    switch KeyViewStanding(rawValue: standing) {
    case .agrees: return say(.keyViewAgrees, in: language, who, version)
    case .newer: return say(.keyViewNewer, in: language, who, version, here)
    case .unknown: return say(.keyViewUnknown, in: language, who, version)
    case .differs: return say(.keyViewDiffers, in: language, who, here, String(differing))
    case .fork: return say(.keyViewFork, in: language, who, version, aloud(digest), aloud(digestHere ?? ""))
    case .foreign: return say(.keyViewForeign, in: language, who)
    case nil: return say(.keyViewSilent, in: language, who)
    }
  }

  /// A digest as people read it to each other.
  private func aloud(_ digest: String) -> String { grouped(decodeHexadecimal(digest) ?? []) }

  private func sentence(_ difference: KeyDifferenceView, _ who: String) -> String {
    switch (difference.theirs, difference.ours) {
    case (let theirs?, nil): say(.keyViewOnlyTheirs, in: language, who, phrase(theirs))
    case (nil, let ours?): say(.keyViewOnlyOurs, in: language, who, phrase(ours))
    case (let theirs?, let ours?): say(.keyViewChanged, in: language, who, phrase(theirs), phrase(ours))
    case (nil, nil): difference.kid
    }
  }

  /// All that a view says of a key, so that what differs can be seen.
  private func phrase(_ key: ViewedKeyView) -> String {
    let holder = key.officer.map { say(.subjectOfficer, in: language, String($0), key.authority) } ?? key.authority
    let certificate = key.certificate.map { String($0.prefix(16)) }
    let values =
      [String(key.kid.prefix(16)), purpose(key)] + [certificate].compactMap(\.self)
      + [holder, moment(key.notBefore), moment(key.notAfter)]
    guard !key.revocations.isEmpty else {
      return say(certificate == nil ? .keyViewKey : .keyViewCertifiedKey, in: language, values)
    }
    let text: Text = certificate == nil ? .keyViewRevokedKey : .keyViewCertifiedRevokedKey
    return say(text, in: language, values + [revocations(key)])
  }

  private func revocations(_ key: ViewedKeyView) -> String {
    key.revocations.map {
      say(.keyViewRevocation, in: language, word($0.reason, in: language), moment($0.effectiveFrom))
    }.joined(separator: separator(in: language))
  }

  /// The purpose, and of a seal key what it opens.
  private func purpose(_ key: ViewedKeyView) -> String {
    let number = key.officer.map { " \($0)" } ?? ""
    return key.role.map { "\(key.purpose) \($0)" } ?? key.purpose + number
  }

  private func moment(_ time: Int64) -> String { OffsetTime(unix: time).text }
}
