/// "U+202E RIGHT-TO-LEFT OVERRIDE": what to call a character that nobody sees.
public func characterName(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  let name = scalar.properties.name ?? scalar.properties.nameAlias ?? controlNames[scalar.value]
  return name.map { "\(number) \($0)" } ?? number
}

/// Control characters have no name in Unicode, only these aliases (NameAliases.txt).
private let controlNames: [UInt32: String] = {
  let names = [
    "NULL", "START OF HEADING", "START OF TEXT", "END OF TEXT", "END OF TRANSMISSION", "ENQUIRY", "ACKNOWLEDGE",
    "ALERT",
    "BACKSPACE", "CHARACTER TABULATION", "LINE FEED", "LINE TABULATION", "FORM FEED", "CARRIAGE RETURN", "SHIFT OUT",
    "SHIFT IN", "DATA LINK ESCAPE", "DEVICE CONTROL ONE", "DEVICE CONTROL TWO", "DEVICE CONTROL THREE",
    "DEVICE CONTROL FOUR", "NEGATIVE ACKNOWLEDGE", "SYNCHRONOUS IDLE", "END OF TRANSMISSION BLOCK", "CANCEL",
    "END OF MEDIUM", "SUBSTITUTE", "ESCAPE", "INFORMATION SEPARATOR FOUR", "INFORMATION SEPARATOR THREE",
    "INFORMATION SEPARATOR TWO", "INFORMATION SEPARATOR ONE",
  ]
  let first = names.enumerated().map { (UInt32($0.offset), $0.element) }
  let further: [(UInt32, String)] = [(0x7f, "DELETE"), (0x85, "NEXT LINE"), (0x9b, "CONTROL SEQUENCE INTRODUCER")]
  return Dictionary(first + further) { one, _ in one }
}()
