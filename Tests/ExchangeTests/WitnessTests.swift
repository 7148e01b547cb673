import ControlAPI
import NIOHTTP1
import OpenSSL
import Roster
import Testing
import TransparencyLog

@testable import Exchange

@Suite("Witnessing, as it is carried (C2SP tlog-witness)")
struct WitnessTests {
  private let body = Array("old 0\n\nwhatever the daemon makes of it".utf8)

  private func post(_ link: PeerLink, _ body: [UInt8], _ headers: Fields = []) async throws -> LinkAnswer {
    try await link.send(LinkRequest(.POST, "/add-checkpoint", headers: headers, body: body))
  }

  @Test("The body reaches the daemon as it came, whatever type its sender names, and nothing says who asked")
  func carries() async throws {
    try await withLink { station, link in
      for type in [[], ["text/plain"], ["application/octet-stream"], ["text/plain; charset=utf-8"]] {
        let answer = try await post(link, body, type.map { ("content-type", $0) })
        #expect(answer.status == 200 && answer.mediaType == "text/plain", "\(type)")
        #expect(answer.body == Array("— w AAAAAAA=\n".utf8))
      }
      #expect(station.daemon.look(\.witnessBodies) == [body, body, body, body])
      let asked = station.daemon.look(\.askedBy).filter { $0.hasPrefix("addCheckpoint") }
      #expect(asked == [String](repeating: "addCheckpoint -", count: 4))
    }
  }

  @Test("Each status of the specification comes back as it is, and the size with its own type")
  func statuses() async throws {
    try await withLink { station, link in
      for status in [400, 403, 404, 413, 422] {
        let problem = ConciseProblem(code: "code-\(status)", title: "Not cosigned").encoded()
        station.daemon.with { $0.witnessReply = FakeReply(status: status, body: problem) }
        let answer = try await post(link, body)
        #expect(answer.status == status && answer.problem?.code == "code-\(status)", "\(status)")
      }
      for size in ["0", "1", "9223372036854775807"] {
        station.daemon.with {
          $0.witnessReply = FakeReply(status: 409, mediaType: "text/x.tlog.size", body: Array("\(size)\n".utf8))
        }
        let answer = try await post(link, body)
        #expect(answer.status == 409 && answer.mediaType == "text/x.tlog.size", "\(size)")
        #expect(answer.body == Array("\(size)\n".utf8))
      }
    }
  }

  @Test("What no witness answers is no answer", arguments: ["", "\n", "5", "05\n", "-1\n", "5\n\n", "five\n", "5 \n"])
  func nonsense(_ text: String) async throws {
    try await withLink { station, link in
      station.daemon.with { $0.witnessReply = FakeReply(status: 409, body: Array(text.utf8)) }
      let answer = try await post(link, body)
      #expect(answer.status == 503 && answer.retryAfter != nil)
    }
  }

  @Test("A daemon that cannot cosign now is one that is away")
  func away() async throws {
    try await withLink { station, link in
      for status in [500, 503, 418] {
        station.daemon.with { $0.witnessReply = FakeReply(status: status) }
        let answer = try await post(link, body)
        #expect(answer.status == 503, "\(status)")
      }
    }
  }

  @Test("Other methods, an encoded body and one that is too large stop at the courier")
  func refused() async throws {
    try await withLink { station, link in
      let other = try await link.send(LinkRequest(.GET, "/add-checkpoint"))
      #expect(other.status == 405 && other.headers.first(name: "allow") == "POST")
      #expect(try await post(link, body, [("content-encoding", "gzip")]).status == 415)
      let large = [UInt8](repeating: 0x41, count: WitnessRequest.maximumByteCount + 1)
      #expect(try await post(link, large).status == 413)
      #expect(try await link.send(LinkRequest(.POST, "/add-checkpoint?old=1", body: body)).status == 400)
      #expect(station.daemon.look { $0.witnessBodies.isEmpty })
    }
  }

  @Test("What was cosigned last is served by the hash of the log's origin")
  func monitoring() async throws {
    let hash = SHA256.hash(Array("a.example/log/1".utf8))
    try await withLink { station, link in
      station.daemon.with { $0.witnessed[hash] = [1, 2, 3] }
      let found = try await link.send(LinkRequest(.GET, "/\(hexadecimal(hash))/checkpoint"))
      #expect(found.status == 200 && found.mediaType == "text/plain" && found.body == [1, 2, 3])
      let none = hexadecimal([UInt8](repeating: 1, count: 32))
      #expect(try await link.send(LinkRequest(.GET, "/\(none)/checkpoint")).status == 404)
      for path in ["/\(none.uppercased())/checkpoint", "/x/checkpoint", "/\(none)/checkpoints", "//checkpoint"] {
        #expect(try await link.send(LinkRequest(.GET, path)).status == 404, "\(path)")
      }
      #expect(try await link.send(LinkRequest(.POST, "/\(none)/checkpoint")).status == 405)
    }
  }

  private func ask(_ one: Station, _ asks: [UInt64: WitnessAsk], _ witness: AuthorityName) {
    one.daemon.with {
      $0.asks = asks
      $0.witnesses = [witness]
    }
  }

  @Test("A witness is asked, and its answer reported with the size that it was asked for")
  func client() async throws {
    try await withPair { one, other in
      ask(one, [0: WitnessAsk(size: 7, body: body)], other.identity.name)
      try await eventually("a report") { one.daemon.look { !$0.cosignatures.isEmpty } }
      let report = try #require(one.daemon.look(\.cosignatures).first)
      #expect(report == CosignatureReport(peer: other.identity.name, size: 7, answer: Array("— w AAAAAAA=\n".utf8)))
      #expect(other.daemon.look(\.witnessBodies) == [body])
    }
  }

  @Test("Where it has cosigned another size it is asked again from that one")
  func conflict() async throws {
    try await withPair { one, other in
      let again = Array("old 4\n\n".utf8)
      other.daemon.override { request, operation in
        guard operation == .addCheckpoint else { return nil }
        guard request.body.starts(with: Array("old 4".utf8)) else {
          return FakeReply(status: 409, mediaType: "text/x.tlog.size", body: Array("4\n".utf8))
        }
        return nil
      }
      ask(one, [0: WitnessAsk(size: 7, body: body), 4: WitnessAsk(size: 8, body: again)], other.identity.name)
      try await eventually("a report") { one.daemon.look { !$0.cosignatures.isEmpty } }
      let sizes = one.daemon.look(\.cosignatures).map(\.size)
      #expect(sizes == [8])
      #expect(other.daemon.look(\.witnessBodies) == [again])
    }
  }

  @Test(
    "A witness that names another size each time is asked four times, one that refuses once, and nothing is reported")
  func unwilling() async throws {
    try await withPair { one, other in
      other.daemon.override { _, operation in
        operation == .addCheckpoint
          ? FakeReply(status: 409, mediaType: "text/x.tlog.size", body: Array("4\n".utf8)) : nil
      }
      let asks: [UInt64: WitnessAsk] = [0: WitnessAsk(size: 7, body: body), 4: WitnessAsk(size: 7, body: body)]
      ask(one, asks, other.identity.name)
      func asked() -> Int { one.daemon.look { $0.askedBy.filter { $0.hasPrefix("getWitnessAsk") }.count } }
      try await eventually("four questions") { asked() == 4 }
      other.daemon.override(nil)
      for status in [400, 403, 404, 422] {
        other.daemon.with {
          $0.witnessBodies = []
          $0.witnessReply = FakeReply(status: status)
        }
        ask(one, asks, other.identity.name)
        try await eventually("a question") { other.daemon.look { !$0.witnessBodies.isEmpty } }
        #expect(other.daemon.look(\.witnessBodies).count == 1, "\(status)")
      }
      #expect(one.daemon.look { $0.cosignatures.isEmpty })
    }
  }

  @Test("Where there is nothing to ask nobody is asked")
  func nothing() async throws {
    try await withPair { one, other in
      ask(one, [:], other.identity.name)
      try await eventually("the daemon is asked") {
        one.daemon.look { $0.askedBy.contains { $0.hasPrefix("getWitnessAsk") } }
      }
      #expect(other.daemon.look { $0.witnessBodies.isEmpty })
    }
  }
}
