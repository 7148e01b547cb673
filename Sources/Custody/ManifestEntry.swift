/// One person or thing as a duty officer enters it: text as written, judged by `problems`. Names and documents go to the
/// identity annex, the rest to the manifest line; nothing of it to the envelope.
public struct ManifestEntry: Hashable, Sendable {
  public let kind: Kind
  /// Column → text; a column that is absent is empty.
  public let values: [String: String]

  public init(_ values: [String: String], kind: Kind = .detaineeTransfer) {
    self.values = values
    self.kind = kind
  }

  public subscript(column: String) -> String { values[column] ?? "" }

  /// Everything wrong with this entry, by column, each with what would make it right.
  /// - Parameter codes: the code lists to judge by.
  public func problems(by codes: CodesInForce = .standard) -> [(column: String, problem: String)] {
    var found = textProblems()
    for column in kind.row.columns {
      if let problem = column.rule.problem(self[column.name], by: codes) { found.append((column.name, problem)) }
    }
    found += kind.row.isOfPersons ? agreementProblems() : itemProblems()
    return found
  }

  /// The column that says who or what is meant.
  public static let referenceColumn = "reference"

  /// The same of an entry that only adds to a line: what it does not name stays as it was.
  /// - Parameter codes: the code lists to judge by.
  public func additionProblems(by codes: CodesInForce = .standard) -> [(column: String, problem: String)] {
    var found = textProblems()
    for column in kind.row.columns {
      guard let value = values[column.name], !value.isEmpty else { continue }
      if let problem = column.rule.problem(value, by: codes) { found.append((column.name, problem)) }
    }
    // The status that stands in the line is that of another nationality.
    if !self["nationality"].isEmpty, self["nationality_status"].isEmpty {
      found.append(("nationality_status", "must say how the nationality named is known"))
    }
    return found
  }

  /// What no column may hold.
  private func textProblems() -> [(column: String, problem: String)] {
    let known = kind.row.known
    var found: [(column: String, problem: String)] = []
    for (column, value) in values.sorted(by: { $0.key < $1.key }) {
      if !known.contains(column) { found.append((column, "is no column of this form")) }
      if let scalar = firstUnsafe(in: value) {
        let name = characterName(scalar)
        found.append(
          (column, "holds a control or direction-override character, \(name): type the value anew without it"))
      }
      if value.utf8.count > 256 { found.append((column, "is longer than 256 bytes")) }
    }
    return found
  }

  /// What must fit together across the columns of a person.
  private func agreementProblems() -> [(column: String, problem: String)] {
    var found: [(column: String, problem: String)] = []
    if self["name_arabic"].isEmpty, self["name_latin"].isEmpty {
      found.append(("name_arabic", "and name_latin are both empty: write the name in either, or \"unknown\""))
    }
    if self["nationality"].isEmpty, self["nationality_status"] != "unknown" {
      found.append(("nationality_status", "must be \"unknown\" when nationality is empty"))
    }
    if self["family"].isEmpty != self["family_role"].isEmpty {
      found.append(("family_role", "and family go together: fill both or none"))
    }
    if self["unaccompanied"] == "yes", self["age"] == AgeFlag.adult.rawValue {
      found.append(("unaccompanied", "is for children: an adult cannot be an unaccompanied child"))
    }
    return found
      + Self.together.compactMap { leader, follower in
        self[leader].isEmpty && !self[follower].isEmpty
          ? (follower, "says more of \(leader), which is empty: fill in \(leader) too") : nil
      }
  }

  /// Columns that say nothing without another.
  private static let together = [
    ("assessment", "assessed_by"), ("assessment", "assessed_on"), ("assurances", "assurances_digest"),
    ("assurances", "assurances_until"), ("onward_consent", "onward_consent_on"), ("consent", "consent_method"),
    ("consent", "consent_witness"), ("consent", "consent_reconfirmed_on"),
    ("nationality_verified_by", "nationality_verified_on"), ("travel_document", "travel_document_number"),
    ("register", "register_entry"), ("information_sheet", "information_language"),
  ]

  /// What must fit together across the columns of a thing.
  private func itemProblems() -> [(column: String, problem: String)] {
    var found: [(column: String, problem: String)] = []
    if self["digest_before"].isEmpty, !self["digest_after"].isEmpty {
      found.append(("digest_after", "says more of digest_before, which is empty: fill in digest_before too"))
    }
    if !self["derived_from"].isEmpty, self["derived_from"] == self["reference"] {
      found.append(("derived_from", "names the item itself: name the one that it was made from"))
    }
    return found
  }

  /// What the identity annex keeps of it: the columns that say who or what it is and are filled in.
  public var identity: [String: String] {
    var fields: [String: String] = [:]
    for column in kind.row.columns where column.isIdentity && !self[column.name].isEmpty {
      fields[column.name] = self[column.name]
    }
    return fields
  }

  /// The part of EDTF (ISO 8601-2) the forms take: year, month or day, an X for the last digit, "?" or "~" behind.
  public static func isDate(_ text: String) -> Bool {
    var body = text[...]
    if let last = body.last, last == "?" || last == "~" || last == "%" { body = body.dropLast() }
    let parts = body.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), let year = parts.first, year.utf8.count == 4, isYear(year) else {
      return false
    }
    guard parts.count > 1 else { return true }
    guard let number = Int(year), let month = twoDigits(parts[1]), (1...12).contains(month) else { return false }
    guard parts.count > 2 else { return true }
    return twoDigits(parts[2]).map { (1...daysInMonth(number, month)).contains($0) } ?? false
  }

  private static func isYear(_ text: Substring) -> Bool {
    let digits = text.utf8.prefix { (0x30...0x39).contains($0) }.count
    return digits >= 2 && text.utf8.dropFirst(digits).allSatisfy { $0 == 0x58 }
  }

  private static func twoDigits(_ text: Substring) -> Int? {
    text.utf8.count == 2 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}
