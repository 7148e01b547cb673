/// One person as a duty officer enters them: text as written, judged by `problems`. Names and documents go to the
/// identity annex, the rest to the manifest line; nothing of it to the envelope.
public struct PersonRecord: Hashable, Sendable {
  /// The columns of the entry form and of the CSV file, in order.
  public static let columns = [
    "reference", "name_arabic", "name_latin", "father_name", "mother_name", "born", "age", "age_basis", "sex",
    "nationality", "nationality_status", "family", "family_role", "unaccompanied", "vulnerability", "fit_to_travel",
    "language", "injuries", "complaint", "medicines", "deprived_on", "deprived_place", "deprived_by", "ordered_by",
    "grounds", "health", "document",
  ]
  /// The columns that say who someone is; they are read by the parties only.
  public static let identityColumns = [
    "reference", "name_arabic", "name_latin", "father_name", "mother_name", "born", "document",
  ]

  /// Column → text; a column that is absent is empty.
  public let values: [String: String]

  public init(_ values: [String: String]) { self.values = values }

  public subscript(column: String) -> String { values[column] ?? "" }

  /// Everything wrong with this person's entry, by column, each with what would make it right.
  /// - Parameter codes: the code lists to judge by.
  public func problems(by codes: CodesInForce = .standard) -> [(column: String, problem: String)] {
    var found: [(column: String, problem: String)] = []
    for (column, value) in values.sorted(by: { $0.key < $1.key }) {
      if !Self.columns.contains(column) { found.append((column, "is no column of this form")) }
      if let scalar = firstUnsafe(in: value) {
        let name = characterName(scalar)
        found.append(
          (column, "holds a control or direction-override character, \(name): type the value anew without it"))
      }
      if value.utf8.count > 256 { found.append((column, "is longer than 256 bytes")) }
    }
    for (column, judge) in Self.judges {
      if let problem = judge(self[column]) { found.append((column, problem)) }
    }
    for column in Self.codeColumns {
      if let problem = column.problem(of: self[column.name], by: codes) { found.append((column.name, problem)) }
    }
    found += agreementProblems()
    return found
  }

  /// What must fit together across columns.
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
    if self["unaccompanied"] == "yes", self["age"] == "adult" {
      found.append(("unaccompanied", "is for children: an adult cannot be an unaccompanied child"))
    }
    return found
  }

  private typealias FieldJudge = @Sendable (String) -> String?

  private static let judges: [(column: String, judge: FieldJudge)] = [
    ("reference", filled), ("born", born), ("age", code(AgeFlag.allCases.map(\.rawValue))),
    ("sex", code(["0", "1", "2", "9"])), ("nationality", nationality), ("unaccompanied", yesNo), ("language", language),
    ("injuries", yesNo), ("complaint", yesNo), ("medicines", yesNo), ("deprived_on", deprivedOn),
    ("deprived_place", filled),
  ]

  private static let codeColumns = [
    CodeColumn("age_basis", .ageBasis), CodeColumn("nationality_status", .nationalityStatus),
    CodeColumn("family_role", .familyRole, .optional), CodeColumn("vulnerability", .vulnerability, .several),
    CodeColumn("fit_to_travel", .fitToTravel), CodeColumn("deprived_by", .deprivedBy),
    CodeColumn("ordered_by", .orderedBy), CodeColumn("grounds", .grounds), CodeColumn("health", .health),
  ]

  private static let filled: FieldJudge = { $0.isEmpty ? "is empty: it must be filled in" : nil }
  private static let yesNo = code(["yes", "no"])
  private static let born: FieldJudge = { text in
    if text.isEmpty || isDate(text) { return nil }
    return "\"\(text)\" is no EDTF date: write 1987-03-12, 1994-06, 1990?, 1985~, 198X, or leave it empty"
  }
  private static let deprivedOn: FieldJudge = { text in
    if text == "unknown" || isDate(text) { return nil }
    return "\"\(text)\" is no EDTF date: write 2019-03-23, 2019-02, 2018~, or \"unknown\""
  }
  private static let nationality: FieldJudge = { text in
    if text.isEmpty || text.utf8.count == 3 && text.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) { return nil }
    return "\"\(text)\" is no ISO 3166-1 alpha-3 code such as IRQ"
  }
  private static let language: FieldJudge = { text in
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let letters = text.utf8.allSatisfy { $0 == 0x2d || (0x41...0x5a).contains($0 & 0xdf) && $0 < 0x80 }
    let fits = letters && parts.count == 2 && (2...3).contains(parts[0].utf8.count) && parts[1].utf8.count == 4
    return fits ? nil : "\"\(text)\" is no BCP 47 tag with script such as ar-Arab"
  }

  private static func code(_ codes: [String]) -> FieldJudge {
    { codes.contains($0) ? nil : "\"\($0)\" is none of \(codes.joined(separator: ", "))" }
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

/// A column of an entry form that holds codes of a list.
struct CodeColumn: Sendable {
  enum Number: Sendable { case one, optional, several }

  let name: String
  private let list: CodeListName
  private let number: Number

  init(_ name: String, _ list: CodeListName, _ number: Number = .one) {
    self.name = name
    self.list = list
    self.number = number
  }

  /// What is wrong with a value; nil when nothing is, and where the list's version in force is not here.
  func problem(of value: String, by codes: CodesInForce) -> String? {
    guard let list = codes[list] else { return nil }
    let written = number == .several ? value.split(separator: " ").map(String.init) : [value]
    guard number != .optional || !value.isEmpty, let unknown = written.first(where: { list[$0] == nil }) else {
      return nil
    }
    return "\"\(unknown)\" is none of \(list.ids.joined(separator: ", "))"
  }
}
