public import Roster
public import TransparencyLog

/// A witness's cosignature that holds under the roster (C2SP tlog-cosignature): a key that it lists for that witness made
/// it, and was valid then. Only the verifier makes one.
public struct VerifiedCosignature: Sendable {
  public let witness: Authority
  public let line: NoteSignature
  /// By the witness's own clock, in seconds since 1970.
  public let at: UnixTime
  /// Whether others may have the key: then its time is anybody's word.
  let isExposed: Bool

  fileprivate init(witness: Authority, line: NoteSignature, at: UnixTime, isExposed: Bool) {
    self.witness = witness
    self.line = line
    self.at = at
    self.isExposed = isExposed
  }
}

extension LogVerifier {
  /// The cosignatures of a checkpoint by witnesses of other members than the log's; lines of others are passed over.
  public func cosignatures(in signed: SignedCheckpoint) -> [VerifiedCosignature] {
    let authorities = roster.body.authorities
    guard let log = authorities.first(where: { $0.owns(origin: signed.checkpoint.origin) }) else { return [] }
    return signed.note.signatures.compactMap { line in
      guard let witness = authorities.first(where: { sameBytes($0.witnessKeyName, line.name) }),
        witness.name.member != log.name.member
      else { return nil }
      return cosignature(line, over: signed.note.text, by: witness)
    }
  }

  /// A line as this witness's cosignature of a text; nil when it is none.
  public func cosignature(_ line: NoteSignature, over text: String, by witness: Authority) -> VerifiedCosignature? {
    for record in witness.keys where record.purpose == .witness {
      guard
        let key = NoteKey(name: witness.witnessKeyName, type: .cosignature, publicKey: record.key),
        let seconds = key.cosignatureTime(of: line, over: text), let time = UnixTime(exactly: seconds), time > 0,
        record.standing(at: time) == .valid
      else { continue }
      return VerifiedCosignature(witness: witness, line: line, at: time, isExposed: record.exposedFrom != nil)
    }
    return nil
  }
}

extension StatementVerifier {
  /// The earliest moment by which a witness that is no organ of the issuer's member had cosigned a checkpoint that covers a
  /// statement; nil when none had. That the checkpoint covers it, the caller has seen to.
  public func cosignedAt(_ signed: SignedStatement, _ cosignatures: [VerifiedCosignature]) -> UnixTime? {
    cosignatures.filter { cosignature in
      isStranger(cosignature.witness.name, to: signed) && !(checks.applies(.v15) && cosignature.isExposed)
    }.map(\.at).min()
  }

  /// The same of whoever had an archive before them in which the statement is.
  func archivedAt(_ signed: SignedStatement, _ witnesses: [ArchiveWitness]) -> UnixTime? {
    witnesses.filter { isStranger($0.authority, to: signed) }.map(\.at).min()
  }

  /// Whoever stands in the issuer's place may have its keys and machine.
  private func isStranger(_ name: AuthorityName, to signed: SignedStatement) -> Bool {
    guard let issuer = roster.authority(uri: signed.issuer) else { return false }
    return name.member != issuer.name.member && !roster.successions.areOne(name, issuer.name)
  }
}
