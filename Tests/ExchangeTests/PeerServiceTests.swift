import COSE
import ControlAPI
import Custody
import Foundation
import NIOHTTP1
import OpenSSL
import Roster
import Testing

@testable import Exchange

/// A link to a station as one of its peers.
func withLink<Value: Sendable>(
  daemon: FakeDaemon? = nil, adjust: Adjust = .nothing,
  _ body: @Sendable (Station, PeerLink) async throws -> Value
) async throws -> Value {
  let friend = try TestIdentity("SYR/prisons")
  return try await Station.run(TestIdentity("IRQ/justice"), daemon: daemon, adjust: adjust) { station in
    try await station.know([friend.peer()])
    let place = try #require(PeerPlace(url: station.url))
    let link = PeerLink(peer: station.peer, place: place, identity: try friend.transport, limits: PeerLimits())
    do {
      let value = try await body(station, link)
      await link.close()
      return value
    } catch {
      await link.close()
      throw error
    }
  }
}

@Suite("The peer service")
struct PeerServiceTests {
  private let cose: Fields = [("content-type", "application/cose")]
  private let statement: [UInt8] = [0xd2, 1, 2, 3]
  private var entry: [UInt8] { FakeDaemon.entry(statement) }
  private var path: String { "/entries/\(Base64URL.encode(entry))" }

  @Test("POST /entries is 201 with the receipt and its place; the place gives it again")
  func registers() async throws {
    try await withLink { station, link in
      let made = try await link.send(LinkRequest(.POST, "/entries", headers: cose, body: statement))
      #expect(made.status == 201 && made.mediaType == "application/cose" && made.body == FakeDaemon.receipt(entry))
      #expect(made.headers.first(name: "location") == path)
      #expect(made.headers.first(name: "date").flatMap { HTTPDate.date($0) } != nil)
      let again = try await link.send(LinkRequest(.GET, path))
      #expect(again.status == 200 && again.body == made.body)
      let head = try await link.send(LinkRequest(.HEAD, path))
      #expect(head.status == 200 && head.body.isEmpty)
      let repeated = try await link.send(LinkRequest(.POST, "/entries", headers: cose, body: statement))
      #expect(repeated.status == 201 && repeated.body == made.body)
    }
  }

  @Test("Tiles are those of the newest epoch, whatever else lies beside it")
  func tiles() async throws {
    try await withFolder { folder in
      for name in ["1", "+7", "007", "notes"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/log/\(name)/tile/0/000.p", withIntermediateDirectories: true)
      }
      let hash = [UInt8](repeating: 5, count: 32)
      try Data(hash).write(to: URL(filePath: "\(folder)/log/1/tile/0/000.p/1"))
      try await withLink(adjust: Adjust { $0.tilesDirectory = folder }) { _, link in
        for path in ["/tile/0/000.p/1", "/log/1/tile/0/000.p/1"] {
          let answer = try await link.send(LinkRequest(.GET, path))
          #expect(answer.status == 200 && answer.body == hash, "\(path): \(answer.status)")
        }
        for path in ["/tile/0/000.p/2", "/log/7/tile/0/000.p/1"] {
          #expect(try await link.send(LinkRequest(.GET, path)).status == 404, "\(path)")
        }
      }
    }
  }

  @Test("What is not whole is 202 with a place and a time, then 204, then 200; what is unknown is 404")
  func pending() async throws {
    try await withLink { station, link in
      station.daemon.with { $0.wanted[SHA256.hash([1, 2])] = 2 }
      let made = try await link.send(LinkRequest(.POST, "/entries", headers: cose, body: statement))
      #expect(made.status == 202 && made.headers.first(name: "location") == path && made.retryAfter == 1)
      let waiting = try await link.send(LinkRequest(.GET, path))
      #expect(waiting.status == 204 && waiting.retryAfter == 1 && waiting.body.isEmpty)
      station.daemon.with { $0.wanted = [:] }
      #expect(try await link.send(LinkRequest(.GET, path)).status == 200)
      let other = try await link.send(
        LinkRequest(.GET, "/entries/\(Base64URL.encode([UInt8](repeating: 0, count: 32)))"))
      #expect(other.status == 404 && other.problem?.title == "Not Found")
      let invalid = try await link.send(LinkRequest(.GET, "/entries/nonsense"))
      #expect(invalid.status == 400 && invalid.problem?.title == "Invalid locator")
    }
  }

  @Test("A refusal is 400 with title, detail and code as concise problem details")
  func refuses() async throws {
    try await withLink { station, link in
      station.daemon.with { $0.refusals = [entry] }
      let answer = try await link.send(LinkRequest(.POST, "/entries", headers: cose, body: statement))
      #expect(answer.status == 400 && answer.mediaType == "application/concise-problem-details+cbor")
      let map = try #require(try CBOR.decode(answer.body[...]).map)
      #expect(map[-1]?.text == "Rejected" && map[-2]?.text == "It is no receipt of ours")
      #expect(answer.problem?.code == "V13")
    }
  }

  @Test("Clients of drafts 4 to 10 get 303, then 302, then 200")
  func legacy() async throws {
    try await withLink(adjust: Adjust { $0.legacyRedirects = true }) { station, link in
      station.daemon.with { $0.wanted[SHA256.hash([1, 2])] = 2 }
      // Such clients want two decimal numbers with a dot between.
      let place = "/entries/" + DecimalLocator.encode(entry)
      let made = try await link.send(LinkRequest(.POST, "/entries", headers: cose, body: statement))
      #expect(made.status == 303 && made.headers.first(name: "location") == place && made.body.isEmpty)
      for path in [place, path] {
        let waiting = try await link.send(LinkRequest(.GET, path))
        #expect(waiting.status == 302 && waiting.headers.first(name: "location") == place && waiting.retryAfter == 1)
      }
      station.daemon.with { $0.wanted = [:] }
      let done = try await link.send(LinkRequest(.GET, place))
      #expect(done.status == 200 && done.body == FakeDaemon.receipt(entry))
      #expect(try await link.send(LinkRequest(.POST, "/entries", headers: cose, body: statement)).status == 303)
    }
  }

  @Test("Keys, one by one too; checkpoint with the roster's version; consistency, feed, slots")
  func resources() async throws {
    let kid = [UInt8](repeating: 5, count: 32)
    try await withLink { station, link in
      station.daemon.with { $0.keys = .array([.map([1: 2, 2: .bytes(kid)])]) }
      let keys = try await link.send(LinkRequest(.GET, "/.well-known/scitt-keys"))
      #expect(keys.status == 200 && keys.mediaType == "application/cbor")
      let key = try await link.send(LinkRequest(.GET, "/.well-known/scitt-keys/\(Base64URL.encode(kid))"))
      #expect(key.status == 200)
      #expect(try CBOR.decode(key.body[...]).map?[2] == .bytes(kid))
      let other = Base64URL.encode([UInt8](repeating: 6, count: 32))
      let none = try await link.send(LinkRequest(.GET, "/.well-known/scitt-keys/\(other)"))
      #expect(none.status == 404 && none.problem?.title == "No such key")
      let checkpoint = try await link.send(LinkRequest(.GET, "/checkpoint"))
      #expect(checkpoint.status == 200 && checkpoint.headers.first(name: "amana-roster-version") == "1")
      #expect(checkpoint.mediaType == "text/plain" && NoteHead(checkpoint.body)?.size == 5)
      let proof = try await link.send(LinkRequest(.GET, "/consistency?from=2&to=5"))
      #expect(try ConsistencyAnswer(decoding: proof.body).from == 2)
      let feed = try await link.send(LinkRequest(.GET, "/feed?after=7&limit=3"))
      #expect(try Feed(decoding: feed.body).envelopes.first?.position == 7)
      let slots = try await link.send(LinkRequest(.GET, "/slots/" + hexadecimal(kid)))
      #expect(slots.status == 200 && slots.body.count == 64)
      let asked = station.daemon.look(\.askedBy)
      #expect(asked.contains("getFeed SYR/prisons") && asked.contains("getSlots SYR/prisons"))
    }
  }

  @Test("Wrong media types, encodings, methods, paths and queries have their statuses")
  func statuses() async throws {
    try await withLink { station, link in
      func status(_ method: HTTPMethod, _ path: String, _ headers: Fields = [], _ body: [UInt8] = []) async throws
        -> Int
      {
        let answer = try await link.send(LinkRequest(method, path, headers: headers, body: body))
        if answer.status >= 400, method != .HEAD { #expect(answer.problem?.title.isEmpty == false, "\(path)") }
        return answer.status
      }
      #expect(try await status(.POST, "/entries", [], statement) == 415)
      #expect(try await status(.POST, "/entries", [("content-type", "application/json")], statement) == 415)
      #expect(try await status(.POST, "/entries", cose + [("content-encoding", "gzip")], statement) == 415)
      #expect(try await status(.POST, "/entries", cose + cose, statement) == 415)
      #expect(
        try await status(.POST, "/entries", [("content-type", "application/cose; cose-type=\"cose-sign1\"")], statement)
          == 201)
      #expect(try await status(.POST, "/entries", cose + [("accept", "text/html")], statement) == 406)
      #expect(try await status(.GET, "/entries") == 405)
      #expect(try await status(.PUT, path, cose, statement) == 405)
      #expect(try await status(.DELETE, "/checkpoint") == 405)
      #expect(try await status(.GET, "/") == 404)
      #expect(try await status(.GET, "/v1/peers") == 404, "nothing of the exchange socket")
      #expect(try await status(.GET, "/v1/status") == 404, "nothing of the control socket")
      #expect(try await status(.GET, "/consistency") == 400)
      #expect(try await status(.GET, "/consistency?from=5&to=2") == 400)
      for query in [
        "from=01&to=2", "from=1&from=1&to=2", "from=1&to=2&x=1", "from=-1&to=2", "from=1&to=99999999999999999999",
      ] {
        #expect(try await status(.GET, "/consistency?\(query)") == 400, "\(query)")
      }
      #expect(try await status(.GET, "/checkpoint?x=1") == 400)
      #expect(try await status(.HEAD, "/checkpoint") == 200)
      let allow = try await link.send(LinkRequest(.GET, "/objects/" + hexadecimal(entry)))
      #expect(allow.status == 405 && allow.headers.first(name: "allow") == "HEAD, PUT")
    }
  }

  @Test("An object is taken where it ends, and a piece elsewhere is told where that is")
  func objects() async throws {
    let object = [UInt8](repeating: 9, count: 300)
    let path = "/objects/" + hexadecimal(SHA256.hash(object))
    try await withLink { station, link in
      func put(_ offset: String?, _ bytes: [UInt8]) async throws -> LinkAnswer {
        let headers: Fields = [("content-type", "application/octet-stream")]
        let further: Fields = offset.map { [("upload-offset", $0)] } ?? []
        return try await link.send(LinkRequest(.PUT, path, headers: headers + further, body: bytes))
      }
      #expect(try await link.send(LinkRequest(.HEAD, path)).status == 404)
      #expect(try await put("0", object).status == 404)
      station.daemon.with { $0.wanted[SHA256.hash(object)] = object.count }
      let first = try await put("0", Array(object[..<100]))
      #expect(first.status == 204 && first.headers.first(name: "upload-offset") == "100")
      let wrong = try await put("50", Array(object[50...]))
      #expect(wrong.status == 409 && wrong.headers.first(name: "upload-offset") == "100")
      for offset in [nil, "", "0100", "-1", "1e2", "18446744073709551615", "x"] {
        #expect(try await put(offset, Array(object[100...])).status == 400, "\(offset ?? "none")")
      }
      let head = try await link.send(LinkRequest(.HEAD, path))
      #expect(head.headers.first(name: "upload-offset") == "100" && head.headers.first(name: "upload-complete") == "?0")
      let last = try await put("100", Array(object[100...]))
      #expect(last.status == 204 && last.headers.first(name: "upload-complete") == "?1")
    }
  }

  @Test("Upload-Length reaches the daemon; one that cannot be is refused with a code, and nothing is taken")
  func uploadLength() async throws {
    let object = [UInt8](repeating: 8, count: 300)
    let path = "/objects/" + hexadecimal(SHA256.hash(object))
    try await withLink { station, link in
      func put(_ offset: String, _ lengths: [String], _ bytes: [UInt8]) async throws -> LinkAnswer {
        let headers: Fields = [("content-type", "application/octet-stream"), ("upload-offset", offset)]
        let further: Fields = lengths.map { ("upload-length", $0) }
        return try await link.send(LinkRequest(.PUT, path, headers: headers + further, body: bytes))
      }
      station.daemon.with { $0.wanted[SHA256.hash(object)] = object.count }
      for lengths in [["0300"], [""], ["x"], ["9223372036854775808"], ["300", "300"]] {
        #expect(try await put("0", lengths, object).status == 400, "\(lengths)")
      }
      for (offset, length) in [("0", "299"), ("0", "301"), ("200", "300"), ("18", "17")] {
        let answer = try await put(offset, [length], object)
        #expect(answer.status == 400 && answer.problem?.code == "size", "\(offset) \(length)")
      }
      #expect(station.daemon.look(\.taken) == 0)
      #expect(try await put("0", ["300"], Array(object[..<100])).status == 204)
      #expect(try await put("100", ["300"], Array(object[100...])).status == 204)
      #expect(station.daemon.look(\.saidSizes) == ["300"])
    }
  }
}
