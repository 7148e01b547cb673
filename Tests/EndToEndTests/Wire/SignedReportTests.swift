import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// What a monitor saw, as the word of an authority that runs a daemon.
  @Suite("Signed reports") struct SignedReportTests {
    private struct Verified: Decodable {
      struct File: Decodable {
        struct Report: Decodable {
          let authority: String
          let result: String
          let alarms: Int
          let files: Int
        }

        let content: String
        let result: String
        let failures: [String]
        let report: Report?
      }

      let files: [File]
    }

    private func verify(_ world: World, _ file: String, _ options: [String], code: Int32) throws -> Answer {
      try world.amana(["verify", file, "--lang", "en"] + options, code: code)
    }

    private func trusted(_ world: World) -> [String] { ["--roster", "\(world.folder)/roster.cose"] }

    @Test(
      "V32 What a real monitor saw is signed, and verified with no daemon; each file changed or missing is found out")
    func whole() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq) = (world.syr, world.irq)
        let observer = try MonitorTests.Observer(world.folder)
        try observer.serve()
        var leaving = syr.request("release", try await syr.sign(syr.intake(3)).statement, to: irq.name, hours: 8)
        leaving.acceptBy = ago(hours: 1)
        _ = try await syr.sign(leaving)
        let exported = try syr.amana("tiles", "export", "\(observer.www)/syr")
        #expect(exported.code == 0, "\(exported)")
        try observer.put(try await syr.bundle(to: irq), "sent.amana")
        let seen = try observer.look(["syr"], ["--envelopes", observer.envelopes])
        #expect(seen.answer.code == 1 && seen.report.codes == ["overdue"], "\(seen.answer)")
        let signed = try world.tur.amana("report", "sign", observer.report, "--lang", "en")
        #expect(signed.code == 0 && signed.output.contains("by TUR/migration at"), "\(signed)")
        #expect(signed.output.contains("does not make an alarm true"), "\(signed)")
        Running.shared.killAll()
        let folder = "\(world.folder)/handed"
        try FileManager.default.moveItem(atPath: "\(world.folder)/seen", toPath: folder)
        let file = "\(folder)/report.cose"
        try told(world, file)
        let proofs = try #require(seen.report.alarms.first).files
        try tampered(world, folder, ["report.json", "report.ar.txt", "report.en.txt"] + proofs)
      }
    }

    private func told(_ world: World, _ file: String) throws {
      let holds = try verify(world, file, trusted(world), code: 0)
      for words in [
        "HOLDS: TUR/migration vouches for what its monitor saw", "seen of Test from", "the report raises alarms: 1",
        "does not make an alarm true",
      ] { #expect(holds.output.contains(words), "\(words): \(holds)") }
      #expect(!holds.output.contains("EXERCISE"), "\(holds)")
      let arabic = try world.amana(["verify", file, "--lang", "ar"] + trusted(world))
      #expect(arabic.output.contains("صحيح: تشهد \u{2068}TUR/migration\u{2069}"), "\(arabic)")
      #expect(arabic.output.contains("لا تجعل إنذارًا صحيحًا"), "\(arabic)")
      let json = try verify(world, file, trusted(world) + ["--json"], code: 0)
      let found = try #require(JSONDecoder().decode(Verified.self, from: Data(json.output.utf8)).files.first)
      #expect(found.content == "monitor-report" && found.result == "holds" && found.failures.isEmpty)
      #expect(found.report?.authority == "TUR/migration" && found.report?.result == "alarm")
      #expect(found.report?.alarms == 1 && found.report?.files == 4)
      for options in [[], ["--roster-digest", world.digest]] {
        let untold = try verify(world, file, options, code: 3)
        #expect(untold.output.contains("--roster") && !untold.output.contains("HOLDS"), "\(untold)")
      }
    }

    /// Whatever is done to a file beside the signature, or to that.
    private func tampered(_ world: World, _ folder: String, _ names: [String]) throws {
      let (file, manager) = ("\(folder)/report.cose", FileManager.default)
      func refused(_ name: String, _ words: String) throws {
        let answer = try verify(world, file, trusted(world), code: 1)
        #expect(answer.output.contains("DOES NOT HOLD: \(name) \(words)"), "\(name): \(answer)")
        #expect(!answer.output.contains("vouches"), "\(answer)")
      }
      #expect(names.count == 4)
      for name in names {
        let path = "\(folder)/\(name)"
        let good = try Data(contentsOf: URL(filePath: path))
        for bad in [good + Data([0x20]), good.dropLast(), Data()] {
          try bad.write(to: URL(filePath: path))
          try refused(name, "is not what it was")
        }
        try manager.removeItem(atPath: path)
        try refused(name, "is missing")
        // The very same bytes behind a link are not the report's.
        try good.write(to: URL(filePath: "\(world.folder)/aside"))
        try manager.createSymbolicLink(atPath: path, withDestinationPath: "\(world.folder)/aside")
        try refused(name, "is missing")
        try manager.removeItem(atPath: path)
        try good.write(to: URL(filePath: path))
      }
      _ = try verify(world, file, trusted(world), code: 0)
      var bytes = try Data(contentsOf: URL(filePath: file))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(filePath: file))
      let answer = try verify(world, file, trusted(world), code: 1)
      #expect(answer.output.contains("does not hold: something was changed"), "\(answer)")
    }

    @Test(
      "What was made under another roster, is not whole, or is no report is not signed, and nothing is written over")
    func refused() async throws {
      try await World.run { world in
        let (syr, manager) = (world.syr, FileManager.default)
        func refuse(_ report: MadeReport, code: Int32, _ words: String) throws {
          let answer = try syr.amana("report", "sign", report.file, "--lang", "en")
          #expect(answer.code == code && answer.errors.contains(words), "\(words): \(answer)")
          #expect(!manager.fileExists(atPath: report.signature), "\(words)")
        }
        let other = String(repeating: "0f", count: 32)
        try refuse(try MadeReport(world, "other", digest: other), code: 1, "made under version 1 of the Roster of Test")
        try refuse(try MadeReport(world, "drill", isOther: true), code: 1, "made under version 1 of the Roster of Test")
        for stray in ["../roster.cose", "/etc/passwd", "report.proofs/a/b/c", "report.proofs/../../b"] {
          try refuse(try MadeReport(world, "stray", files: [stray]), code: 1, "must all lie below")
        }
        for name in ["report.en.txt", "report.ar.txt", MadeReport.proof] {
          let report = try MadeReport(world, "part-\(name.count)")
          try manager.removeItem(atPath: "\(report.folder)/\(name)")
          try refuse(report, code: 1, "\(name) is missing")
        }
        let none = try MadeReport(world, "none")
        try Data("{}".utf8).write(to: URL(filePath: none.file))
        try refuse(none, code: 2, "is no report")
        let named = try syr.amana("report", "sign", "\(none.folder)/report.en.txt", "--lang", "en")
        #expect(named.code == 2 && named.errors.contains("NAME.json"), "\(named)")
        // Somebody's file of that name stays; a signature over an earlier report does not.
        let report = try MadeReport(world)
        let theirs = Data("mine".utf8)
        try theirs.write(to: URL(filePath: report.signature))
        let kept = try syr.amana("report", "sign", report.file, "--lang", "en")
        #expect(kept.code == 2 && kept.errors.contains("is no signature over a report"), "\(kept)")
        #expect(try Data(contentsOf: URL(filePath: report.signature)) == theirs)
        try manager.removeItem(atPath: report.signature)
        for _ in 0..<2 { #expect(try syr.amana("report", "sign", report.file).code == 0) }
        _ = try verify(world, report.signature, trusted(world), code: 0)
        try await door(syr)
      }
    }

    /// The daemon signs over nothing but the files of a report, under its own roster.
    private func door(_ syr: TestAuthority) async throws {
      let digest = String(repeating: "0f", count: 32)
      func status(_ paths: [String], roster: String) async throws -> Int {
        let covers = paths.map { #"{"path":"\#($0)","digest":"\#(digest)"}"# }.joined(separator: ",")
        let body = #"{"roster_digest":"\#(roster)","covers":[\#(covers)]}"#
        return try await syr.send(.post, "/v1/monitor/reports", Array(body.utf8)).status
      }
      let (good, own) = (MonitorReportPath.files(of: "report"), try await syr.status().rosterDigest)
      #expect(try await status(good, roster: own) == 200)
      #expect(try await status(good, roster: digest) == 409)
      #expect(try await status(good, roster: "0f") == 422)
      for paths in [[], ["INDEX"], Array(good.dropLast()), good + ["report.proofs/../b"], good + ["roster.cose"]] {
        #expect(try await status(paths, roster: own) == 422, "\(paths)")
      }
    }

    @Test("A proof that a report names and nobody signed over, another's report, and an exercise's, do not hold")
    func forged() async throws {
      try await World.run(starts: false) { world in
        let report = try MadeReport(world)
        let roster = try world.firstRoster()
        let key = try world.syr.key("\(world.syr.folder)/keys/statement.pem")
        func refused(_ names: [String], under digest: [UInt8], _ words: String) throws {
          let covers = try names.map { name in
            FileCover(
              path: name, digest: SHA256.hash([UInt8](try Data(contentsOf: URL(filePath: "\(report.folder)/\(name)")))))
          }
          let content = SignedMonitorReport.Content(
            issuer: "https://syr.example/custody", at: Int64(Date().timeIntervalSince1970), roster: digest,
            covers: covers)
          try Data(SignedMonitorReport.sign(content, with: [key]).bytes).write(to: URL(filePath: report.signature))
          let answer = try verify(world, report.signature, trusted(world), code: words.isEmpty ? 0 : 1)
          #expect(words.isEmpty || answer.output.contains(words), "\(answer)")
        }
        let files = MonitorReportPath.files(of: "report")
        try refused(files + [MadeReport.proof], under: roster.digest, "")
        try refused(files, under: roster.digest, "the report names the proof \(MadeReport.proof)")
        try refused(files + [MadeReport.proof], under: SHA256.hash([1]), "is not what was signed")
        _ = try MadeReport(world, isOther: true)
        try refused(files + [MadeReport.proof], under: roster.digest, "is not what was signed")
        try Data("{}".utf8).write(to: URL(filePath: report.file))
        try refused(files + [MadeReport.proof], under: roster.digest, "is not what was signed")
      }
    }
  }
}
