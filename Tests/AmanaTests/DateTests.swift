import Foundation
import Testing

@testable import amana

@Suite("Dates as spreadsheets write them")
struct DateTests {
  private func read(_ value: String, _ order: DateOrder? = nil, column: [String] = []) -> String {
    let values = ([value] + column).enumerated().map { (row: $0.offset + 2, value: $0.element) }
    do throws(Finding) { return try DateReading(values, told: order).read(value).edtf } catch { return error.code }
  }

  @Test(
    "Each form is read as what it says",
    arguments: [
      ("2019-03-23", "2019-03-23"), ("1994-06", "1994-06"), ("1990?", "1990?"), ("198X", "198X"), ("", ""),
      ("unknown", "unknown"), ("23/03/2019", "2019-03-23"), ("23.03.2019", "2019-03-23"), ("23-3-2019", "2019-03-23"),
      ("03/23/2019", "2019-03-23"), ("3/3/2019", "2019-03-03"), ("2019/03/23", "2019-03-23"),
      ("2019.3.5", "2019-03-05"),
      ("2019-3-5", "2019-03-05"), ("03/2019", "2019-03"), ("2019/3", "2019-03"), ("43547", "2019-03-23"),
      ("23/03/2019?", "2019-03-23?"), ("23/03/2019 00:00:00", "2019-03-23"), ("2019-03-23T00:00:00", "2019-03-23"),
      ("\u{200f}23/03/2019\u{200f}", "2019-03-23"), ("\u{200e}1990", "1990"), ("23\u{60d}03\u{60d}2019", "2019-03-23"),
      ("29/02/2000", "2000-02-29"), ("10000", "1927-05-18"), ("73050", "2099-12-31"),
    ])
  func forms(_ value: String, _ edtf: String) { #expect(read(value) == edtf) }

  @Test(
    "What could mean two things, or nothing, is refused",
    arguments: [
      ("03/04/2019", "date-ambiguous"), ("23/03/19", "date-short-year"), ("3/19", "date-short-year"),
      ("87", "date-short-year"), ("1407", "date-year"), ("1407/03/02", "date-year"), ("02/03/2562", "date-year"),
      ("7306", "date-year"), ("31/02/2019", "date-no-day"), ("29/02/1900", "date-no-day"),
      ("32/13/2019", "date-no-day"),
      ("2019/23/03", "date-no-day"), ("13/2019", "date-no-day"), ("99999", "date-no-day"), ("09999", "date-no-day"),
      ("73051", "date-no-day"), ("2O19-03-23", "date-letter"), ("l2/03/2019", "date-letter"),
    ])
  func refusals(_ value: String, _ code: String) {
    #expect(read(value) == code || code == "date-no-day" && read(value, .dmy) == code)
  }

  @Test(
    "What is no date in any reading stays as it is, for the rules of a person's entry to judge",
    arguments: [
      "60", "yesterday", "23 March 2019", "23-Mar-2019", "23/03-2019/", "2019-03-23T14:00:00", "-", "43547.5", "5",
    ])
  func untouched(_ value: String) {
    #expect(read(value) == value || read(value) == "date-short-year")
    let file = Samples.read(Samples.csv(Samples.list([1: ["born": value]])))
    #expect(file.problems.list.map(\.column) == ["born"])
  }

  @Test("A column has one order: what its values show, or what the caller says")
  func order() {
    #expect(read("03/04/2019", column: ["23/03/2019"]) == "2019-04-03")
    #expect(read("03/04/2019", column: ["03/23/2019"]) == "2019-03-04")
    #expect(read("03/04/2019", column: ["03.23.2019", "2019-01-01"]) == "2019-03-04")
    #expect(read("03/04/2019", column: ["23/03/2019", "03/23/2019"]) == "date-contradicts")
    #expect(read("03/04/2019", .dmy) == "2019-04-03")
    #expect(read("03/04/2019", .mdy) == "2019-03-04")
    #expect(read("23/03/2019", .mdy) == "date-no-day")
    #expect(read("03/04/2019", column: ["44/44/2019", "05/05/2019", "43547"]) == "date-ambiguous")
  }

  @Test("Each column decides for itself, and the reading is said with the row that shows it")
  func columns() throws {
    let file = Samples.read(
      Samples.csv(
        Samples.list([
          1: ["born": "03/04/1987", "deprived_on": "03/04/2019"], 2: ["born": "25/04/1987"],
          3: ["deprived_on": "43547"],
        ])))
    #expect(file.problems.list.map(\.column) == ["deprived_on"] && file.problems.list.map(\.row) == [2])
    #expect(file.values.map { $0["born"] }.prefix(2) == ["1987-04-03", "1987-04-25"])
    let lines = file.form.lines("people.csv", in: .en).joined(separator: "\n")
    #expect(lines.contains("is read as 1987-04-03 (day first, as row 3 shows); values read so: 2"))
    #expect(lines.contains("is read as 2019-03-23 (a spreadsheet's day number, counted from 1900)"))
    let told = ManifestFile(Array(Samples.csv(Samples.list([1: ["born": "03/04/1987"]])).utf8), .init(dateOrder: .mdy))
    #expect(told.values[0]["born"] == "1987-03-04")
    #expect(told.form.lines("x", in: .en).contains { $0.contains("month first, as told") })
  }

  @Test("Every day number that is read is the calendar's day")
  func serials() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    let start = try #require(calendar.date(from: DateComponents(year: 1899, month: 12, day: 30)))
    let reading = DateReading([(row: Int, value: String)](), told: nil)
    for serial in stride(from: 10_000, through: 73_050, by: 7) {
      let day = calendar.dateComponents([.year, .month, .day], from: start.addingTimeInterval(Double(serial) * 86_400))
      let parts = [day.year, day.month, day.day].map { $0 ?? 0 }
      let read = try reading.read(String(serial)).edtf.split(separator: "-").map { Int($0) ?? -1 }
      #expect(read == parts, "\(serial)")
    }
  }
}
