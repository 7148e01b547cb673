import ControlAPI
import Foundation
import TestSupport
import Testing

@testable import Exchange

@Suite("Heads that no client sends")
struct HeadFuzzTests {
  private static let seeds = [
    "GET /checkpoint HTTP/1.1\r\nhost: a\r\n\r\n",
    "POST /entries HTTP/1.1\r\nhost: a\r\ncontent-type: application/cose\r\ncontent-length: 3\r\n\r\nabc",
    "PUT /objects/\(String(repeating: "ab", count: 32)) HTTP/1.1\r\nhost: a\r\nupload-offset: 0\r\n"
      + "content-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "GET /feed?after=0&limit=5 HTTP/1.1\r\nhost: a\r\naccept: application/cbor\r\n\r\n",
  ]

  private static func mutant(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 3: bytes.insert(contentsOf: Array("\r\ncontent-length: 99999999999999999999\r\n".utf8), at: place)
      default: bytes += bytes[place...]
      }
      if bytes.isEmpty { bytes = [0] }
    }
    return bytes
  }

  @Test("Each is answered by HTTP or closed, and the service goes on")
  func heads() async throws {
    let friend = try TestIdentity("SYR/prisons")
    let limits = Adjust {
      $0.limits.headTime = .milliseconds(150)
      $0.limits.bodyTime = .milliseconds(150)
      $0.limits.slowestRate = 1 << 30
      $0.limits.requestsPerSecond = 100_000
      $0.limits.connectionsPerPeer = 200
    }
    try await Station.run(TestIdentity("IRQ/justice"), adjust: limits) { station in
      try await station.know([friend.peer()])
      var random = SeededGenerator(named: "heads")
      let mutants = (0..<400).map { _ in Self.mutant(&random) }
      let answered = try await withThrowingTaskGroup(of: Bool.self) { tasks in
        for lane in 0..<8 {
          tasks.addTask {
            var count = 0
            for index in stride(from: lane, to: mutants.count, by: 8) {
              let peer = try await RawPeer.tls(station, as: friend)
              try? await peer.send(mutants[index])
              try await peer.ended()
              let text = peer.text
              #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 "), "\(mutants[index])")
              #expect(!text.contains("HTTP/1.1 500"), "\(mutants[index])")
              count += text.isEmpty ? 0 : 1
            }
            return count > 0
          }
        }
        return try await tasks.reduce(true) { $0 && $1 }
      }
      #expect(answered, "some of them are requests")
      // The deadlines of this test are short: on a busy machine not every try is quick enough.
      try await eventually("a request is answered") {
        let peer = try await RawPeer.tls(station, as: friend)
        try? await peer.send(Self.seeds[0])
        return try await peer.answered() == 200
      }
    }
  }
}
