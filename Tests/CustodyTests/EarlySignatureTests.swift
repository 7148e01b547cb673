import Custody
import Roster
import Testing

/// What settles a chain may come before any of its steps: a chain is a function of the set, in whatever order it was heard.
@Suite struct EarlySignatureTests {
  private let coalition: Coalition
  private let scribe: Scribe
  /// The same person in two hands, and what settles it.
  private let intakes: [Act]
  private let signatures: [Act]
  private let subject: SubjectReference

  init() throws {
    coalition = try .shared()
    scribe = Scribe(coalition)
    let (syr, irq) = (coalition.syr, coalition.irq)
    let first = try scribe.intake(by: syr, 1)
    subject = try #require(first.subjects.first)
    intakes = [first, try scribe.intake(by: irq, subjects: [subject])]
    var office = Office(coalition.tur, of: coalition)
    for act in intakes { try office.register(act) }
    signatures = try [syr, irq].map { [scribe] party in
      try scribe.dispute(.disputeResolved, of: first, office.ledger, custodian: syr.name, by: party)
    }
  }

  private func chain(_ acts: [Act]) throws -> ChainState {
    var office = Office(coalition.tur, of: coalition)
    for act in acts { #expect(try office.register(act).isRegistered) }
    return try #require(office.ledger.chain(subject))
  }

  @Test("Signatures that come before the steps which they settle count when those come") func before() throws {
    let settled = try chain(intakes + signatures)
    #expect(settled.phase == .held && settled.custodian == coalition.syr.name && settled.resolutions.count == 2)
    #expect(try chain(signatures + intakes) == settled)
    #expect(try chain([signatures[0], intakes[0], signatures[1], intakes[1]]) == settled)
    #expect(try chain([signatures[1], intakes[1], intakes[0], signatures[0]]) == settled)
    #expect(try chain([signatures[0]] + intakes).contest?.signed.map(\.id) == [signatures[0].id])
  }

  @Test("One that others may have made is in doubt when the steps come, too") func doubted() throws {
    var office = Office(coalition.tur, of: coalition)
    for act in signatures { try office.register(act) }
    office.ledger.doubt([signatures[1].id])
    for act in intakes { try office.register(act) }
    let chain = try #require(office.ledger.chain(subject))
    #expect(chain.contest?.round == 2 && chain.resolutions.map(\.isDoubted).count { $0 } == 1)
    office.ledger.doubt([])
    #expect(try office.ledger.chain(subject) == self.chain(intakes + signatures))
  }
}
