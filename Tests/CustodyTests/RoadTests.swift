import Custody
import Roster
import Testing

/// What carriers tell of the road, and whoever lodges people on the way. All are facts.
@Suite struct RoadTests {
  private let coalition: Coalition
  private let scribe: Scribe
  private let release: Act
  private let irq: Office

  /// A release to IRQ that a carrier brings.
  init() throws {
    coalition = try .shared()
    scribe = Scribe(coalition)
    let intake = try scribe.intake(by: coalition.syr, 2)
    var syr = Office(coalition.syr, of: coalition)
    try syr.register(intake)
    let carrier = coalition.carrier.name
    release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger) {
      $0.carrier = carrier
    }
    var irq = Office(coalition.irq, of: coalition)
    for act in [intake, release] { #expect(try irq.register(act).isRegistered) }
    self.irq = irq
  }

  private func told(_ type: EventType, by party: Party? = nil, change: Scribe.Change = { _ in }) throws -> Act {
    try scribe.transit(type, of: release, by: party ?? coalition.carrier, change: change)
  }

  private func known(_ office: Office) -> Set<StatementID> {
    Set(office.ledger.transits(of: release.id).map(\.statement))
  }

  @Test("A whole road is told without a flag and moves nobody")
  func whole() throws {
    var irq = irq
    let before = irq.ledger.chains
    let (host, next) = (coalition.police.name, coalition.tur.name)
    var acts = try [told(.departed), told(.waypoint), told(.stopover) { $0.host = host }]
    acts.append(try scribe.transit(.lodged, of: release, by: coalition.police, stop: acts[2]))
    acts.append(try told(.arrived))
    for act in acts { #expect(try irq.register(act).isClean, "\(act.event.type)") }
    // TUR is no carrier by the roster: that is V11's.
    let change = try told(.carrierChanged) { $0.nextCarrier = next }
    #expect(try irq.register(change).flaggedCodes == [.v11])
    #expect(
      try irq.register(told(.waypoint, by: coalition.tur)).flaggedCodes == [.v11], "who took over is a carrier of it")
    #expect(irq.ledger.chains == before)
    #expect(known(irq).isSuperset(of: acts.map(\.id) + [release.id, change.id]))
  }

  @Test(
    "Each kind of event, told in order by who is named for it, is clean",
    arguments: [
      EventType.departed, .waypoint, .stopover, .arrived,
    ])
  func clean(_ type: EventType) throws {
    #expect(try irq.judge(told(type)).isClean)
  }

  @Test("What a carrier's daemon judges of its own is the same, though it has no lines of the release")
  func carriersOwn() throws {
    var own = Office(coalition.carrier, of: coalition)
    let bare = try own.proposal(release, arrival: .awaited)
    #expect(try own.ledger.register(bare, by: Judge(checks: checksInForce)).isRegistered)
    let departed = try told(.departed)
    #expect(try own.register(departed).isClean)
    #expect(known(own) == [release.id, departed.id])
  }

  @Test("Only the carrier named for an event signs it") func signer() throws {
    let other = try told(.departed) { $0.carrier = coalition.tur.name }
    #expect(try irq.judge(other).refusedCodes == [.v12])
    let lodged = try told(.lodged, by: coalition.police) { $0.host = coalition.tur.name }
    #expect(try irq.judge(lodged).refusedCodes == [.v12])
  }

  @Test("V12: whom nothing names as a carrier of it is recorded and flagged, until what names them is here")
  func stranger() throws {
    var irq = irq
    let early = try told(.waypoint, by: coalition.tur)
    let heard = try irq.register(early)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v11, .v12])
    // In its own daemon too: a fact is recorded.
    var tur = Office(coalition.tur, of: coalition)
    let bare = try tur.proposal(release, arrival: .awaited)
    _ = try tur.ledger.register(bare, by: Judge(checks: checksInForce))
    #expect(try tur.register(early).flaggedCodes == [.v11, .v12])
    let summary = try #require(irq.ledger.summary(release.id))
    func isNamed() -> Bool? {
      irq.ledger.transits(of: release.id).isNamed(coalition.tur.name, for: early.event, of: summary, under: .none)
    }
    #expect(isNamed() == false)
    let next = coalition.tur.name
    try irq.register(told(.carrierChanged) { $0.nextCarrier = next })
    #expect(isNamed() == true)
  }

  @Test("Where a release names no carrier, its parties carry, and nobody else") func parties() throws {
    var convoy = try Convoy(1)
    let expected: [(Party, Set<CheckCode>)] = [
      (coalition.syr, []), (coalition.irq, []), (coalition.carrier, [.v12]),
    ]
    for (party, codes) in expected {
      let act = try convoy.scribe.transit(.departed, of: convoy.release, by: party)
      #expect(try convoy.irq.register(act).flaggedCodes == codes, "\(party.name)")
    }
  }

  @Test("V2: an event of a road says on whose road, and what else its row asks for")
  func gaps() throws {
    func flags(_ type: EventType, _ change: Scribe.Change) throws -> Set<CheckCode> {
      let judgement = try irq.judge(told(type, change: change))
      #expect(judgement.isRegistered)
      return judgement.flaggedCodes
    }
    #expect(try flags(.departed) { $0.references = [] } == [.v2])
    let unknown = StatementID(unchecked: scribe.bytes(32))
    #expect(try flags(.departed) { $0.references = [Reference(.release, unknown)] } == [.v2])
    #expect(try flags(.waypoint) { $0.place = nil } == [.v2])
    #expect(try flags(.stopover) { $0.place = nil } == [.v2])
    #expect(try flags(.carrierChanged) { _ in } == [.v2])
    #expect(try flags(.departed) { $0.place = nil } == [])
    let carrier = coalition.carrier.name
    let lodged = try irq.judge(told(.lodged, by: coalition.police) { $0.carrier = carrier })
    #expect(lodged.isRegistered && lodged.flaggedCodes == [.v2], "it cites no stop")
    let unseen = try scribe.transit(.lodged, of: release, by: coalition.police, stop: told(.stopover))
    #expect(try irq.judge(unseen).flaggedCodes == [.v2])
  }

  @Test("V17: nothing of a road happens before its release or before its departure")
  func order() throws {
    var irq = irq
    let start = release.event.occurred.at.unix
    func at(_ seconds: Int64) -> Scribe.Change {
      { event in event.occurred = OccurredTime(at: OffsetTime(unix: start + seconds)) }
    }
    #expect(try irq.judge(told(.departed, change: at(-60))).flaggedCodes == [.v17])
    #expect(try irq.judge(told(.departed, change: at(0))).isClean)
    let waypoint = try told(.waypoint, change: at(30))
    #expect(try irq.register(waypoint).isClean)
    #expect(try irq.judge(told(.departed, change: at(60))).flaggedCodes == [.v17])
    #expect(try irq.register(told(.departed, change: at(20))).isClean)
    // A second vehicle leaves later.
    #expect(try irq.register(told(.departed, change: at(90))).isClean)
    #expect(try irq.judge(told(.arrived, change: at(10))).flaggedCodes == [.v17])
    #expect(try irq.judge(told(.arrived, change: at(40))).isClean)
    // Within what its clock may be off.
    let rough = try told(.arrived) {
      $0.occurred = OccurredTime(at: OffsetTime(unix: start + 10), source: .manual, clockError: 3600)
    }
    #expect(try irq.judge(rough).isClean)
  }

  @Test("V26: of those lodged it is said whether they are free, and where not on what basis")
  func liberty() throws {
    var irq = irq
    let host = coalition.police.name
    let stop = try told(.stopover) { $0.host = host }
    #expect(try irq.register(stop).isClean)
    func flags(_ status: LibertyStatus?, _ basis: Basis? = nil) throws -> Set<CheckCode> {
      let act = try scribe.transit(.lodged, of: release, by: coalition.police, stop: stop) {
        ($0.libertyStatus, $0.basis) = (status, basis)
      }
      let judgement = try irq.judge(act)
      #expect(judgement.isRegistered)
      return judgement.flaggedCodes
    }
    #expect(try flags(nil) == [.v26])
    #expect(try flags(.atLiberty) == [])
    #expect(try flags(.detained) == [.v26])
    #expect(try flags(.restricted, Basis(code: "court-order")) == [])
  }

  @Test("V12: whoever lodges people at a stop that names another is recorded and flagged")
  func otherHost() throws {
    var irq = irq
    let host = coalition.police.name
    let stop = try told(.stopover) { $0.host = host }
    try irq.register(stop)
    let lodged = try scribe.transit(.lodged, of: release, by: coalition.tur, stop: stop)
    let judgement = try irq.judge(lodged)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v12])
  }

  @Test("V4: a death on the road is also the word of who took over from the carrier that the release names")
  func deathAfterChange() throws {
    var irq = irq
    let tur = coalition.tur
    let line = try #require(release.lines.first)
    let dead = try #require(line.leaf.subject)
    let death = try scribe.incident(.death, of: [dead], by: tur, in: irq.ledger, road: release) {
      $0.carrier = tur.name
    }
    #expect(try irq.register(death).isRegistered)
    let outcome = try scribe.ended([line.index], of: release, by: death, coalition.irq)
    #expect(try irq.judge(outcome).refusedCodes == [.v4])
    try irq.register(told(.carrierChanged) { $0.nextCarrier = tur.name })
    #expect(try irq.judge(outcome).isClean)
  }

  @Test("V11: a release whose carrier may not carry is refused; a partner's is flagged")
  func mayCarry() throws {
    var syr = Office(coalition.syr, of: coalition)
    let intake = try scribe.intake(by: coalition.syr, 1)
    try syr.register(intake)
    let other = coalition.tur.name
    let act = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger) {
      $0.carrier = other
    }
    #expect(try syr.judge(act).refusedCodes == [.v11])
    var irq = Office(coalition.irq, of: coalition)
    try irq.register(intake)
    #expect(try irq.register(act).flaggedCodes == [.v11])
  }
}
