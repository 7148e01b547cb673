import Custody

@testable import amana

/// Invented persons and the files that hold them.
enum Samples {
  static func person(_ number: Int, _ changes: [String: String] = [:]) -> [String: String] {
    let person = [
      "reference": "HSK-\(1000 + number)", "name_arabic": "عبد الله محمد علي \(number)",
      "name_latin": "Abdullah, \"Abu\" Muhammad \(number)", "father_name": "محمد", "mother_name": "",
      "born": "1987-03-12",
      "age": "adult", "age_basis": "statement", "sex": "1", "nationality": "IRQ", "nationality_status": "claimed",
      "family": "", "family_role": "", "unaccompanied": "no", "vulnerability": "", "fit_to_travel": "yes",
      "language": "ar-Arab", "injuries": "no", "complaint": "no", "medicines": "no", "deprived_on": "2019-03",
      "deprived_place": "SYR-DEZ-03", "deprived_by": "coalition-forces", "ordered_by": "no-order",
      "grounds": "terrorism-law", "health": "good", "document": "",
    ]
    return person.merging(changes) { $1 }
  }

  static func list(_ changes: [Int: [String: String]] = [:], count: Int = 4) -> [[String: String]] {
    (1...count).map { person($0, changes[$0] ?? [:]) }
  }

  static func csv(
    _ persons: [[String: String]] = list(), delimiter: String = ",", lineEnd: String = "\n",
    columns: [String] = Kind.detaineeTransfer.row.requiredNames
  ) -> String {
    let rows = persons.map { person in columns.map { quoted(person[$0] ?? "", delimiter) }.joined(separator: delimiter)
    }
    return ([columns.joined(separator: delimiter)] + rows).map { $0 + lineEnd }.joined()
  }

  private static func quoted(_ value: String, _ delimiter: String) -> String {
    let needs = value.unicodeScalars.contains { "\"\n\r\t,;".unicodeScalars.contains($0) }
    guard needs else { return value }
    // By scalars: a quotation mark with a vowel mark behind it is one too.
    return "\"" + value.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  static func json(_ persons: [[String: String]] = list()) -> String {
    let objects = persons.map { person in
      "{" + person.sorted { $0.key < $1.key }.map { "\(literal($0.key)): \(literal($0.value))" }.joined(separator: ", ")
        + "}"
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }

  static func literal(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      switch scalar.value {
      case 0x22: "\\\""
      case 0x5c: "\\\\"
      case 0..<0x20: "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(scalars.joined())\""
  }

  static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
      return bigEndian ? bytes.reversed() : bytes
    }
  }

  /// By the table in reverse; letters it does not have are dropped.
  static func windows1256(_ text: String) -> [UInt8] {
    text.utf16.compactMap { unit in
      unit < 0x80 ? UInt8(unit) : Windows1256.upperHalf.firstIndex(of: unit).map { UInt8($0 + 0x80) }
    }
  }

  static func read(_ text: String, _ options: ReadingOptions = ReadingOptions()) -> ManifestFile {
    ManifestFile(Array(text.utf8), options)
  }
}

extension ManifestFile {
  var problemCodes: [String] { problems.list.map(\.code) }
  var warningCodes: [String] { warnings.list.map(\.code) }
  var values: [[String: String]] { entries.map(\.values) }
  /// What the cells say: one that is blank and a column that is not there are one.
  var said: [[String: String]] { values.map { $0.filter { !$0.value.isEmpty } } }
  var english: String {
    (problems.list + warnings.list).map { $0.line(in: .en, isJSON: isJSON) }.joined(separator: "\n")
  }
}
