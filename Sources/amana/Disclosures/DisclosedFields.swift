import COSE
import Custody
import Roster

/// Fields of a line and their values, for people.
struct DisclosedFields {
  let fields: [(name: String, value: CBOR)]
  let language: Language

  func show() {
    var table = Table([.headField, .headValue].map { say($0, in: language) })
    for (name, value) in fields { table.add([Self.label(name, in: language), text(value, of: name)]) }
    printTable(table, in: language, indent: "  ")
  }

  /// The name of a field for people; one that has no word stays as it is.
  static func label(_ name: String, in language: Language) -> String {
    guard name.utf8.count < 64, let text = Text.named("field", name) else { return name }
    return say(text, in: language)
  }

  /// A value as it was signed. Codes that everybody must understand have words.
  func text(_ value: CBOR, of name: String = "") -> String {
    switch value {
    case .null: return say(.disclosedNothing, in: language)
    case .bool(let flag): return say(flag ? .wordYes : .wordNo, in: language)
    case .unsigned(let number): return name == "sex" ? sexWord(number, in: language) : String(number)
    case .negative: return value.int.map(String.init) ?? "-"
    case .bytes(let bytes): return hexadecimal(bytes)
    case .text(let text):
      if name == "phase" || name == "finding" { return certifiedPhaseWord(text, in: language) }
      return ["age", "observed_age", "outcome", "incident"].contains(name) ? word(text, in: language) : visible(text)
    case .array(let items):
      guard !items.isEmpty else { return say(.disclosedNone, in: language) }
      return items.map { self.text($0) }.joined(separator: separator(in: language, between: ";"))
    case .map(let map):
      return map.entries.map { "\(text($0.key)): \(text($0.value))" }.joined(separator: separator(in: language))
    case .tagged, .undefined, .simple, .float: return "-"
    }
  }
}
