import Custody

/// Reads a manifest in JSON: a list of persons or things, or an object whose "persons" or "items" is one. Each of them is an
/// object, column to text.
struct JSONManifest {
  private var table = Sheet(.json)
  private var number = 0
  private let names: [String]
  private let known: Set<String>
  /// The columns in which a whole number can only mean its digits.
  private let numeric: Set<String>
  private let yesNo: Set<String>
  /// The key of the list.
  private let key: String

  private init(_ kind: Kind) {
    let columns = kind.row.columns
    names = kind.row.names
    known = Set(names)
    let digits: Set<ColumnRule.Form> = [.date, .number]
    numeric = Set(
      columns.filter { digits.contains($0.rule.form) || $0.isAsTyped && !$0.isName || $0.name == "sex" }.map(\.name))
    yesNo = Set(columns.filter { Set($0.rule.codes()).isSuperset(of: ["yes", "no"]) }.map(\.name))
    key = kind.row.isOfPersons ? "persons" : "items"
    table.columns = names
  }

  static func table(_ text: [UInt8], _ kind: Kind) -> Sheet {
    var manifest = JSONManifest(kind)
    var cursor = JSONCursor(text)
    do throws(Finding) {
      try manifest.readAll(&cursor)
      if cursor.peek() != nil { throw cursor.fault(.fileJSONRest) }
      if manifest.number == 0 { throw Finding(.fileNoRows) }
    } catch { manifest.table.problems.add(error) }
    return manifest.table
  }

  private mutating func readAll(_ cursor: inout JSONCursor) throws(Finding) {
    guard cursor.peek() == UInt8(ascii: "{") else { return try entries(&cursor) }
    var seen: Set<String> = []
    try cursor.object { (cursor, key, place) throws(Finding) in
      guard seen.count < RowSplitter.maximumFields else { throw cursor.fault(.fileJSONKeys, at: place) }
      guard seen.insert(key).inserted else { throw cursor.fault(.fileJSONKeyTwice, shown(key), at: place) }
      if key == self.key, cursor.peek() == UInt8(ascii: "[") { return try entries(&cursor) }
      // A template's explanations are for people.
      if key == "explanations" { return try cursor.skip() }
      table.problems.add(cursor.fault(key == self.key ? .fileJSONNoList : .fileJSONUnknownKey, shown(key), at: place))
      try cursor.skip()
    }
    if !seen.contains(key) { throw Finding(.fileJSONNoPersons, key) }
  }

  private mutating func entries(_ cursor: inout JSONCursor) throws(Finding) {
    try cursor.list { (cursor) throws(Finding) in
      number += 1
      guard number <= Sheet.maximumRows else {
        throw Finding(.fileTooManyRows, String(Sheet.maximumRows)).at(row: number)
      }
      guard cursor.peek() == UInt8(ascii: "{") else {
        let fault = cursor.fault(.fileJSONNoPerson).at(row: number)
        try cursor.skip()
        return table.problems.add(fault)
      }
      table.rows.append(try entry(&cursor))
    }
  }

  private mutating func entry(_ cursor: inout JSONCursor) throws(Finding) -> Sheet.Row {
    var cells: [String: String] = [:]
    var seen: Set<String> = []
    var faulty: Set<String> = []
    try cursor.object { (cursor, key, place) throws(Finding) in
      guard seen.count < RowSplitter.maximumFields else { throw cursor.fault(.fileJSONKeys, at: place).at(row: number) }
      var fault: Finding?
      if !seen.insert(key).inserted {
        fault = cursor.fault(.fileJSONKeyTwice, shown(key), at: place)
      } else if !known.contains(key) {
        fault = cursor.fault(.fileJSONUnknownKey, shown(key), at: place)
      }
      let start = cursor
      if fault == nil {
        do throws(Finding) { cells[key] = try cell(&cursor, key) } catch { (fault, cursor) = (error, start) }
      }
      guard let fault else { return }
      // What is only of the wrong type is passed over; what is no JSON ends the reading here.
      try cursor.skip()
      faulty.insert(key)
      table.problems.add(fault.at(row: number, column: key))
    }
    return Sheet.Row(number: number, cells: names.map { cells[$0] ?? "" }, faulty: faulty)
  }

  /// A member's value as text.
  private func cell(_ cursor: inout JSONCursor, _ key: String) throws(Finding) -> String {
    let next = cursor.peek()
    let place = cursor.place
    if next == UInt8(ascii: "\"") { return try cursor.string() }
    if next == UInt8(ascii: "[") || next == UInt8(ascii: "{") { throw cursor.fault(.fileJSONNoText) }
    let word = try cursor.word()
    switch word {
    case "null": return ""
    case "true" where yesNo.contains(key): return "yes"
    case "false" where yesNo.contains(key): return "no"
    case "true", "false": throw cursor.fault(.fileJSONBoolean, shown(word), at: place)
    default:
      let isWhole = word.utf8.allSatisfy { (0x30...0x39).contains($0) }
      guard isWhole, numeric.contains(key) else { throw cursor.fault(.fileJSONNumber, shown(word), at: place) }
      return word
    }
  }
}
