import Custody
import Foundation

/// Text for a screen: what would not be seen, or would turn the direction of what follows, is written out.
func visible(_ text: String) -> String {
  let scalars = text.unicodeScalars.flatMap { scalar in
    isVisible(scalar) ? [scalar] : Array("<\(characterName(scalar).prefix { $0 != " " })>".unicodeScalars)
  }
  return String(String.UnicodeScalarView(scalars))
}

/// A value of a file, short and isolated, so that it does not reorder the sentence around it. Line breaks and overrides
/// in it are written out.
func shown(_ value: String) -> String {
  let limit = 40
  let short = value.unicodeScalars.count > limit ? String(value.unicodeScalars.prefix(limit - 1)) + "…" : value
  return "\u{2068}\"\(visible(short))\"\u{2069}"
}

/// Marks, isolates and the mark of byte order are not seen; joiners shape the letters beside them and stay.
private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x061c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x2060, 0x2066...0x2069, 0xfeff: false
  default: isSafeText(String(scalar))
  }
}
