import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// An authority's word for what its monitor saw: over which files, by whom, and how long it proves something.
@Suite("Signed reports of monitors") struct SignedMonitorReportTests {
  private let coalition: Coalition
  private static let proof = "seen.proofs/still-0123456789abcdef/shown.note"

  init() throws { coalition = try Coalition.shared() }

  private static func covers(_ paths: [String]) -> [FileCover] {
    paths.map { FileCover(path: $0, digest: SHA256.hash(Array($0.utf8))) }
  }

  private func content(
    _ party: Party, at time: UnixTime = Coalition.start,
    _ paths: [String] = ["seen.ar.txt", "seen.en.txt", "seen.json", Self.proof]
  ) -> SignedMonitorReport.Content {
    SignedMonitorReport.Content(
      issuer: party.uri, at: time, roster: coalition.roster.digest, covers: Self.covers(paths))
  }

  private func signed(_ party: Party, at time: UnixTime = Coalition.start, with keys: [PrivateKey]? = nil) throws
    -> [UInt8]
  {
    try SignedMonitorReport.sign(content(party, at: time), with: keys ?? [party.key(.statement)]).bytes
  }

  private func verify(_ bytes: [UInt8], at now: UnixTime = Coalition.now, under roster: VerifiedRoster? = nil) throws
    -> VerifiedMonitorReport
  {
    try MonitorReportVerifier(roster: roster ?? coalition.roster).verify(MonitorReportVerifier.read(bytes), now: now)
  }

  private func why(_ bytes: [UInt8], at now: UnixTime = Coalition.now, under roster: VerifiedRoster? = nil)
    -> MonitorReportRefusal?
  {
    do throws(MonitorReportRefusal) {
      _ = try MonitorReportVerifier(roster: roster ?? coalition.roster)
        .verify(MonitorReportVerifier.read(bytes), now: now)
      return nil
    } catch { return error }
  }

  /// The beginning of a key's thumbprint, as refusals name it.
  private func name(_ key: PrivateKey) throws -> String {
    hexadecimal(try #require(key.publicKey.thumbprint).prefix(8))
  }

  @Test("It says whose word it is, when it was signed, under which roster, and over which files")
  func holds() throws {
    let found = try verify(signed(coalition.tur))
    #expect(found.authority == coalition.tur.name && found.at == Coalition.start && found.base == "seen")
    #expect(found.roster == coalition.roster.digest && found.algorithms == ["ESP256"] && found.unverified.isEmpty)
    #expect(found.covers == content(coalition.tur).covers)
    // A later version lists who signed under an earlier one.
    let later = try coalition.changedRoster(issuedAt: Coalition.start) { $0 }
    #expect(try verify(signed(coalition.tur), under: later).roster == coalition.roster.digest)
  }

  @Test("Its files are one report, its texts and its proofs, sorted, none twice, none anywhere else")
  func files() throws {
    let own = ["seen.ar.txt", "seen.en.txt", "seen.json"]
    #expect(MonitorReportPath.base(of: own) == "seen" && MonitorReportPath.files(of: "seen") == own)
    #expect(MonitorReportPath.base(of: own + [Self.proof]) == "seen")
    #expect(MonitorReportPath.signature(of: "seen") == "seen.cose")
    let last = "seen.proofs/z/z"
    let wrong: [[String]] = [
      [], Array(own.prefix(2)), Array(own.dropFirst()), own.reversed(), own + ["seen.txt"], own + [last, Self.proof],
      own + [Self.proof, Self.proof], own + ["other.proofs/a/b"], own + ["seen.proofs/a"], own + ["seen.proofs/a/b/c"],
      own + ["seen.proofs/../b"], own + ["seen.proofs/a/.."], own + ["seen.proofs/a/"], own + ["seen.proofs//b"],
      own + ["/etc/passwd"], own + ["seen.proofs/a/ b"], own + ["seen.proofs/a/\(String(repeating: "b", count: 128))"],
      ["sean.ar.txt"] + own.dropFirst(), [".ar.txt", ".en.txt", ".json"],
      own + (0..<4094).map { "seen.proofs/a/\(10_000 + $0)" },
    ]
    for paths in wrong {
      #expect(MonitorReportPath.base(of: paths) == nil, "\(paths.prefix(5))")
      guard paths.allSatisfy({ $0.utf8.count <= MonitorReportPath.maximumByteCount }) else { continue }
      #expect(throws: DecodeError.self, "\(paths.prefix(5))") {
        try SignedMonitorReport.sign(content(coalition.tur, paths), with: [coalition.tur.key(.statement)])
      }
    }
    let most = own + (0..<4093).map { "seen.proofs/a/\(10_000 + $0)" }
    #expect(MonitorReportPath.base(of: most) == "seen")
    for name in ["report", "report.txt", ".json", "a b.json", "a/b.json", "تقرير.json", ".hidden.json", ""] {
      #expect(MonitorReportPath.base(ofReport: name) == nil, "\(name)")
    }
    #expect(MonitorReportPath.base(ofReport: "Log-1_b.2.json") == "Log-1_b.2")
  }

  @Test("A key that the roster lists for nobody, for another, or for something else, vouches for nothing")
  func keys() throws {
    let tur = coalition.tur
    let strangers = try [
      PrivateKey.generate(.p256), tur.key(.receipt), coalition.irq.key(.statement), tur.officerKey(1),
    ]
    for key in strangers {
      let refusal = MonitorReportRefusal.stranger(key: try name(key), of: tur.name.description)
      #expect(try why(signed(tur, with: [key])) == refusal)
      // Beside a good one neither.
      #expect(try why(signed(tur, with: [tur.key(.statement), key])) == refusal)
    }
    let nobody = try Party("TUR/nobody")
    #expect(try why(signed(nobody)) == .issuer(nobody.uri))
    #expect(try why(signed(tur, at: Coalition.now + 301)) == .future(Coalition.now + 301))
    #expect(try why(signed(tur, at: Coalition.now + 300)) == nil)
  }

  @Test("The key must have been valid then, and nobody but the signer says when that was")
  func time() throws {
    let tur = coalition.tur
    let early = Coalition.notBefore - 1
    #expect(try why(signed(tur, at: early)) == .notValid(early))
    let end = Coalition.notAfter + Policy.standard.graceSeconds
    #expect(try why(signed(tur), at: end) == nil)
    #expect(try why(signed(tur), at: end + 1) == .ended(Coalition.notAfter))
    func roster(_ reason: Revocation.Reason) throws -> VerifiedRoster {
      try coalition.changedRoster { authority in
        authority.name == tur.name ? try authority.revokingStatementKeys(reason, from: Coalition.start + 10) : authority
      }
    }
    let retired = try roster(.retired)
    #expect(try why(signed(tur), under: retired) == nil)
    #expect(try why(signed(tur, at: Coalition.start + 10), under: retired) == .notValid(Coalition.start + 10))
    for reason in [Revocation.Reason.compromised, .lost] {
      let exposed = try roster(reason)
      #expect(try why(signed(tur), under: exposed) == .exposed(Coalition.start + 10))
      // As long as it is not known of now, it counts.
      #expect(try why(signed(tur), at: Coalition.start + 9, under: exposed) == nil)
    }
    let undecided = [MonitorReportRefusal.ended(1), .unverifiable("")].map(\.isUndecided)
    #expect(undecided == [true, true])
    let decided = [MonitorReportRefusal.exposed(1), .notValid(1), .otherReport, .missing(""), .changed("")]
    #expect(decided.map { $0.isUndecided } == Array(repeating: false, count: 5))
  }

  @Test("One byte changed anywhere is refused")
  func flips() throws {
    let good = try signed(coalition.tur)
    #expect(SignedMonitorReport.isSigned(good))
    for place in good.indices {
      var bytes = good
      bytes[place] ^= 1
      #expect(why(bytes) != nil, "byte \(place)")
    }
    for bytes in [[], Array(good.dropLast()), good + [0]] {
      guard case .unreadable = why(bytes) else {
        Issue.record("\(bytes.count) bytes are read")
        continue
      }
    }
    var broken = good
    broken[broken.count - 1] ^= 1
    #expect(try why(broken) == .broken(key: name(coalition.tur.key(.statement))))
  }

  @Test("It is read strictly, and nothing else is one: no stamp, and no roster")
  func form() throws {
    let key = try coalition.tur.key(.statement)
    let payload = Array(try #require(Sign(decoding: signed(coalition.tur)).payload))
    func reason(_ payload: [UInt8], _ change: (inout CBORMap) -> Void = { _ in }, keys: Int = 1) throws
      -> DecodeError.Reason?
    {
      let types = (SignedMonitorReport.type, SignedMonitorReport.mediaType)
      return try refusal(of: payload, as: types, by: Array(repeating: key, count: keys), change) {
        bytes throws(DecodeError) in _ = try SignedMonitorReport(decoding: bytes)
      }
    }
    #expect(try reason(payload) == nil)
    #expect(try reason(payload, keys: 2) == .invalidValue)
    #expect(try reason(payload, { $0[HeaderLabel.type] = .text(ArchiveStamp.type) }) == .invalidValue)
    #expect(try reason(payload, { $0[HeaderLabel.contentType] = .text(ArchiveStamp.mediaType) }) == .invalidValue)
    #expect(try reason(payload, { $0[HeaderLabel.critical] = .array([16]) }) == .invalidValue)
    func changed(_ change: (inout CBORMap) -> Void) throws -> DecodeError.Reason? {
      var map = try #require(CBOR.decode(payload[...]).map)
      change(&map)
      return try reason(CBOR.map(map).encoded())
    }
    #expect(try changed { _ in } == nil)
    #expect(try changed { $0["rosters"] = .array([.bytes([1])]) } == .unknownField)
    #expect(try changed { $0["schema"] = 2 } == .invalidValue)
    #expect(try changed { $0["at"] = .unsigned(253_402_300_800) } == .invalidValue)
    #expect(try changed { $0["issuer"] = 1 } == .unexpectedType)
    #expect(try changed { $0["roster"] = .bytes([1]) } == .invalidValue)
    #expect(try changed { $0["covers"] = .array([]) } == .invalidValue)
    #expect(try changed { $0["covers"] = .array([.array([.text("seen.json"), .bytes([1])])]) } == .invalidValue)
    for field in ["schema", "issuer", "at", "roster", "covers"] {
      #expect(try changed { $0[.text(field)] = nil } == .missingField, "\(field)")
    }
    let stamp = try ArchiveStamp.sign(
      ArchiveStamp.Content(
        issuer: coalition.tur.uri, at: Coalition.start, roster: coalition.roster.digest, rosters: [],
        covers: ArchiveStampFile.covers(index: [1], [])), with: [key])
    for other in [stamp.bytes, coalition.roster.bytes] {
      #expect(throws: DecodeError.self) { try SignedMonitorReport(decoding: other) }
    }
    #expect(throws: DecodeError.self) { try ArchiveStamp(decoding: signed(coalition.tur)) }
  }

  @Test(
    "With an ML-DSA key both signatures stand in one file",
    .enabled(if: MLDSA.isAvailable, "ML-DSA needs OpenSSL 3.5: Tests/Debian13"))
  func dual() throws {
    let (tur, second) = (coalition.tur, try PrivateKey.generate(.mlDSA65))
    let roster = try coalition.changedRoster { authority in
      guard authority.name == tur.name else { return authority }
      return authority.replacing(keys: authority.keys + [try Coalition.record(.statement, second)])
    }
    let both = try signed(tur, with: [tur.key(.statement), second])
    #expect(try verify(both, under: roster).algorithms == ["ESP256", "ML-DSA-65"])
    var bytes = both
    bytes[bytes.count - 1] ^= 1
    #expect(try why(bytes, under: roster) == .broken(key: name(second)))
  }
}
