import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

@testable import Custody

/// V25 beside the test of its name: which version counts, what a missing list and a deprecated code do, where codes stand.
@Suite struct CodeCheckTests {
  let convoy: Convoy
  let list = CodeSamples.reasons()

  init() throws { convoy = try Convoy(2) }

  /// What an authority says to a recall with a reason, under a roster that names a version.
  private func judge(
    _ reason: String, named: String?, _ book: CodeBook = .embedded, stage: Proposal.Stage = .draft,
    change: (inout Proposal) -> Void = { _ in }
  ) throws -> Judgement {
    let (coalition, syr) = (convoy.coalition, convoy.coalition.syr)
    let roster = try CodeSamples.roster(coalition, named.map { ["reason": $0] } ?? [:])
    let act = try convoy.scribe.recall(of: convoy.release, by: syr) { $0.reason = reason }
    var proposal: Proposal
    if stage == .draft {
      proposal = Proposal(
        draft: act.event, issuer: try syr.authority(), content: act.content, roster: roster, policy: .standard,
        now: Coalition.now)
    } else {
      let verifier = StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
      proposal = Proposal(
        try verifier.verify(act.signed, anchoredAt: Coalition.now), content: act.content, stage: stage, roster: roster,
        policy: .standard, now: Coalition.now)
    }
    proposal.codeBook = book
    change(&proposal)
    return try Judge(checks: checksInForce).judge(proposal, in: convoy.syr.ledger)
  }

  @Test("A roster that names no version means version 1, and the version that it names counts")
  func versions() throws {
    let book = CodeBook.embedded.adding([list])
    #expect(try judge("weather", named: nil).isClean)
    #expect(try judge("storm", named: nil, book).refusedCodes == [.v25])
    #expect(try judge("weather", named: "1", book).isClean)
    #expect(try judge("storm", named: list.reference.description, book).isClean)
  }

  @Test("A list that came as a file counts only where the roster names its digest")
  func digests() throws {
    let other = CodeSamples.reasons { $0.id == "storm" ? nil : $0 }
    let book = CodeBook.embedded.adding([other])
    #expect(try judge("road-closed", named: other.reference.description, book).isClean)
    #expect(try judge("road-closed", named: list.reference.description, book).refusedCodes == [.v25])
    #expect(try judge("road-closed", named: "2", book).refusedCodes == [.v25])
    let standard = try #require(CodesInForce.standard[.reason])
    #expect(try judge("road-closed", named: standard.reference.description).isClean)
    let wrong = CodeListReference(version: 1, digest: [UInt8](repeating: 1, count: 32))
    #expect(try judge("road-closed", named: wrong.description).refusedCodes == [.v25])
  }

  @Test("A list that is not here stops our intentions, and says nothing of what is signed or a partner's")
  func missing() throws {
    let refused = try judge("road-closed", named: "7")
    #expect(refused.refusals.contains { $0.code == .v25 && $0.detail.contains("version \"7\" of code list reason") })
    #expect(try judge("road-closed", named: "7", stage: .own).isClean)
    #expect(try judge("no-such-code", named: "7", stage: .received).isClean)
    #expect(try judge("road-closed", named: "2026-11").refusedCodes == [.v25])
  }

  @Test("A deprecated code is flagged in new intentions of our own, which go on")
  func deprecated() throws {
    let book = CodeBook.embedded.adding([list])
    let named = list.reference.description
    for stage in [Proposal.Stage.draft, .own] {
      let judgement = try judge("weather", named: named, book, stage: stage)
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25])
      #expect(judgement.flags.contains { $0.detail.contains("write \"storm\"") })
    }
    #expect(try judge("weather", named: named, book, stage: .received).isClean)
  }

  @Test("What is on record stays, whatever the lists say when it is judged again")
  func onRecord() throws {
    let judgement = try judge("no-such-code", named: nil, stage: .own) { $0.isOnRecord = true }
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25])
  }

  /// An intake whose lines hold another value in a field.
  private func intake(_ field: String, _ value: CBOR) throws -> Act {
    let act = try convoy.scribe.intake(by: convoy.coalition.syr, 2)
    let position = try #require(LineSchema.person.position(of: field))
    let lines = act.lines.map { _, leaf in
      var fields = leaf.fields
      fields[position] = value
      return fields
    }
    var event = act.event
    event.approvals = []
    let content = convoy.scribe.content(.person, event, lines, identities: [:])
    convoy.scribe.describe(content, in: &event)
    return try convoy.scribe.sign(event, content, by: convoy.coalition.syr)
  }

  @Test("However many codes of a field are wrong, it is told once, and a list holds 256 at most")
  func flood() throws {
    let list = LineSchema.person.fields.first { $0.name == "vulnerabilities" }
    let problem = try #require(list?.problem)
    let short = [CBOR](repeating: "tall", count: 256)
    #expect(problem(.array(short)) == nil && problem(.array(short + ["tall"])) == "must be a list of at most 256")
    let place = try #require(CodePlaces.ofLines[LineSchema.person.id]?.first { $0.field == "vulnerabilities" })
    #expect(place.items(in: .array(short)).count == 256)
    let act = try intake("vulnerabilities", .array(short))
    let judgement = try Office(convoy.coalition.syr, of: convoy.coalition).judge(act)
    #expect(judgement.isRegistered && judgement.flags.count { $0.code == .v25 } == act.lines.count)
  }

  private static let wrong: [(field: String, value: CBOR)] = [
    ("age_basis", "xray"), ("nationalities", .array([.map(["code": "IRQ", "status": "sure"])])),
    (
      "family_links",
      .array([.map(["role": "cousin", "subject_ref": .bytes([UInt8](repeating: 1, count: 16))])])
    ),
    ("vulnerabilities", .array(["pregnant", "tall"])), ("fit_to_travel", .map(["status": "safe"])),
    (
      "deprivation",
      .map(["on": .map(["unknown": "forgot"]), "place": .map(["code": "X"]), "by": .map(["code": "syr-military"])])
    ),
    (
      "deprivation",
      .map(["on": .map(["code": "2019"]), "place": .map(["code": "X"]), "by": .map(["code": "them"])])
    ),
    ("ordered_by", .map(["code": "somebody"])),
    ("grounds", .map(["code": "none"])), ("health", .map(["code": "fine"])), ("health", .map(["code": 7])),
    ("admission", .map(["unknown": "forgot"])),
  ]

  @Test("Every place of a code in a line is looked up, line by line", arguments: 0..<wrong.count)
  func lines(_ index: Int) throws {
    let (field, value) = Self.wrong[index]
    let office = Office(convoy.coalition.syr, of: convoy.coalition)
    let act = try intake(field, value)
    let judgement = try office.judge(act)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25], "\(judgement)")
    #expect(Set(judgement.flags.map(\.line)) == Set(act.lines.map(\.index)))
    #expect(judgement.flags.allSatisfy { $0.detail.hasPrefix(field) })
  }

  @Test("Where a code is left to others, the rest of an entry is judged, and it must look like a code")
  func takingAnyCode() {
    let left = CodesInForce.standard.takingAnyCode
    func wrong(_ values: [String: String]) -> [String] {
      Scribe.person(0).with(values).problems(by: left).map(\.column)
    }
    #expect(wrong(["grounds": "newer", "vulnerability": "newer other", "health": "unknown:newer"]) == [])
    #expect(wrong(["grounds": ""]) == ["grounds"] && wrong(["grounds": "No Code"]) == ["grounds"])
    #expect(wrong(["vulnerability": "elderly,tall"]) == ["vulnerability"] && wrong(["age": "newer"]) == ["age"])
    #expect(wrong(["grounds": "newer", "sex": "3"]) == ["sex"])
  }

  @Test("What a column of any kind may say by a list is looked up in that list", arguments: Kind.allCases)
  func columns(_ kind: Kind) throws {
    let syr = convoy.coalition.syr
    func flags(_ column: String, _ value: String) throws -> [String] {
      let act = try convoy.scribe.intake(of: { Scribe.entry($0, of: kind).with([column: value]) }, by: syr, 1)
      let judgement = try Office(syr, of: convoy.coalition).judge(act)
      #expect(judgement.isRegistered)
      return judgement.flags.filter { $0.code == .v25 }.map(\.detail)
    }
    // One person alone has no family in the line.
    for column in kind.row.columns where column.name != "family_role" {
      guard let list = column.rule.list else { continue }
      let found = try flags(column.name, "zz-none")
      #expect(found.count == 1 && found[0].contains("of list \(list.rawValue), version 1"), "\(column.name): \(found)")
    }
    if kind == .propertyHandover { #expect(try flags("unit", "inch").count == 1) }
  }

  /// A log that keeps the lines of what it has on record, as the store does.
  struct Kept: LedgerView {
    let ledger: Ledger
    let acts: [Act]
    /// Of which what stood beside them was erased.
    var erased: Set<StatementID> = []

    func manifest(of id: StatementID) -> Manifest? { erased.contains(id) ? nil : lines(of: id) }
    func custodyLines(of id: StatementID) -> Manifest? {
      erased.contains(id) ? lines(of: id)?.custodyAlone : lines(of: id)
    }
    private func lines(of id: StatementID) -> Manifest? { acts.first { $0.id == id }?.content.manifest }
  }

  @Test("V25: a code that already stands in a line holds nobody; one that is written anew stops the release")
  func standing() throws {
    let (syr, irq) = (convoy.coalition.syr, convoy.coalition.irq)
    var office = Office(syr, of: convoy.coalition)
    let stands = try intake("vulnerabilities", .array(["pregnant", "tall"]))
    try office.register(stands)
    let release = try convoy.scribe.handover(.release, of: stands, from: syr, to: irq, in: office.ledger)
    let judge = Judge(checks: checksInForce)
    let kept = Kept(ledger: office.ledger, acts: [stands])
    let judgement = try judge.judge(office.proposal(release), in: kept)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25], "\(judgement)")
    #expect(judgement.flags.count == stands.lines.count)
    var event = release.event
    event.approvals = []
    let lines = release.lines.map { _, leaf in
      var fields = leaf.fields
      if let position = LineSchema.person.position(of: "age_basis") { fields[position] = "xray" }
      return fields
    }
    let content = convoy.scribe.content(.person, event, lines, identities: [:])
    convoy.scribe.describe(content, in: &event)
    let anew = try convoy.scribe.sign(event, content, by: syr)
    let refused = try judge.judge(office.proposal(anew), in: kept)
    #expect(refused.refusedCodes == [.v25] && refused.refusals.allSatisfy { $0.detail.hasPrefix("age_basis") })
  }

  @Test("Codes of an outcome's lines are looked up")
  func outcomes() throws {
    let irq = convoy.coalition.irq
    let act = try convoy.scribe.outcome(of: convoy.release, all: .refused, by: irq)
    var event = act.event
    event.approvals = []
    let lines = act.lines.map { _, leaf in
      var fields = leaf.fields
      (fields[6], fields[9]) = (.array(["age", "shoe-size"]), "no words here")
      return fields
    }
    let content = convoy.scribe.content(.outcome, event, lines, identities: [:])
    convoy.scribe.describe(content, in: &event)
    let judgement = try convoy.irq.judge(convoy.scribe.sign(event, content, by: irq))
    #expect(judgement.isRegistered && judgement.flags.count { $0.code == .v25 } == 2 * act.lines.count)
  }

  @Test("Of a statement whose lines come later each code is judged once")
  func awaited() throws {
    let act = try intake("age_basis", "xray")
    let late = Office(convoy.coalition.irq, of: convoy.coalition)
    var ledger = Ledger()
    let first = try ledger.register(late.proposal(act, arrival: .awaited), by: Judge(checks: checksInForce))
    #expect(first.isRegistered && first.flags.isEmpty)
    let then = try ledger.complete(late.proposal(act), by: Judge(checks: checksInForce))
    #expect(then.refusals.isEmpty && then.flags.count { $0.code == .v25 } == act.lines.count)
    let recall = try convoy.scribe.recall(of: convoy.release, by: convoy.coalition.syr) { $0.reason = "no-such-code" }
    let envelope = try ledger.register(late.proposal(recall, arrival: .awaited), by: Judge(checks: checksInForce))
    #expect(envelope.flags.map(\.code) == [.v25])
    let lines = try ledger.complete(late.proposal(recall), by: Judge(checks: checksInForce))
    #expect(!(lines.flags + lines.refusals).contains { $0.code == .v25 })
  }

  @Test("Lists are taken out of a bundle only where its rosters name them, and one for each version")
  func takenOut() throws {
    let other = CodeSamples.reasons { $0.id == "health" ? nil : $0 }
    func problems(_ lists: [CodeList], named: [CodeList]) throws -> [String] {
      var bundle = try TestBundle([try convoy.scribe.intake(by: convoy.coalition.syr)], of: convoy.coalition)
      bundle.rosters = try named.map {
        try CodeSamples.roster(convoy.coalition, ["reason": $0.reference.description]).bytes
      }
      var writer = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: true)
      for list in lists { writer.codes(list) }
      return try Custody.Bundle(decoding: bundle.bytes + writer.bytes.dropFirst(bundle.header.count)).codeListProblems
    }
    #expect(try problems([list], named: [list]).isEmpty)
    #expect(try problems([list, list], named: [list]).isEmpty, "one list twice is one list")
    let stray = try problems([list], named: [other])
    #expect(stray.count == 1 && stray[0].contains("no roster of the bundle names"), "\(stray)")
    let two = try problems([other, list], named: [list, other])
    #expect(two.count == 1 && two[0].contains("another reason, version 2"), "\(two)")
  }

  @Test("A bundle carries the list that its roster names, and is judged by it; another list is a stray")
  func bundles() throws {
    let coalition = convoy.coalition
    let roster = try CodeSamples.roster(coalition, ["reason": list.reference.description])
    let fact = try convoy.scribe.intake(by: coalition.syr) {
      ($0.reason, $0.roster) = ("storm", roster.digest)
    }
    var bundle = try TestBundle([fact], of: coalition)
    bundle.rosters = [roster.bytes]
    func report(_ lists: [CodeList]) throws -> BundleReport {
      var writer = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: true)
      for list in lists { writer.codes(list) }
      let items = writer.bytes.dropFirst(bundle.header.count)
      return try TestBundle.verify(bundle.bytes + items, pinned: roster.digest)
    }
    let with = try report([list])
    #expect(with.holds && with.lines.allSatisfy(\.flags.isEmpty), "\(with.failures)")
    #expect(try report([]).holds, "without it nothing is said of the code")
    let stray = try report([list, CodeSamples.reasons { $0.id == "health" ? nil : $0 }])
    #expect(!stray.holds && stray.failures.contains { $0.contains("no roster of the bundle names") })
    #expect(throws: DecodeError.self) {
      try TestBundle.verify(
        bundle.bytes + CBOR.array(["codes", .bytes(Array(list.encoded().dropLast()))]).encoded(), pinned: roster.digest)
    }
  }
}
