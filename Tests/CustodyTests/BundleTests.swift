import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

@Suite struct BundleTests {
  let convoy: Convoy
  let outcome: Act
  let whole: TestBundle

  init() throws {
    var convoy = try Convoy(2)
    outcome = try convoy.answerAll(.accepted)
    self.convoy = convoy
    whole = try TestBundle([convoy.intake, convoy.release, outcome], of: convoy.coalition)
  }

  private func reason(_ bytes: [UInt8]) -> DecodeError.Reason? {
    do throws(DecodeError) {
      _ = try TestBundle.verify(bytes, pinned: nil)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("V32: it verifies offline by itself, under the roster that it holds and that is pinned")
  func itVerifiesOffline() throws {
    let report = try whole.report()
    #expect(report.holds && report.isPinned && report.roster == convoy.coalition.roster)
    #expect(report.lines.map(\.statement.id) == [convoy.intake.id, convoy.release.id, outcome.id])
    #expect(report.lines.allSatisfy { $0.positions == 1 && $0.receiptedBy == [convoy.coalition.syr.name] })
    #expect(report.lines.allSatisfy(\.flags.isEmpty) && report.checkpoints.count == 1)
    #expect(report.ledger.chains == convoy.syr.ledger.chains)
    #expect(report.notice == Bundle.clearNotice)
  }

  @Test func withoutAPinItAgreesOnlyWithItself() throws {
    let report = try TestBundle.verify(whole.bytes, pinned: nil)
    #expect(report.holds && !report.isPinned)
  }

  @Test func theWholeTwiceChangesNothing() throws {
    let twice = try TestBundle.verify(
      whole.bytes + whole.bytes.dropFirst(whole.header.count), pinned: convoy.coalition.roster.digest)
    #expect(twice.holds && twice.lines.count == 6)
    #expect(twice.ledger.chains == convoy.syr.ledger.chains)
    #expect(twice.ledger.releases == convoy.syr.ledger.releases)
  }

  @Test func trustIsNotCarriedAlong() throws {
    var bundle = whole
    #expect(throws: Never.self) { try whole.report() }
    #expect(try !whole.report(pinned: SHA256.hash([1])).holds)
    bundle.rosters = []
    #expect(try !bundle.report().holds && bundle.report().roster == nil)
    bundle.rosters = [try Coalition().roster.bytes]
    #expect(try !bundle.report().holds)
    let foreign = try TestBundle.verify(bundle.bytes, pinned: nil)
    #expect(!foreign.holds && foreign.lines.allSatisfy { $0.refusal != nil })
    bundle.rosters.append(whole.rosters[0])
    let both = try bundle.report()
    #expect(both.failures.count == 1 && both.failures[0].hasPrefix("V32: "), "\(both.failures)")
    bundle.rosters.removeFirst()
    #expect(try bundle.report().holds)
  }

  @Test func aForkIsReported() throws {
    var bundle = whole
    let signed = try SignedCheckpoint(decoding: bundle.notes[0]).checkpoint
    let other = Checkpoint(origin: signed.origin, size: signed.size, root: .leaf([9]))
    bundle.notes.append(try Checkpoint.sign(other, key: convoy.coalition.syr.key(.checkpoint)).encoded())
    #expect(try bundle.report().failures.contains { $0.hasPrefix("V20") })
    bundle.notes[1] = bundle.notes[0]
    #expect(try bundle.report().holds)
    bundle.notes[1] = try Checkpoint.sign(other, key: convoy.coalition.irq.key(.checkpoint)).encoded()
    #expect(try bundle.report().failures.contains { $0.contains("is not signed by its checkpoint key") })
  }

  @Test("Ten thousand copies of a checkpoint and of a proof are one checkpoint, looked at once each")
  func copiesAreLookedAtOnce() throws {
    var bundle = whole
    bundle.notes = [[UInt8]](repeating: bundle.notes[0], count: 10_000)
    let report = try bundle.report()
    #expect(report.holds && report.checkpoints.count == 1)
  }

  @Test func exerciseAndRealityDoNotMix() throws {
    var bundle = whole
    bundle.exercise = true
    #expect(try bundle.report().failures.contains { $0.contains("exercise") })
  }

  @Test func whatBelongsToNoStatementIsReported() throws {
    var bundle = whole
    let other = try Scribe(convoy.coalition, seed: 77).intake(by: convoy.coalition.syr, 1)
    var stray = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: true)
    let start = stray.bytes.count
    stray.content(Content(manifest: other.content.manifest), of: convoy.intake.id)
    #expect(try failures(stray, start) == 1)
    stray.content(Content(annexes: other.content.annexes), of: convoy.intake.id)
    #expect(try failures(stray, start) == 2)
    stray.content(Content(slots: other.content.slots), of: outcome.id)
    #expect(try failures(stray, start) == 3)
    stray.content(Content(slots: other.content.slots), of: other.id)
    #expect(try failures(stray, start) == 4)
    bundle.items[0].content.manifest = other.content.manifest
    let report = try bundle.report()
    #expect(report.lines[0].code == "V6" && !report.failures.isEmpty)
  }

  private func failures(_ stray: BundleWriter, _ start: Int) throws -> Int {
    let report = try TestBundle.verify(
      whole.bytes + stray.bytes.dropFirst(start), pinned: convoy.coalition.roster.digest)
    #expect(!report.holds)
    return report.failures.count
  }

  @Test func aReceiptOfAnotherStatementIsRefused() throws {
    var bundle = whole
    let swapped = try SignedStatement(decoding: whole.items[1].statement).receipts
    bundle.items[0].statement = convoy.intake.signed.attaching(swapped)
    #expect(try bundle.report().lines[0].code == "receipt")
  }

  @Test func twoListsOfSlotsAreRefused() throws {
    var again = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: true)
    let start = again.bytes.count
    again.content(Content(slots: convoy.release.content.slots), of: convoy.intake.id)
    #expect(reason(whole.bytes + again.bytes.dropFirst(start)) == .invalidValue)
  }

  @Test func unknownItemsAndFormsAreRefused() throws {
    func item(_ item: CBOR) -> [UInt8] { whole.header + item.encoded() }
    #expect(reason(whole.header) == nil)
    #expect(reason(item(.array(["photo", .bytes([])]))) == .unsupported)
    #expect(reason(item(.array(["roster"]))) == .unexpectedType)
    #expect(reason(item(.array(["roster", .bytes([]), 1]))) == .unexpectedType)
    #expect(reason(item(.array([1, .bytes([])]))) == .unexpectedType)
    #expect(reason(item(.map([:]))) == .unexpectedType)
    #expect(reason(item(.array(["proof", .array([.bytes([1]), 1, 0, .array([])])]))) == .invalidValue)
    let entry = CBOR.bytes([UInt8](repeating: 0, count: 32))
    #expect(reason(item(.array(["proof", .array([entry, 1, 1, .array([])])]))) == .invalidValue)
    #expect(reason(item(.array(["slots", .array([entry, .array([.bytes([1])])])]))) == .invalidValue)
    #expect(reason(item(.array(["policy", .bytes(CBOR.map(["schema": 2]).encoded())]))) == .invalidValue)
    #expect(reason([]) == .truncated)
    #expect(reason(CBOR.map(["format": "amana-bundle-2"]).encoded()) == .invalidValue)
  }

  /// Cut anywhere but between items it cannot be read; between items, what is missing shows.
  @Test func truncation() throws {
    let bytes = whole.bytes
    var boundaries: [Int] = []
    var decoder = CBORDecoder(bytes)
    while !decoder.isAtEnd {
      _ = try decoder.item()
      boundaries.append(decoder.position)
    }
    #expect(boundaries.count == 1 + 1 + 1 + 1 + 3 * 4 + 2)
    for end in boundaries.dropLast() {
      #expect(reason(Array(bytes.prefix(end - 1))) == .truncated)
      #expect(reason(Array(bytes.prefix(end + 1))) == .truncated)
      let report = try TestBundle.verify(Array(bytes.prefix(end)), pinned: convoy.coalition.roster.digest)
      #expect(
        !report.holds || report.lines.count < 3 || report.lines.contains { $0.positions == 0 || !$0.flags.isEmpty })
    }
  }
}
