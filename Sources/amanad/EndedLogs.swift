import Custody
import ReceiptStore
import Roster
import TransparencyLog

extension StatementVerifier {
  /// Whether a statement is one of a log that ended, and not known to lie within what was sealed (V21).
  /// - Parameter anchoredAt: by when somebody else than its issuer had seen it.
  func isBeyondSeal(
    _ signed: SignedStatement, of issuer: AuthorityName, isOwn: Bool, anchoredAt: UnixTime?, _ reader: StoreReader
  ) throws -> Bool {
    guard signed.event.concernsCustody else { return false }
    let entry = signed.entry
    // Our own log's word about us counts only where its tree says the same.
    return try isBeyondSeal(issuer, witnessedAt: isOwn ? nil : anchoredAt) { seal in
      if isOwn, let leaf = try reader.leaf(of: entry) { return leaf < seal.checkpoint.size }
      return try reader.sealedProofs(of: entry).contains { seal.holds(entry, by: $0) }
    }
  }
}

extension Office {
  /// In whose places this authority acts, its own first.
  var places: [AuthorityName] { roster.successions.places(of: authority.name) }

  /// Whether what a statement seals is for this authority, or for one in whose place it acts. Whoever issued it reads it
  /// too: a partner hands it back when our log was restored.
  func reads(_ signed: SignedStatement) -> Bool { isOwn(signed) || isNamed(in: signed.event.readers) }

  private func isOwn(_ signed: SignedStatement) -> Bool { sameBytes(signed.issuer, authority.uri) }

  /// Whether what is sealed beside a received statement is awaited: for this authority, and not only of its own, which nobody
  /// else could hand back.
  func awaitsContent(of signed: SignedStatement) -> Bool {
    reads(signed) && !(isOwn(signed) && signed.event.readers.allSatisfy { $0 == authority.name })
  }

  /// Whether this authority, or one in whose place it acts, is among these.
  func isNamed(in names: [AuthorityName]) -> Bool {
    names.contains(authority.name)
      || !roster.successions.isEmpty && names.contains { roster.successions.current($0) == authority.name }
  }

  /// Why the final checkpoints of this office's roster cannot be relied on; nil when they can.
  var sealProblem: String? {
    do { _ = try SealedLogs(roster.body) } catch { return error.description }
    return nil
  }
}

extension Registrar {
  /// After a roster was adopted: who ended is followed by others on every chain, its log is sealed, and who follows it gets
  /// what concerns it.
  mutating func actOnSuccessions() throws {
    let seals = office.verifier.sealedLogs.all
    guard !seals.isEmpty else { return }
    try transaction.follow(office.roster.successions)
    guard try isNewSuccession() else { return }
    for seal in seals {
      try close(seal)
      guard seal.authority != office.authority.name else { continue }
      try Dispatch(office: office, transaction: transaction, now: now).hand(over: seal)
    }
  }

  /// Whether the roster before this one did not say the same of who follows whom.
  private func isNewSuccession() throws -> Bool {
    guard let bytes = try transaction.reader.rosters().dropLast().last else { return true }
    let before = try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes))
    return before.successions != office.roster.successions
  }

  /// Holds what is known of a log against the checkpoint that it was sealed at.
  private mutating func close(_ seal: LogSeal) throws {
    if seal.isSigned(under: office.roster) { try judge(carried: seal.note, SignedCheckpoint(decoding: seal.note)) }
    guard let note = try transaction.reader.newestProven(origin: seal.checkpoint.origin) else { return }
    try hold(note, SignedCheckpoint(decoding: note).checkpoint, against: seal)
  }

  /// A log that went on beyond its end is an alarm with both notes.
  mutating func hold(_ note: [UInt8], _ checkpoint: Checkpoint, against seal: LogSeal?) throws {
    guard let seal, let alarm = LogChecks().beyond(seal, checkpoint) else { return }
    try raise(alarm: alarm, evidence: LogEvidence(known: seal.note, new: note, proof: nil).encoded())
  }

  /// Keeps the proofs of a bundle that lead to final checkpoints: they end the doubts about what they prove.
  mutating func keep(sealed proofs: [Bundle.Proof]) throws {
    let seals = office.verifier.sealedLogs.all
    guard !seals.isEmpty else { return }
    for proof in proofs where seals.contains(where: { $0.holds(proof.entry, by: proof.proof) }) {
      if try transaction.keep(sealed: proof.entry, by: proof.proof) { try easeDoubt(of: proof.entry) }
    }
  }
}

extension Dispatch {
  /// Makes due to whoever follows an authority what concerns that one: only so can it answer what was left open.
  func hand(over seal: LogSeal) throws {
    guard seal.successor != office.authority.name else { return }
    let lineage = Lineage(reader: transaction.reader, places: office.roster.successions)
    let concerning = try transaction.reader.statements(
      concerning: seal.authority, under: office.roster.successions)
    for member in try lineage.closure(of: concerning) where try needs(seal.successor, member) {
      try transaction.enqueue(member.stored, for: seal.successor, at: now)
    }
  }
}
