import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

@testable import Exchange

/// An observer's looks at a log that is honest, forks, shrinks, or is handed out by a liar.
@Suite("Watching logs without a key")
struct MonitorTests {
  private func with(quorum: UInt64? = nil, _ body: (WatchedLog) async throws -> Void) async throws {
    try await WatchedLog.with(quorum: quorum, body)
  }

  private func codes(_ report: MonitorReport) -> [String] { report.alarms.map(\.code) }

  @Test("A log that grows is followed, each entry fetched once, and the copy verifies by itself")
  func grows() async throws {
    try await with { log in
      for (index, count) in [1, 300, 300, 256 * 3, 256 * 3 + 1].enumerated() {
        try log.serve(WatchedLog.entries(count))
        let before = try log.copied ?? 0
        let report = try await log.look(after: UnixTime(index))
        #expect(report.exitCode == 0 && report.alarms.isEmpty, "\(count): \(report.text(.en))")
        #expect(report.places.first?.newEntries == UInt64(count) - before)
        #expect(try log.copied == UInt64(count))
      }
      #expect(log.requests.count { $0 == "/tile/entries/000" } == 1, "\(log.requests)")
      let state = try MonitorState(path: "\(log.folder)/state")
      let copy = MonitorCopy(state: state, origin: WatchedLog.origin)
      #expect(try TileReader(source: copy.tiles(769)).root(size: 769) == copy.newest()?.checkpoint.root)
      let entries = try WatchedLog.entries(770)
      #expect(try copy.contains([entries[0], entries[768], entries[769]]) == [entries[0], entries[768]])
    }
  }

  @Test("Two trees of one size: both notes are kept, the copy stays, and the alarm stands when the log is honest again")
  func forkAtOneSize() async throws {
    try await with { log in
      try log.serve(WatchedLog.entries(300))
      #expect(try await log.look().exitCode == 0)
      let honest = try #require(log.file("checkpoint"))
      try log.serve(WatchedLog.entries(300, salt: 9, from: 17))
      let other = try #require(log.file("checkpoint"))
      for second in 1...2 {
        let report = try await log.look(after: UnixTime(second))
        #expect(report.exitCode == 1 && codes(report) == ["fork"], "\(report.text(.en))")
      }
      try log.serve(WatchedLog.entries(310))
      let report = try await log.look(after: 3)
      #expect(report.exitCode == 1 && codes(report) == ["fork"])
      #expect(try log.copied == 310)
      let alarm = try #require(report.alarms.first)
      #expect(alarm.since == WatchedLog.now + 1 && alarm.files.count == 2)
      let proofs = try alarm.files.map { [UInt8](try Data(contentsOf: URL(filePath: "\(log.folder)/out/\($0)"))) }
      #expect(Set(proofs) == [honest, other])
      let arabic = try String(contentsOfFile: "\(log.folder)/out/report.ar.txt", encoding: .utf8)
      #expect(arabic.contains("تشعّب") && arabic.contains(WatchedLog.origin))
    }
  }

  @Test(
    "V20: a later tree that begins otherwise: the proof leads from another root than the earlier note's to the later one's"
  )
  func forkLater() async throws {
    try await with { log in
      try log.serve(WatchedLog.entries(300))
      #expect(try await log.look().exitCode == 0)
      let entries = try WatchedLog.entries(700, salt: 9, from: 17)
      try log.serve(entries)
      let report = try await log.look(after: 1)
      #expect(report.exitCode == 1 && codes(report) == ["fork"], "\(report.text(.en))")
      #expect(try log.copied == 300)
      let alarm = try #require(report.alarms.first)
      let folder = "\(log.folder)/out/report.proofs/\(alarm.id)"
      func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))) }
      let (first, second) = (
        try SignedCheckpoint(decoding: read("first.note")), try SignedCheckpoint(decoding: read("second.note"))
      )
      let answer = try ConsistencyAnswer(decoding: read("consistency.cbor"))
      let root = MerkleTree.root(of: entries.prefix(300).map(\.leafHash))
      #expect(try String(decoding: read("root.hex"), as: UTF8.self) == "\(hexadecimal(root.bytes))\n")
      let proof = ConsistencyProof(
        oldSize: answer.from, newSize: answer.to, path: answer.path.compactMap { TreeHash($0) })
      #expect(proof.holds(oldRoot: root, newRoot: second.checkpoint.root) && root != first.checkpoint.root)
      // In one file: both notes, and the first entry that differs under each.
      let bundle = try Custody.Bundle(decoding: read("evidence.amana"))
      #expect(bundle.checkpoints.map(\.value) == [first.note.encoded(), second.note.encoded()])
      let leaves = bundle.proofs.map(\.value)
      #expect(leaves.map(\.proof.index) == [17, 17])
      #expect(leaves.map { $0.proof.root(from: $0.entry.leafHash) } == [first.checkpoint.root, second.checkpoint.root])
      #expect(try leaves.map(\.entry) == [WatchedLog.entries(18)[17], entries[17]])
    }
  }

  @Test("A place that shows less than before is told; one that lags behind another is not")
  func rollback() async throws {
    try await with { log in
      try log.serve(WatchedLog.entries(300))
      #expect(try await log.look().exitCode == 0)
      try log.serve(WatchedLog.entries(200))
      let lagging = try await log.look(after: 1, urls: ["\(log.url)/mirror/"])
      #expect(lagging.exitCode == 0 && lagging.places.first?.size == 200, "\(lagging.text(.en))")
      // A look that comes to no end has told nobody.
      let damaged = "\(log.folder)/state/statements/damaged.cose"
      try Data([1]).write(to: URL(filePath: damaged))
      await #expect(throws: MonitorError.self) { try await log.look(after: 2) }
      try FileManager.default.removeItem(atPath: damaged)
      let report = try await log.look(after: 3)
      #expect(report.exitCode == 1 && codes(report) == ["rollback"], "\(report.text(.en))")
      #expect(try log.copied == 300)
    }
  }

  @Test(
    "What is no note, no file of the log, too large, or elsewhere: told, nothing kept, and the honest log is taken after"
  )
  func hostile() async throws {
    let entries = try WatchedLog.entries(300)
    try await with { log in
      try log.serve(entries)
      let good = String(decoding: try log.note(entries), as: UTF8.self)
      let line = good.split(separator: "\n").last.map { String($0) } ?? ""
      let foreign = try Checkpoint.sign(
        Checkpoint(origin: "other.example/log/1", size: 1, root: .empty), key: log.key
      ).encoded()
      let huge = try Checkpoint.sign(
        Checkpoint(origin: WatchedLog.origin, size: 1 << 63, root: .empty), key: log.key
      ).encoded()
      func text(_ text: String) -> FakeReply { FakeReply(body: Array(text.utf8)) }
      let first = try #require(log.file("tile/entries/000"))
      var changed = first
      changed[77] ^= 1
      let cases: [(path: String, reply: FakeReply, code: Int32)] = [
        ("checkpoint", FakeReply(status: 404, body: [1]), 3), ("checkpoint", FakeReply(), 3),
        ("checkpoint", text("no note"), 3), ("checkpoint", FakeReply(body: [UInt8](repeating: 10, count: 70_000)), 3),
        ("checkpoint", text(good + String(repeating: line + "\n", count: 16)), 3),
        ("checkpoint", FakeReply(status: 302, body: [1], headers: [("location", "\(log.url)/checkpoint")]), 3),
        ("checkpoint", FakeReply(body: Array(good.utf8), headers: [("content-encoding", "gzip")]), 3),
        ("checkpoint", text(good.replacing("\n300\n", with: "\n301\n")), 1),
        ("checkpoint", FakeReply(body: foreign), 1),
        ("checkpoint", FakeReply(body: huge), 3),
        ("tile/entries/000", FakeReply(body: changed), 1),
        ("tile/entries/000", FakeReply(body: Array(first.dropLast())), 1),
        ("tile/entries/000", FakeReply(body: first + [0]), 3),
        ("tile/entries/000", FakeReply(status: 404, body: [1]), 3),
        ("tile/0/000", FakeReply(body: [UInt8](repeating: 0, count: 8192)), 1),
        ("tile/1/000.p/1", FakeReply(body: [UInt8](repeating: 0, count: 32)), 1),
        ("tile/0/001.p/44", FakeReply(body: [1]), 1), ("tile/0/001.p/44", FakeReply(body: [1, 2, 3], cutAfter: 1), 3),
      ]
      for (index, item) in cases.enumerated() {
        try log.serve(entries)
        log.answer(item.path, with: item.reply)
        let report = try await log.look(after: UnixTime(index))
        #expect(report.exitCode == item.code, "\(index) \(item.path): \(report.text(.en))")
        #expect(try log.copied == nil, "\(index) \(item.path)")
        log.answer(item.path, with: nil)
      }
      #expect(FileManager.default.fileExists(atPath: "\(log.folder)/state/staging") == false)
      let report = try await log.look(after: 100)
      #expect(report.exitCode == 0, "\(report.text(.en))")
      #expect(try log.copied == 300)
    }
  }

  @Test("A place that shows a note of another forged log at each look has one alarm, and the newest note is its proof")
  func forgedOrigins() async throws {
    try await with { log in
      try log.serve(WatchedLog.entries(3))
      var note: [UInt8] = []
      for number in 1...5 {
        note = try Checkpoint.sign(
          Checkpoint(origin: "n\(number).example/log/1", size: 1, root: .empty), key: log.key
        ).encoded()
        log.answer("checkpoint", with: FakeReply(body: note))
        let report = try await log.look(after: UnixTime(number))
        #expect(codes(report) == ["checkpoint"] && report.alarms.first?.since == WatchedLog.now + 1)
        #expect(report.alarms.first?.subject == log.url)
      }
      let folder = "\(log.folder)/out/report.proofs"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count == 1, "\(names)")
      let shown = try Data(contentsOf: URL(filePath: "\(folder)/\(names.first ?? "")/shown.note"))
      #expect([UInt8](shown) == note)
    }
  }

  @Test("A part of a tile that has become a full one is cut from it; a note that lies about its files changes no copy")
  func parts() async throws {
    try await with { log in
      let entries = try WatchedLog.entries(512)
      try log.serve(entries)
      // The checkpoint of a moment ago, beside the files of now.
      log.answer("checkpoint", with: FakeReply(body: try log.note(Array(entries.prefix(300)))))
      let report = try await log.look()
      #expect(report.exitCode == 3, "the tile above has no part of that size here: \(report.text(.en))")
      log.answer("tile/1/000.p/1", with: FakeReply(body: Array(try #require(log.file("tile/1/000.p/2")).prefix(32))))
      #expect(try await log.look(after: 1).exitCode == 0)
      #expect(try log.copied == 300)
      log.answer("checkpoint", with: nil)
      log.answer("tile/entries/001", with: FakeReply(body: [UInt8](repeating: 0, count: 256 * 34)))
      let lied = try await log.look(after: 2)
      #expect(codes(lied) == ["tiles"], "\(lied.text(.en))")
      #expect(try log.copied == 300)
    }
  }

  @Test("Fewer cosignatures than the roster asks for are waited for, then told; a log that does not grow too")
  func quorum() async throws {
    try await with(quorum: 1) { log in
      let entries = try WatchedLog.entries(3)
      try log.serve(entries)
      #expect(try await log.look().exitCode == 0)
      #expect(codes(try await log.look(after: 3600)) == ["quorum"])
      try log.serve(entries, cosigned: true)
      #expect(try await log.look(after: 3601).exitCode == 0)
      // Growing does not begin the time again.
      for (index, count) in [4, 5].enumerated() {
        try log.serve(WatchedLog.entries(count))
        let report = try await log.look(after: 5000 + 2300 * UnixTime(index))
        #expect(codes(report) == (index == 0 ? [] : ["quorum"]), "\(report.text(.en))")
      }
      try log.serve(WatchedLog.entries(5), cosigned: true)
      #expect(try await log.look(after: 7400) { $0.stillAfter = 1000 }.exitCode == 0)
      #expect(codes(try await log.look(after: 8400) { $0.stillAfter = 1000 }) == ["still"])
    }
  }

  @Test("An alarm that stands while the log grows keeps its name and its time")
  func standing() async throws {
    try await with(quorum: 1) { log in
      try log.serve(WatchedLog.entries(3))
      #expect(try await log.look().exitCode == 0)
      var names: Set<String> = []
      for count in 4...6 {
        try log.serve(WatchedLog.entries(count))
        let alarm = try #require(try await log.look(after: 3600 + UnixTime(count)).alarms.first)
        #expect(alarm.code == "quorum" && alarm.since == WatchedLog.now + 3604)
        names.insert(alarm.id)
      }
      #expect(names.count == 1)
    }
  }

  @Test("However many statements do not verify, a fork is kept; of one log only so many")
  func limits() async throws {
    try await with { log in
      let state = try MonitorState(path: "\(log.folder)/state")
      for number in 0..<MonitorState.maximumUnverified {
        try FileManager.default.createDirectory(
          atPath: "\(log.folder)/state/alarms/statement-\(number)", withIntermediateDirectories: false)
      }
      func keep(_ code: MonitorFinding.Code, _ subject: String, _ proof: UInt8) throws {
        try state.keep(MonitorFinding(code, of: subject, [], proofs: [.init(name: "p", bytes: [proof])]), at: 1)
      }
      try keep(.statement, "s", 0)
      #expect(try state.alarms().isEmpty)
      for proof in 0..<20 { try keep(.fork, "a", UInt8(proof)) }
      try keep(.fork, "b", 0)
      let kept = try state.alarms().map(\.alarm.subject)
      #expect(kept.count { $0 == "a" } == MonitorState.maximumOfSubject && kept.count { $0 == "b" } == 1)
    }
  }

  @Test("An older roster than was used, or another of its version, is refused")
  func rosters() async throws {
    try await with { log in
      try log.serve(WatchedLog.entries(1))
      #expect(try await log.look().exitCode == 0)
      let other = try await WatchedLog()
      await #expect(throws: MonitorError.self) { try await log.look(roster: other.roster) }
      await other.close()
    }
  }

  @Test("Of two looks with one folder the second is refused; when the first has ended it is not")
  func together() async throws {
    try await with { log in
      try log.serve(WatchedLog.entries(1))
      let first = try MonitorState.lock("\(log.folder)/state")
      await #expect(throws: MonitorError.self) { try await log.look() }
      withExtendedLifetime(first) {}
    }
    try await with { log in
      try log.serve(WatchedLog.entries(1))
      for second in 0...1 { #expect(try await log.look(after: UnixTime(second)).exitCode == 0) }
    }
  }

  @Test("Every sentence stands in both catalogues with the same placeholders, the Arabic one in Arabic")
  func texts() {
    for text in MonitorText.allCases {
      let (english, arabic) = (monitorTextsEnglish[text] ?? "", monitorTextsArabic[text] ?? "")
      func marks(_ text: String) -> Set<String> { Set(text.matches(of: /%\d+/).map { String($0.output) }) }
      #expect(!english.isEmpty && marks(english) == marks(arabic), "\(text)")
      #expect(arabic.unicodeScalars.contains { (0x0600...0x06ff).contains($0.value) }, "\(text)")
    }
    for code in MonitorFinding.Code.allCases { #expect(MonitorText(code).text(.en).count > 20) }
    #expect(MonitorText.place.text(.en, ["%2", "7"]) == "%2: looked at; 7 statements are new")
  }
}
