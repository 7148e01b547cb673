import COSE
import Custody
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing

/// Dual mode: the second signature of an authority, by ML-DSA, and the policies that ask for it. Where this machine has
/// no ML-DSA, messages that another made are what is judged: Tests/Debian13/dual.sh carries them between two machines.
@Suite struct DualModeTests {
  private let both = Policy(
    toleranceSeconds: 300, lateAfterSeconds: 259_200, graceSeconds: 2_592_000, twoUsers: true, postQuantum: .both)

  /// A statement of SYR's, the roster that lists its keys, and what stands beside it.
  private struct Sample: Codable {
    var roster: [UInt8]
    var digest: [UInt8]
    var statement: [UInt8]
    /// The same without the second signature.
    var classical: [UInt8]
    /// Signed by ML-DSA alone.
    var lattice: [UInt8]
    /// What was signed by ML-DSA alone, in parts, for tools that know no COSE.
    var signed: Signed
  }

  /// A signature in parts.
  private struct Signed: Codable {
    var privateKey: [UInt8]?
    var publicKey: [UInt8]
    var message: [UInt8]
    var signature: [UInt8]
  }

  private static func event(_ roster: VerifiedRoster, record: UInt8) -> Event {
    let time = OffsetTime(unix: Coalition.start)
    return Event(
      recordID: RecordID(unchecked: [UInt8](repeating: record, count: 16)), type: .rosterAdopted,
      occurred: OccurredTime(at: time), recordedAt: time, roster: roster.digest)
  }

  /// A roster of SYR alone, whose keys beside the usual ones are these.
  private static func roster(_ party: Party, _ more: [PublicKey]) throws -> VerifiedRoster {
    let usual = try party.authority()
    let records = try more.map {
      try #require(
        KeyRecord(purpose: .statement, key: $0, notBefore: Coalition.notBefore, notAfter: Coalition.notAfter))
    }
    let authority = Authority(
      name: usual.name, uri: usual.uri, names: usual.names, role: usual.role, competence: usual.competence,
      keys: usual.keys + records, officers: usual.officers)
    let root = try PrivateKey.generate(.p256)
    let body = RosterBody(
      coalition: "Dual", exercise: false, version: 1, previous: nil, issuedAt: Coalition.start - 2_592_000,
      nextUpdate: Coalition.nextUpdate, root: try Coalition.root([root]),
      members: [Member(key: "SYR", iso3: "SYR", names: [:])], authorities: [authority])
    return try VerifiedRoster.verify(body.signed(by: [root]).bytes, pinned: SHA256.hash(body.encoded()))
  }

  private static func sample(_ party: Party, _ type: KeyType) throws -> Sample {
    let second = try PrivateKey.generate(type)
    let roster = try roster(party, [second.publicKey])
    var event = event(roster, record: 7)
    let classical = try SignedStatement.sign(
      event, issuer: party.uri, at: Coalition.start, with: party.key(.statement))
    let lattice = try SignedStatement.sign(event, issuer: party.uri, at: Coalition.start, with: second)
    event.add(
      approval: try Approval.sign(
        draft: event.encoded(), record: event.recordID, issuer: party.uri, role: .authorityPQ, at: Coalition.start,
        with: second))
    let both = try SignedStatement.sign(event, issuer: party.uri, at: Coalition.start, with: party.key(.statement))
    return Sample(
      roster: roster.bytes, digest: roster.digest, statement: both.message.bytes, classical: classical.message.bytes,
      lattice: lattice.message.bytes,
      signed: Signed(
        publicKey: try #require(second.publicKey.raw), message: try #require(lattice.message.signatureInput()),
        signature: Array(lattice.message.signature)))
  }

  private func judged(_ bytes: [UInt8], _ roster: VerifiedRoster, _ policy: Policy, _ stage: Proposal.Stage = .received)
    throws -> (VerifiedStatement, Judgement)
  {
    let signed = try SignedStatement(decoding: bytes)
    let verified = try StatementVerifier(roster: roster, policy: policy, revocations: []).verify(
      signed, anchoredAt: Coalition.now)
    let proposal = Proposal(
      verified, content: Content(), stage: stage, roster: roster, policy: policy, now: Coalition.now)
    return (verified, try Judge().judge(proposal, in: Ledger()))
  }

  /// What the second signature gives on this machine, whoever made it.
  private func check(_ sample: Sample) throws {
    let roster = try VerifiedRoster.verify(sample.roster, pinned: sample.digest)
    let (verified, judgement) = try judged(sample.statement, roster, .standard)
    #expect(judgement.isRegistered && !judgement.flags.contains { $0.code == .v14 })
    let (_, strict) = try judged(sample.statement, roster, both)
    let missing = strict.flags.filter { $0.code == .v14 }.map(\.detail)
    if MLDSA.isAvailable {
      #expect(verified.verifiedAlgorithms.count == 2 && verified.verifiedAlgorithms.first == "ESP256")
      #expect(verified.unverifiable.isEmpty && missing.isEmpty)
      #expect(verified.approvals.map(\.role) == [.authorityPQ] && verified.approvals.first?.officer == nil)
    } else {
      #expect(verified.verifiedAlgorithms == ["ESP256"] && verified.approvals.isEmpty)
      #expect(verified.unverifiable == ["SYR/prisons's signature: \(MLDSA.absence)"])
      #expect(missing.count == 1 && missing[0].contains(MLDSA.absence))
    }
    // Without it: enough where the classical one is, flagged where the policy asks for both.
    #expect(try judged(sample.classical, roster, .standard).1.flags.allSatisfy { $0.code != .v14 })
    let flagged = try judged(sample.classical, roster, both).1
    #expect(flagged.isRegistered && flagged.flags.contains { $0.code == .v14 && $0.detail.contains("none of its") })
    // The whole signature by ML-DSA: no second one is needed, and nobody without ML-DSA says that it is valid.
    let lattice = try SignedStatement(decoding: sample.lattice)
    if MLDSA.isAvailable {
      #expect(try judged(sample.lattice, roster, both).1.flags.allSatisfy { $0.code != .v14 })
      var changed = sample.lattice
      changed[changed.count - 9] ^= 1
      let signed = try SignedStatement(decoding: changed)
      #expect(throws: StatementRefusal.signatureInvalid) {
        try StatementVerifier(roster: roster, policy: .standard, revocations: []).verify(
          signed, anchoredAt: Coalition.now)
      }
    } else {
      #expect(throws: StatementRefusal.notVerifiableHere) {
        try StatementVerifier(roster: roster, policy: .standard, revocations: []).verify(
          lattice, anchoredAt: Coalition.now)
      }
    }
  }

  @Test(
    "A second signature made here is verified here",
    .enabled(if: MLDSA.isAvailable, "ML-DSA needs OpenSSL 3.5: Tests/Debian13"), arguments: [KeyType.mlDSA65, .mlDSA87])
  func here(_ type: KeyType) throws {
    try check(Self.sample(Party("SYR/prisons"), type))
  }

  @Test(
    "One made on another machine is verified, or said to be unverifiable here and never valid",
    .enabled(if: isCarried, "Tests/Debian13/dual.sh carries messages between two machines"))
  func elsewhere() throws {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["AMANA_DUAL_WRITE"], MLDSA.isAvailable {
      for type in [KeyType.mlDSA65, .mlDSA87] {
        let file = URL(filePath: folder).appending(path: "\(type.rawValue).json")
        try JSONEncoder().encode(Self.sample(Party("SYR/prisons"), type)).write(to: file)
      }
    }
    guard let folder = environment["AMANA_DUAL_READ"] else { return }
    for type in [KeyType.mlDSA65, .mlDSA87] {
      let file = URL(filePath: folder).appending(path: "\(type.rawValue).json")
      try check(JSONDecoder().decode(Sample.self, from: Data(contentsOf: file)))
      try checkForeign(type, folder)
      print("DUAL \(type.rawValue): judged under \(openSSLVersion()), ML-DSA \(MLDSA.isAvailable)")
    }
  }

  private static var isCarried: Bool {
    let names = ProcessInfo.processInfo.environment.keys
    return names.contains("AMANA_DUAL_WRITE") || names.contains("AMANA_DUAL_READ")
  }

  /// What PyPI's cryptography signed, and its private key, which is the seed alone.
  private func checkForeign(_ type: KeyType, _ folder: String) throws {
    let file = URL(filePath: folder).appending(path: "foreign.json")
    guard let data = try? Data(contentsOf: file) else {
      return print("SKIPPED: cryptography of PyPI signed nothing for us to verify")
    }
    let theirs = try #require(try JSONDecoder().decode([String: Signed].self, from: data)[type.rawValue])
    let key = try PublicKey(subjectPublicKeyInfo: theirs.publicKey)
    #expect(key.type == type)
    #expect(key.verifies(theirs.signature, of: theirs.message, scheme: .mlDSA) == MLDSA.isAvailable)
    #expect(!key.verifies(theirs.signature, of: theirs.message + [0], scheme: .mlDSA))
    let secret = try #require(theirs.privateKey)
    if MLDSA.isAvailable {
      #expect(try PrivateKey(pem: secret).publicKey == key)
      print("INTEROP cryptography of PyPI: its \(type.rawValue) signature verifies, its private key is read")
    } else {
      let error = try #require(throws: OpenSSLError.self) { try PrivateKey(pem: secret) }
      #expect(error.reasons == [MLDSA.absence])
    }
  }

  @Test(
    "A second signature of a stranger's, of an officer's key or over other bytes does not count",
    .enabled(if: MLDSA.isAvailable, "ML-DSA needs OpenSSL 3.5: Tests/Debian13"))
  func refused() throws {
    let party = try Party("SYR/prisons")
    let (second, stranger) = try (PrivateKey.generate(.mlDSA65), PrivateKey.generate(.mlDSA65))
    let roster = try Self.roster(party, [second.publicKey])
    func details(_ key: PrivateKey, _ role: ApprovalRole, over: (inout Event) -> Void = { _ in }) throws -> [String] {
      var event = Self.event(roster, record: 8)
      var other = event
      over(&other)
      event.add(
        approval: try Approval.sign(
          draft: other.encoded(), record: event.recordID, issuer: party.uri, role: role, at: Coalition.start, with: key)
      )
      let signed = try SignedStatement.sign(event, issuer: party.uri, at: Coalition.start, with: party.key(.statement))
      return try judged(signed.message.bytes, roster, both).1.flags.filter { $0.code == .v14 }.map(\.detail)
    }
    #expect(try details(second, .authorityPQ).isEmpty)
    #expect(try details(stranger, .authorityPQ).contains { $0.contains("not listed") })
    #expect(try details(party.officerKey(1), .authorityPQ).contains { $0.contains("no ML-DSA statement key") })
    #expect(try details(party.key(.statement), .authorityPQ).contains { $0.contains("no ML-DSA statement key") })
    #expect(try details(second, .officer).contains { $0.contains("no officer's") })
    #expect(
      try details(second, .authorityPQ) { $0.roster = [UInt8](repeating: 1, count: 32) }.contains {
        $0.contains("does not fit this draft")
      })
  }

  @Test("A policy that asks for both is another policy; one that does not keeps its bytes and digest") func policy()
    throws
  {
    let plain = Policy.standard.encoded()
    #expect(
      try CBOR.decode(plain).map?["post_quantum"] == nil && Policy(decoding: plain[...]).postQuantum == .classical)
    let read = try Policy(decoding: both.encoded()[...])
    #expect(read == both && read.digest != Policy.standard.digest)
    for wrong: CBOR in ["classical", "none", 1] {
      var map = try #require(try CBOR.decode(plain).map)
      map["post_quantum"] = wrong
      #expect(throws: DecodeError.self) { try Policy(decoding: CBOR.map(map).encoded()[...]) }
    }
  }

  @Test(
    "A roster that lists ML-DSA keys loads whether this machine can use them or not; who has such a key is asked for it"
  )
  func roster() throws {
    let party = try Party("SYR/prisons")
    let key = try PublicKey(type: .mlDSA87, raw: (0..<2592).map { UInt8(truncatingIfNeeded: $0) })
    let roster = try Self.roster(party, [key])
    let authority = try #require(roster.authority(party.name))
    #expect(authority.hasMLDSAKey(at: Coalition.now) && !authority.hasMLDSAKey(at: Coalition.notAfter + 1))
    #expect(roster.holder(of: try #require(key.thumbprint))?.record.key == key)
    let without = try Self.roster(party, [])
    let event = Self.event(without, record: 9)
    let signed = try SignedStatement.sign(event, issuer: party.uri, at: Coalition.start, with: party.key(.statement))
    #expect(try judged(signed.message.bytes, without, both).1.flags.allSatisfy { $0.code != .v14 })
  }
}
