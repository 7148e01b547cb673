import COSE
import OpenSSL
import Roster
import TestSupport

/// Rosters of any shape the format has.
struct RandomRoster {
  /// Made once: keys are slow to make.
  struct Keys: Sendable {
    let signing: [PrivateKey]
    let checkpoint: [PrivateKey]
    let seal: [PrivateKey]
    let transport: PrivateKey
    let certificate: Certificate

    init() throws {
      signing = try (0..<24).map { try .generate([.p256, .p384, .p521, .ed25519][$0 % 4]) }
      checkpoint = try (0..<4).map { _ in try .generate(.ed25519) }
      seal = try (0..<4).map { try .generate($0 % 2 == 0 ? .x25519 : .p256) }
      transport = try .generate(.p256)
      certificate = try Certificate.selfSigned(
        key: transport, commonName: "x", notBefore: 1_700_000_000, notAfter: 1_900_000_000)
    }
  }

  let keys: Keys

  private static let words = ["a", "سجن", "جهة \u{200d}ب", "kurmancî", "e\u{301}", "x\"y\\z", "\u{2068}s\u{2069}", "🇸🇾"]

  private func word(_ random: inout SeededGenerator) -> String {
    Self.words.randomElement(using: &random) ?? "a"
  }

  private func names(_ random: inout SeededGenerator) -> [String: String] {
    var names: [String: String] = [:]
    for tag in ["en", "ar", "key", "issued_at", "names"] where Bool.random(using: &random) {
      names[tag] = word(&random)
    }
    return names
  }

  private func record(
    _ purpose: KeyPurpose, _ key: PrivateKey, role: SealRole? = nil, certificate: Certificate? = nil,
    _ random: inout SeededGenerator
  ) throws -> KeyRecord {
    let from = Int64.random(in: 0...4_000_000_000, using: &random)
    let revocations = (0..<Int.random(in: 0...2, using: &random)).map { _ in
      Revocation(
        reason: Revocation.Reason.allCases.randomElement(using: &random) ?? .lost,
        effectiveFrom: [0, 86_399, 86_400, 1_800_000_000, 253_402_300_799].randomElement(using: &random) ?? 0)
    }
    guard
      let record = KeyRecord(
        purpose: purpose, key: key.publicKey, notBefore: from, notAfter: from + 5, revocations: revocations,
        replaces: Bool.random(using: &random) ? (0..<32).map { _ in .random(in: 0...255, using: &random) } : nil,
        role: role, certificate: certificate)
    else { throw DecodeError(.invalidValue, at: 0) }
    return record
  }

  /// With every optional field at least once.
  func full(_ random: inout SeededGenerator) throws -> RosterBody { try body(&random, isFull: true) }

  func body(_ random: inout SeededGenerator, isFull: Bool = false) throws -> RosterBody {
    var signing = keys.signing[...]
    func next(_ purpose: KeyPurpose, _ random: inout SeededGenerator) throws -> KeyRecord {
      try record(purpose, signing.removeFirst(), &random)
    }
    let holders = try (0..<3).map { index in
      RootHolder(
        holder: "\(word(&random)) \(index)", status: index == 2 ? .departed : .active, keys: [try next(.root, &random)])
    }
    var authorities: [Authority] = []
    for index in 0..<(isFull ? 2 : Int.random(in: 0...3, using: &random)) {
      var own = [try next(.statement, &random), try record(.checkpoint, keys.checkpoint[index], &random)]
      own.append(try record(.seal, keys.seal[index], role: index == 0 ? .medical : nil, &random))
      if index == 0 {
        own.append(try record(.transport, keys.transport, certificate: keys.certificate, &random))
        own.append(try linked(from: own[0], signing.removeFirst(), keys.signing[3], &random))
      }
      let officers = [Officer(number: .random(in: 0...9, using: &random), roles: ["officer"], keys: [])]
      authorities.append(try authority(index, own, officers, isFull || Bool.random(using: &random), &random))
    }
    if let name = AuthorityName("ICRC/watch") {
      let none = Competence(kinds: [], sites: [], mayRelease: false, mayAccept: false, mayCarry: false, level: 0)
      authorities.append(
        Authority(
          name: name, uri: "https://watch.example", names: [:], role: .observer, competence: none, keys: [],
          officers: []))
    }
    let isFirst = !isFull && Bool.random(using: &random)
    return RosterBody(
      coalition: word(&random), exercise: .random(using: &random),
      version: isFirst ? 1 : .random(in: 2 ... .max, using: &random),
      previous: isFirst ? nil : [UInt8](repeating: 7, count: 32), issuedAt: 100_000, nextUpdate: 1_900_000_000,
      root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: holders),
      members: [
        Member(key: "SYR", iso3: "SYR", names: names(&random)), Member(key: "ICRC", iso3: nil, names: names(&random)),
      ], authorities: authorities, codeLists: isFull ? ["reason": "2", "key": "ff"] : names(&random))
  }

  /// A key that takes over by a link which the old one signed; `old` is the key of the record.
  private func linked(from record: KeyRecord, _ new: PrivateKey, _ old: PrivateKey, _ random: inout SeededGenerator)
    throws
    -> KeyRecord
  {
    let link = try KeyLink.sign(from: old, to: new.publicKey, purpose: record.purpose, at: 1_795_000_000)
    guard old.publicKey == record.key,
      let linked = KeyRecord(
        purpose: record.purpose, key: new.publicKey, notBefore: 5, notAfter: 9, replaces: link.from, link: link.bytes)
    else { throw DecodeError(.invalidValue, at: 0, "another key") }
    return linked
  }

  private func authority(
    _ index: Int, _ own: [KeyRecord], _ officers: [Officer], _ isRich: Bool, _ random: inout SeededGenerator
  ) throws -> Authority {
    let notes: [[UInt8]] = [
      Array("a.example/log/1\n7\nAAAA\n\n— a.example/log/1 b64\n".utf8), [0xff, 0], Array("no end".utf8), [0x0a],
      Array("\r\n".utf8), Array("سجل\n".utf8),
    ]
    guard let name = AuthorityName("SYR/a\(index)"), let first = AuthorityName("SYR/a0"),
      let watch = AuthorityName("ICRC/watch")
    else {
      throw DecodeError(.invalidValue, at: 0)
    }
    let succession = Succession(
      predecessor: first, finalCheckpoint: notes.randomElement(using: &random) ?? [], effectiveFrom: 90_000)
    return Authority(
      name: name, uri: "https://a\(index).example", names: names(&random), role: .observer,
      status: index == 0 ? .suspended : .active,
      competence: Competence(
        kinds: ["k"], sites: [], mayRelease: .random(using: &random), mayAccept: true, mayCarry: false,
        level: .random(in: 0...9, using: &random)), keys: own, officers: officers,
      anchors: isRich ? Anchors(statements: [keys.certificate], timestamps: [keys.certificate]) : .none,
      succeeds: isRich && index == 1 ? succession : nil,
      witnessing: isRich ? Witnessing(witnesses: [watch], quorum: 1) : nil)
  }
}
