import COSE
import ControlAPI
import Foundation
import TestSupport
import Testing

@testable import Exchange

@Suite("Small parts of the courier")
struct PartTests {
  @Test("base64url has one form, and no other is read")
  func base64() throws {
    let bytes = [UInt8](0...31)
    let text = Base64URL.encode(bytes)
    #expect(text == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
    #expect(Base64URL.decode(text, count: 32) == bytes)
    // The last character's two lowest bits belong to no byte.
    for other in [text + "=", text.dropLast() + "9", text.dropLast() + "+", String(text.dropLast()), text + "A", ""] {
      #expect(Base64URL.decode(String(other), count: 32) == nil, "\(other)")
    }
    var random = SeededGenerator(named: "base64url")
    for count in 0..<40 {
      let some = random.bytes(count)
      #expect(Base64URL.decode(Base64URL.encode(some), count: count) == some)
    }
  }

  @Test("Each path means one thing, and everything else nothing")
  func paths() {
    let hex = String(repeating: "ab", count: 32)
    let text = Base64URL.encode([UInt8](repeating: 1, count: 32))
    #expect(PeerPath("/entries") == .entries)
    #expect(PeerPath("/entries/\(text)"[...]) == .entry([UInt8](repeating: 1, count: 32)))
    #expect(PeerPath("/entries/zz") == .notAnEntry)
    #expect(PeerPath("/objects/\(hex)"[...]) == .object([UInt8](repeating: 0xab, count: 32)))
    #expect(PeerPath("/.well-known/scitt-keys") == .keys)
    #expect(PeerPath("/add-checkpoint") == .addCheckpoint)
    #expect(PeerPath("/\(hex)/checkpoint"[...]) == .witnessed([UInt8](repeating: 0xab, count: 32)))
    #expect(PeerPath("/.well-known/scitt-keys/\(text)"[...]) == .key([UInt8](repeating: 1, count: 32)))
    let nothing = [
      "", "/", "entries", "/entries/", "//entries", "/Entries", "/objects/\(hex.uppercased())", "/objects/\(hex)0",
      "/objects/../entries", "/slots/", "/v1/status", "/feed/1", "/.well-known/scitt-keys/", "/%65ntries",
    ]
    for path in nothing { #expect(PeerPath(path[...]) == nil || path == "/entries/", "\(path)") }
  }

  @Test("Dates of HTTP are written and read")
  func dates() {
    let date = Date(timeIntervalSince1970: 784_111_777)
    #expect(HTTPDate.text(date) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate.date("Sun, 06 Nov 1994 08:49:37 GMT") == date)
    for text in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT"]
    {
      #expect(HTTPDate.date(text) == nil, "\(text)")
    }
  }

  @Test("Accept is understood as far as one type needs it")
  func accept() {
    let type = "application/cose"
    for good in [[], ["*/*"], ["application/*"], ["application/cbor", "application/cose"], ["text/html, */*;q=0.1"]] {
      #expect(PeerRequest.accepts(good, type), "\(good)")
    }
    for bad in [["text/html"], ["application/cbor"], ["application/cose;q=0"], [""]] {
      #expect(!PeerRequest.accepts(bad, type), "\(bad)")
    }
  }

  @Test("A bucket gives twice its rate at once and its rate from then on")
  func bucket() throws {
    let (irq, syr) = (try #require(TestIdentity.irq), try #require(TestIdentity.syr))
    let buckets = TokenBuckets(perSecond: 10)
    let start = ContinuousClock.now
    for _ in 0..<20 { #expect(buckets.take(irq, now: start) == nil) }
    #expect(buckets.take(irq, now: start) == 1)
    #expect(buckets.take(syr, now: start) == nil, "another peer has its own")
    for _ in 0..<5 { #expect(buckets.take(irq, now: start + .milliseconds(500)) == nil) }
    #expect(buckets.take(irq, now: start + .milliseconds(500)) == 1)
  }

  @Test("A URL is https, a host and a port")
  func places() {
    #expect(PeerPlace(url: "https://irq.example:8443")?.base == "https://irq.example:8443")
    #expect(PeerPlace(url: "https://[2001:db8::1]:8443/")?.host == "2001:db8::1")
    #expect(PeerPlace(url: "https://irq.example")?.port == 443)
    let bad = [
      "http://irq.example", "https://", "https://a:b@irq.example", "https://irq.example/path", "https://irq.example?x",
      "irq.example:8443", "https://irq.example:0", "https://irq.example:99999", "unix:///run/x", "",
    ]
    for url in bad { #expect(PeerPlace(url: url) == nil, "\(url)") }
  }

  @Test("Somebody else's words are cut and harmless")
  func words() {
    #expect(plain("a\u{202e}b\nc\u{1b}[0m", maximum: 100) == "a\u{fffd}b\u{fffd}c\u{fffd}[0m")
    #expect(plain(String(repeating: "م", count: 100), maximum: 9) == "مممم")
    let long = ConciseProblem(code: "V1", title: String(repeating: "t", count: 1000), detail: "d\u{7}")
    let read = ConciseProblem(foreign: long.encoded())
    #expect(read?.title.utf8.count == 200 && read?.detail == "d\u{fffd}" && read?.code == "V1")
    #expect(ConciseProblem(foreign: Array("<html>".utf8)) == nil)
  }

  @Test("Retry-After is seconds, and never more than a day")
  func retryAfter() {
    #expect(seconds("7") == 7)
    #expect(seconds("999999999") == 86_400)
    for text in [nil, "", "-1", "1.5", "99999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT", "٣"] {
      #expect(seconds(text) == nil)
    }
  }
}
