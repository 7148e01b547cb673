import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

@testable import amana

/// A second version of the reasons: "storm" in place of "weather".
enum NextCodes {
  static let reasons: CodeList = {
    let first = CodeList.embedded.first { $0.name == "reason" }
    let texts = ["en": "Storm", "ar": "عاصفة", "ckb": "باھۆز"]
    let codes = (first?.codes ?? []).map { code in
      code.id == "weather"
        ? CodeList.Code(code.id, isDeprecated: true, replacedBy: "storm", texts: code.texts) : code
    }
    return CodeList(
      "reason", version: 2, texts: first?.texts ?? [:], codes: codes + [CodeList.Code("storm", since: 2, texts: texts)])
  }()
}

extension EndToEnd {
  /// V25 through the daemon, and the lists by command.
  @Suite struct CodesTests {
    @Test("A reason that no list has stops a recall with what there is, and flags an outcome of our own")
    func unknown() async throws {
      try await World.run { world in
        let release = try await world.releaseArrived()
        let refused = try world.syr.amana("recall", release, "--reason", "felt-like-it")
        #expect(refused.code == 1 && refused.errors.contains("V25") && refused.errors.contains("amana codes reason"))
        #expect(try world.syr.amana("recall", release, "--reason", "road-closed").code == 0)
        var outcome = world.irq.outcome(release, "refused", try await world.irq.lines(release).map(\.line))
        outcome.reason = "felt-like-it"
        let signed = try await world.irq.sign(outcome)
        #expect(signed.statement != nil && signed.flags.contains { $0.code == "V25" })
        _ = try await world.syr.take(world.irq.bundle(to: world.syr))
        let heard = try await world.syr.newest("outcome").flags.map(\.code)
        #expect(heard.contains("V25"), "both rely on the same roster: \(heard)")
        // Nor does it keep anybody out of the register.
        var intake = world.syr.intake(1)
        intake.persons = intake.persons?.map { $0.merging(["grounds": "no-such-ground"]) { $1 } }
        let taken = try await world.syr.sign(intake)
        #expect(
          taken.statement != nil && taken.flags.contains { $0.code == "V25" },
          "\(taken)")
        var refusedIntake = world.syr.intake(1)
        refusedIntake.persons = refusedIntake.persons?.map { $0.merging(["grounds": "No Such Ground"]) { $1 } }
        #expect(try await world.syr.post(refusedIntake).status == 422)
      }
    }

    @Test("A list in codes/ counts once a roster names its digest, and travels in bundles")
    func next() async throws {
      try await World.run { world in
        let release = try await world.releaseArrived()
        #expect(try world.syr.amana("recall", release, "--reason", "storm").code == 1)
        let list = NextCodes.reasons
        let folder = "\(world.syr.folder)/codes"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(list.encoded()).write(to: URL(filePath: "\(folder)/reason-2.json"))
        let second = try world.next(
          after: world.firstRoster(), by: [world.syr, world.irq], version: 2,
          codeLists: ["reason": list.reference.description])
        Running.shared.killAll()
        try world.pin(world.syr, second.bytes, second.digest)
        _ = try world.syr.daemon().ready()
        #expect(try world.syr.amana("recall", release, "--reason", "storm").code == 0)
        let file = "\(world.folder)/out.amana"
        try Data(try await world.syr.bundle(to: world.irq)).write(to: URL(filePath: file))
        // Where the roster that names it is not adopted yet nobody is flagged for it.
        _ = try world.irq.daemon().ready()
        _ = try await world.irq.take(world.syr.bundle(to: world.irq))
        let heard = try await world.irq.newest("recall").flags.map(\.code)
        #expect(!heard.contains("V25"), "\(heard)")
        #expect(try world.irq.amana("audit").code == 0)
        let taken = "\(world.folder)/taken"
        try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: true)
        let export = try Command("amana", ["codes", "export", taken, "--bundle", file], logs: world.logs).finished()
        #expect(export.code == 0, "\(export)")
        #expect(try Data(contentsOf: URL(filePath: "\(taken)/reason-2.json")) == Data(list.encoded()))
      }
    }

    @Test("The lists are printed in four languages, checked and written")
    func command() async throws {
      try await World.run(starts: false) { world in
        func amana(_ arguments: String...) throws -> Answer {
          try Command("amana", ["codes"] + arguments, logs: world.logs).finished()
        }
        #expect(try amana().output.contains("withheld-reason"))
        for (language, text) in [
          ("en", "Road"), ("ar", "الطريق مغلق"), ("ckb", "ڕێگاکە داخراوە"), ("kmr", "Rê girtî ye"),
        ] {
          let printed = try amana("reason", "--lang", language)
          #expect(printed.code == 0 && printed.output.contains(language == "en" ? "The road is closed" : text))
        }
        #expect(try amana("no-such-list").code == 2 && amana("reason", "--version", "9").code == 2)
        #expect(try amana("reason", "--lang", "xx").code == 2)
        let good = "\(world.folder)/reason-2.json"
        try Data(NextCodes.reasons.encoded()).write(to: URL(filePath: good))
        let holds = try amana("check", good)
        #expect(holds.code == 0 && holds.output.contains(NextCodes.reasons.reference.description))
        let short = CodeList(
          "reason", version: 2, texts: NextCodes.reasons.texts, codes: NextCodes.reasons.codes.suffix(1))
        let bad = "\(world.folder)/bad.json"
        try Data(short.encoded()).write(to: URL(filePath: bad))
        #expect(try amana("check", bad).code == 1 && amana("check", bad).output.contains("is gone"))
        let regimes = CodesInForce.standard[.regime]
        let unruled = CodeList(
          "regime", version: 2, texts: regimes?.texts ?? [:],
          codes: (regimes?.codes ?? []).map { code in
            CodeList.Code(code.id, isDeprecated: code.id == "adults-only", texts: code.texts)
          })
        try Data(unruled.encoded()).write(to: URL(filePath: bad))
        let refused = try amana("check", bad)
        #expect(refused.code == 1 && refused.output.contains("V27 hangs on the code \"adults-only\""), "\(refused)")
        try Data(short.encoded().dropLast()).write(to: URL(filePath: bad))
        #expect(try amana("check", bad).output.contains("at byte"))
        #expect(try amana("check", "\(world.folder)/nothing.json").code == 2)
        let folder = "\(world.folder)/written"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try amana("export", folder).code == 0 && amana("export", folder).code == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count == CodeList.embedded.count)
      }
    }
  }
}
