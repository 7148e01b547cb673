import Logging

/// Names of the fields that every line may carry.
enum JournalField {
  static let event = "event"
  static let id = "message_id"
  static let code = "code"
  static let record = "record_id"

  /// The journal's name of a field: those above as they are, any other with our prefix.
  static func journalName(_ name: String) -> String {
    let plain = name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    let known = [id, code, record].contains(name)
    return (known ? "" : "AMANA_") + String(plain.prefix(50))
  }
}

/// One entry in the journal's own form (systemd's "native journal protocol").
struct JournalEntry {
  /// Longer values are cut, so that an entry always fits one datagram.
  static let maximumValue = 16 << 10
  private(set) var bytes: [UInt8] = []

  init(level: Logger.Level, message: String, fields: [String: String]) {
    add("MESSAGE", message)
    add("PRIORITY", Self.priority(level))
    add("SYSLOG_IDENTIFIER", "amanad")
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) { add(JournalField.journalName(name), value) }
  }

  private mutating func add(_ name: String, _ value: String) {
    let value = Array(value.utf8.prefix(Self.maximumValue))
    bytes += name.utf8
    if value.contains(0x0a) {
      // A value with line breaks is preceded by its length, 64 bits, least byte first.
      bytes.append(0x0a)
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: value.count >> ($0 * 8)) }
    } else {
      bytes.append(UInt8(ascii: "="))
    }
    bytes += value
    bytes.append(0x0a)
  }

  private static func priority(_ level: Logger.Level) -> String {
    switch level {
    case .critical: "2"
    case .error: "3"
    case .warning: "4"
    case .notice: "5"
    case .info: "6"
    case .debug, .trace: "7"
    }
  }
}

/// One line for people and scripts where there is no journal.
enum PlainLine {
  static func text(time: String, level: Logger.Level, message: String, fields: [String: String]) -> String {
    // The id is for journalctl; here the event's name says the same.
    let pairs = fields.filter { $0.key != JournalField.id }.sorted { $0.key < $1.key }.map {
      " \($0.key)=\(quoted($0.value))"
    }
    return "\(time) \(level) amanad: \(printable(message))\(pairs.joined())\n"
  }

  private static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && value.allSatisfy { $0.isLetter || $0.isNumber || "-_.:/,@+".contains($0) }
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return isPlain ? value : "\"\(printable(escaped))\""
  }

  /// Nobody's value begins a line of its own or turns the terminal's.
  private static func printable(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }.joined()
  }
}
