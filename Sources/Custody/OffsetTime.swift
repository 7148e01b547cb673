public import Roster

/// A moment as RFC 3339 text with a numeric offset, kept as written: Syria is +03:00 all year since 2022, and a zone's
/// name would not say so in thirty years.
public struct OffsetTime: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  public let unix: UnixTime

  public var description: String { text }

  /// Strict: "2026-11-25T14:03:00+03:00", whole seconds, numeric offset ("Z" is refused), years 1970 to 9999.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 25, Self.matches(bytes) else { return nil }
    func number(_ start: Int, _ count: Int) -> Int {
      bytes[start..<(start + count)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
    let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
    let (offsetHour, offsetMinute) = (number(20, 2), number(23, 2))
    guard year >= 1970, (1...12).contains(month), (1...daysInMonth(year, month)).contains(day), hour < 24,
      minute < 60, second < 60, offsetHour < 24, offsetMinute < 60
    else { return nil }
    let offset = (offsetHour * 3600 + offsetMinute * 60) * (bytes[19] == 0x2d ? -1 : 1)
    let unix = daysSinceEpoch(year, month, day) * Int(secondsPerDay) + hour * 3600 + minute * 60 + second - offset
    guard unix >= 0 else { return nil }
    self.text = text
    self.unix = UnixTime(unix)
  }

  /// A moment written with an offset in minutes, e.g. 180 for +03:00. Clamped to the years 1970 to 9999.
  public init(unix: UnixTime, offsetMinutes: Int = 0) {
    let clamped = min(max(unix, secondsPerDay), 253_402_214_400)
    let minutes = min(max(offsetMinutes, -1439), 1439)
    let local = Int(clamped) + minutes * 60
    let (days, rest) = local.quotientAndRemainder(dividingBy: Int(secondsPerDay))
    let (year, month, day) = civil(fromDays: days)
    let sign = minutes < 0 ? "-" : "+"
    let date = "\(padded(year, 4))-\(padded(month))-\(padded(day))"
    let time = "\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))"
    text = "\(date)T\(time)\(sign)\(padded(abs(minutes) / 60)):\(padded(abs(minutes) % 60))"
    self.unix = clamped
  }

  private static func matches(_ bytes: [UInt8]) -> Bool {
    let pattern = Array("dddd-dd-ddTdd:dd:ddsdd:dd".utf8)
    return zip(bytes, pattern).allSatisfy { byte, expected in
      switch expected {
      case 0x64: (0x30...0x39).contains(byte)
      case 0x73: byte == 0x2b || byte == 0x2d
      default: byte == expected
      }
    }
  }
}

/// Decimal digits, with zeros before them up to a width.
func padded(_ value: Int, _ width: Int = 2) -> String {
  let text = String(value)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// Days in a month of the proleptic Gregorian calendar.
func daysInMonth(_ year: Int, _ month: Int) -> Int {
  switch month {
  case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

/// Days from 1970-01-01, counting years from March so that the leap day comes last.
func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
  let shifted = month > 2 ? year : year - 1
  let era = shifted / 400
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

/// The date of a day counted from 1970-01-01, for days after the epoch.
func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
  let shifted = days + 719_468
  let era = shifted / 146_097
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let march = (5 * dayOfYear + 2) / 153
  let month = march < 10 ? march + 3 : march - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
}

/// When something happened, as its signer claims it: order comes from logs, not from here.
public struct OccurredTime: Hashable, Sendable {
  public enum Precision: String, Sendable, CaseIterable { case second, minute, hour, day }
  public enum Source: String, Sendable, CaseIterable { case ntp, gnss, manual, unknown }

  public let at: OffsetTime
  public let precision: Precision
  public let source: Source
  /// How far the clock may be off, in seconds, either way.
  public let clockError: UInt64

  public init(at: OffsetTime, precision: Precision = .second, source: Source = .ntp, clockError: UInt64 = 2) {
    self.at = at
    self.precision = precision
    self.source = source
    self.clockError = clockError
  }

  /// Clock error and coarse precision together, in seconds, at most ten years.
  public var uncertainty: Int64 {
    let coarse: Int64
    switch precision {
    case .second: coarse = 1
    case .minute: coarse = 60
    case .hour: coarse = 3600
    case .day: coarse = secondsPerDay
    }
    return Int64(min(clockError, 315_360_000)) + coarse
  }

  public var earliest: UnixTime { at.unix - uncertainty }
  public var latest: UnixTime { at.unix + uncertainty }
}
