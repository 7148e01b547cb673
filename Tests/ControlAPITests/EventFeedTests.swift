import ControlAPI
import TestSupport
import Testing

@Suite("Server-sent events as a client reads them")
struct EventFeedTests {
  private static let text =
    ": amana\nretry: 2000\n\nid: 5\nevent: statement\ndata: {\"a\":1}\n\nevent: draft\ndata: one\ndata: two\n\n"
    + "data\n\nevent: end\ndata:x\r\n\r\n: still here\n\nid: 6\nevent: half\ndata: never"

  private static let expected = [
    ("statement", "{\"a\":1}", "5"), ("draft", "one\ntwo", nil), ("message", "", nil), ("end", "x", nil),
  ]

  @Test("Events are the same however their bytes are cut")
  func cuts() {
    let bytes = Array(Self.text.utf8)
    for size in [1, 2, 3, 7, bytes.count] {
      var feed = EventFeed()
      var found: [EventFeed.Event] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        found += feed.take(bytes[start..<min(start + size, bytes.count)]) ?? []
      }
      #expect(found.map(\.name) == Self.expected.map(\.0), "\(size)")
      #expect(found.map(\.data) == Self.expected.map(\.1), "\(size)")
      #expect(found.map(\.id) == Self.expected.map(\.2), "\(size)")
    }
  }

  @Test("An event without an end is given up before it fills the memory")
  func endless() {
    var feed = EventFeed()
    var isRefused = false
    for _ in 0..<80 where !isRefused {
      isRefused = feed.take([UInt8](repeating: 0x61, count: 1 << 16)) == nil
    }
    #expect(isRefused)
  }
}
