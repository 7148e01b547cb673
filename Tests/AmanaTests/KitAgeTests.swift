import Custody
import Testing

@testable import amana

/// What is said of a kit's age.
@Suite("The age of a kit") struct KitAgeTests {
  private static let now: Int64 = 1_795_701_057

  private func lines(_ seconds: Int64, _ language: Language = .en) -> [String] {
    OfflineKit.age(of: OffsetTime(unix: Self.now - seconds), nil, at: Self.now, in: language)
  }

  @Test("An old kit is said to be old, one of today is not, and one from the future is doubted")
  func age() {
    let day: Int64 = 86_400
    #expect(lines(0).count == 1 && lines(2 * day).count == 1 && lines(-3600).count == 1)
    #expect(lines(9 * day).last?.contains("OLD: 9 days") == true, "\(lines(9 * day))")
    #expect(lines(-3601).last?.contains("CLOCK IS WRONG") == true, "\(lines(-3601))")
    #expect(lines(9 * day, .ar).count == 2 && lines(-day, .ar).count == 2)
  }

  @Test("Beside when it says it was written stands what its newest statement says, which is signed")
  func newest() {
    let (created, newest) = (OffsetTime(unix: Self.now), OffsetTime(unix: Self.now - 100))
    let told = OfflineKit.age(of: created, newest, at: Self.now, in: .en)
    #expect(told.count == 1 && told[0].contains(created.text) && told[0].contains(newest.text))
  }
}
