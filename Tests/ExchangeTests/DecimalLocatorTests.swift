import TestSupport
import Testing

@testable import Exchange

@Suite("An entry's id as two decimal numbers")
struct DecimalLocatorTests {
  @Test("Every id comes back, the smallest and the largest too")
  func roundTrip() {
    var random = SeededGenerator(seed: 9)
    let some = (0..<200).map { _ in (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) } }
    for entry in some + [[UInt8](repeating: 0, count: 32), [UInt8](repeating: 255, count: 32)] {
      let text = DecimalLocator.encode(entry)
      #expect(text.wholeMatch(of: /[0-9]+\.[0-9]+/) != nil)
      #expect(DecimalLocator.decode(text) == entry)
    }
    #expect(DecimalLocator.encode([UInt8](repeating: 0, count: 31) + [77]) == "0.77")
  }

  @Test(
    "Nothing else is an id",
    arguments: [
      "", "0.", "0.00", "0.077", "1.77", "0.-1", "0.7a", "0.٧",
      // 2^256
      "0.115792089237316195423570985008687907853269984665640564039457584007913129639936",
      "0." + String(repeating: "9", count: 79),
    ])
  func refused(text: String) { #expect(DecimalLocator.decode(text) == nil) }
}
