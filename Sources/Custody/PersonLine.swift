public import COSE

extension PersonRecord {
  /// This person's manifest line (schema person-1) as an intake writes it.
  /// - Parameters:
  ///   - subject: the person's new reference.
  ///   - family: the other members of the family with their references.
  public func line(subject: SubjectReference, family: [(role: String, subject: SubjectReference)]) -> [CBOR] {
    let links = family.map { CBOR.map(["role": .text($0.role), "subject_ref": .bytes($0.subject.bytes)]) }
    let nationality: [CBOR] =
      self["nationality"].isEmpty
      ? [] : [.map(["code": .text(self["nationality"]), "status": .text(self["nationality_status"])])]
    let vulnerabilities = self["vulnerability"].split(separator: " ").map { CBOR.text(String($0)) }
    let condition: CBOR = .map([
      "visible_injuries": yes("injuries"), "complaint_made": yes("complaint"), "medicines": yes("medicines"),
    ])
    let start: [CBOR] = [
      .bytes(subject.bytes), .null, .null, .text(self["age"]), .text(self["age_basis"]),
      .unsigned(UInt64(self["sex"]) ?? 0), .array(nationality), yes("unaccompanied"),
      links.isEmpty ? .null : .array(links), .array(vulnerabilities),
      .map(["status": .text(self["fit_to_travel"])]), .text(self["language"]), condition, .null,
    ]
    return start + enforcedDisappearanceBlock + [.null, .null, .null, .null]
  }

  /// Article 17(3) of the Convention on Enforced Disappearance; what is missing is an explicit unknown with a reason.
  private var enforcedDisappearanceBlock: [CBOR] {
    let missing: CBOR = .map(["unknown": .text("not-in-register")])
    func known(_ column: String) -> CBOR {
      self[column] == "unknown" ? missing : .map(["code": .text(self[column])])
    }
    let deprivation: CBOR = .map([
      "on": known("deprived_on"), "place": known("deprived_place"), "by": known("deprived_by"),
    ])
    return [
      deprivation, known("ordered_by"), known("grounds"), missing, missing, known("health"), .null, .null,
    ]
  }

  private func yes(_ column: String) -> CBOR { .bool(self[column] == "yes") }

  /// What the identity annex keeps of this person: the columns that are filled in.
  public var identity: [String: String] {
    var fields: [String: String] = [:]
    for column in Self.identityColumns where !self[column].isEmpty { fields[column] = self[column] }
    return fields
  }
}
