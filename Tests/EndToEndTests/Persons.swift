import Foundation

/// Invented people, as a form holds them.
enum Persons {
  static let columns = [
    "reference", "name_arabic", "name_latin", "father_name", "mother_name", "born", "age", "age_basis", "sex",
    "nationality", "nationality_status", "family", "family_role", "unaccompanied", "vulnerability", "fit_to_travel",
    "language", "injuries", "complaint", "medicines", "deprived_on", "deprived_place", "deprived_by", "ordered_by",
    "grounds", "health", "document", "assessment", "assessed_by", "assurances", "onward_consent",
  ]

  /// Grown up unless told otherwise: the rosters of these tests list nobody who protects children.
  static func person(_ number: Int, isChild: Bool = false) -> [String: String] {
    [
      "reference": "HSK-\(1000 + number)", "name_arabic": "عبد السلام محمد \(number)",
      "name_latin": "Abdulsalam Muhammad \(number)", "father_name": "محمد", "mother_name": "",
      "born": isChild ? "2012~" : "196X", "age": isChild ? "child_presumed" : "adult", "age_basis": "appearance",
      "sex": "1", "nationality": "IRQ", "nationality_status": "claimed", "family": "", "family_role": "",
      "unaccompanied": isChild ? "yes" : "no", "vulnerability": "", "fit_to_travel": "yes", "language": "ar-Arab",
      "injuries": "no", "complaint": "no", "medicines": "no", "deprived_on": "201X", "deprived_place": "SYR-DEZ-03",
      "deprived_by": "coalition-forces", "ordered_by": "no-order", "grounds": "terrorism-law", "health": "good",
      "document": "", "assessment": "no-risk-found", "assessed_by": "SYR/prisons", "assurances": "memorandum",
      "onward_consent": "SYR/prisons",
    ]
  }

  /// What a border asks of somebody, said anew.
  static func crossing(_ reference: String) -> [String: String] {
    let columns: Set = ["assessment", "assessed_by", "assurances", "onward_consent"]
    return person(0).filter { columns.contains($0.key) }.merging(["reference": reference]) { $1 }
  }

  static func list(_ count: Int = 12) -> [[String: String]] { (1...count).map { person($0) } }

  static func csv(_ persons: [[String: String]] = list(), columns: [String] = columns) -> String {
    let rows = persons.map { person in columns.map { person[$0] ?? "" }.joined(separator: ",") }
    return ([columns.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }
}

/// RFC 3339 of some hours ago (or ahead, when negative), in Damascus and Baghdad.
func ago(hours: Double) -> String {
  let format = DateFormatter()
  format.locale = Locale(identifier: "en_US_POSIX")
  format.timeZone = TimeZone(secondsFromGMT: 3 * 3600)
  format.dateFormat = "yyyy-MM-dd'T'HH:mm:ss"
  return format.string(from: Date().addingTimeInterval(-hours * 3600)) + "+03:00"
}
