import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

@testable import Exchange

/// The witness's face for logs that are no peers: plain HTTP on loopback, asked with curl.
@Suite("The open witness")
struct OpenWitnessTests {
  private struct Answer: Hashable {
    let status: Int
    let type: String
    let body: String
  }

  /// What curl prints. No thread is kept waiting: the station answers on the same ones.
  private func printed(_ arguments: [String]) async throws -> String {
    let process = Process()
    let file = "\(FileManager.default.temporaryDirectory.path)/amana-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    guard FileManager.default.createFile(atPath: file, contents: nil), let output = FileHandle(forWritingAtPath: file)
    else { throw CocoaError(.fileWriteUnknown) }
    process.executableURL = URL(filePath: "/usr/bin/curl")
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    // A problem's body is no text.
    return String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
  }

  private func curl(_ arguments: [String]) async throws -> Answer {
    let text = try await printed(["-sS", "--max-time", "20", "-w", "\n%{http_code} %{content_type}"] + arguments)
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    let last = (parts.last ?? "").split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    return Answer(
      status: Int(last.first ?? "") ?? 0, type: last.count > 1 ? String(last[1]) : "",
      body: parts.dropLast().joined(separator: "\n"))
  }

  private func withWitness(perSecond rate: Int = 50, _ body: @Sendable (Station, String) async throws -> Void)
    async throws
  {
    let port = Int.random(in: 27_000...29_900)
    let adjust = Adjust {
      $0.witnessPort = port
      $0.limits.requestsPerSecond = rate
    }
    try await Station.run(TestIdentity("IRQ/justice"), adjust: adjust) { station in
      let url = "http://127.0.0.1:\(port)"
      try await eventually("the witness listens") { (try? await curl([url]))?.status == 404 }
      try await body(station, url)
    }
  }

  @Test("Without a certificate a checkpoint is handed in, and what was cosigned is read; nothing else is there")
  func served() async throws {
    let hash = SHA256.hash(Array("a.example/log/1".utf8))
    try await withWitness { station, url in
      let good = try await curl(["-d", "old 0", "\(url)/add-checkpoint"])
      #expect(good == Answer(status: 200, type: "text/plain; charset=utf-8", body: "— w AAAAAAA=\n"))
      #expect(station.daemon.look(\.witnessBodies) == [Array("old 0".utf8)])
      station.daemon.with {
        $0.witnessReply = FakeReply(status: 409, mediaType: "text/x.tlog.size", body: Array("7\n".utf8))
        $0.witnessed[hash] = Array("note".utf8)
      }
      let conflict = try await curl(["-d", "old 0", "\(url)/add-checkpoint"])
      #expect(conflict == Answer(status: 409, type: "text/x.tlog.size", body: "7\n"))
      let note = try await curl(["\(url)/\(hexadecimal(hash))/checkpoint"])
      #expect(note.status == 200 && note.body == "note")
      let before = station.daemon.look(\.askedBy).filter { !$0.hasPrefix("getPeers") }.count
      for path in ["/checkpoint", "/entries", "/feed", "/.well-known/scitt-keys", "/consistency?from=1&to=2", "/"] {
        #expect(try await curl(["\(url)\(path)"]).status == 404 || path == "/entries", "\(path)")
      }
      #expect(try await curl(["-d", "x", "-H", "content-type: application/cose", "\(url)/entries"]).status == 404)
      #expect(try await curl(["\(url)/add-checkpoint"]).status == 405)
      #expect(station.daemon.look(\.askedBy).filter { !$0.hasPrefix("getPeers") }.count == before)
    }
  }

  @Test("A body that is too large is not taken, and no more than so many requests a second")
  func limits() async throws {
    try await withWitness(perSecond: 1) { station, url in
      try await withFolder { folder in
        let file = "\(folder)/large"
        try Data(repeating: 0x6f, count: WitnessRequest.maximumByteCount + 1).write(to: URL(filePath: file))
        #expect(try await curl(["--data-binary", "@\(file)", "\(url)/add-checkpoint"]).status == 413)
      }
      #expect(station.daemon.look { $0.witnessBodies.isEmpty })
      // One connection asks for more than is allowed.
      let many = 30
      let urls = [String](repeating: "\(url)/checkpoint", count: many).flatMap { ["-o", "/dev/null", $0] }
      let text = try await printed(["-s", "--max-time", "60", "-w", "%{http_code}\n"] + urls)
      let statuses = text.split(separator: "\n")
      #expect(statuses.count == many && statuses.contains("429"), "\(Set(statuses))")
    }
  }
}
