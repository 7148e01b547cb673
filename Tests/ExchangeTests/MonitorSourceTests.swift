import ControlAPI
import Custody
import Foundation
import Testing

@testable import Exchange

/// What an observer takes beside the logs: files that somebody gave it, and feeds.
@Suite("Taking statements without a key")
struct MonitorSourceTests {
  @Test("A file that is no bundle, too large, cannot be read or is not there is told, and all the rest is looked at")
  func badEnvelopes() async throws {
    try await WatchedLog.with { log in
      let entries = try WatchedLog.entries(3)
      try log.serve(entries)
      let (folder, manager) = ("\(log.folder)/envelopes", FileManager.default)
      func put(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
      }
      try manager.createDirectory(atPath: "\(folder)/folder", withIntermediateDirectories: true)
      try put(Array("no bundle".utf8), "a.amana")
      try put([], "empty.amana")
      try put([1], "large.amana")
      let large = try #require(FileHandle(forWritingAtPath: "\(folder)/large.amana"))
      try large.truncate(atOffset: UInt64(Custody.Bundle.maximumByteCount) + 1)
      try large.close()
      try manager.createSymbolicLink(atPath: "\(folder)/link.amana", withDestinationPath: "\(folder)/gone.amana")
      try put(log.note(entries), "note")
      let sources = [folder, "\(log.folder)/nothing", "\(log.url)/nothing"]
      let bad = ["a.amana", "empty.amana", "folder", "large.amana", "link.amana"].map { "\(folder)/\($0)" }
      let report = try await log.look { $0.envelopes = sources }
      #expect(report.exitCode == 3 && report.alarms.isEmpty, "\(report.text(.en))")
      let troubled = report.places.filter { $0.trouble != nil }
      #expect(troubled.map(\.url) == bad + sources.dropFirst())
      #expect(troubled.map(\.trouble) == [String](repeating: "content", count: 6) + ["http"])
      #expect(report.places.map(\.url) == [log.url, folder] + bad + sources.dropFirst())
      for language in MonitorLanguage.allCases {
        #expect(bad.allSatisfy { report.text(language).contains("\($0): ") }, "\(report.text(language))")
      }
      // What lies behind them convicts all the same.
      try put(log.note(WatchedLog.entries(3, salt: 9)), "other")
      let forked = try await log.look(after: 1) { $0.envelopes = sources }
      #expect(forked.exitCode == 1 && forked.alarms.map(\.code) == ["fork"], "\(forked.text(.en))")
      #expect(forked.places.count { $0.trouble != nil } == 7)
    }
  }

  @Test("A feed is read on behind the last page that was kept; what of it does not verify is kept before that is noted")
  func feedGoesOn() async throws {
    try await WatchedLog.with { log in
      let state = try MonitorState(path: "\(log.folder)/state")
      try state.keep([log.url: .init(origin: "a", size: 7), "b": .init(origin: "b", size: 8, feed: 9)])
      func page(_ positions: [UInt64]) -> FakeReply {
        let envelopes = positions.map { FeedEnvelope(position: $0, statement: [UInt8($0 % 256)]) }
        return FakeReply(body: Feed(envelopes: envelopes).encoded())
      }
      func read(from start: UInt64, for time: Duration = .seconds(3600)) async -> (end: UInt64, failure: WebFailure?) {
        let web = WebClient(time: .seconds(3600))
        let place = MonitorPlace(url: log.url, web: web, isCourier: true)
        var (position, failure) = (start, WebFailure?.none)
        var intake = StatementIntake(state: state, roster: log.roster, now: WatchedLog.now)
        do { try await intake.readFeed(of: place, from: &position, until: .now + time) } catch {
          failure = WebFailure(error)
        }
        await web.close()
        return (position, failure)
      }
      func kept() throws -> Int { try state.alarms().count { $0.alarm.code == "statement" } }
      log.answer("feed?after=0", with: page([1, 5]))
      log.answer("feed?after=5", with: FakeReply(status: 500, body: [1]))
      let broken = await read(from: 0)
      #expect(broken.end == 5 && broken.failure?.code == "http")
      #expect(try kept() == 2)
      #expect(try state.places()[log.url] == .init(origin: "a", size: 7, feed: 5))
      let late = await read(from: 5, for: .zero)
      #expect(late.end == 5 && late.failure?.code == "timeout")
      log.answer("feed?after=5", with: page([9]))
      // A page that repeats what was read ends the reading, and what came before it stays read.
      log.answer("feed?after=9", with: page([9]))
      let repeating = await read(from: 5)
      #expect(repeating.end == 9 && repeating.failure?.code == "feed")
      #expect(try kept() == 3)
      log.answer("feed?after=9", with: page([]))
      let whole = await read(from: 9)
      #expect(whole.end == 9 && whole.failure == nil)
      #expect(log.requests == [0, 5, 5, 9, 9].map { "/feed?after=\($0)" })
      #expect(try state.places()[log.url]?.feed == 9 && state.places()["b"] == .init(origin: "b", size: 8, feed: 9))
      // A disk that keeps nothing ends it before it is noted as read.
      log.answer("feed?after=9", with: page([12]))
      try FileManager.default.removeItem(atPath: "\(log.folder)/state/alarms")
      try Data([1]).write(to: URL(filePath: "\(log.folder)/state/alarms"))
      #expect(await read(from: 9).end == 9)
      #expect(try state.places()[log.url]?.feed == 9)
    }
  }
}
