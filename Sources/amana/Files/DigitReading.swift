import Custody

/// Digits of coded and date columns as ASCII (field-cases.md, F16).
struct DigitReading {
  enum Kind: String, CaseIterable { case ascii, arabicIndic, easternArabicIndic }

  /// The value with ASCII digits.
  let text: String
  /// The kinds of digits that it was written with.
  let kinds: Set<Kind>

  init(_ value: String) throws(Finding) {
    var text = String.UnicodeScalarView()
    var kinds: Set<Kind> = []
    for scalar in value.unicodeScalars {
      guard scalar.properties.numericType == .decimal else {
        text.append(scalar)
        continue
      }
      guard let kind = Self.kind(scalar), let digit = scalar.properties.numericValue else {
        throw Finding(.fileForeignDigit, shown(value), characterName(scalar))
      }
      kinds.insert(kind)
      text.append(Unicode.Scalar(UInt8(ascii: "0") + UInt8(digit)))
    }
    guard kinds.count < 2 else { throw Finding(.fileMixedDigits, shown(value)) }
    (self.text, self.kinds) = (String(text), kinds)
  }

  static func kind(_ scalar: Unicode.Scalar) -> Kind? {
    switch scalar.value {
    case 0x30...0x39: .ascii
    case 0x660...0x669: .arabicIndic
    case 0x6f0...0x6f9: .easternArabicIndic
    default: nil
    }
  }

  /// Whether a text as typed has Arabic-Indic digits of both kinds, which nobody types by intention.
  static func mixesKinds(_ text: String) -> Bool {
    Set(text.unicodeScalars.compactMap(kind)).subtracting([.ascii]).count > 1
  }
}
