import Custody
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

@Suite struct SlotsTests {
  @Test func aSlotIsTheHashOfSubjectAndLastStep() {
    let subject = SubjectReference(unchecked: [UInt8](repeating: 1, count: 16))
    let previous = StatementID(unchecked: [UInt8](repeating: 2, count: 32))
    let input = Array("amana-slot-1".utf8) + subject.bytes + previous.bytes
    #expect(Slots.slot(subject: subject, previous: previous) == SHA256.hash(input))
  }

  @Test func anIntakeListsNoSlotAndAReleaseOneALine() throws {
    let convoy = try Convoy(5)
    let intake = try #require(convoy.intake.content.slots)
    let release = try #require(convoy.release.content.slots)
    #expect(intake.count == 16 && release.count == 16)
    #expect(release == release.sorted { $0.lexicographicallyPrecedes($1) })
    let expected = convoy.release.subjects.map { Slots.slot(subject: $0, previous: convoy.intake.id) }
    #expect(Set(expected).isSubset(of: release) && Set(expected).isDisjoint(with: intake))
    #expect(Set(intake).isDisjoint(with: release))
  }

  /// An observer without a key sees a slot twice exactly when a line was released twice from the same step.
  @Test func aRepeatedSlotShowsADoubleRelease() throws {
    let convoy = try Convoy(3)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    let subject = convoy.intake.subjects[1]
    var before = Office(coalition.syr, of: coalition)
    try before.register(convoy.intake)
    let second = try scribe.handover(
      .release, of: convoy.intake, only: [subject], from: coalition.syr, to: coalition.tur, in: before.ledger)
    let repeated = Set(try #require(convoy.release.content.slots)).intersection(try #require(second.content.slots))
    #expect(repeated == [Slots.slot(subject: subject, previous: convoy.intake.id)])
    var honest = convoy
    _ = try honest.answerAll(.refused)
    let again = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: honest.syr.ledger)
    #expect(Set(try #require(convoy.release.content.slots)).isDisjoint(with: try #require(again.content.slots)))
  }

  @Test func aMissingSlotIsRefused() throws {
    let convoy = try Convoy(3)
    var office = Office(convoy.coalition.syr, of: convoy.coalition)
    try office.register(convoy.intake)
    var forged = convoy.release.event
    let required = Slots.slot(subject: convoy.release.subjects[0], previous: convoy.intake.id)
    var slots = try #require(convoy.release.content.slots).filter { $0 != required }
    slots.append([UInt8](repeating: 0xff, count: 32))
    forged.slotsRoot = Slots.root(of: slots).bytes
    let content = Content(
      manifest: convoy.release.content.manifest, slots: slots, annexes: convoy.release.content.annexes)
    let act = try convoy.scribe.sign(forged, content, by: convoy.coalition.syr)
    #expect(try office.judge(act).refusedCodes == [.v6])
    #expect(try office.judge(convoy.release).isClean)
  }
}
