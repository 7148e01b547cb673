import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// A draft that comes as a file: what it holds is what its officers approved, or nothing.
@Suite struct DraftFileTests {
  let convoy: SealedConvoy
  var party: Party { convoy.coalition.syr }

  init() throws { convoy = try SealedConvoy(2) }

  /// SYR's release as a laptop writes it, before anybody approves.
  private func draft() throws -> DraftFile {
    let release = convoy.release
    var event = release.act.event
    event.approvals = []
    return DraftFile(
      event: event, authority: try party.authority(), roster: convoy.coalition.roster,
      sealed: try event.sealed.map { try #require(release.ciphertexts[$0.ciphertextDigest]) },
      slots: release.act.content.slots, lines: 2, roles: [])
  }

  private func approval(_ file: DraftFile, _ key: PrivateKey, as role: ApprovalRole = .officer) throws -> [UInt8] {
    try Approval.sign(
      draft: file.eventBytes, record: file.event.recordID, issuer: party.uri, role: role, at: Coalition.start, with: key
    )
  }

  private func approved(by officers: [Int]) throws -> DraftFile {
    var file = try draft()
    for officer in officers {
      let isNew = try file.add(approval: approval(file, party.officerKey(officer)))
      #expect(isNew)
    }
    return file
  }

  /// Whether anybody would take these bytes for what was approved.
  private func counts(_ bytes: [UInt8]) -> Bool {
    guard let file = try? DraftFile(decoding: bytes) else { return false }
    return file.approvals.allSatisfy { approval in
      guard let approval = try? Approval(decoding: approval) else { return false }
      if case .success = file.verified(approval) { return true }
      return false
    }
  }

  @Test("It is read as it was written, approvals in one order, whoever approved first")
  func oneForm() throws {
    let (file, other) = (try approved(by: [1, 2]), try approved(by: [2, 1]))
    let again = try DraftFile(decoding: file.encoded())
    #expect(again.encoded() == file.encoded() && again.approvals == file.approvals && again.lines == 2)
    #expect(again.event == file.event && again.slots == file.slots && again.sealed == file.sealed)
    let kids = try other.approvals.map { try Approval(decoding: $0).keyID }
    #expect(kids.count == 2 && kids == kids.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(try file.approvals.map { try Approval(decoding: $0).keyID } == kids)
    var twice = file
    let isNew = try twice.add(approval: approval(file, party.officerKey(1)))
    #expect(!isNew && twice.approvals == file.approvals)
  }

  @Test("Its id is that of what is approved: approvals change nothing of it, another word does")
  func identity() throws {
    let file = try draft()
    #expect(try file.id == approved(by: [1]).id && file.id == approved(by: [1, 2]).id)
    #expect(file.digest == SHA256.hash(file.event.encoded(includingApprovals: false)))
    var event = file.event
    event.acceptBy = nil
    let other = DraftFile(
      event: event, authority: file.authority, roster: file.roster, sealed: file.sealed, slots: file.slots, lines: 2,
      roles: [])
    #expect(other.id != file.id)
  }

  @Test("Nothing but the envelope is in clear, and its authority's own party key opens the rest")
  func opened() throws {
    let file = try draft()
    let bytes = file.encoded()
    let name = Array("أحمد".utf8)
    #expect(!bytes.indices.contains { bytes[$0...].starts(with: name) })
    let sealed = Dictionary(uniqueKeysWithValues: zip(file.event.sealed.map(\.ciphertextDigest), file.sealed))
    let opening = Opening(of: file.event, issuer: party.uri, with: try party.key(.seal)) { sealed[$0] }
    #expect(opening.failures.isEmpty && opening.missing.isEmpty)
    #expect(opening.content.manifest != nil)
    #expect(opening.content.manifest?.encoded() == convoy.release.act.content.manifest?.encoded())
    let tur = Opening(of: file.event, issuer: party.uri, with: try convoy.coalition.tur.key(.seal)) { sealed[$0] }
    #expect(tur.isForOthers && tur.content.manifest == nil)
  }

  @Test("One changed byte behind its header is refused, or an approval does not count any more")
  func flips() throws {
    let file = try approved(by: [1, 2])
    let bytes = file.encoded()
    #expect(counts(bytes))
    var decoder = CBORDecoder(bytes)
    _ = try decoder.item()
    // The header is for people: its lines are counted again and its offices found anew by the daemon.
    let header = decoder.position
    let sealed = stride(from: header, to: bytes.count, by: 211)
    let end = stride(from: max(header, bytes.count - 700), to: bytes.count, by: 5)
    let eventAt = try #require(bytes.indices.first { bytes[$0...].starts(with: file.eventBytes) })
    let event = stride(from: eventAt, to: eventAt + file.eventBytes.count, by: 13)
    var survivors: [Int] = []
    for index in Set(Array(sealed) + Array(end) + Array(event)).sorted() {
      var changed = bytes
      changed[index] ^= 1
      if counts(changed) { survivors.append(index) }
    }
    #expect(survivors == [])
  }

  @Test("A file that is cut, goes on behind its end or says something twice is refused")
  func strict() throws {
    let (bare, one) = (try draft().encoded(), try approved(by: [1]).encoded())
    for count in stride(from: 0, to: bare.count, by: 499) {
      #expect(throws: DecodeError.self, "\(count)") { try DraftFile(decoding: Array(bare.prefix(count))) }
    }
    #expect(throws: DecodeError.self) { try DraftFile(decoding: bare + [0]) }
    // The same approval twice.
    #expect(throws: DecodeError.self) { try DraftFile(decoding: one + one[bare.count...]) }
    #expect(throws: DecodeError.self) { try DraftFile(decoding: bare + bare) }
    #expect(throws: DecodeError.self) { try DraftFile(decoding: Array("{}".utf8)) }
  }

  @Test(
    "An approval by another authority's officer, in an office one does not hold, or of another draft counts nothing")
  func approvals() throws {
    let file = try draft()
    var other = file.event
    other.acceptBy = nil
    let moved = try Approval.sign(
      draft: other.encoded(includingApprovals: false), record: other.recordID, issuer: party.uri, at: Coalition.start,
      with: party.officerKey(1))
    let bad = [
      try approval(file, convoy.coalition.irq.officerKey(1)), try approval(file, party.officerKey(4)),
      try approval(file, party.key(.statement)), moved,
    ]
    for bytes in bad {
      var changed = file
      let isNew = try changed.add(approval: bytes)
      #expect(isNew && !counts(changed.encoded()))
    }
    var medical = file
    _ = try medical.add(approval: approval(file, party.officerKey(4), as: .medical))
    #expect(counts(medical.encoded()))
  }

  @Test("What was signed long after it was recorded is flagged and stops nothing, fact or intention")
  func signedLate() throws {
    let late = Coalition.start + 600
    func signed(_ act: Act, _ days: Int64) throws -> Judgement {
      var event = act.event
      event.occurred = OccurredTime(at: OffsetTime(unix: late - days * 86_400))
      event.recordedAt = event.occurred.at
      event.approvals = try convoy.scribe.approvals(of: event, by: party, [party.officerKey(1), party.officerKey(2)])
      let statement = try SignedStatement.sign(event, issuer: party.uri, at: late, with: party.key(.statement))
      return try Office(party, of: convoy.coalition).judge(Act(signed: statement, content: act.content))
    }
    let intake = try convoy.scribe.intake(by: party)
    let (soon, long) = (try signed(intake, 2), try signed(intake, 4))
    #expect(soon.isRegistered && !soon.flaggedCodes.contains(.v18))
    #expect(long.isRegistered && long.flaggedCodes.contains(.v18))
    #expect(long.flags.contains { $0.code == .v18 && $0.detail.contains("4 days after it was recorded") })
  }
}
