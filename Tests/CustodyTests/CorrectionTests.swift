import COSE
import Custody
import Roster
import Testing

/// Corrections: the original is cited and stays, and nobody's place or custodian changes (V8).
@Suite("Corrections") struct CorrectionTests {
  private let child: CBORMap = ["age": "child"]

  @Test("One statement corrects a field of many records; chains and originals stay") func bulk() throws {
    var convoy = try Convoy(3)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let other = try scribe.intake(by: coalition.syr, 4)
    try convoy.syr.register(other)
    let before = convoy.syr.ledger.chains
    let act = try scribe.correction(of: [convoy.intake, other], child, by: coalition.syr)
    #expect(try convoy.syr.register(act).isClean)
    #expect(act.lines.count == 7 && convoy.syr.ledger.chains == before)
    let leaf = try #require(other.lines.first?.leaf)
    let correction = try #require(act.lines.compactMap { Correction($0.leaf) }.first { $0.subject == leaf.subject })
    #expect(correction.original == other.id && correction.line == other.lines[0].index)
    let read = correction.applied(to: leaf.fields, of: .person)
    #expect(read[3] == "child" && leaf.fields[3] != "child" && read.dropFirst(4) == leaf.fields.dropFirst(4))
  }

  @Test(
    "What decides custody, or whom a line is about, is not corrected; nor is a value that the original could not hold",
    arguments: ["subject_ref", "custody_prev", "no_such_field", "age", "sex"])
  func fields(_ name: String) throws {
    let convoy = try Convoy(1)
    let wrong: CBOR = ["age": "young", "sex": 7][name] ?? .bytes([UInt8](repeating: 9, count: 16))
    let act = try convoy.scribe.correction(
      of: [convoy.intake], CBORMap([CBORMap.Entry(.text(name), wrong)]), by: convoy.coalition.syr)
    #expect(try convoy.syr.judge(act).refusedCodes == [.v8])
    #expect(try convoy.irq.judge(act).refusedCodes == [.v8], "a partner's too")
  }

  @Test("Of an outcome what was observed can be corrected, and not what it answers") func outcomes() throws {
    var convoy = try Convoy(1)
    let outcome = try convoy.answerAll(.accepted)
    func judged(_ name: String, _ value: CBOR) throws -> Judgement {
      try convoy.irq.judge(
        convoy.scribe.correction(
          of: [outcome], CBORMap([CBORMap.Entry(.text(name), value)]), by: convoy.coalition.irq))
    }
    #expect(try judged("observed_age", "child").isClean)
    #expect(try judged("discrepancies", .array(["age"])).isClean)
    for (name, value) in [("outcome", "refused"), ("release", .bytes([UInt8](repeating: 1, count: 32)))]
      as [(String, CBOR)]
    {
      #expect(try judged(name, value).refusedCodes == [.v8], "\(name)")
    }
  }

  @Test("It cites what it corrects, names no custodian, and is of nobody else") func form() throws {
    let convoy = try Convoy(2)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    func judged(
      line: (Correction) -> Correction = { $0 }, fields: CBORMap? = nil, change: Scribe.Change = { _ in }
    ) throws -> Set<CheckCode> {
      try convoy.syr.judge(
        scribe.correction(of: [convoy.intake], fields ?? child, by: coalition.syr, line: line, change: change)
      ).refusedCodes
    }
    #expect(try judged(change: { $0.references = [] }) == [.v8])
    #expect(try judged(change: { $0.references = [Reference(.original, convoy.release.id)] }) == [.v8])
    #expect(try judged(change: { $0.responsibleCustodian = coalition.irq.name }).contains(.v8))
    #expect(try judged(fields: [:]) == [.v8])
    let stranger = SubjectReference(unchecked: scribe.bytes(16))
    var isFirst = true
    let swapped = try judged(line: { correction in
      defer { isFirst = false }
      return Correction(
        subject: isFirst ? stranger : correction.subject, original: correction.original, line: correction.line,
        fields: correction.fields, columns: [])
    })
    #expect(swapped == [.v8])
    #expect(try judged().isEmpty)
  }

  @Test("Who neither signed the original nor has the person is flagged; so is an original that is not here")
  func authors() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let early = try convoy.syr.judge(scribe.correction(of: [convoy.intake], child, by: coalition.irq))
    #expect(early.isRegistered && early.flaggedCodes == [.v3])
    _ = try convoy.answerAll(.accepted)
    #expect(try convoy.syr.judge(scribe.correction(of: [convoy.intake], child, by: coalition.irq)).isClean)
    #expect(try convoy.syr.judge(scribe.correction(of: [convoy.intake], child, by: coalition.syr)).isClean)
    let unseen = try Office(coalition.tur, of: coalition).judge(
      scribe.correction(of: [convoy.intake], child, by: coalition.syr))
    #expect(unseen.isRegistered && unseen.flaggedCodes == [.v2])
  }

  @Test("A code in the place of another is looked up where that one was") func codes() throws {
    let convoy = try Convoy(1)
    func judged(_ fields: CBORMap) throws -> Judgement {
      try convoy.syr.judge(convoy.scribe.correction(of: [convoy.intake], fields, by: convoy.coalition.syr))
    }
    let wrong = try judged(["grounds": .map(["code": "no-such-grounds"])])
    #expect(wrong.isRegistered && wrong.flaggedCodes == [.v25])
    #expect(try judged(["grounds": .map(["code": "terrorism-law"])]).isClean)
  }
}
