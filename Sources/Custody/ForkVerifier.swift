import COSE
import OpenSSL
public import Roster
public import TransparencyLog

/// What a proof of equivocation convicts whom of. Only the verifier makes one.
public struct ForkConviction: Sendable, Hashable {
  /// What was said twice.
  public enum Charge: Sendable, Hashable {
    /// Two roots for one size.
    case roots(size: UInt64)
    /// Two entries at one index.
    case sequences(index: UInt64)
    /// Two beginnings of one log.
    case openings
    /// Two releases of one line, as their slots show; whose, nobody learns.
    case slot([UInt8])
    /// Two statements that decide one step of a line.
    case lines(LineDeed)
  }

  /// One of the two that were signed.
  public struct Signed: Sendable, Hashable {
    /// `checkpoint`, or the statement's event.
    public let what: String
    /// A checkpoint's root or a statement's id.
    public let id: [UInt8]
    /// Of a checkpoint, how many entries it covers.
    public let size: UInt64?
    /// Of two sequences, the entry that stands at the index.
    public let entry: LogEntry?
    /// When its signer says that it signed, in seconds since 1970; a checkpoint does not say it.
    public let signedAt: UnixTime?
    /// When somebody else than its signer had seen it; nil where nobody is known to.
    public let seenAt: UnixTime?
    /// Who attests that: witnesses, and other logs whose receipts it bears.
    public let seenBy: [AuthorityName]
  }

  /// Whose log it is.
  public let authority: Authority
  /// The log that said both.
  public let origin: String
  public let charge: Charge
  public let signed: Pair<Signed>
  /// The roster it was judged under.
  public let roster: [UInt8]
  public let exercise: Bool

  /// By when others had seen both; nil where that is not known of both.
  public var provenSince: UnixTime? {
    guard let first = signed.first.seenAt, let second = signed.second.seenAt else { return nil }
    return max(first, second)
  }
}

/// Judges proofs of equivocation with nothing but a roster.
public struct ForkVerifier: Sendable {
  let statements: StatementVerifier
  let logs: LogVerifier
  let now: UnixTime

  /// - Parameter now: when it is verified, for statements that nobody else has seen.
  public init(_ statements: StatementVerifier, now: UnixTime) {
    self.statements = statements
    logs = LogVerifier(roster: statements.roster)
    self.now = now
  }

  /// Says what the two convict whom of.
  /// - Throws: `ForkRefusal` when they convict nobody.
  public func verify(_ proof: ForkProof) throws(ForkRefusal) -> ForkConviction {
    switch proof.evidence {
    case .roots(let notes):
      let known = try checkpoints(notes)
      guard notes.first.checkpoint.size == notes.second.checkpoint.size else {
        throw .otherSizes(notes.first.checkpoint.size, notes.second.checkpoint.size)
      }
      return conviction(known.authority, known.origin, .roots(size: notes.first.checkpoint.size), known.signed)
    case .sequences(let notes, let index, let leaves): return try sequences(notes, index, leaves)
    case .openings(let signed): return try openings(signed)
    case .slots(let signed, let slot, let places): return try slots(signed, slot, places)
    case .lines(let signed, let proofs): return try lines(signed, proofs)
    }
  }

  func conviction(
    _ authority: Authority, _ origin: String, _ charge: ForkConviction.Charge, _ signed: Pair<ForkConviction.Signed>
  ) -> ForkConviction {
    ForkConviction(
      authority: authority, origin: origin, charge: charge, signed: signed, roster: statements.roster.digest,
      exercise: statements.roster.body.exercise)
  }

  private func sequences(
    _ notes: Pair<SignedCheckpoint>, _ index: UInt64, _ leaves: Pair<ForkProof.Leaf>
  ) throws(ForkRefusal) -> ForkConviction {
    let known = try checkpoints(notes)
    guard leaves.first.entry != leaves.second.entry else { throw .sameEntry(index) }
    for (note, leaf) in zip(notes.both, leaves.both) {
      let tree = note.checkpoint
      let proof = InclusionProof(size: tree.size, index: index, path: leaf.path)
      guard proof.holds(leaf: leaf.entry.leafHash, root: tree.root) else {
        throw .notProven("the entry at index \(index) of \(tree.size)")
      }
    }
    let signed = Pair(known.signed.first.with(leaves.first.entry), known.signed.second.with(leaves.second.entry))
    return conviction(known.authority, known.origin, .sequences(index: index), signed)
  }
}

// MARK: Checkpoints

extension ForkVerifier {
  /// Two checkpoints of one log that differ, each signed by it.
  private func checkpoints(_ notes: Pair<SignedCheckpoint>) throws(ForkRefusal) -> (
    authority: Authority, origin: String, signed: Pair<ForkConviction.Signed>
  ) {
    let first = try checkpoint(notes.first)
    let second = try checkpoint(notes.second)
    let (one, other) = (notes.first.checkpoint, notes.second.checkpoint)
    guard sameBytes(one.origin, other.origin) else {
      guard first.authority.name == second.authority.name else { throw .otherLogs(one.origin, other.origin) }
      throw .otherEpochs(one.origin, other.origin)
    }
    // Other lines that a log may add to its checkpoint are no other tree.
    guard one.size != other.size || one.root != other.root else { throw .sameCheckpoint }
    return (first.authority, one.origin, Pair(first.signed, second.signed))
  }

  /// Verifies one: the log's own signature, and each other line as the cosignature of a listed witness, so that no byte of it
  /// stands there unproven.
  private func checkpoint(_ note: SignedCheckpoint) throws(ForkRefusal) -> (
    authority: Authority, signed: ForkConviction.Signed
  ) {
    let signers = try signers(of: note)
    let (authority, key) = (signers.authority, signers.key)
    if let stray = note.note.signatures.first(where: { !signers.made($0) }) { throw .strayLine(stray.name) }
    let seen = signers.cosigned.filter { cosignature in
      !cosignature.isExposed && !statements.roster.successions.areOne(cosignature.witness.name, authority.name)
    }
    let seenAt = seen.map(\.at).min()
    if let exposed = key.exposedFrom, seenAt.map({ $0 >= exposed }) ?? true { throw .exposed(exposed) }
    return (
      authority,
      ForkConviction.Signed(
        what: "checkpoint", id: note.checkpoint.root.bytes, size: note.checkpoint.size, entry: nil, signedAt: nil,
        seenAt: seenAt, seenBy: Set(seen.map(\.witness.name)).sorted())
    )
  }

  /// Who signed a note, as far as the roster lists them.
  private struct Signers {
    let authority: Authority
    /// Those of the log's own keys that did, as its lines name them.
    let own: [NoteKey]
    /// One of these keys: where there is one, such as nobody else may have.
    let key: KeyRecord
    let cosigned: [VerifiedCosignature]

    func made(_ line: NoteSignature) -> Bool {
      own.contains { $0.signed(line) } || cosigned.contains { $0.line == line }
    }
  }

  private func signers(of note: SignedCheckpoint) throws(ForkRefusal) -> Signers {
    let origin = note.checkpoint.origin
    guard let authority = statements.roster.body.authorities.first(where: { $0.owns(origin: origin) }) else {
      throw .checkpoint("no authority of the roster owns the log \(origin)")
    }
    // What the holders of the coalition's root said a log ended with, the log need not have signed: it says nothing here.
    let keys = authority.keys.filter { $0.purpose == .checkpoint && note.verify(originKey: $0.key) }
    guard let key = keys.first(where: { $0.exposedFrom == nil }) ?? keys.first else {
      throw .checkpoint("a checkpoint of \(origin) is not signed by its checkpoint key")
    }
    return Signers(
      authority: authority,
      own: keys.compactMap { NoteKey(name: origin, type: .ed25519, publicKey: $0.key) }, key: key,
      cosigned: logs.cosignatures(in: note))
  }

  /// A note without what nobody listed signed, as a proof holds it; nil where its log did not sign it.
  public func cleaned(_ note: SignedCheckpoint) -> SignedCheckpoint? {
    guard let signers = try? signers(of: note) else { return nil }
    let kept = note.note.signatures.filter { signers.made($0) }
    return (try? SignedNote(text: note.note.text, signatures: kept)).flatMap { try? SignedCheckpoint($0) }
  }
}

extension ForkConviction.Signed {
  func with(_ entry: LogEntry) -> Self {
    Self(what: what, id: id, size: size, entry: entry, signedAt: signedAt, seenAt: seenAt, seenBy: seenBy)
  }
}
