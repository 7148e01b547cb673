import ControlAPI
import Foundation
import Glibc
import Testing

extension EndToEnd {
  @Suite("A satellite link")
  struct SatelliteTests {
    /// Making namespaces and TUN devices needs root; without it the test says that it was not run.
    static let isPossible = geteuid() == 0 && FileManager.default.fileExists(atPath: "/dev/net/tun")

    /// How many people are released: AMANA_SATELLITE_PERSONS for another number than a quick one.
    static let persons = ProcessInfo.processInfo.environment["AMANA_SATELLITE_PERSONS"].flatMap { Int($0) } ?? 12

    @Test("600 ms there and back, 2 % of packets lost, 64 kbit/s: a convoy arrives and is answered")
    func satellite() async throws {
      guard Self.isPossible else {
        print("SKIPPED: the satellite link needs root and /dev/net/tun")
        return
      }
      let name = "am\(Int.random(in: 1000...9999))"
      let logs = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: logs) }
      let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Network/satellite.py").path
      let link = try Command(Command.python, [script, name], logs: "\(logs)/logs")
      Running.shared.add(link)
      poll { link.output.contains("ready") || !link.isRunning }
      if !link.isRunning, link.errors.contains("Operation not permitted") {
        print("SKIPPED: the satellite link may not be made here: \(link.errors.suffix(200))")
        return
      }
      #expect(link.isRunning, "\(link.errors)")
      let addresses = ["10.77.0.1", "10.77.0.2"]
      var setting = Loopback.Setting()
      setting.url = { wire, _, other in "https://\(addresses[other]):\(wire.ports[other])" }
      setting.prepare = { wire in
        wire.places = zip(["a", "b"], addresses).map { (namespace: "\(name)-\($0)", address: $1) }
      }
      try await Loopback.run(setting) { wire in
        let began = Date()
        let release = try await wire.release(Self.persons)
        try await wire.irq.arrived(release, within: 600)
        let there = Date().timeIntervalSince(began)
        let lines = try await wire.irq.lines(release).map(\.line)
        let outcome = try await wire.irq.sign(wire.irq.outcome(release, "accepted", lines))
        try await wire.syr.arrived(outcome.signedID, within: 600)
        for member in wire.members { try await member.allDelivered(within: 600) }
        let whole = Date().timeIntervalSince(began)
        try await wire.agree(on: release)
        link.signal(SIGTERM)
        let carried = try link.finished()
        print(
          "SATELLITE \(Self.persons) persons: release there after \(Int(there)) s, answered and receipted after \(Int(whole)) s"
        )
        print("SATELLITE \(carried.lines.last ?? "")")
      }
    }
  }
}
