import ControlAPI
import Foundation
import OpenSSL
import Roster
import Synchronization
import Testing
import TransparencyLog

@testable import Exchange

/// The witness's face for logs that are no peers: plain HTTP on loopback, asked with curl.
@Suite("The open witness")
struct OpenWitnessTests {
  /// Below those that the kernel gives by itself, each given once in this process.
  private static let ports = Mutex(Int.random(in: 27_000...29_800))

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
    let port = Self.ports.withLock { port in
      port += 1
      return port
    }
    let start = ContinuousClock.now
    let adjust = Adjust {
      $0.witnessPort = port
      $0.limits.requestsPerSecond = rate
      // However long this machine takes, the bucket does not fill again.
      if rate == 1 { $0.clock = { start } }
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
        #expect(try await curl(["\(url)\(path)"]).status == (path == "/entries" ? 405 : 404), "\(path)")
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
      let many = 3
      let urls = [String](repeating: "\(url)/checkpoint", count: many).flatMap { ["-o", "/dev/null", $0] }
      let text = try await printed(["-s", "--max-time", "60", "-w", "%{http_code}\n"] + urls)
      let statuses = text.split(separator: "\n")
      #expect(statuses == ["429", "429", "429"], "\(statuses)")
    }
  }

  @Test("A port that is taken keeps nobody from serving peers")
  func portIsTaken() async throws {
    let other = try await FakeSocket { _ in FakeReply(status: 418) }
    let port = other.port
    try await Station.run(TestIdentity("IRQ/justice"), adjust: Adjust { $0.witnessPort = port }) { station in
      // It goes on asking who is a peer, and serves them when it is told to stop.
      for _ in 1...3 { try await station.know([]) }
      #expect(try await curl(["http://127.0.0.1:\(port)"]).status == 418)
    }
    await other.close()
  }

  @Test("What the daemon is cosigning when the courier is told to stop is answered")
  func answeredAtStop() async throws {
    let asking = Mutex<Task<Answer, any Error>?>(nil)
    try await withWitness { station, url in
      station.daemon.override { [daemon = station.daemon] _, operation in
        guard operation == .addCheckpoint else { return nil }
        daemon.with { $0.askedBy.append("held") }
        try? await Task.sleep(for: .seconds(1))
        return nil
      }
      let task = Task { try await curl(["-d", "old 0", "\(url)/add-checkpoint"]) }
      asking.withLock { $0 = task }
      try await eventually("the daemon is asked") { station.daemon.look { $0.askedBy.contains("held") } }
    }
    let asked = asking.withLock { $0 }
    let answer = try await #require(asked).value
    #expect(answer.status == 200 && answer.body == "— w AAAAAAA=\n")
  }
}
