import COSE
import OpenSSL
import Roster
import TestSupport
import Testing

@testable import Custody

/// V25 and what a code may look like where rosters differ, or a list that they name is not here.
@Suite struct CodeRosterTests {
  let convoy: Convoy

  init() throws { convoy = try Convoy(2) }

  @Test(
    "A partner's code is not looked up where the partner relies on a roster that is not ours: its list may be newer")
  func otherRoster() throws {
    let (syr, irq) = (convoy.syr, convoy.irq)
    let foreign = [UInt8](repeating: 7, count: 32)
    func recall(_ roster: [UInt8]?) throws -> Act {
      try convoy.scribe.recall(of: convoy.release, by: convoy.coalition.syr) {
        $0.reason = "felt-like-it"
        if let roster { $0.roster = roster }
      }
    }
    #expect(try irq.judge(recall(nil)).flaggedCodes == [.v25])
    let other = try recall(foreign)
    #expect(try irq.judge(other).isClean)
    var earlier = try irq.proposal(other)
    #expect(!earlier.isUnderKnownRoster)
    earlier.isUnderKnownRoster = true
    #expect(try Judge(checks: checksInForce).judge(earlier, in: irq.ledger).flaggedCodes == [.v25])
    #expect(try syr.judge(other).refusedCodes == [.v25], "our own is judged by our roster, whatever it says")
    // In lines too.
    func lines(_ roster: [UInt8]?) throws -> Judgement {
      let syr = convoy.coalition.syr
      let change: Scribe.Change = { event in if let roster { event.roster = roster } }
      let act = try convoy.scribe.intake(
        of: { Scribe.person($0).with(["vulnerability": "tall"]) }, by: syr, 1, change: change)
      return try Office(convoy.coalition.tur, of: convoy.coalition).judge(act)
    }
    #expect(try lines(nil).flaggedCodes == [.v25] && lines(foreign).isClean)
  }

  @Test("In a bundle the rosters that went before the one it is judged by are known, and no others")
  func rostersOfBundles() throws {
    let coalition = convoy.coalition
    let next = try CodeSamples.roster(coalition, [:], follows: true)
    func flags(_ roster: [UInt8], _ rosters: [[UInt8]], pinned: [UInt8]) throws -> Set<CheckCode> {
      let fact = try convoy.scribe.intake(by: coalition.syr) { ($0.reason, $0.roster) = ("storm", roster) }
      var bundle = try TestBundle([fact], of: coalition)
      bundle.rosters = rosters
      let report = try bundle.report(pinned: pinned)
      #expect(report.lines.count == 1 && report.lines.allSatisfy { $0.refusal == nil }, "\(report.failures)")
      return Set(report.lines.flatMap(\.flags).map(\.code))
    }
    let (first, both) = (coalition.roster, [coalition.roster.bytes, next.bytes])
    #expect(try flags(next.digest, [next.bytes], pinned: next.digest) == [.v25])
    #expect(try flags(first.digest, both, pinned: next.digest) == [.v25])
    #expect(try flags(first.digest, [next.bytes], pinned: next.digest) == [.v32])
    #expect(try flags(next.digest, both, pinned: first.digest) == [], "the partner's is newer than what is pinned")
  }

  @Test("Where a list is not here what is written by it must be there and look like a code")
  func missingList() throws {
    let roster = try CodeSamples.roster(
      convoy.coalition, ["grounds": "7", "vulnerability": "7", "unknown-reason": "7"])
    let missing = CodesInForce(.embedded, under: roster.body)
    #expect(missing[.grounds] == nil && missing[.vulnerability] == nil)
    func wrong(_ column: String, _ value: String) -> [String] {
      Scribe.person(0).with([column: value]).problems(by: missing).map(\.column)
    }
    for value in ["newer", "unknown:newer"] { #expect(wrong("grounds", value) == [], "\(value)") }
    for value in ["", "No Code", "<script>", "unknown:No Code", String(repeating: "a", count: 65)] {
      #expect(wrong("grounds", value) == ["grounds"], "\(value)")
    }
    #expect(wrong("vulnerability", "newer other") == [] && wrong("vulnerability", "") == [])
    for value in ["newer No", "elderly,tall"] {
      #expect(wrong("vulnerability", value) == ["vulnerability"], "\(value)")
    }
    // Of several codes there may be none, whether the list is here or not.
    for lists in [missing, .standard] { #expect(ColumnRule(.codes, .vulnerability).problem(" ", by: lists) == nil) }
    // What an addition says anew is asked the same.
    let added = ManifestEntry(["grounds": "No Code"]).additionProblems(by: missing)
    #expect(added.map(\.column) == ["grounds"])
  }
}
