public import COSE

/// What a line says of one hop alone, and what was found on it.
extension LineSchema {
  /// What is said with one receiver in mind: where somebody goes, what was assessed and assured of that, whether they
  /// want to, whether it is best for a child, what awaits them there, and who lets them through on the way. Of any other
  /// receiver nobody has said it.
  static let ofOneReceiver = [
    "release_or_transfer", "non_refoulement", "assurances", "onward_consent", "monitoring_access", "consent",
    "child_views", "best_interests", "expected_status", "transit_consents",
  ]

  /// Whether a field is said of one journey alone, so that whoever goes on another is asked anew. What is said anew may be
  /// what it was.
  public static func isOfOneJourney(_ field: String) -> Bool {
    ofOneReceiver.contains(field) || field == "fit_to_travel"
  }

  /// A line of this schema that goes to another receiver than the one it was written for.
  public func forAnotherReceiver(_ fields: [CBOR]) -> [CBOR] {
    var fields = fields
    for position in Self.ofOneReceiver.compactMap({ position(of: $0) }) where position < fields.count {
      fields[position] = .null
    }
    return fields
  }

  /// A line of this schema that goes on a journey after one that ended: whether somebody was fit to travel then says nothing
  /// of now, and is asked anew (V6).
  public func forAnotherJourney(_ fields: [CBOR]) -> [CBOR] {
    var fields = forAnotherReceiver(fields)
    if let position = position(of: "fit_to_travel"), position < fields.count { fields[position] = .null }
    return fields
  }

  /// A line of this schema with the condition that its receiver saw at arrival: injuries and complaints that either has said
  /// do not vanish.
  public func observing(condition: CBORMap?, in fields: [CBOR]) -> [CBOR] {
    guard let seen = condition, let position = position(of: "condition"), position < fields.count else { return fields }
    var (fields, known) = (fields, fields[position].map ?? CBORMap())
    for entry in seen.entries where known[entry.key]?.bool != true { known[entry.key] = entry.value }
    fields[position] = .map(known)
    return fields
  }

  /// A line of this schema with the age that its receiver saw at arrival: a child is presumed where in doubt, whatever the
  /// line said before, and on what that rested is no basis of it. Who was seen to be grown up stays what the line says.
  public func observing(_ age: AgeFlag?, in fields: [CBOR]) -> [CBOR] {
    guard let age, age != .adult, let position = position(of: "age"), position < fields.count,
      fields[position].text != age.rawValue
    else { return fields }
    var fields = fields
    fields[position] = .text(age.rawValue)
    if let basis = self.position(of: "age_basis"), basis < fields.count { fields[basis] = "unknown" }
    return fields
  }
}

extension Manifest {
  /// Of an outcome: in what condition the receiver found those of whom it says so.
  public var observedConditions: [SubjectReference: CBORMap] {
    guard schema == .outcome else { return [:] }
    let found = lines.compactMap { _, leaf -> (SubjectReference, CBORMap)? in
      guard let subject = leaf.subject, let condition = value("condition", of: leaf)?.map else { return nil }
      return (subject, condition)
    }
    return Dictionary(found) { first, _ in first }
  }

  /// Of an outcome: how old the receiver took those to be of whom it says so.
  public var observedAges: [SubjectReference: AgeFlag] {
    guard schema == .outcome else { return [:] }
    let found = lines.compactMap { _, leaf -> (SubjectReference, AgeFlag)? in
      guard let subject = leaf.subject, let age = value("observed_age", of: leaf)?.text.flatMap(AgeFlag.init) else {
        return nil
      }
      return (subject, age)
    }
    return Dictionary(found) { first, _ in first }
  }
}
