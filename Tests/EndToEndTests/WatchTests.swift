import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// `amana watch`: one line an event, live, and on where it stopped.
  @Suite struct WatchTests {
    private func watch(_ side: TestAuthority, _ world: World, _ options: String...) throws -> Command {
      let command = try side.start(["watch"] + options)
      Running.shared.add(command)
      return command
    }

    private func statements(_ command: Command) -> [Int] {
      struct Line: Decodable {
        let event: String
        let index: Int?
      }
      return command.output.split(separator: "\n").compactMap {
        try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
      }.filter { $0.event == "statement" }.compactMap(\.index)
    }

    @Test("Every statement once, live and across a restart of the daemon; Ctrl-C ends it quietly")
    func live() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let lines = try watch(syr, world, "--from", "0", "--json")
        let people = try watch(syr, world, "--from", "0")
        #expect(poll(30) { statements(lines) == [0, 1, 2] })
        _ = try await syr.sign(syr.intake(2))
        #expect(poll(30) { statements(lines) == [0, 1, 2, 3] })
        #expect(poll(30) { people.output.contains("entry 3: intake by SYR/prisons") }, "\(people.output)")
        #expect(people.output.contains("approved 1 of 2") && !people.output.contains("Abdulsalam"))
        _ = try daemon.stop()
        #expect(poll(30) { people.errors.contains("asked again until it does") })
        _ = try syr.daemon().ready()
        _ = try await syr.sign(syr.intake(2))
        #expect(poll(60) { statements(lines) == [0, 1, 2, 3, 4] }, "\(statements(lines))")
        for command in [lines, people] {
          command.signal(SIGINT)
          #expect(try command.finished().code == 0)
        }
        #expect(people.errors.split(separator: "\n").count == 1, "\(people.errors)")
      }
    }

    @Test("It ends when nobody reads any more, and tells what reaches a peer and what does not")
    func news() async throws {
      try await World.run { world in
        let (syr, irq, wire) = (world.syr, world.irq, world.wire(world.syr, world.irq))
        let pipe = try Command(
          "sh", ["-c", "\(Command.binaries)/amana watch --from 0 --socket \(syr.socket) | head -n 2"], logs: world.logs)
        let answer = try pipe.finished()
        #expect(answer.code == 0 && answer.lines.count == 2 && answer.errors.isEmpty, "\(answer)")
        let watching = try watch(syr, world)
        let arriving = try watch(irq, world, "--lang", "ar")
        try await Task.sleep(for: .milliseconds(500))
        _ = try await world.released()
        try world.addPeers()
        let first = try #require(try await wire.sender.due(to: irq).first)
        _ = try await wire.sender.report(first.entry, to: irq, .failed, code: "tls", detail: "x")
        #expect(poll(30) { watching.output.contains("NOT DELIVERED to IRQ/justice") }, "\(watching.output)")
        try await EndToEnd.deliver(wire)
        #expect(poll(30) { watching.output.contains("delivered to IRQ/justice") }, "\(watching.output)")
        #expect(poll(30) { arriving.output.contains("ورد من") }, "\(arriving.output)")
      }
    }
  }
}
