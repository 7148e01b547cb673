import COSE
import OpenSSL
import Roster
import Testing

@testable import Custody

// Roster and policy.

extension SampleMaker {
  func keyRecord(_ purpose: KeyPurpose, _ key: PrivateKey, rich: Bool = false) throws -> KeyRecord {
    try #require(
      KeyRecord(
        purpose: purpose, key: key.publicKey, notBefore: 0, notAfter: 253_402_300_799,
        revocations: rich
          ? Revocation.Reason.allCases.map { Revocation(reason: $0, effectiveFrom: Self.time + 1) } : [],
        replaces: rich ? sampleDigest("old key") : nil))
  }

  func body(version: UInt64, previous: [UInt8]?) throws -> RosterBody {
    let next = version > 1
    let holders = try roots.enumerated().map { index, key in
      RootHolder(
        holder: "holder-\(index)", status: next && index == 2 ? .departed : .active,
        keys: [try keyRecord(.root, key, rich: next && index == 0)])
    }
    let own = try KeyPurpose.allCases.compactMap { purpose in
      try keys[purpose].map { try keyRecord(purpose, $0, rich: next && purpose == .checkpoint) }
    }
    let further = next ? try sealedAndTransported() + [takenOver()] + lattice() : []
    let officers = try self.officers.enumerated().map { index, key in
      Officer(
        number: UInt64(index), roles: index == 0 ? ApprovalRole.allCases.map(\.rawValue) : [],
        status: index == 0 ? .active : .suspended, keys: [try keyRecord(.officer, key, rich: next)])
    }
    let competence = Competence(
      kinds: Kind.allCases.map(\.rawValue), sites: ["al-hol"], mayRelease: true, mayAccept: true, mayCarry: false,
      level: 9)
    let names = ["en": "Prison service", "ar-Arab": "إدارة السجون"]
    var authorities = [
      Authority(
        name: try name("prisons"), uri: Self.uri, names: names, role: .custodian, competence: competence,
        keys: own + further, officers: officers, anchors: next ? try anchors() : .none,
        witnessing: next ? Witnessing(witnesses: [try name("watch", of: "COALITION")], quorum: 1) : nil)
    ]
    let idle = Competence(kinds: [], sites: [], mayRelease: false, mayAccept: false, mayCarry: true, level: 0)
    let succession = Succession(
      predecessor: try name("observer"), finalCheckpoint: Array("observer.example/log/1\n7\nAAAA\n".utf8),
      effectiveFrom: 1_700_000_000)
    for (role, status) in [(AuthorityRole.carrier, Participation.active), (.observer, .departed)] {
      authorities.append(
        Authority(
          name: try name(role.rawValue), uri: "https://\(role.rawValue).example", names: [:], role: role,
          status: status, competence: idle, keys: [], officers: [],
          succeeds: next && status == .active ? succession : nil))
    }
    authorities.append(
      Authority(
        name: try name("watch", of: "COALITION"), uri: "https://watch.example", names: [:], role: .observer,
        competence: idle, keys: [], officers: []))
    return RosterBody(
      coalition: "Exercise coalition", exercise: true, version: version, previous: previous, issuedAt: Self.time,
      nextUpdate: Self.time + 86_400, root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: holders),
      members: [
        Member(key: "SYR", iso3: "SYR", names: ["en": "Syria"]),
        Member(key: "COALITION", iso3: nil, names: [:], status: .suspended),
      ], authorities: authorities, codeLists: next ? ["reason": "3", "incident": "2026-11"] : [:])
  }

  /// A statement key that takes over from the one in use, by its word.
  func takenOver() throws -> KeyRecord {
    let old = try key(.statement)
    let new = try PrivateKey.generate(.p256)
    let link = try KeyLink.sign(from: old, to: new.publicKey, purpose: .statement, at: Self.time)
    return try #require(
      KeyRecord(
        purpose: .statement, key: new.publicKey, notBefore: 0, notAfter: Self.time, replaces: link.from,
        link: link.bytes))
  }

  func anchors() throws -> Anchors {
    let authority = try Certificate.selfSigned(
      key: key(.statement), commonName: "State CA", notBefore: Self.time, notAfter: Self.time + 86_400)
    return Anchors(statements: [authority], timestamps: [authority])
  }

  /// Keys for the second signature, which every machine reads.
  private func lattice() throws -> [KeyRecord] {
    try [KeyType.mlDSA65, .mlDSA87].map { type in
      let raw = [UInt8](repeating: 1, count: try #require(type.coordinateByteCount))
      return try #require(
        KeyRecord(
          purpose: .statement, key: PublicKey(type: type, raw: raw), notBefore: 0, notAfter: Self.time,
          replaces: sampleDigest("old key")))
    }
  }

  /// Over an index, a stamp and the time stamp over that.
  private func archiveStamp(_ rosters: [[UInt8]]) throws -> Sample {
    let files = [ArchiveStampFile(bytes: [1], token: [2])]
    let content = ArchiveStamp.Content(
      issuer: Self.uri, at: Self.time, roster: sampleDigest("roster"), rosters: rosters,
      covers: ArchiveStampFile.covers(index: [0], files))
    let stamp = try ArchiveStamp.sign(content, with: [key(.statement), key(.receipt)])
    return Sample(name: "archive-stamp.cose", bytes: stamp.bytes) {
      try expectSame(ArchiveStamp(decoding: $0).bytes, $0)
    }
  }

  /// Over a report, its texts and a proof.
  private func monitorReport() throws -> Sample {
    let paths = MonitorReportPath.files(of: "seen") + ["seen.proofs/fork-0123456789abcdef/first.note"]
    let content = SignedMonitorReport.Content(
      issuer: Self.uri, at: Self.time, roster: sampleDigest("roster"),
      covers: paths.map { FileCover(path: $0, digest: sampleDigest($0)) })
    let report = try SignedMonitorReport.sign(content, with: [key(.statement), key(.receipt)])
    return Sample(name: "monitor-report.cose", bytes: report.bytes) {
      try expectSame(SignedMonitorReport(decoding: $0).bytes, $0)
    }
  }

  func rosters() throws -> [Sample] {
    let first = try body(version: 1, previous: nil)
    let next = try body(version: 2, previous: SHA256.hash(first.encoded()))
    let bodies = [("roster-body-first", first), ("roster-body-next", next)].map { name, body in
      Sample(name: name + ".cbor", bytes: body.encoded()) {
        try expectSame(RosterBody(decoding: $0[...]).encoded(), $0)
      }
    }
    let signed = try next.signed(by: roots)
    let roster = Sample(name: "roster.cose", bytes: signed.bytes) { bytes in
      _ = try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes))
    }
    let policy = Sample(name: "policy.cbor", bytes: Policy.standard.encoded()) {
      try expectSame(Policy(decoding: $0[...]).encoded(), $0)
    }
    let link = Sample(name: "key-link.cose", bytes: try #require(takenOver().link)) {
      try expectSame(KeyLink(decoding: $0).bytes, $0)
    }
    let other = try body(version: 2, previous: SHA256.hash(first.encoded())).signed(by: roots)
    let fork = try #require(RosterFork(signed.bytes, other.bytes))
    let proof = Sample(name: "roster-fork.cbor", bytes: fork.encoded()) {
      try expectSame(RosterFork(decoding: $0).encoded(), $0)
    }
    let stamp = try archiveStamp([signed.bytes])
    let standard = Policy.standard
    let both = Policy(
      toleranceSeconds: standard.toleranceSeconds, lateAfterSeconds: standard.lateAfterSeconds,
      graceSeconds: standard.graceSeconds, twoUsers: false, postQuantum: .both, awaitsWitnesses: true)
    let second = Sample(name: "policy-both.cbor", bytes: both.encoded()) {
      try expectSame(Policy(decoding: $0[...]).encoded(), $0)
    }
    let trusted = try VerifiedRoster.verify(signed.bytes, pinned: SHA256.hash(next.encoded()))
    let view = Sample(name: "key-view.cbor", bytes: KeyView(of: trusted, at: Self.time).encoded()) {
      try expectSame(KeyView(decoding: $0).encoded(), $0)
    }
    return try bodies + [roster, policy, second, link, proof, view, stamp, monitorReport()]
  }
}
