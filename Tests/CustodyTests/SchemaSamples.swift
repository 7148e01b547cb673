import COSE
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

/// One sample of each type that is signed or exchanged, made by the code that makes it in earnest. With
/// AMANA_SCHEMA_SAMPLES they are written to that folder, where Tests/Schema/validate.py holds them against the CDDL.
@Suite struct SchemaSamples {
  @Test func schemaSamples() throws {
    let samples = try SampleMaker().all()
    #expect(Set(samples.map(\.name)).count == samples.count)
    for sample in samples {
      #expect(throws: Never.self, "\(sample.name)") { try sample.decodeAgain(sample.bytes) }
    }
    guard let folder = ProcessInfo.processInfo.environment["AMANA_SCHEMA_SAMPLES"], !folder.isEmpty else { return }
    let directory = URL(fileURLWithPath: folder, isDirectory: true)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for sample in samples { try Data(sample.bytes).write(to: directory.appending(path: sample.name)) }
  }
}

/// A file's name, its bytes, and a decoder that throws unless it reads them to the same bytes again.
struct Sample {
  let name: String
  let bytes: [UInt8]
  let decodeAgain: ([UInt8]) throws -> Void
}

struct SampleDiffers: Error {}

func sampleDigest(_ text: String) -> [UInt8] { SHA256.hash(Array(text.utf8)) }

func expectSame(_ found: [UInt8], _ expected: [UInt8]) throws {
  guard found == expected else { throw SampleDiffers() }
}

/// One authority with a key for each purpose and two officers, and everything that they sign.
struct SampleMaker {
  static let uri = "https://prisons.syr.example/custody"
  static let time: UnixTime = 1_795_000_000

  let keys: [KeyPurpose: PrivateKey]
  let officers: [PrivateKey]
  let roots: [PrivateKey]
  let record = RecordID(milliseconds: 1_795_000_000_000, random: [UInt8](repeating: 7, count: 10))
  let moment = OffsetTime(unix: time, offsetMinutes: 180)

  init() throws {
    var keys: [KeyPurpose: PrivateKey] = [:]
    let types: [(KeyPurpose, KeyType)] = [
      (.statement, .p256), (.receipt, .p384), (.checkpoint, .ed25519), (.witness, .ed25519), (.seal, .x25519),
      (.transport, .p521),
    ]
    for (purpose, type) in types { keys[purpose] = try PrivateKey.generate(type) }
    self.keys = keys
    officers = [try PrivateKey.generate(.p256), try PrivateKey.generate(.ed25519)]
    roots = [try PrivateKey.generate(.p256), try PrivateKey.generate(.p384), try PrivateKey.generate(.ed25519)]
  }

  func all() throws -> [Sample] {
    let events = try events()
    return try events + statements() + rosters() + manifests() + kindManifests() + (try contents()) + disclosures()
      + forks() + [try bundle(), try sealed(), try draftFile()]
  }

  func key(_ purpose: KeyPurpose) throws -> PrivateKey { try #require(keys[purpose]) }

  func name(_ authority: String, of member: String = "SYR") throws -> AuthorityName {
    try #require(AuthorityName(member: member, authority: authority))
  }

  func statementID(_ text: String) -> StatementID { StatementID(unchecked: sampleDigest(text)) }

  func subject(_ text: String) -> SubjectReference { SubjectReference(unchecked: Array(sampleDigest(text).prefix(16))) }
}

// MARK: Events, statements, approvals, receipts

extension SampleMaker {
  /// Only what every event has.
  func plain(_ type: EventType) -> Event {
    Event(
      recordID: record, type: type, occurred: OccurredTime(at: moment), recordedAt: moment,
      roster: sampleDigest("roster"))
  }

  /// Every field of a handover, each code at least once in its list.
  func full(_ type: EventType, manifest: Manifest) throws -> Event {
    var event = plain(type)
    event.occurred = OccurredTime(at: moment, precision: .minute, source: .gnss, clockError: 0)
    event.caseID = RecordID(milliseconds: 1_795_000_000_001, random: [1, 2, 3])
    event.kind = .detaineeTransfer
    event.references = Relation.allCases.map { Reference($0, statementID($0.rawValue)) }
    event.from = try name("prisons")
    event.to = try name("justice", of: "IRQ")
    event.carrier = try name("escort", of: "COALITION")
    event.nextCarrier = try name("air", of: "COALITION")
    event.host = try name("police")
    event.parties = [try name("moj", of: "IRQ"), try name("prisons")]
    event.responsibleCustodian = try name("prisons")
    event.libertyStatus = .detained
    event.basis = Basis(code: "court-order", instrumentDigest: sampleDigest("instrument"))
    event.acceptBy = OffsetTime(unix: Self.time + 86_400, offsetMinutes: 180)
    event.place = Place(siteID: "al-hol", pcode: "SY080006")
    event.counts = manifest.counts
    event.manifestRoot = manifest.root.bytes
    event.manifestBucket = UInt64(manifest.leaves.count)
    event.sealed = PayloadKind.besideManifest(of: .detaineeTransfer).map { kind in
      SealedReference(
        id: kind.id, mediaType: kind.mediaType, ciphertextDigest: sampleDigest(kind.id),
        commitment: sampleDigest("commitment of \(kind.id)"), retentionClass: kind.retentionClass, eraseAfter: moment)
    }
    event.annexes = [annex().reference]
    event.label = Label(
      policy: "COALITION", classification: "RESTRICTED", releasableTo: ["SYR", "IRQ"], originator: "SYR",
      created: moment)
    event.flags =
      CheckCode.allCases.map { Flag(statement: statementID("partner"), code: $0) }
      + [Flag(statement: nil, code: .v17), Flag(statement: nil, code: nil)]
    event.exercise = true
    event.supersedes = statementID("earlier")
    event.reason = "correction"
    event.lateEntry = LateEntry(form: "HSK-2026-0041", scanDigest: sampleDigest("scan"))
    event.withheldFrom = [
      Withholding(member: "JOR", code: "child-interest"), Withholding(member: "TUR", code: "risk-to-person"),
    ]
    return event
  }

  func events() throws -> [Sample] {
    let persons = personManifest(12)
    let answers = outcomeManifest()
    var found: [(String, Event)] = EventType.allCases.map { ("event-\($0.rawValue)", plain($0)) }
    var release = try full(.release, manifest: persons)
    release.slotsRoot = Slots.root(of: try slots(persons)).bytes
    found.append(("event-release-full", release))
    found.append(("event-release-approved", try approved(release)))
    found.append(("event-outcome-full", try full(.outcome, manifest: answers)))
    var sealed = plain(.message)
    sealed.sealed = release.sealed
    sealed.label = Label(
      policy: "COALITION", classification: "RESTRICTED", releasableTo: [], originator: "SYR", created: moment)
    sealed.basis = Basis(code: "request")
    sealed.place = Place(siteID: "al-hol")
    found.append(("event-message-sealed", sealed))
    for provenance in Provenance.allCases {
      var intake = plain(.intake)
      intake.provenance = provenance
      intake.kind = Kind.allCases[found.count % Kind.allCases.count]
      intake.counts = personManifest(2).counts
      intake.manifestRoot = personManifest(2).root.bytes
      intake.manifestBucket = 16
      found.append(("event-intake-\(provenance.rawValue)", intake))
    }
    found += try logEvents()
    return found.map { name, event in
      Sample(name: name + ".cbor", bytes: event.encoded()) { try expectSame(Event(decoding: $0[...]).encoded(), $0) }
    }
  }

  func logEvents() throws -> [(String, Event)] {
    var opened = plain(.logOpened)
    opened.log = LogOpening(origin: "prisons.syr.example/custody/log/1", policy: Policy.standard.digest)
    var reopened = plain(.logOpened)
    reopened.log = LogOpening(
      origin: "prisons.syr.example/custody/log/2", policy: Policy.standard.digest,
      follows: LogOpening.PriorLog(
        origin: "prisons.syr.example/custody/log/1", size: 42, root: sampleDigest("head")))
    var policy = plain(.policyAdopted)
    policy.policy = Policy.standard.digest
    return [
      ("event-log-opened-first", opened), ("event-log-opened-next", reopened), ("event-policy-adopted-cited", policy),
    ] + (try restoredLogEvents(reopened))
  }

  /// What a peer says it holds of a restored log, in two parts and with nothing to say, and the end of that log.
  func restoredLogEvents(_ opened: Event) throws -> [(String, Event)] {
    var answered = plain(.logAnswered)
    answered.to = try name("prisons")
    answered.references = [Reference(.answer, statementID("opened")), Reference(.held, statementID("held"))]
    answered.logAnswer = LogAnswer(known: opened.log?.follows, part: 1, parts: 2)
    var nothing = plain(.logAnswered)
    nothing.to = try name("prisons")
    nothing.references = [Reference(.answer, statementID("opened"))]
    nothing.logAnswer = LogAnswer(known: nil, part: 1, parts: 1)
    var sealed = plain(.logSealed)
    sealed.parties = [try name("moj", of: "IRQ"), try name("goc", of: "TUR")]
    sealed.references = ["answer of IRQ", "answer of TUR"].map { Reference(.answer, statementID($0)) }
    return [
      ("event-log-answered-part", answered), ("event-log-answered-nothing", nothing),
      ("event-log-sealed-answered", sealed),
    ]
  }

  /// The event with both officers' approvals and one in each other role.
  func approved(_ draft: Event) throws -> Event {
    var event = draft
    let bytes = draft.encoded(includingApprovals: false)
    var approvals: [(kid: [UInt8], bytes: [UInt8])] = []
    for (key, role) in zip(officers + roots + [try key(.statement)], ApprovalRole.allCases) {
      let approval = try Approval.sign(
        draft: bytes, record: record, issuer: Self.uri, role: role, at: Self.time, with: key)
      approvals.append((kid: try Approval(decoding: approval).keyID, bytes: approval))
    }
    event.approvals = approvals.sorted { $0.kid.lexicographicallyPrecedes($1.kid) }.map(\.bytes)
    return event
  }

  func signed(_ event: Event, with key: PrivateKey) throws -> SignedStatement {
    try SignedStatement.sign(event, issuer: Self.uri, at: Self.time, with: key)
  }

  /// A receipt for entry 0 of a log of this size.
  func receipt(for entry: LogEntry, size: Int, key: PrivateKey) throws -> [UInt8] {
    let leaves = tree(entry, size)
    let path = try #require(MerkleTree.inclusionPath(of: 0, in: leaves))
    let proof = InclusionProof(size: UInt64(size), index: 0, path: path)
    let receipts = try Receipt.issue(
      root: MerkleTree.root(of: leaves), proofs: [proof], issuer: Self.uri,
      origin: "prisons.syr.example/custody/log/1", issuedAt: Self.time, key: key)
    return try #require(receipts.first)
  }

  func tree(_ entry: LogEntry, _ size: Int) -> [TreeHash] {
    [entry.leafHash] + (1..<max(size, 1)).map { TreeHash.leaf(sampleDigest("padding \($0)")) }
  }

  func statements() throws -> [Sample] {
    let release = try signed(approved(full(.release, manifest: personManifest(12))), with: key(.statement))
    var found = [("statement-release", release.message.bytes)]
    for (index, key) in officers.enumerated() {
      found.append(("statement-\(index)", try signed(plain(.observed), with: key).message.bytes))
    }
    let receipts = [
      try receipt(for: release.entry, size: 1, key: key(.receipt)),
      try receipt(for: release.entry, size: 5, key: key(.checkpoint)),
    ]
    found.append(("statement-transparent", release.attaching(receipts)))
    found.append(("statement-stamped", release.attaching(receipts, timeStamp: sampleDigest("a token"))))
    found += try certifiedStatements()
    var samples = found.map { name, bytes in
      Sample(name: name + ".cose", bytes: bytes) { bytes in
        let read = try SignedStatement(decoding: bytes)
        try expectSame(read.attaching(read.receipts, timeStamp: read.timeStamp), bytes)
      }
    }
    for (index, bytes) in receipts.enumerated() {
      samples.append(Sample(name: "receipt-\(index).cose", bytes: bytes) { _ = try Receipt(decoding: $0) })
    }
    for bytes in release.event.approvals {
      let role = try Approval(decoding: bytes).role.rawValue
      samples.append(Sample(name: "approval-\(role).cose", bytes: bytes) { _ = try Approval(decoding: $0) })
    }
    return samples
  }
}

extension SampleMaker {
  /// Statements that name their signer by certificates: beside the kid, instead of it, and outside what is signed.
  func certifiedStatements() throws -> [(String, [UInt8])] {
    let key = try key(.statement)
    let certificate = try Certificate.selfSigned(key: key, commonName: "a", notBefore: 0, notAfter: 1)
    let digest = CertificateHeaders.digest(of: certificate)
    let (one, two) = (
      CertificateHeaders.chain([certificate]), CertificateHeaders.chain([certificate, certificate])
    )
    let plain = try signed(plain(.observed), with: key).message
    func made(_ headers: [(CBOR, CBOR?)], unprotected: CBORMap = [:]) throws -> [UInt8] {
      var header = plain.protected.values
      for (label, value) in headers { header[label] = value }
      return try Sign1.sign(try #require(plain.payload), protected: header, unprotected: unprotected, with: key).bytes
    }
    return try [
      ("statement-x5chain", made([(33, one)])), ("statement-x5chain-x5t", made([(33, two), (34, digest)])),
      ("statement-no-kid", made([(4, nil), (33, two)])),
      ("statement-x5t", made([(4, nil), (34, digest)], unprotected: [33: one])),
    ]
  }
}

// MARK: Manifests and what else stands beside a statement
