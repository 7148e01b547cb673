import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Signed, sealed messages with attachments.
  @Suite struct MessageTests {
    private func file(_ world: World, _ name: String, _ bytes: Data) throws -> String {
      let path = "\(world.folder)/\(name)"
      try bytes.write(to: URL(filePath: path))
      return path
    }

    private func noise(_ count: Int) -> Data {
      var state: UInt64 = 0x9e37_79b9_7f4a_7c15
      return Data(
        (0..<count).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1
          return UInt8(truncatingIfNeeded: state >> 56)
        })
    }

    @Test("A message with attachments reaches its reader whole, by wire; reading is on record; nothing is overwritten")
    func sent() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let big = try file(world, "إحاطة.pdf", noise(3_000_000))
        let empty = try file(world, "empty.bin", Data())
        let text = try file(world, "text.txt", Data("one\r\n\tسطران\n".utf8))
        let sent = try syr.amana(
          "message", "send", "--to", irq.name, "--subject", "Briefing إحاطة", "--text-file", text, big, empty)
        #expect(sent.code == 0, "\(sent)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(syr.folder)/state/uploads").isEmpty)
        #expect(try syr.amana("message", "list").output.contains("0 of 1"))
        try world.addPeers()
        try await EndToEnd.deliver(world.wire(syr, irq))
        #expect(try syr.amana("message", "list", "--sent").output.contains("1 of 1"))
        let list = try irq.amana("message", "list", "--received", "--peer", syr.name)
        #expect(list.output.contains("Briefing إحاطة") && list.output.contains("unread"), "\(list)")
        let id = try await irq.newest("message").statement
        let folder = "\(world.folder)/saved"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let read = try irq.amana("message", "read", id, "--save", folder)
        #expect(
          read.code == 0 && read.output.contains("    سطران") && read.output.contains("application/pdf"), "\(read)")
        #expect(FileManager.default.contents(atPath: "\(folder)/إحاطة.pdf") == noise(3_000_000))
        #expect(FileManager.default.contents(atPath: "\(folder)/empty.bin")?.isEmpty == true)
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/إحاطة.pdf")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try Data("mine".utf8).write(to: URL(filePath: "\(folder)/إحاطة.pdf"))
        let again = try irq.amana("message", "read", id, "--save", folder)
        #expect(again.code == 2 && again.errors.contains("never overwritten"), "\(again)")
        #expect(FileManager.default.contents(atPath: "\(folder)/إحاطة.pdf") == Data("mine".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        let reads = try await irq.get("/v1/reads?statement=\(id)", as: [ReadView].self).map(\.operation)
        #expect(reads == ["listMessages", "readMessage", "getAttachment", "getAttachment", "readMessage"])
        #expect(!(try irq.amana("message", "list").output.contains("unread")))
        #expect(try irq.amana("audit").code == 0 && syr.amana("audit").code == 0)
      }
    }

    @Test("The same message id sends once; another message under it is refused; to all reaches every other authority")
    func once() async throws {
      try await World.run { world in
        let (syr, id) = (world.syr, UUID().uuidString.lowercased())
        let attached = try file(world, "a.txt", Data("attached".utf8))
        func send(_ subject: String) throws -> Answer {
          try syr.amana("message", "send", "--all", "--subject", subject, "--message", id, attached)
        }
        let first = try send("Notice")
        #expect(first.code == 0 && first.output.contains("IRQ/justice, TUR/migration"), "\(first)")
        let size = try await syr.status().size
        #expect(try send("Notice").output == first.output)
        let other = try send("Another")
        #expect(other.code == 1 && other.errors.contains("conflict"), "\(other)")
        #expect(try await syr.status().size == size)
        let objects = try FileManager.default.contentsOfDirectory(atPath: "\(syr.folder)/state/objects")
        #expect(objects.count == 2, "what was not sent left something")
        var request = MessageRequest(messageID: nil, to: [world.irq.name], subject: "Key", text: nil, attachments: nil)
        request.text = ["x"]
        let raw = RawRequest.http(
          "POST", "/v1/messages", ["content-type: application/json", "idempotency-key: \"k\""],
          body: try syr.encode(request))
        let answers = try RawClient(syr, world.logs).batch([raw, raw])
        #expect(answers.map(\.status) == [201, 201] && answers[0].body == answers[1].body, "\(answers)")
        #expect(try await syr.status().size == size + 1)
      }
    }

    @Test("Limits hold before anything is sent, and an upload that breaks off leaves nothing")
    func limits() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        func refused(_ extra: String...) throws -> Answer {
          try syr.start(["message", "send", "--to", irq.name, "--subject", "S"] + extra).finished()
        }
        let large = "\(world.folder)/large.bin"
        _ = FileManager.default.createFile(atPath: large, contents: nil)
        try FileHandle(forWritingAtPath: large)?.truncate(atOffset: (64 << 20) + 1)
        #expect(try refused(large).errors.contains("larger than 67108864"))
        #expect(try refused("\(world.folder)/none").code == 2)
        #expect(try refused(world.folder).code == 2)
        #expect(try refused("--text-file", try file(world, "bad.txt", Data([0x61, 0x1b]))).errors.contains("line 1"))
        #expect(try refused("--text-file", try file(world, "latin.txt", Data([0xe9]))).errors.contains("UTF-8"))
        #expect(try refused(try file(world, ".hidden", Data())).errors.contains("rename"))
        #expect(try refused("--media-type", "pdf", large).code == 2)
        #expect(try syr.amana("message", "send", "--subject", "S").errors.contains("--all"))
        #expect(try syr.amana("message", "send", "--to", "XXX/yyy", "--subject", "S").code == 1)
        var half = RawRequest.http(
          "POST", "/v1/attachments", ["content-type: application/octet-stream", "content-length: 1000000"],
          body: Array(noise(500_000)))
        half.ends = true
        #expect(try RawClient(syr, world.logs).batch([half]).map(\.status) == [400])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(syr.folder)/state/uploads").isEmpty)
        #expect(try await syr.status().size == 3)
      }
    }

    @Test("The largest attachment there may be passes through in pieces, never whole in memory")
    func largest() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let path = "\(world.folder)/large.bin"
        _ = FileManager.default.createFile(atPath: path, contents: noise(1 << 20))
        try FileHandle(forUpdatingAtPath: path)?.truncate(atOffset: 64 << 20)
        let before = try EndToEnd.peakMemory(daemon.command.processID)
        let sent = try syr.amana("message", "send", "--to", world.irq.name, "--subject", "Large", path)
        #expect(sent.code == 0, "\(sent)")
        let id = try await syr.newest("message").statement
        let folder = "\(world.folder)/saved"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try syr.amana("message", "read", id, "--save", folder).code == 0)
        #expect(try Data(contentsOf: URL(filePath: "\(folder)/large.bin")) == Data(contentsOf: URL(filePath: path)))
        let grown = try EndToEnd.peakMemory(daemon.command.processID) - before
        #expect(grown < 48 << 20, "\(grown >> 20) MiB")
        print("MESSAGE: 64 MiB sent and read, \(grown >> 20) MiB more at the most")
      }
    }
  }

  /// The most memory a process ever held, in bytes.
  static func peakMemory(_ processID: Int32) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    guard let number = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Stopped("no VmHWM")
    }
    return number << 10
  }
}
