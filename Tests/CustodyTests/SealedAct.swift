import Custody
import OpenSSL
import Roster
import Testing

/// A statement whose content is sealed to its parties, and the ciphertexts by their digest.
struct SealedAct {
  let act: Act
  let ciphertexts: [[UInt8]: [UInt8]]

  /// What one authority's party key opens.
  func opening(by party: Party) throws -> Opening {
    Opening(of: act.signed, with: try party.key(.seal)) { ciphertexts[$0] }
  }

  /// The same as that party can judge it: opened, slots beside it.
  func opened(by party: Party) throws -> Act {
    var content = try opening(by: party).content
    content.slots = act.content.slots
    return Act(signed: act.signed, content: content)
  }
}

extension Scribe {
  /// Signs an act again with everything beside it sealed, as the daemon does.
  func seal(
    _ act: Act, history: [Act] = [], medical: [UInt8] = [], by party: Party, _ change: (inout Event) -> Void = { _ in }
  ) throws -> SealedAct {
    var event = act.event
    (event.approvals, event.annexes, event.sealed) = ([], [], [])
    let recipients = SealRecipients(
      of: event, issuer: try party.authority(), roster: coalition.roster, at: Coalition.now)
    let identity =
      act.content.annexes.first
      ?? Annex(id: Annex.identityID, mediaType: Annex.identityMediaType, salt: bytes(32), content: [])
    let past = History(
      items: history.compactMap { act in
        act.content.manifest.map { History.Item(statement: act.id, manifest: $0.encoded()) }
      })
    var ciphertexts: [[UInt8]: [UInt8]] = [:]
    for kind in PayloadKind.besideManifest(of: .detaineeTransfer) {
      let content: [UInt8] =
        switch kind {
        case .manifest: try #require(act.content.manifest).encoded()
        case .identity: identity.content
        case .history: past.encoded()
        default: kind.id == "medical" ? medical : []
        }
      let sealed = try Seal.seal(
        content, salt: kind == .identity ? identity.salt : bytes(32), to: recipients.keys(for: kind.role),
        in: SealContext(issuer: party.uri, recordID: event.recordID, payloadID: kind.id, mediaType: kind.mediaType))
      ciphertexts[sealed.digest] = sealed.ciphertext
      event.sealed.append(
        SealedReference(
          id: kind.id, mediaType: kind.mediaType, ciphertextDigest: sealed.digest, commitment: sealed.commitment,
          retentionClass: kind.retentionClass, eraseAfter: OffsetTime(unix: Coalition.now + 1_000_000_000)))
    }
    change(&event)
    var content = act.content
    content.annexes = [identity]
    return SealedAct(act: try sign(event, content, by: party), ciphertexts: ciphertexts)
  }
}

/// A convoy whose statements are sealed: SYR's intake, its release to IRQ with the intake's lines inside, IRQ's outcome.
struct SealedConvoy {
  let coalition: Coalition
  let scribe: Scribe
  let intake: SealedAct
  let release: SealedAct
  let outcome: SealedAct
  /// SYR's log of them, which has everything.
  let syr: Office

  init(_ persons: Int = 3, medical: [UInt8] = []) throws {
    coalition = try .shared()
    scribe = Scribe(coalition, seed: 21)
    var syr = Office(coalition.syr, of: coalition)
    intake = try scribe.seal(try scribe.intake(by: coalition.syr, persons), by: coalition.syr)
    try syr.register(intake.act)
    let release = try scribe.handover(
      .release, of: intake.act, from: coalition.syr, to: coalition.irq, in: syr.ledger)
    self.release = try scribe.seal(release, history: [intake.act], medical: medical, by: coalition.syr)
    try syr.register(self.release.act)
    let answers = self.release.act.lines.map { (line: $0.index, code: OutcomeCode.accepted) }
    outcome = try scribe.seal(
      try scribe.outcome(of: self.release.act, answers, by: coalition.irq), by: coalition.irq)
    try syr.register(try outcome.opened(by: coalition.syr))
    self.syr = syr
  }
}
