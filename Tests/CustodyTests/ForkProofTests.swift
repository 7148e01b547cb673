import COSE
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

/// What convicts a log, by a roster alone, and what convicts nobody (custody.md, Statements and chains).
@Suite("Equivocation proofs") struct ForkProofTests {
  private let forked: Forked
  private var coalition: Coalition { forked.coalition }
  private var scribe: Scribe { forked.scribe }

  init() throws { forked = try Forked() }

  private func refusal(_ evidence: ForkProof.Evidence, under roster: VerifiedRoster? = nil) -> ForkRefusal? {
    do throws(ForkRefusal) {
      _ = try forked.verifier(roster).verify(ForkProof(evidence))
      return nil
    } catch { return error }
  }

  private func signed(_ note: SignedNote) throws -> SignedCheckpoint { try SignedCheckpoint(note) }

  @Test("Each kind convicts the log that said both, by its file and a roster alone, and has one form")
  func v20_everyKind() throws {
    let kinds = try forked.everyKind()
    for (kind, proof) in kinds {
      let bytes = proof.encoded()
      #expect(ForkProof.isForkProof(bytes) && ForkProof.isOfThisVersion(bytes), "\(kind)")
      #expect(!Disclosure.isDisclosure(bytes), "\(kind)")
      let read = try ForkProof(decoding: bytes)
      #expect(read.encoded() == bytes && read == proof, "\(kind)")
      let convicted = try forked.verifier().verify(read)
      let isReceiver = kind == "openings" || kind == "answers"
      let party = isReceiver ? coalition.irq : coalition.syr
      #expect(convicted.authority.name == party.name, "\(kind)")
      #expect(try convicted.origin == party.authority().origin(epoch: kind == "openings" ? 3 : 1), "\(kind)")
      #expect(convicted.signed.first.id != convicted.signed.second.id, "\(kind)")
      #expect(convicted.roster == coalition.roster.digest && !convicted.exercise)
    }
    func charge(_ kind: String) throws -> ForkConviction.Charge {
      try forked.verifier().verify(#require(kinds[kind])).charge
    }
    #expect(try charge("roots") == .roots(size: 5))
    #expect(try charge("sequences") == .sequences(index: 2))
    #expect(try charge("openings") == .openings)
    let slots = Set(try #require(forked.convoy.release.content.slots))
    guard case .slot(let slot) = try charge("slots") else { throw ForkRefusal.sameStatement }
    #expect(slots.contains(slot))
    for (kind, step, names) in [
      ("releases", LineDeed.Step.release, ["custody_prev", "subject_ref"]),
      ("answers", .answer, ["release", "release_line", "subject_ref"]),
    ] {
      guard case .lines(let deed) = try charge(kind) else { throw ForkRefusal.sameStatement }
      #expect(deed.step == step && deed.fields.keys.sorted() == names)
      #expect(forked.convoy.intake.subjects.contains(deed.subject))
    }
  }

  @Test("When others had seen both is what the cosignatures and other logs' receipts say, and nothing else")
  func since() throws {
    let kinds = try forked.everyKind()
    let roots = try forked.verifier().verify(#require(kinds["roots"]))
    let seen = try #require(roots.signed.both.first { $0.seenAt != nil })
    #expect(seen.seenAt == Coalition.now - 30 && seen.seenBy == [coalition.tur.name])
    #expect(roots.provenSince == nil, "nobody is known to have seen the other")
    let second = try forked.second()
    let both = try [forked.convoy.release, second].map { act in
      (try forked.receipted(act, by: coalition.syr, and: coalition.irq), act.content)
    }
    let proof = try #require(forked.find(both).proofs.first)
    let convicted = try forked.verifier().verify(proof)
    #expect(convicted.provenSince == Coalition.now - 60)
    #expect(convicted.signed.both.allSatisfy { $0.seenBy == [coalition.irq.name] && $0.signedAt != nil })
  }

  @Test("Two intakes of one subject and two signatures in one round convict; one that waits for another round does not")
  func otherSteps() throws {
    let syr = coalition.syr
    let again = try scribe.intake(by: syr, 1, subjects: [forked.convoy.intake.subjects[0]])
    let intakes = forked.find(
      try [forked.convoy.intake, again].map { (try forked.receipted($0, by: syr), $0.content) })
    let proof = try #require(intakes.proofs.first)
    guard case .lines(let deed) = try forked.verifier().verify(proof).charge else { throw ForkRefusal.sameStatement }
    #expect(deed.step == .intake && deed.subject == forked.convoy.intake.subjects[0])
    let ledger = forked.convoy.syr.ledger
    func settlement(_ custodian: Party, _ round: UInt64) throws -> (SignedStatement, Content) {
      let act = try scribe.dispute(
        .disputeResolved, of: forked.convoy.intake, ledger, custodian: custodian.name, by: syr, round: round)
      return (try forked.receipted(act, by: syr), act.content)
    }
    let same = try [settlement(syr, 1), settlement(coalition.irq, 1)]
    let twice = try #require(forked.find(same).proofs.first)
    #expect(try forked.verifier().verify(twice).authority.name == syr.name)
    #expect(try forked.find([settlement(syr, 1), settlement(coalition.irq, 2)]).proofs.isEmpty)
  }

  @Test("What is legal convicts nobody: a release after a refusal or a recall, and answers of different lines")
  func legal() throws {
    let (syr, irq, tur) = (coalition.syr, coalition.irq, coalition.tur)
    for isRecall in [false, true] {
      var convoy = try Convoy(2, seed: 7)
      let answer: Act
      if isRecall {
        let recall = try scribe.recall(of: convoy.release, by: syr)
        answer = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: irq)
        try convoy.syr.register(recall)
        try convoy.syr.register(answer)
      } else {
        answer = try convoy.answerAll(.refused)
      }
      let again = try scribe.redirect(
        convoy.release, from: syr, to: tur, agreement: nil, answers: [answer], in: convoy.syr.ledger)
      let found = forked.find(
        try [convoy.intake, convoy.release, again].map { (try forked.receipted($0, by: syr), $0.content) }
          + [(try forked.receipted(answer, by: irq), answer.content)])
      #expect(found.proofs.isEmpty && found.refusals.isEmpty, "\(found.refusals)")
    }
    let lines = forked.convoy.release.lines.map(\.index)
    let parts = try lines.map { line in
      let act = try scribe.outcome(of: forked.convoy.release, [(line: line, code: .accepted)], by: irq)
      return (try forked.receipted(act, by: irq), act.content)
    }
    #expect(parts.count == 2 && forked.find(parts).proofs.isEmpty)
  }
}

// MARK: What convicts nobody

extension ForkProofTests {
  @Test(
    "Checkpoints that agree, of other logs or epochs, or that nobody listed signed, convict nobody, each by its reason")
  func v20_checkpoints() throws {
    let (syr, irq) = (coalition.syr, coalition.irq)
    let (first, other) = (forked.leaves(5), forked.leaves(5, 9))
    let known = try signed(forked.note(first, of: syr))
    func roots(_ note: SignedNote) throws -> ForkRefusal? { refusal(.roots(Pair(known, try signed(note)))) }
    #expect(try roots(forked.note(other, of: syr)) == nil)
    #expect(try roots(forked.note(first, of: syr)) == .sameCheckpoint)
    #expect(try roots(forked.note(other, of: irq))?.code == "other-logs")
    #expect(try roots(forked.note(other, of: syr, epoch: 2))?.code == "other-epochs")
    #expect(try roots(forked.note(Array(first.prefix(4)), of: syr)) == .otherSizes(4, 5))
    #expect(try roots(forked.note(other, of: syr, key: .generate(.ed25519)))?.code == "checkpoint")
    #expect(try roots(forked.note(other, of: syr, key: syr.key(.witness)))?.code == "checkpoint")
    let strange = try forked.note(other, of: syr).cosigned(
      at: 1, name: "witness.example", key: .generate(.ed25519))
    #expect(try roots(strange) == .strayLine("witness.example"))
    // What is not listed is left out of what is written.
    let cleaned = try #require(try forked.verifier().cleaned(signed(strange)))
    #expect(try roots(cleaned.note) == nil)
    let nobody = try Checkpoint.sign(
      Checkpoint(origin: "nobody.example/log/1", size: 5, root: .leaf([1])), key: syr.key(.checkpoint))
    #expect(try roots(nobody)?.code == "checkpoint")
  }

  @Test("Two sizes convict only by two entries at one place, each under its own root")
  func v20_sequences() throws {
    let syr = coalition.syr
    let (first, longer) = (forked.leaves(5), forked.leaves(4, 9) + forked.leaves(3))
    let notes = Pair(try signed(forked.note(first, of: syr)), try signed(forked.note(longer, of: syr)))
    func sequences(_ index: UInt64, _ one: ForkProof.Leaf, _ two: ForkProof.Leaf) -> ForkRefusal? {
      refusal(.sequences(notes, index: index, Pair(one, two)))
    }
    let (one, two) = (try forked.leaf(2, first), try forked.leaf(2, longer))
    #expect(sequences(2, one, two) == nil)
    #expect(sequences(2, one, one) == .sameEntry(2))
    #expect(sequences(3, one, two)?.code == "not-proven")
    #expect(sequences(2, two, one)?.code == "not-proven")
    #expect(sequences(2, one, ForkProof.Leaf(entry: two.entry, path: []))?.code == "not-proven")
    #expect(sequences(.max, one, two)?.code == "not-proven")
    // Of one that goes on, every entry of the smaller tree is one of the larger.
    let grown = first + forked.leaves(2, 30)
    let honest = Pair(notes.first, try signed(forked.note(grown, of: syr)))
    for index in 0..<5 {
      let leaves = Pair(try forked.leaf(index, first), try forked.leaf(index, grown))
      #expect(refusal(.sequences(honest, index: UInt64(index), leaves)) == .sameEntry(UInt64(index)))
    }
    #expect(refusal(.roots(honest)) == .otherSizes(5, 7))
  }

  @Test("A checkpoint key that others may have convicts by what a witness had cosigned before, and by nothing later")
  func v15_exposedCheckpointKey() throws {
    let (syr, tur) = (coalition.syr, coalition.tur)
    let since = Coalition.now - 3600
    let roster = try coalition.changedRoster { authority in
      authority.with(
        keys: authority.keys.map { key in
          guard authority.name == syr.name, key.purpose == .checkpoint else { return key }
          return key.with(revocations: [Revocation(reason: .compromised, effectiveFrom: since)])
        }, officers: authority.officers)
    }
    func judged(_ times: [UnixTime?]) throws -> ForkRefusal? {
      let notes = try zip([forked.leaves(5), forked.leaves(5, 9)], times).map { leaves, time in
        let note = try forked.note(leaves, of: syr)
        return try signed(try time.map { try forked.cosigned(note, by: tur, at: $0) } ?? note)
      }
      return refusal(.roots(Pair(notes[0], notes[1])), under: roster)
    }
    #expect(try judged([since - 1, since - 1]) == nil)
    #expect(try judged([since - 1, nil]) == .exposed(since))
    #expect(try judged([since - 1, since]) == .exposed(since))
  }

  @Test("Statements convict within one epoch of one log, and never across a restore or without its receipts")
  func v21_epochs() throws {
    let (syr, irq) = (coalition.syr, coalition.irq)
    let acts = try [forked.convoy.release, forked.second()]
    func found(_ signed: [SignedStatement]) -> ForkSearch.Result {
      forked.find(zip(acts, signed).map { ($1, Content(slots: $0.content.slots)) })
    }
    let own = try acts.map { try forked.receipted($0, by: syr) }
    #expect(found(own).proofs.count == 1 && found(own).refusals.isEmpty)
    #expect(found([own[0], own[0]]).proofs.isEmpty && found([own[0], own[0]]).refusals.isEmpty)
    #expect(found(acts.map(\.signed)).refusals.map(\.code) == ["no-receipt"])
    // That a partner's log holds them says nothing of the issuer's.
    let theirs = try acts.map { act in
      try SignedStatement(decoding: act.signed.attaching([irq.receipt(of: act.signed, at: Coalition.now)]))
    }
    #expect(found(theirs).refusals.map(\.code) == ["no-receipt"])
    let later = try acts.map { try forked.receipted($0, by: syr, epoch: 2) }
    #expect(found(later).refusals.map(\.code) == ["restored"])
    #expect(found([own[0], later[1]]).refusals.map(\.code) == ["other-epochs"])
    let proofs = [found(later), found(theirs), found([own[0], later[1]])].flatMap(\.proofs)
    #expect(proofs.isEmpty)
  }

  @Test("What a stolen key may have signed, and what paper says, convicts nobody")
  func v15_statements() throws {
    let (syr, irq) = (coalition.syr, coalition.irq)
    let acts = try [forked.convoy.release, forked.second()]
    let since = Coalition.now - 30
    let roster = try coalition.changedRoster { authority in
      authority.with(
        keys: authority.keys.map { key in
          guard authority.name == syr.name, key.purpose == .statement else { return key }
          return key.with(revocations: [Revocation(reason: .lost, effectiveFrom: since)])
        }, officers: authority.officers)
    }
    func judged(and other: Party?) throws -> ForkRefusal? {
      let found = forked.find(
        try acts.map { (try forked.receipted($0, by: syr, and: other), Content(slots: $0.content.slots)) })
      return refusal(try #require(found.proofs.first).evidence, under: roster)
    }
    #expect(try judged(and: irq) == nil, "IRQ had seen both before")
    #expect(try judged(and: nil)?.code == "statement")
    let paper = LateEntry(form: "HSK-2026-0041", scanDigest: [UInt8](repeating: 3, count: 32))
    let answers = try [
      scribe.outcome(of: forked.convoy.release, all: .accepted, by: irq),
      scribe.outcome(of: forked.convoy.release, all: .refused, by: irq) { $0.lateEntry = paper },
    ]
    let late = forked.find(try answers.map { (try forked.receipted($0, by: irq), $0.content) })
    #expect(late.proofs.isEmpty && late.refusals.map(\.code) == ["late-entry"])
  }

  @Test("Statements of two authorities, of other events or of a kind whose slots are random convict nobody")
  func v20_otherStatements() throws {
    let (syr, irq) = (coalition.syr, coalition.irq)
    let opening = try scribe.opening(by: syr, epoch: 3, follows: 2).signed
    func openings(_ other: SignedStatement) -> ForkRefusal? { refusal(.openings(Pair(opening, other))) }
    #expect(try openings(scribe.opening(by: syr, epoch: 3, follows: 2).signed) == nil)
    #expect(openings(opening) == .sameStatement)
    #expect(try openings(scribe.opening(by: irq, epoch: 3, follows: 2).signed)?.code == "other-issuers")
    #expect(try openings(scribe.opening(by: syr, epoch: 4, follows: 3).signed)?.code == "other-epochs")
    #expect(openings(forked.convoy.release.signed)?.code == "not-deciding")
    guard case .slots(let pair, let slot, let places) = try #require(forked.everyKind()["slots"]).evidence else {
      throw ForkRefusal.sameStatement
    }
    #expect(refusal(.slots(pair, slot: slot, places)) == nil)
    #expect(refusal(.slots(pair, slot: [UInt8](repeating: 0, count: 32), places))?.code == "not-proven")
    #expect(refusal(.slots(Pair(opening, pair.first), slot: slot, places))?.code == "not-deciding")
    let family = try scribe.handover(
      .release, of: forked.convoy.intake, from: syr, to: irq, in: Office(syr, of: coalition).ledger
    ) { $0.kind = .familyReturn }
    let hidden = try forked.receipted(family, by: syr)
    #expect(
      refusal(.slots(Pair(pair.first, hidden), slot: slot, places))?.code == "hidden-slots"
        || refusal(.slots(Pair(hidden, pair.first), slot: slot, places))?.code == "hidden-slots")
  }
}
