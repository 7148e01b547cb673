/// A date of birth in the part of EDTF that registers use, as the days that it can mean.
struct BirthDate: Hashable {
  /// Whether two dates can be one person's.
  enum Match: Hashable {
    /// What both allow overlaps.
    case overlap
    /// Apart by two years at most, one of them estimated or uncertain.
    case near
    /// One of them is not known.
    case unknown
    case different
  }

  private static let years = 2
  private let first: Int
  private let last: Int
  private let isEstimated: Bool

  /// - Returns: nil where nothing is known.
  init?(_ text: String?) {
    guard var body = text.map({ Substring($0) }), let mark = body.last else { return nil }
    isEstimated = "?~%".contains(mark)
    if isEstimated { body = body.dropLast() }
    let parts = body.split(separator: "-", omittingEmptySubsequences: false)
    guard let year = parts.first, year.utf8.count == 4, parts.count <= 3,
      let from = Int(year.replacing("X", with: "0")), let to = Int(year.replacing("X", with: "9"))
    else { return nil }
    let (month, day) = (Self.part(parts, 1), Self.part(parts, 2))
    first = Self.place(from, month ?? 1, month == nil ? 1 : day ?? 1)
    last = Self.place(to, month ?? 12, month == nil ? 31 : day ?? 31)
  }

  /// A month or a day; nil where it is left open.
  private static func part(_ parts: [Substring], _ index: Int) -> Int? { parts.count > index ? Int(parts[index]) : nil }

  /// Days in order, as if all months had 31.
  private static func place(_ year: Int, _ month: Int, _ day: Int) -> Int { (year * 12 + month - 1) * 31 + day - 1 }

  private func match(_ other: BirthDate) -> Match {
    if first <= other.last, other.first <= last { return .overlap }
    guard isEstimated || other.isEstimated else { return .different }
    let (later, earlier) = (max(first, other.first) / 372, min(last, other.last) / 372)
    return later - earlier <= Self.years ? .near : .different
  }

  static func match(_ one: String?, _ other: String?) -> Match {
    guard let one = BirthDate(one), let other = BirthDate(other) else { return .unknown }
    return one.match(other)
  }
}
