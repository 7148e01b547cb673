import Custody
import Roster
import TestSupport
import Testing
import TransparencyLog

/// What the parts of an archive show of logs, all together.
@Suite("Logs of archives") struct ArchiveLogsTests {
  private let convoy: Convoy
  private let whole: TestBundle
  private let log: TestLog

  init() throws {
    convoy = try Convoy(2)
    whole = try TestBundle([convoy.intake, convoy.release], of: convoy.coalition)
    log = try TestLog(convoy.coalition.syr, [convoy.intake, convoy.release].map(\.signed.entry))
  }

  /// Takes parts in their order: what does not hold of any by itself, and what is said of all together.
  private func take(_ parts: [TestBundle]) throws -> (alone: [String], together: [String], logs: ArchiveLogs) {
    var logs = ArchiveLogs(checks: checksInForce)
    var (alone, together) = ([String](), [String]())
    for (position, part) in parts.enumerated() {
      let report = try part.report()
      alone += report.failures
      let path = ArchivePath.numbered(ArchivePath.parts, position + 1, ".amana")
      together += logs.take(report, of: try Bundle(decoding: part.bytes, checks: checksInForce), in: path)
    }
    return (alone, together, logs)
  }

  private func note(_ size: UInt64, _ root: TreeHash, by party: Party? = nil) throws -> [UInt8] {
    let party = party ?? convoy.coalition.syr
    let checkpoint = Checkpoint(origin: try party.authority().origin(epoch: 1), size: size, root: root)
    return try Checkpoint.sign(checkpoint, key: party.key(.checkpoint)).encoded()
  }

  /// A part that has a checkpoint more.
  private func part(with note: [UInt8]) -> TestBundle {
    var part = whole
    part.notes.append(note)
    return part
  }

  @Test("V20 Two roots of one log for one size convict it, though each part holds by itself")
  func v20_twoPartsThatForkAreFound() throws {
    let (first, second) = try (part(with: note(9, .leaf([1]))), part(with: note(9, .leaf([2]))))
    let found = try take([first, whole, second, second, first])
    #expect(found.alone.isEmpty)
    #expect(found.together.count == 1, "\(found.together)")
    let sentence = try #require(found.together.first)
    #expect(sentence.hasPrefix("parts/000001.amana and parts/000003.amana: V20: the log \(log.origin) signed two "))
    #expect(sentence.contains("amana prove-fork parts/000001.amana parts/000003.amana"))
    #expect(try take([first, whole, first]).together.isEmpty)
    // Other logs, and other sizes.
    #expect(try take([first, part(with: note(9, .leaf([2]), by: convoy.coalition.irq))]).together.isEmpty)
    #expect(try take([first, part(with: note(10, .leaf([2])))]).together.isEmpty)
  }

  @Test("Two checkpoints of one part its own verification names, once")
  func alone() throws {
    var forked = try part(with: note(9, .leaf([1])))
    forked.notes.append(try note(9, .leaf([2])))
    let found = try take([forked, whole])
    #expect(found.alone.count == 1 && found.alone[0].hasPrefix("V20"), "\(found.alone)")
    #expect(found.together.isEmpty)
  }

  @Test("V20 Two entries at one place of one log, under checkpoints of two sizes, convict it as well")
  func entries() throws {
    // The log again, where the second of its entries came first.
    let turned = try TestLog(
      convoy.coalition.syr, [convoy.release, convoy.intake, convoy.intake].map(\.signed.entry))
    var other = whole
    other.notes = [try turned.checkpoint().encoded()]
    other.items = [other.items[0]]
    other.items[0].proof = Bundle.Proof(entry: convoy.intake.signed.entry, proof: turned.proof(of: 1))
    other.items[0].statement = convoy.intake.signed.attaching([try turned.receipts(at: Coalition.now)[1]])
    let found = try take([whole, other])
    #expect(found.alone.isEmpty, "\(found.alone)")
    #expect(found.together.count == 1, "\(found.together)")
    let sentence = found.together.first ?? ""
    #expect(sentence.contains("the log \(log.origin) signed two different entries at index 1"), "\(sentence)")
    // `amana prove-fork` finds the same in both.
    var material = ForkMaterial()
    for part in [whole, other] { material.add(try Bundle(decoding: part.bytes, checks: checksInForce)) }
    let verifier = ForkVerifier(
      StatementVerifier(roster: convoy.coalition.roster, policy: .standard, revocations: []), now: Coalition.now)
    #expect(!ForkSearch.find(in: material, by: verifier).proofs.isEmpty)
    // A tree that goes on has what it had.
    let longer = try TestLog(
      convoy.coalition.syr, [convoy.intake, convoy.release, convoy.intake].map(\.signed.entry))
    other.notes = [try longer.checkpoint().encoded()]
    other.items[0].proof = Bundle.Proof(entry: convoy.intake.signed.entry, proof: longer.proof(of: 0))
    other.items[0].statement = whole.items[0].statement
    let good = try take([whole, other])
    #expect(good.alone.isEmpty && good.together.isEmpty, "\(good)")
  }

  @Test("The index names an authority that the roster lists, and whose log a part shows")
  func authority() throws {
    let logs = try take([whole]).logs
    func difference(_ name: String, of logs: ArchiveLogs) throws -> String? {
      let files = (ArchivePath.readMes + ["parts/000001.amana"]).map { ArchiveIndex.File(path: $0, Array($0.utf8)) }
      let index = try ArchiveIndex(
        authority: #require(AuthorityName(name)), since: nil, until: OffsetTime(unix: Coalition.now), files: files)
      return logs.difference(from: index, under: convoy.coalition.roster)
    }
    let (syr, irq) = (convoy.coalition.syr.name.description, convoy.coalition.irq.name.description)
    #expect(try difference(syr, of: logs) == nil)
    #expect(try difference(irq, of: logs)?.contains("no part has a checkpoint of its log") == true)
    #expect(try difference("XXX/nobody", of: logs)?.contains("lists no authority XXX/nobody") == true)
    let both = try take([whole, part(with: note(1, .leaf([1]), by: convoy.coalition.irq))]).logs
    #expect(try difference(irq, of: both) == nil)
    #expect(try difference(syr, of: ArchiveLogs()) != nil)
  }
}
