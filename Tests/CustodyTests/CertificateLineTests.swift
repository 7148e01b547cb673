import COSE
import Custody
import Roster
import Testing
import TransparencyLog

extension Scribe {
  /// A certificate of the first person of a statement, as a ledger knows where that person is.
  func certificate(of source: Act, _ ledger: Ledger, by party: Party, change: Change = { _ in }) throws -> Act {
    var event = draft(.certificate)
    event.kind = source.event.kind
    event.references = [Reference(.basis, source.id)]
    let chain = try #require(source.subjects.first.flatMap { ledger.chain($0) })
    let checkpoint = Checkpoint(origin: try party.authority().origin(epoch: 1), size: 7, root: .empty)
    let content = content(.certificate, event, [chain.certificateLine(asOf: checkpoint)], identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }
}

@Suite("Certificates of custody") struct CertificateLineTests {
  private func certified(_ act: Act, _ fields: [String]) throws -> CertifiedCustody? {
    let manifest = try #require(act.content.manifest)
    let line = try #require(act.lines.first).index
    let issuer = try #require(try Coalition.shared().roster.authority(uri: act.signed.issuer))
    return CertifiedCustody(
      try Disclosure(of: manifest, line: line, fields: fields, statement: act.signed).verify(), by: issuer)
  }

  private let all = ["custodian", "phase", "released_to", "claimants", "as_of"]

  @Test("A certificate says who is responsible, in which state and as of which checkpoint, and moves nobody")
  func released() throws {
    var convoy = try Convoy(2)
    let held = try convoy.scribe.certificate(of: convoy.intake, convoy.irq.ledger, by: convoy.coalition.irq)
    #expect(try convoy.irq.register(held).isClean)
    let says = try #require(try certified(held, all))
    #expect(says.custodian == "SYR/prisons" && says.phase == "released" && says.releasedTo == "IRQ/moj")
    #expect(says.claimants.isEmpty && says.log.size == 7 && says.log.root == TreeHash.empty.bytes)
    #expect(try says.log.origin == convoy.coalition.irq.authority().origin(epoch: 1))
    _ = try convoy.answerAll(.accepted)
    #expect(convoy.irq.custodians(of: convoy.intake) == [convoy.coalition.irq.name])
    let after = try convoy.scribe.certificate(of: convoy.intake, convoy.irq.ledger, by: convoy.coalition.irq)
    #expect(try convoy.irq.register(after).isClean)
    let later = try #require(try certified(after, all))
    #expect(later.custodian == "IRQ/moj" && later.phase == "held" && later.releasedTo == nil)
  }

  @Test("Of a contested line every claimant is named")
  func contested() throws {
    let convoy = try Convoy(2)
    var office = convoy.syr
    try office.register(convoy.scribe.intake(by: convoy.coalition.tur, subjects: convoy.intake.subjects))
    let act = try convoy.scribe.certificate(of: convoy.intake, office.ledger, by: convoy.coalition.syr)
    #expect(try office.register(act).isClean)
    let says = try #require(try certified(act, all))
    #expect(says.phase == "contested" && says.claimants.contains("TUR/x") && says.claimants.contains("SYR/prisons"))
  }

  @Test("Who died or escaped is certified so, with the last custodian")
  func ended() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    for (code, phase) in [(IncidentCode.death, "ended"), (.escape, "suspended")] {
      var office = Office(coalition.syr, of: coalition)
      let intake = try scribe.intake(by: coalition.syr, 2)
      try office.register(intake)
      try office.register(scribe.incident(code, of: [intake.subjects[0]], by: coalition.syr, in: office.ledger))
      let act = try scribe.certificate(of: intake, office.ledger, by: coalition.syr)
      #expect(try office.register(act).isClean)
      let says = try #require(try certified(act, all))
      #expect(says.phase == phase && says.custodian == "SYR/prisons" && says.releasedTo == nil)
    }
  }

  @Test("What does not show who, how and as of when certifies nothing, and neither does a line of another event")
  func tooLittle() throws {
    let convoy = try Convoy(2)
    let act = try convoy.scribe.certificate(of: convoy.intake, convoy.syr.ledger, by: convoy.coalition.syr)
    for missing in ["custodian", "phase", "as_of"] {
      #expect(try certified(act, all.filter { $0 != missing }) == nil)
    }
    #expect(try certified(convoy.intake, ["age", "sex"]) == nil)
  }

  @Test("What no log of its signer can know is no certificate, whoever signed it")
  func notOwn() throws {
    let convoy = try Convoy(1)
    let (scribe, syr) = (convoy.scribe, convoy.coalition.syr)
    let made = try scribe.certificate(of: convoy.intake, convoy.syr.ledger, by: syr)
    let genuine = try #require(made.lines.first).leaf.fields
    let own = try syr.authority().origin(epoch: 2)
    func asOf(_ origin: String, _ root: [UInt8] = TreeHash.empty.bytes) -> CBOR {
      .map(["origin": .text(origin), "size": 7, "root": .bytes(root)])
    }
    let cases: [(position: Int, value: CBOR, holds: Bool)] = [
      (8, asOf(own), true), (6, "TUR/x", true), (4, "Mr Nobody", false), (5, "free", false), (5, "held", false),
      (5, "contested", false), (6, .null, false), (6, "IRQ", false), (6, 7, false), (7, .array(["TUR/x"]), false),
      (7, "TUR/x", false), (8, asOf("tur.example/custody/log/1"), false), (8, asOf(own, [1]), false),
    ]
    for (position, value, holds) in cases {
      var (fields, event) = (genuine, made.event)
      fields[position] = value
      event.approvals = []
      let content = scribe.content(.certificate, event, [fields], identities: [:])
      scribe.describe(content, in: &event)
      let act = try scribe.sign(event, content, by: syr)
      #expect(try (certified(act, all) != nil) == holds, "\(position): \(value)")
    }
  }

  @Test("Its approvals are two officers'; one is not enough")
  func approvals() throws {
    let convoy = try Convoy(1)
    var office = convoy.syr
    let (scribe, syr) = (convoy.scribe, convoy.coalition.syr)
    let whole = try scribe.certificate(of: convoy.intake, office.ledger, by: syr)
    let one = try scribe.sign(whole.event, whole.content, by: syr, officers: [syr.officerKey(1)])
    #expect(try office.register(one).flaggedCodes == [.v14])
  }
}
