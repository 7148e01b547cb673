import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

@testable import amana

extension EndToEnd {
  /// Archives that no command of ours makes, well stamped: what their index says is held against what is there. No daemon
  /// runs.
  @Suite struct MadeArchiveTests {
    private struct Verified: Decodable {
      let result: String
      let failures: [String]
    }

    private static let now = Int64(Date().timeIntervalSince1970)

    /// Checkpoints of SYR's log, without its entries.
    private func note(_ world: World, _ size: UInt64, _ root: UInt8) throws -> [UInt8] {
      let tree = Checkpoint(origin: "syr.example/custody/log/1", size: size, root: .leaf([root]))
      return try Checkpoint.sign(tree, key: world.syr.key("\(world.syr.folder)/keys/checkpoint.pem")).encoded()
    }

    /// An archive of parts that have no more than these checkpoints, stamped with SYR's key.
    private func made(
      _ world: World, _ parts: [[[UInt8]]], of authority: String = "SYR/prisons",
      renaming: (String) -> String = { $0 }
    ) throws -> String {
      let roster = try world.firstRoster()
      var files: [String: [UInt8]] = [:]
      for path in ArchivePath.readMes { files[path] = Array("What it is.\n".utf8) }
      files[ArchivePath.numbered(ArchivePath.rosters, 1, ".cose")] = roster.bytes
      for (position, notes) in parts.enumerated() {
        var writer = BundleWriter(exercise: false, created: OffsetTime(unix: Self.now), clear: false)
        writer.roster(roster.bytes)
        for note in notes { writer.checkpoint(note) }
        files[ArchivePath.numbered(ArchivePath.parts, position + 1, ".amana")] = writer.bytes
      }
      for (position, note) in Set(parts.flatMap(\.self)).enumerated() {
        files[ArchivePath.numbered(ArchivePath.checkpoints, position + 1, ".txt")] = note
      }
      files = Dictionary(uniqueKeysWithValues: files.map { (renaming($0.key), $0.value) })
      let head = "amana-archive-1\nauthority \(authority)\nsince -\nuntil \(OffsetTime(unix: Self.now).text)\n"
      let lines = files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(hexadecimal(SHA256.hash($0.value)))  \($0.value.count)  \($0.key)\n" }
      let index = Array((head + lines.joined()).utf8)
      let content = ArchiveStamp.Content(
        issuer: "https://syr.example/custody", at: Self.now, roster: roster.digest, rosters: [],
        covers: ArchiveStampFile.covers(index: index, []))
      let stamp = try ArchiveStamp.sign(content, with: [world.syr.key("\(world.syr.folder)/keys/statement.pem")])
      files[ArchiveIndex.path] = index
      files[ArchivePath.stamp(1)] = stamp.bytes
      let folder = "\(world.folder)/archive-\(UUID().uuidString.prefix(8))"
      for inner in ArchivePath.folders {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(inner)", withIntermediateDirectories: true)
      }
      for (path, bytes) in files { try Data(bytes).write(to: URL(filePath: "\(folder)/\(path)")) }
      return folder
    }

    private func verified(_ world: World, _ folder: String, code: Int32) throws -> Verified {
      let arguments = ["archive", "verify", folder, "--roster", "\(world.folder)/roster.cose", "--json"]
      return try JSONDecoder().decode(Verified.self, from: Data(world.amana(arguments, code: code).output.utf8))
    }

    /// By the command, which prints nothing else.
    private func refusal(_ world: World, _ folder: String, code: Int32 = 1) throws -> String {
      let roster = "\(world.folder)/roster.cose"
      return try world.amana(["archive", "verify", folder, "--roster", roster, "--lang", "en"], code: code).errors
    }

    @Test("A folder without INDEX is no archive and does not hold; one that cannot be read is another matter")
    func noIndex() async throws {
      try await World.run(starts: false) { world in
        let folder = try made(world, [[note(world, 3, 1)]])
        #expect(try verified(world, folder, code: 0).result == "holds")
        try FileManager.default.removeItem(atPath: "\(folder)/INDEX")
        #expect(try refusal(world, folder).contains("DOES NOT HOLD: INDEX is missing"))
        let empty = "\(world.folder)/empty"
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
        #expect(try refusal(world, empty).contains("DOES NOT HOLD: INDEX is missing"))
        for none in ["\(world.folder)/none", "\(world.folder)/roster.cose"] {
          #expect(try refusal(world, none, code: 2).contains("missing or not readable"), "\(none)")
        }
      }
    }

    @Test("An archive whose index names nobody, or nobody whose log it shows, or names files otherwise, does not hold")
    func index() async throws {
      try await World.run(starts: false) { world in
        let note = try note(world, 3, 1)
        for (authority, why) in [
          ("XXX/nobody", "lists no authority XXX/nobody"), ("IRQ/justice", "no part has a checkpoint of its log"),
        ] {
          let found = try verified(world, made(world, [[note]], of: authority), code: 1)
          #expect(found.result == "does-not-hold" && found.failures.count == 1, "\(found)")
          #expect(found.failures.first?.contains(why) == true, "\(found)")
        }
        #expect(try verified(world, made(world, [[]]), code: 1).failures.count == 1)
        for name in ["x", "1", "0000001"] {
          let folder = try made(world, [[note]]) { $0.replacing("parts/000001", with: "parts/\(name)") }
          #expect(try refusal(world, folder).contains("\"parts/\(name).amana\" has no place in an archive"))
        }
        let gaps = try made(world, [[note]]) { $0.replacing("000001", with: "000700") }
        #expect(try verified(world, gaps, code: 0).result == "holds")
      }
    }

    @Test("V20 A log that two parts convict is named, and `amana prove-fork` takes them; it hinders no stamp")
    func forked() async throws {
      try await World.run(starts: false) { world in
        let (one, other) = try (note(world, 3, 1), note(world, 3, 2))
        let folder = try made(world, [[one], [note(world, 2, 3)], [other]])
        let found = try verified(world, folder, code: 1)
        #expect(found.result == "does-not-hold" && found.failures.count == 1, "\(found)")
        #expect(
          found.failures.first?.hasPrefix(
            "parts/000001.amana and parts/000003.amana: V20: the log syr.example/custody/log/1 signed two different roots"
          )
            == true, "\(found)")
        let proof = "\(world.folder)/archive.fork"
        let trust = ["--roster", "\(world.folder)/roster.cose"]
        let parts = [1, 3].map { "\(folder)/parts/00000\($0).amana" }
        try world.amana(["prove-fork"] + parts + ["--output", proof] + trust)
        try world.amana(["verify", proof] + trust)
        // In one part it is said of that part, once.
        let alone = try verified(world, made(world, [[one, other]]), code: 1)
        #expect(alone.failures.count == 1 && alone.failures[0].contains("V20"), "\(alone)")
        // Nobody has changed anything: what stops `amana archive stamp` is empty.
        for folder in try [folder, made(world, [[one, other]])] {
          let trust = ArchiveReading.Trust(digest: decodeHexadecimal(world.digest))
          let reading = try ArchiveReading(folder, trusting: trust, now: Self.now)
          #expect(reading.failures.isEmpty && reading.report.result == .doesNotHold, "\(reading.failures)")
        }
      }
    }
  }
}
