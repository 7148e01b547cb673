import Custody

/// The first and the last value of a fixed length that begin with some hexadecimal digits: a look-up by the beginning of
/// an id becomes a range that an index answers.
struct PrefixRange {
  let first: [UInt8]
  let last: [UInt8]

  /// Nil when the text is empty, too long or not hexadecimal; hyphens are passed over.
  init?(_ text: String, byteCount: Int) {
    let digits = text.lowercased().filter { $0 != "-" }
    let missing = 2 * byteCount - digits.utf8.count
    guard !digits.isEmpty, missing >= 0,
      let first = decodeHexadecimal(digits + String(repeating: "0", count: missing)),
      let last = decodeHexadecimal(digits + String(repeating: "f", count: missing))
    else { return nil }
    self.first = first
    self.last = last
  }
}
