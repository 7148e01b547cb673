/// Codes of things that no list of ours holds.
enum PropertyCodes {
  /// UCUM: one, gram, kilogram, litre, metre; or a count of packages.
  static let unit = ["1", "g", "kg", "L", "m"]
}
