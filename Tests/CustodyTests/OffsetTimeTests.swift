import Custody
import TestSupport
import Testing

@Suite struct OffsetTimeTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00+00:00", 0), ("1970-01-01T03:00:00+03:00", 0), ("2026-11-25T14:03:00+03:00", 1_795_604_580),
      ("2024-02-29T00:00:00+00:00", 1_709_164_800), ("2000-02-29T23:59:59-00:30", 951_870_599),
      ("9999-12-31T23:59:59+00:00", 253_402_300_799), ("2026-11-25T16:48:00+05:45", 1_795_604_580),
    ] as [(String, Int64)])
  func valid(_ text: String, _ unix: Int64) throws {
    let time = try #require(OffsetTime(text))
    #expect(time.unix == unix && time.text == text)
  }

  @Test(arguments: [
    "", "2026-11-25", "2026-11-25T14:03:00", "2026-11-25T14:03:00Z", "2026-11-25t14:03:00+03:00",
    "2026-11-25 14:03:00+03:00", "2026-11-25T14:03:60+03:00", "2026-11-25T14:60:00+03:00", "2026-11-25T24:00:00+03:00",
    "2026-13-01T00:00:00+03:00", "2026-00-01T00:00:00+03:00", "2026-04-31T00:00:00+03:00", "2026-04-00T00:00:00+03:00",
    "2023-02-29T00:00:00+00:00", "2100-02-29T00:00:00+00:00", "1969-12-31T23:59:59+00:00", "1970-01-01T00:00:00+03:00",
    "2026-11-25T14:03:00+24:00", "2026-11-25T14:03:00+03:60", "2026-11-25T14:03:00.0+03:00", "2026-11-25T14:03:00+0300",
    "2026-11-25T14:03:00+03:00 ", "2026-11-25T14:03:00\u{2212}03:00", "٢٠٢٦-١١-٢٥T١٤:٠٣:٠٠+٠٣:٠٠",
    "２026-11-25T14:03:00+3",
  ])
  func refused(_ text: String) { #expect(OffsetTime(text) == nil) }

  @Test func roundTripOverRandomTimes() throws {
    var random = SeededGenerator(named: "times")
    for _ in 0..<5_000 {
      let unix = Int64.random(in: 86_400...253_402_214_400, using: &random)
      let offset = Int.random(in: -1439...1439, using: &random)
      let written = OffsetTime(unix: unix, offsetMinutes: offset)
      let read = try #require(OffsetTime(written.text), "\(written.text)")
      #expect(read == written && read.unix == unix)
    }
  }

  @Test func anyMomentCanBeWritten() throws {
    for unix in [Int64.min, -1, 0, 253_402_300_800, .max] {
      for offset in [Int.min, -1440, 0, 1440, .max] {
        let written = OffsetTime(unix: unix, offsetMinutes: offset)
        #expect(OffsetTime(written.text) == written, "\(unix) \(offset)")
      }
    }
  }

  @Test func uncertaintyIsClockErrorAndPrecision() throws {
    let at = try #require(OffsetTime("2026-11-25T14:03:00+03:00"))
    let spans: [(OccurredTime.Precision, Int64)] = [(.second, 1), (.minute, 60), (.hour, 3600), (.day, 86_400)]
    for (precision, span) in spans {
      let time = OccurredTime(at: at, precision: precision, source: .manual, clockError: 10)
      #expect(time.earliest == at.unix - span - 10 && time.latest == at.unix + span + 10)
    }
    let wild = OccurredTime(at: at, precision: .day, source: .unknown, clockError: .max)
    #expect(wild.uncertainty == 315_360_000 + 86_400)
  }
}
