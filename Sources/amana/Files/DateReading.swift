import ArgumentParser
import Custody

/// Whether the day or the month stands first in dates such as 03/04/2019.
enum DateOrder: String, CaseIterable, ExpressibleByArgument { case dmy, mdy }

/// Dates of one column as EDTF. A column has one order, which its values must show or the caller must name.
struct DateReading {
  /// How a value was read.
  enum Form: String, CaseIterable { case dayFirst, monthFirst, eitherOrder, yearFirst, monthOnly, serial, asWritten }

  /// Where the order comes from.
  enum Order: Equatable {
    case told(DateOrder)
    case shown(DateOrder, row: Int)
    case unknown
    case contradictory(dayFirst: Int, monthFirst: Int)
  }

  let order: Order

  /// Looks through a column for values that can be read in one order only.
  init(_ values: some Sequence<(row: Int, value: String)>, told: DateOrder?) {
    if let told {
      order = .told(told)
      return
    }
    var dayFirst: Int?
    var monthFirst: Int?
    for (row, value) in values {
      guard case .numbers(let first, let second) = DateShape(value).kind else { continue }
      if first > 12, second <= 12 { dayFirst = dayFirst ?? row }
      if second > 12, first <= 12 { monthFirst = monthFirst ?? row }
    }
    order =
      switch (dayFirst, monthFirst) {
      case (let day?, let month?): .contradictory(dayFirst: day, monthFirst: month)
      case (let day?, nil): .shown(.dmy, row: day)
      case (nil, let month?): .shown(.mdy, row: month)
      case (nil, nil): .unknown
      }
  }

  /// A value as EDTF, and how it was read.
  func read(_ value: String) throws(Finding) -> (edtf: String, form: Form) {
    let shape = DateShape(value)
    switch shape.kind {
    case .asWritten: return (shape.text, .asWritten)
    case .refused(let text): throw Finding(text, shown(value))
    case .serial(let days): return (try Self.day(ofSerial: days, value) + shape.suffix, .serial)
    case .month(let month): return (try Self.checked("\(shape.year)-\(two(month))", shape, value), .monthOnly)
    case .yearFirst(let month, let day): return (try Self.date(month, day, shape, value), .yearFirst)
    case .numbers(let first, let second):
      let (order, form) = try order(first, second, value)
      return order == .dmy
        ? (try Self.date(second, first, shape, value), form) : (try Self.date(first, second, shape, value), form)
    }
  }

  private func order(_ first: Int, _ second: Int, _ value: String) throws(Finding) -> (DateOrder, Form) {
    if first == second { return (.dmy, .eitherOrder) }
    switch order {
    case .told(let order), .shown(let order, _): return (order, order == .dmy ? .dayFirst : .monthFirst)
    case .unknown: throw Finding(.fileDateAmbiguous, shown(value))
    case .contradictory(let day, let month):
      throw Finding(.fileDateContradicts, shown(value), String(day), String(month))
    }
  }

  private static func date(_ month: Int, _ day: Int, _ shape: DateShape, _ value: String) throws(Finding) -> String {
    try checked("\(shape.year)-\(two(month))-\(two(day))", shape, value)
  }

  private static func checked(_ date: String, _ shape: DateShape, _ value: String) throws(Finding) -> String {
    guard ManifestEntry.isDate(date) else { throw Finding(.fileDateNoDay, shown(value)) }
    return date + shape.suffix
  }

  /// Serial numbers of five digits are days after 30 December 1899 (1927 to 2099): all of them lie behind the 29 February
  /// 1900 that spreadsheets count and that was none.
  private static func day(ofSerial days: Int, _ value: String) throws(Finding) -> String {
    guard (10_000...73_050).contains(days) else { throw Finding(.fileDateNoDay, shown(value)) }
    var (year, rest) = (1900, days - 2)
    while rest >= (isLeap(year) ? 366 : 365) { (year, rest) = (year + 1, rest - (isLeap(year) ? 366 : 365)) }
    var month = 1
    while rest >= length(of: month, year) { (month, rest) = (month + 1, rest - length(of: month, year)) }
    return "\(year)-\(two(month))-\(two(rest + 1))"
  }

  private static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  private static func length(of month: Int, _ year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
