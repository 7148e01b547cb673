import COSE
import Custody
import Roster
import Testing

/// When a log must not certify where somebody is, and what a certificate rests on.
@Suite("What keeps a log from certifying") struct CertifyingTests {
  private let convoy: Convoy
  private var coalition: Coalition { convoy.coalition }
  private var scribe: Scribe { convoy.scribe }

  init() throws { convoy = try Convoy(4) }

  private func obstacle(_ office: Office, _ subject: SubjectReference, told: [Act] = []) throws -> CertificateObstacle?
  {
    try office.ledger.obstacle(toCertifying: #require(office.ledger.chain(subject)), told: told.map(\.id))
  }

  @Test("A restored log certifies of nobody that somebody else has them, until it is sealed")
  func restored() throws {
    // IRQ's backup knows that SYR has them, and lost that they were released to it.
    var irq = Office(coalition.irq, of: coalition)
    try irq.register(convoy.intake)
    let subject = convoy.intake.subjects[0]
    #expect(try obstacle(irq, subject) == nil)
    let opening = try scribe.opening(by: coalition.irq)
    try irq.register(opening)
    #expect(irq.ledger.chain(subject)?.contest == nil, "no mark of its own stops it")
    #expect(try obstacle(irq, subject) == .restored(custodian: coalition.syr.name))
    let own = try scribe.intake(by: coalition.irq, 1)
    try irq.register(own)
    #expect(try obstacle(irq, own.subjects[0]) == nil, "whom it has itself it certifies")
    var sealed = irq
    try sealed.register(scribe.sealing(opening, by: coalition.irq))
    #expect(try obstacle(sealed, subject) == nil)
    // Once it hears of the release the chain is contested, which is what it certifies.
    try irq.register(convoy.release)
    #expect(try irq.ledger.chain(subject)?.contest != nil && obstacle(irq, subject) == nil)
    var syr = convoy.syr
    try syr.register(opening)
    #expect(try obstacle(syr, subject) == nil, "a partner's restored log keeps nobody else from certifying")
  }

  @Test("Of whom died, was set free or escaped on the road nothing is certified until that is answered")
  func onTheRoad() throws {
    var convoy = convoy
    let (release, irq) = (convoy.release, convoy.coalition.irq)
    let subjects = try release.lines.map { try #require($0.leaf.subject) }
    func told(_ code: IncidentCode, _ line: Int) throws -> Act {
      try scribe.incident(code, of: [subjects[line]], by: irq, in: convoy.irq.ledger, road: release)
    }
    let death = try told(.death, 0)
    let liberty = try scribe.liberty(of: [subjects[1]], by: coalition.syr, in: convoy.syr.ledger, road: release)
    let (escape, found, injury) = (try told(.escape, 2), try told(.found, 2), try told(.injury, 3))
    for act in [death, liberty, escape, found, injury] {
      #expect(try convoy.syr.register(act).isRegistered && convoy.irq.register(act).isRegistered)
    }
    func befell(_ what: Occurrence.What, _ act: Act) -> CertificateObstacle {
      .befell(what, statement: act.id, release: release.id, receiver: irq.name)
    }
    for office in [convoy.syr, convoy.irq] {
      #expect(try obstacle(office, subjects[0], told: [death]) == befell(.incident(.death), death))
      #expect(try obstacle(office, subjects[1], told: [liberty]) == befell(.liberty, liberty))
      #expect(try obstacle(office, subjects[2], told: [escape]) == befell(.incident(.escape), escape))
      #expect(try obstacle(office, subjects[2], told: [escape, found]) == nil)
      #expect(try obstacle(office, subjects[2], told: [found, escape]) == befell(.incident(.escape), escape))
      #expect(try obstacle(office, subjects[3], told: [injury]) == nil)
    }
    // What came after a death takes it back no more than `ended` asks for it.
    let late = try told(.found, 0)
    try convoy.syr.register(late)
    #expect(try obstacle(convoy.syr, subjects[0], told: [death, late]) == befell(.incident(.death), death))
    let ended = try scribe.ended([release.lines[0].index], of: release, by: death, irq)
    #expect(try convoy.syr.register(ended).isClean)
    #expect(convoy.syr.ledger.chain(subjects[0])?.isEnded == true)
    #expect(try obstacle(convoy.syr, subjects[0], told: [death, late]) == nil)
    try convoy.syr.register(scribe.outcome(of: release, [(release.lines[2].index, .missing)], by: irq))
    #expect(try obstacle(convoy.syr, subjects[2], told: [escape]) == nil)
  }

  @Test("A stranger's word of a death on the road keeps nobody from certifying; nor does one of another road")
  func whoseWord() throws {
    var convoy = convoy
    let (release, tur) = (convoy.release, convoy.coalition.tur)
    let subject = try #require(release.lines[0].leaf.subject)
    // Whoever calls itself the carrier is registered; the release names none.
    let foreign = try scribe.incident(.death, of: [subject], by: tur, in: convoy.irq.ledger, road: release) {
      $0.carrier = tur.name
    }
    #expect(try convoy.syr.register(foreign).isRegistered)
    #expect(convoy.syr.ledger.occurrence(foreign.id, subject)?.what == .incident(.death))
    #expect(try obstacle(convoy.syr, subject, told: [foreign]) == nil)
    // SYR said of somebody still in its hands that they had escaped, found them, and released them.
    var syr = Office(coalition.syr, of: coalition)
    try syr.register(convoy.intake)
    let inHand = convoy.intake.subjects
    let escape = try scribe.incident(.escape, of: [inHand[0]], by: coalition.syr, in: syr.ledger)
    try syr.register(escape)
    try syr.register(scribe.incident(.found, of: [inHand[0]], by: coalition.syr, in: syr.ledger))
    let later = try scribe.handover(
      .release, of: convoy.intake, only: [inHand[0]], from: coalition.syr, to: coalition.irq, in: syr.ledger)
    #expect(try syr.register(later).isRegistered)
    #expect(try obstacle(syr, inHand[0], told: [escape]) == nil)
  }

  @Test("What a certificate rests on are all signatures under a settlement, and not the one with the greatest id alone")
  func evidence() throws {
    var twice = try DisputeTests.Twice()
    let coalition = twice.coalition
    var signed: [Act] = []
    for party in [coalition.tur, coalition.syr, coalition.irq] {
      let act = try twice.signature(party, coalition.irq)
      try twice.tell(act)
      signed.append(act)
    }
    for index in 0...2 {
      let chain = try #require(twice.chain(index))
      let known = [twice.convoy.intake, twice.convoy.release, twice.second] + twice.accepted + signed
      #expect(chain.contest == nil && chain.evidence == Set(known.map(\.id)))
    }
  }

  @Test("Only a statement with its signer's own receipts alone, and no time stamp, is said to be seen by nobody else")
  func seenBySigner() throws {
    let (signed, syr, irq) = (convoy.intake.signed, coalition.syr, coalition.irq)
    let own = try syr.receipt(of: signed, at: Coalition.now)
    let other = try irq.receipt(of: signed, at: Coalition.now)
    func isAlone(_ receipts: [[UInt8]], _ stamp: [UInt8]? = nil) throws -> Bool {
      try SignedStatement(decoding: signed.attaching(receipts, timeStamp: stamp)).isSeenByItsSignerAlone
    }
    #expect(try isAlone([own]))
    #expect(try !isAlone([own, other]) && !isAlone([other]) && !isAlone([]))
    #expect(try !isAlone([own], [0x30, 0x00]))
  }

  @Test(
    "Of whom nobody is known to have taken in nothing is certified, and whoever has them takes them in all the same")
  func v1_strangerBeginsNoChain() throws {
    let (syr, tur) = (coalition.syr, coalition.tur)
    let subject = SubjectReference(unchecked: scribe.bytes(16))
    let told = try scribe.incident(
      of: [.bytes(subject.bytes), .bytes(scribe.bytes(32)), .null, .null, "death", .null, .array([]), .null], by: tur)
    var office = Office(syr, of: coalition)
    #expect(try office.register(told).isRegistered)
    #expect(office.ledger.chain(subject)?.isEnded == true)
    #expect(try obstacle(office, subject, told: [told]) == .neverTakenIn(author: tur.name))
    let intake = try scribe.intake(by: syr, subjects: [subject])
    #expect(try office.register(intake).isRegistered)
    let chain = try #require(office.ledger.chain(subject))
    #expect(chain.intake == intake.id && chain.contest?.parties == [syr.name, tur.name])
    #expect(try obstacle(office, subject) == nil)
  }

  @Test("While the receiver's answer is here and its lines are not, nothing is certified of those it was asked about")
  func unread() throws {
    var syr = convoy.syr
    let subject = try #require(convoy.release.lines[0].leaf.subject)
    let outcome = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    let judge = Judge(checks: checksInForce)
    #expect(try syr.ledger.register(syr.proposal(outcome, arrival: .awaited), by: judge).isRegistered)
    #expect(
      try obstacle(syr, subject)
        == .unread(answer: outcome.id, release: convoy.release.id, receiver: coalition.irq.name))
    #expect(try syr.ledger.complete(syr.proposal(outcome), by: judge).isRegistered)
    #expect(try obstacle(syr, subject) == nil)
    #expect(syr.ledger.chain(subject)?.custodian == coalition.irq.name)
  }
}
