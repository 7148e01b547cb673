import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Answers larger than a socket's buffer arrive whole, however the connection ends.
  @Suite struct LargeAnswerTests {
    @Test("A bundle of hundreds of persons comes whole to a client that closes, to an old one and to one that goes on")
    func whole() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(600)).signedID
        let file = "\(world.folder)/large.amana"
        #expect(try syr.amana("bundle", "export", file, "--to", syr.name).code == 0)
        let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
        #expect(size > 300_000)
        for options in [["-H", "connection: close"], ["-0"], []] {
          let out = "\(world.folder)/\(UUID().uuidString)"
          let answer = try Command(
            "curl",
            ["-sS", "--limit-rate", "4M", "--unix-socket", syr.socket, "http://a/v1/bundle", "-o", out] + options,
            logs: world.logs
          ).finished()
          #expect(answer.code == 0, "\(options): \(answer)")
          let bytes = try Data(contentsOf: URL(filePath: out))
          #expect(throws: Never.self) { try Custody.Bundle(decoding: [UInt8](bytes)) }
        }
        #expect(try syr.amana("show", intake, "--lines", "--json").output.count > 100_000)
      }
    }

    @Test("A stop lets an answer leave that somebody is still reading")
    func stopping() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        _ = try await syr.sign(syr.intake(600))
        let out = "\(world.folder)/out"
        let reader = try Command(
          "curl", ["-sS", "--limit-rate", "600k", "--unix-socket", syr.socket, "http://a/v1/bundle", "-o", out],
          logs: world.logs)
        #expect(poll { (try? FileManager.default.attributesOfItem(atPath: out)[.size] as? Int ?? 0) ?? 0 > 0 })
        daemon.command.signal(SIGTERM)
        #expect(try reader.finished().code == 0)
        #expect(try daemon.command.finished().code == 0)
        let bytes = try Data(contentsOf: URL(filePath: out))
        #expect(throws: Never.self) { try Custody.Bundle(decoding: [UInt8](bytes)) }
      }
    }
  }
}
