import COSE
public import Roster

/// From which member a record is kept, and why: where it would harm the person (custody.md, Record content). A member and
/// not one of its authorities, since what one organ of a State knows the State knows.
public struct Withholding: Hashable, Sendable {
  /// Its registry key.
  public let member: String
  /// A code of list withheld-reason.
  public let code: String

  public init(member: String, code: String) {
    self.member = member
    self.code = code
  }

  var item: CBOR { .map(["member": .text(member), "code": .text(code)]) }
}

extension FieldReader {
  mutating func withholding() throws(DecodeError) -> Withholding {
    let (member, code) = (try text("member", maximum: 64), try text("code", maximum: 64))
    guard !member.isEmpty, !code.isEmpty else { throw invalid("member", "or its code is empty") }
    return Withholding(member: member, code: code)
  }
}

extension Event {
  /// Whether it is kept from an authority: its member is named, and it has no part in it and is no neutral agency.
  public func isWithheld(from name: AuthorityName, issuedBy issuer: AuthorityName?, under roster: VerifiedRoster)
    -> Bool
  {
    guard withheldFrom.contains(where: { $0.member == name.member }), !roster.body.isNeutral(name) else { return false }
    let places = roster.successions
    return !([issuer] + addressees).contains { places.areOne($0, name) }
  }

  /// What of `withheld_from` counts for nothing: a neutral agency and whoever has a part in it are told in any case.
  public func withholdingProblems(issuedBy issuer: AuthorityName, under roster: VerifiedRoster) -> [String] {
    withheldFrom.compactMap { kept in
      guard let member = roster.body.members.first(where: { $0.key == kept.member }) else {
        return "\(kept.member), from which it is kept, is no member"
      }
      if ([issuer] + addressees).contains(where: { $0.member == member.key }) {
        return "it cannot be kept from \(member.key), which has a part in it"
      }
      guard roster.body.authorities.contains(where: { $0.name.member == member.key && roster.body.isNeutral($0.name) })
      else { return nil }
      return "it cannot be kept from \(member.key), a neutral agency"
    }
  }
}

extension RosterBody {
  /// Whether it is a neutral agency: an observer of a member that is no State. A State's own observer is an organ of it.
  func isNeutral(_ name: AuthorityName) -> Bool {
    authorities.contains { $0.name == name && $0.role == .observer }
      && members.contains { $0.key == name.member && $0.iso3 == nil }
  }
}
