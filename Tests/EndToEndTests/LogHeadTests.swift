import Foundation
import Testing
import TransparencyLog

@testable import amanad

extension EndToEnd {
  /// The head that is kept beside the store, inside one process (V21, F14).
  @Suite struct LogHeadTests {
    private static let slot = 1024

    private func inFolder(_ body: (_ folder: String) throws -> Void) throws {
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try body(folder)
    }

    private func checkpoint(_ size: UInt64, _ origin: String = "irq.example/log/1", root: UInt8 = 1) -> Checkpoint {
      Checkpoint(origin: origin, size: size, root: .leaf([root]))
    }

    private func bytes(_ head: LogHead) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: head.path))) }

    private func put(_ bytes: [UInt8], _ head: LogHead) throws { try Data(bytes).write(to: URL(filePath: head.path)) }

    @Test("What was written is read again, by this process and by the next, and nobody else may read it")
    func comesBack() throws {
      try inFolder { folder throws in
        let head = LogHead(folder: folder)
        #expect(head.read() == .none)
        head.write(checkpoint(7))
        let expected = LogHead.Reading.record(.init(machine: LogHead.machine, checkpoint: checkpoint(7)))
        #expect(head.read() == expected && LogHead(folder: folder).read() == expected)
        let mode = try FileManager.default.attributesOfItem(atPath: head.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The machine's id itself is for nobody to see.
        let text = String(decoding: try bytes(head), as: UTF8.self)
        if let id = try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8), id.count > 8 {
          #expect(!text.contains(id.trimmingCharacters(in: .whitespacesAndNewlines)) && !LogHead.machine.isEmpty)
        } else {
          print("SKIPPED: that the machine's id is not in the head: this machine has none")
        }
      }
    }

    @Test("The newest of both places counts, also after a restart")
    func newest() throws {
      try inFolder { folder throws in
        let head = LogHead(folder: folder)
        for size: UInt64 in 1...5 {
          head.write(checkpoint(size))
          #expect(LogHead(folder: folder).read().checkpoint == checkpoint(size))
        }
        for size: UInt64 in 6...9 {
          let next = LogHead(folder: folder)
          #expect(next.read().checkpoint?.size == size - 1)
          next.write(checkpoint(size))
          #expect(LogHead(folder: folder).read().checkpoint == checkpoint(size))
          #expect(try bytes(next).count <= 2 * Self.slot)
        }
      }
    }

    @Test("Of two places one may be torn: the other is read, and what is written next is the newest")
    func torn() throws {
      try inFolder { folder throws in
        let head = LogHead(folder: folder)
        for size: UInt64 in 1...2 { head.write(checkpoint(size)) }
        let whole = try bytes(head)
        // The second was written to the first place.
        let half = Self.slot / 8
        let torn: [(bytes: [UInt8], size: UInt64)] = [
          ([UInt8](repeating: 0, count: Self.slot) + whole[Self.slot...], 1),
          ([UInt8](repeating: 0, count: half) + whole[half...], 1),
          (whole[..<half] + [UInt8](repeating: 0, count: Self.slot - half) + whole[Self.slot...], 1),
          (Array(whole[..<Self.slot]), 2), (Array(whole[..<(Self.slot + half)]), 2),
          (whole[..<Self.slot] + [UInt8](repeating: 0xff, count: Self.slot), 2),
        ]
        for (index, one) in torn.enumerated() {
          try put(one.bytes, head)
          let next = LogHead(folder: folder)
          #expect(next.read().checkpoint == checkpoint(one.size), "\(index)")
          next.write(checkpoint(9))
          #expect(LogHead(folder: folder).read().checkpoint == checkpoint(9), "\(index)")
        }
      }
    }

    @Test("Where neither place can be read it is said, and no byte of one can be another")
    func damaged() throws {
      try inFolder { folder throws in
        let head = LogHead(folder: folder)
        head.write(checkpoint(3))
        let whole = try bytes(head)
        let end = try #require(whole.lastIndex { $0 != UInt8(ascii: "\n") })
        #expect(end > Self.slot + 150)
        for index in Self.slot...(end + 1) {
          var changed = whole
          changed[index] ^= 0x20
          try put(changed, head)
          #expect(LogHead(folder: folder).read() == .damaged, "byte \(index)")
        }
        for bytes in [[], [0], Array(whole[..<Self.slot]), whole + whole] {
          try put(bytes, head)
          #expect(LogHead(folder: folder).read() == .damaged, "\(bytes.count) bytes")
        }
        try put(whole, head)
        #expect(LogHead(folder: folder).read().checkpoint == checkpoint(3))
      }
    }

    @Test("An older tree of the same log is not written, whatever its root; that of another log is")
    func older() throws {
      try inFolder { folder throws in
        let head = LogHead(folder: folder)
        head.write(checkpoint(5))
        for old in [checkpoint(4), checkpoint(5), checkpoint(5, root: 2), checkpoint(0)] {
          head.write(old)
          #expect(head.read().checkpoint == checkpoint(5), "\(old.size)")
        }
        head.write(checkpoint(6, root: 2))
        #expect(head.read().checkpoint == checkpoint(6, root: 2))
        head.write(checkpoint(1, "irq.example/log/2"))
        #expect(head.read().checkpoint == checkpoint(1, "irq.example/log/2"))
        head.write(checkpoint(1, "irq.example/log/2", root: 3))
        #expect(head.read().checkpoint == checkpoint(1, "irq.example/log/2"))
      }
    }
  }
}

extension LogHead.Reading {
  fileprivate var checkpoint: Checkpoint? { if case .record(let record) = self { record.checkpoint } else { nil } }
}
