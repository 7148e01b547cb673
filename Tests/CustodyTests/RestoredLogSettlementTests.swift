import Custody
import Roster
import TestSupport
import Testing

/// V21: paper settles what a restored log left contested, and evidence that comes back after that counts all the same.
@Suite struct RestoredLogSettlementTests {
  private let irq = Line.irq
  private let syr = Line.syr
  private let tur = Line.tur
  private let line = Line()

  @Test("The restored authority alone settles what it alone held, and releases on from its signature")
  func alone() throws {
    var line = line
    let (chain, log) = try line.restoring(syr)
    let signed = try line.settle(chain.contest, custodian: syr)
    let settled = try line.chain(restored: log)
    #expect(settled.phase == .held && settled.custodian == syr && settled.head == signed)
    let release = line.release(to: irq, by: syr, after: signed)
    #expect(try line.chain(restored: log).openRelease?.statement == release)
    line.add(.answer(.accepted), by: irq)
    let moved = try line.chain(restored: log)
    #expect(moved.phase == .held && moved.custodian == irq)
    // Those whose logs were not restored see the same, and so does this one when it is sealed.
    #expect(try moved.sealing() == line.chain())
    #expect(try line.chain().phase == moved.phase && line.chain().head == moved.head)
  }

  @Test("Both parties of a release settle it together, and not one of them, nor a stranger")
  func both() throws {
    var line = line
    let release = line.release(to: irq, by: syr)
    let (chain, log) = try line.restoring(syr)
    try line.settle(chain.contest, by: [tur], custodian: irq)
    #expect(try line.chain(restored: log).contest == chain.contest)
    let first = try line.settle(chain.contest, by: [syr], custodian: irq)
    let half = try line.chain(restored: log)
    #expect(half.contest?.signed.map(\.id) == [first] && half.contest?.round == 1 && half.custodian == syr)
    #expect(half.contest?.heads == [release])
    let last = max(first, try line.settle(chain.contest, by: [irq], custodian: irq))
    let settled = try line.chain(restored: log)
    #expect(settled.phase == .held && settled.custodian == irq && settled.head == last)
    let onward = line.release(to: tur, by: irq, after: last)
    let released = try line.chain(restored: log)
    #expect(try released.openRelease?.statement == onward && released.sealing() == line.chain())
    #expect(released.sealing()?.phase == released.phase)
  }

  /// Found by random histories: what others settle among themselves is not the restored log's word.
  @Test(
    "V21: a settlement in which the restored authority had no part does not say what it answered to a release since")
  func notItsOwn() throws {
    var line = line
    let end = line.add(.end, by: syr)
    line.add(.end, by: syr, after: end)
    let signed = try line.settle(line.chain().contest, custodian: syr)
    let release = line.release(to: tur, by: syr, after: signed)
    #expect(try line.chain().openRelease?.statement == release)
    let lost = try line.chain(restored: RestoredLog(authority: tur, after: end))
    #expect(lost.contest?.parties == [syr, tur] && lost.contest?.heads == [release] && lost.contest?.round == 1)
    #expect(try lost.sealing() == line.chain())
  }

  @Test("Signatures that differ open the next round") func differing() throws {
    var line = line
    line.release(to: irq, by: syr)
    let (chain, log) = try line.restoring(irq)
    try line.settle(chain.contest, by: [syr], custodian: irq)
    try line.settle(chain.contest, by: [irq], custodian: syr)
    let next = try line.chain(restored: log)
    #expect(next.contest?.round == 2 && next.contest?.signed.isEmpty == true)
    let last = try line.settle(next.contest, custodian: syr)
    let settled = try line.chain(restored: log)
    #expect(settled.contest == nil && settled.head == last && settled.custodian == syr)
  }

  @Test("A lost release of its own that comes back after it was settled is a dispute of its own over that release")
  func lostAfterwards() throws {
    var line = line
    let (chain, log) = try line.restoring(syr)
    let intake = line.steps[0].id
    let signed = try line.settle(chain.contest, custodian: syr)
    #expect(try line.chain(restored: log).contest == nil)
    let lost = line.release(to: irq, by: syr, after: intake)
    let back = try line.chain(restored: log)
    #expect(back.contest?.heads == [lost] && back.contest?.parties == [irq, syr])
    #expect(back.contest?.signed.isEmpty == true, "what was signed over the step before it does not count")
    var again = line
    let last = try again.settle(back.contest, custodian: irq)
    #expect(try again.chain(restored: log).head == last && again.chain(restored: log).custodian == irq)
    // What was released meanwhile, on the strength of the signature, competes with it.
    let meanwhile = line.release(to: tur, by: syr, after: signed)
    let both = try line.chain(restored: log)
    #expect(both.contest?.heads == [lost, meanwhile].sorted() && both.contest?.parties == [irq, syr, tur])
    #expect(try line.chain().contest == both.contest, "for every log, restored or not")
    try line.settle(both.contest, custodian: tur)
    #expect(try line.chain(restored: log).contest == nil && line.chain(restored: log).custodian == tur)
  }

  @Test("Of any history: what is lost is contested, in any order the same, and whole again when it is sealed")
  func anyHistory() throws {
    var seeds = SeededGenerator(named: "restored logs")
    var phases: Set<String> = []
    var settled = 0
    for _ in 0..<150 {
      var line = Line(SeededGenerator(seed: seeds.next()))
      for _ in 0..<Int.random(in: 0...9, using: &seeds) {
        try line.grow()
        let chain = try line.chain()
        #expect(try line.chain(isShuffled: true) == chain)
        for name in Line.names where try isRestored(name, in: line) {
          phases.insert(chain.phaseName)
          if line.resolutions.contains(where: { $0.id == chain.head }) { settled += 1 }
        }
      }
    }
    #expect(phases == ["held", "released", "missing"])
    #expect(settled > 20, "\(settled) of what was settled before")
  }

  /// Whether the restoration of a log concerns a line, after all that must hold of it then.
  private func isRestored(_ name: AuthorityName, in line: Line) throws -> Bool {
    var line = line
    let chain = try line.chain()
    let parties =
      chain.contest?.parties ?? Set([chain.custodian] + [chain.openRelease?.to].compactMap(\.self)).sorted()
    guard let lost = chain.restoring(name) else {
      #expect(!parties.contains(name))
      return false
    }
    #expect(parties.contains(name))
    guard chain.contest == nil else {
      // Contested anyway: it is remembered for when that ends.
      #expect(lost.contest == chain.contest && lost.sealing() == chain)
      try goesOn(line, try #require(lost.restored))
      return false
    }
    let (log, contest) = (try #require(lost.restored), try #require(lost.contest))
    #expect(contest.heads == chain.heads && contest.parties == parties && contest.signed.isEmpty)
    #expect(lost.custodian == chain.custodian && lost.head == chain.head && lost.steps == chain.steps)
    #expect(Line.names.allSatisfy { lost.restoring($0) == nil } && lost.sealing() == chain)
    #expect(try line.chain(restored: log, isShuffled: true) == lost)
    try goesOn(line, log)
    let last = try line.settle(contest, custodian: parties[0])
    let settled = try line.chain(restored: log, isShuffled: true)
    #expect(settled.contest == nil && settled.custodian == parties[0] && settled.head == last)
    return true
  }

  /// Whatever becomes known later, the order does not matter, and sealing leaves what everybody else has.
  private func goesOn(_ line: Line, _ log: RestoredLog) throws {
    var line = line
    for _ in 0..<3 {
      try line.grow()
      let chain = try line.chain(restored: log)
      #expect(try line.chain(restored: log, isShuffled: true) == chain)
      #expect(try chain.sealing() == line.chain())
    }
  }
}
