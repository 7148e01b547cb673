import Custody
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

@Suite struct SealedTests {
  let convoy: SealedConvoy
  let coalition: Coalition

  init() throws {
    convoy = try SealedConvoy(3, medical: Array("insulin".utf8))
    coalition = convoy.coalition
  }

  @Test("A party opens manifest, identity and history, and they are what the envelope commits to")
  func parties() throws {
    for party in [coalition.syr, coalition.irq] {
      let opening = try convoy.release.opening(by: party)
      #expect(opening.failures.isEmpty && opening.missing.isEmpty, "\(opening.failures)")
      #expect(opening.content.manifest?.encoded() == convoy.release.act.content.manifest?.encoded())
      #expect(opening.content.annexes.first == convoy.release.act.content.annexes.first)
      #expect(opening.history.items.map(\.statement) == [convoy.intake.act.id])
      let earlier = opening.history.manifest(of: convoy.intake.act.signed)
      #expect(earlier?.encoded() == convoy.intake.act.content.manifest?.encoded())
      #expect(opening.history.manifest(of: convoy.release.act.signed) == nil)
    }
  }

  @Test("Nobody else opens anything, the carrier and the medical annex's readers among them")
  func strangers() throws {
    for party in [coalition.tur, coalition.carrier] {
      let opening = try convoy.release.opening(by: party)
      #expect(opening.content == Content() && opening.history.items.isEmpty)
      #expect(opening.failures.map(\.isForOthers) == [true, true, true])
    }
    let medical = try #require(convoy.release.act.event.sealed.first { $0.id == "medical" })
    #expect(throws: SealRefusal.notForThisKey) {
      try Seal.open(
        try #require(convoy.release.ciphertexts[medical.ciphertextDigest]), with: try coalition.irq.key(.seal),
        in: SealContext(issuer: coalition.syr.uri, recordID: convoy.release.act.event.recordID, of: medical),
        digest: medical.ciphertextDigest, commitment: medical.commitment)
    }
  }

  @Test("Payloads have one size whatever they hold, and nothing of them stands in the envelope")
  func sizes() throws {
    let references = convoy.release.act.event.sealed
    #expect(references.map(\.id) == PayloadKind.besideManifest(of: .detaineeTransfer).map(\.id))
    let sizes = references.filter { $0.id != "manifest" && $0.id != "history" }.map {
      convoy.release.ciphertexts[$0.ciphertextDigest]?.count
    }
    #expect(Set(sizes).count == 1, "an empty annex, a full one and the names: \(sizes)")
    #expect(convoy.release.act.event.annexes.isEmpty)
  }

  @Test("V30 An altered, exchanged or withheld payload is named, and takes nothing else with it")
  func altered() throws {
    let event = convoy.release.act.event
    func opening(_ change: (inout [[UInt8]: [UInt8]]) -> Void) throws -> Opening {
      var ciphertexts = convoy.release.ciphertexts
      change(&ciphertexts)
      return Opening(of: convoy.release.act.signed, with: try coalition.irq.key(.seal)) { ciphertexts[$0] }
    }
    for kind in PayloadKind.ofParties {
      let digest = try #require(event.sealed(kind)?.ciphertextDigest)
      let flipped = try opening { $0[digest]?[200] ^= 1 }
      #expect(flipped.failures.map(\.payload) == [kind.id] && !flipped.failures[0].isForOthers)
      #expect(try opening { $0[digest] = nil }.missing == [kind.id])
      let foreign = try #require(convoy.intake.act.event.sealed(kind)?.ciphertextDigest)
      let exchanged = try opening { $0[digest] = convoy.intake.ciphertexts[foreign] }
      #expect(exchanged.failures.map(\.payload) == [kind.id])
    }
  }

  @Test("V30 A payload of another statement does not open here, though its digest and commitment are listed")
  func listedElsewhere() throws {
    let other = try #require(convoy.intake.act.event.sealed(.manifest))
    let swapped = try convoy.scribe.seal(convoy.release.act, by: coalition.syr) { $0.sealed[0] = other }
    let ciphertexts = swapped.ciphertexts.merging(convoy.intake.ciphertexts) { first, _ in first }
    let opening = Opening(of: swapped.act.signed, with: try coalition.irq.key(.seal)) { ciphertexts[$0] }
    #expect(opening.content.manifest == nil && opening.failures.map(\.payload) == ["manifest"])
    let record = try #require(swapped.act.event.sealed(.manifest))
    #expect(record == other)
  }

  @Test("V30 A manifest that is sealed right but is not that of manifest_root is no manifest")
  func otherManifest() throws {
    let other = try convoy.scribe.intake(by: coalition.syr, 3)
    let lying = try convoy.scribe.seal(
      Act(signed: convoy.intake.act.signed, content: other.content), by: coalition.syr)
    let opening = try lying.opening(by: coalition.syr)
    #expect(opening.content.manifest == nil)
    #expect(opening.failures.contains { $0.payload == "manifest" && $0.why.contains("manifest_root") })
  }

  @Test("V30 The list of sealed payloads is the whole set in its order: ours is refused, a partner's flagged")
  func wholeSet() throws {
    let changes: [(inout Event) -> Void] = [
      { $0.sealed.remove(at: 3) }, { $0.sealed.swapAt(3, 4) }, { $0.sealed.append($0.sealed[3]) },
      { $0.sealed[4] = $0.sealed[3] },
    ]
    for change in changes {
      let bad = try convoy.scribe.seal(convoy.release.act, by: coalition.syr, change)
      var syr = Office(coalition.syr, of: coalition)
      try syr.register(convoy.intake.act)
      #expect(try syr.judge(bad.act).refusals.map(\.code) == [.v30])
      var irq = Office(coalition.irq, of: coalition)
      try irq.register(convoy.intake.act)
      let received = try irq.judge(try bad.opened(by: coalition.irq))
      #expect(received.isRegistered && received.flags.map(\.code).contains(.v30))
    }
  }

  @Test("V30 A message lists what it says and its attachments in their order, each of one kind and one ciphertext")
  func messageList() throws {
    let good = try message(attachments: 16)
    for attachments in [0, 1, 16] { #expect(try judge(message(attachments: attachments)).isEmpty) }
    let changes: [(inout Event) -> Void] = [
      { $0.sealed.removeFirst() }, { $0.sealed.swapAt(1, 2) }, { $0.sealed.remove(at: 3) },
      { $0.sealed.append(Self.reference(.attachment(17))) }, { $0.sealed.append($0.sealed[1]) },
      { $0.sealed[0] = Self.reference(.message, mediaType: "application/octet-stream") },
      { $0.sealed[2] = Self.reference(.attachment(2), mediaType: "application/pdf") },
      { $0.sealed[2] = Self.reference(.attachment(2), ciphertext: $0.sealed[1].ciphertextDigest) },
      { $0.sealed = PayloadKind.besideManifest(of: .detaineeTransfer).map { Self.reference($0) } },
    ]
    for (index, change) in changes.enumerated() {
      var bad = good
      change(&bad)
      #expect(try Set(judge(bad)) == [.v30], "change \(index)")
    }
  }

  private static func reference(_ kind: PayloadKind, mediaType: String? = nil, ciphertext: [UInt8]? = nil)
    -> SealedReference
  {
    SealedReference(
      id: kind.id, mediaType: mediaType ?? kind.mediaType,
      ciphertextDigest: ciphertext ?? SHA256.hash([UInt8](kind.id.utf8)),
      commitment: [UInt8](repeating: 1, count: 32), retentionClass: kind.retentionClass,
      eraseAfter: OffsetTime(unix: Coalition.now + 1_000_000_000))
  }

  private func message(attachments: Int) throws -> Event {
    var event = convoy.scribe.draft(.message)
    event.to = coalition.irq.name
    event.sealed = ([.message] + (1..<(attachments + 1)).map(PayloadKind.attachment)).map { Self.reference($0) }
    return event
  }

  private func judge(_ message: Event) throws -> [CheckCode] {
    let act = try convoy.scribe.sign(message, by: coalition.syr)
    let received = try Office(coalition.irq, of: coalition).judge(act)
    return received.refusals.map(\.code) + received.flags.map(\.code)
  }

  @Test("V30 What is opened counts in place of what came in clear, and must be there")
  func identityMissing() throws {
    var irq = Office(coalition.irq, of: coalition)
    try irq.register(convoy.intake.act)
    let whole = try convoy.release.opened(by: coalition.irq)
    #expect(try irq.judge(whole).flags.isEmpty)
    #expect(try irq.judge(whole.with { $0.annexes = [] }).flags.map(\.code) == [.v30])
  }
}
