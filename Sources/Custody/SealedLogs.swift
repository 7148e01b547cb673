public import Roster
public import TransparencyLog

/// A log that a roster says has ended: sealed at its final checkpoint, and followed by another authority's.
public struct LogSeal: Hashable, Sendable {
  /// Whose log it was.
  public let authority: AuthorityName
  /// Who acts in its place now.
  public let successor: AuthorityName
  /// What the log held at its end.
  public let checkpoint: Checkpoint
  /// The final checkpoint as the roster carries it, a signed note.
  public let note: [UInt8]
  /// From when on nothing that it signs counts by itself, in seconds since 1970.
  public let effectiveFrom: UnixTime
}

/// The logs that have ended under one roster (custody.md, The serialization rule; V21).
public struct SealedLogs: Sendable {
  private let seals: [AuthorityName: LogSeal]

  static let none = SealedLogs()

  private init() { seals = [:] }

  /// - Throws: `ProofRefusal` when a final checkpoint cannot be read or is none of the log that it is to end.
  public init(_ body: RosterBody) throws(ProofRefusal) {
    let successions = body.successions
    var seals: [AuthorityName: LogSeal] = [:]
    for authority in body.authorities {
      guard let succession = authority.succeeds,
        let ended = body.authorities.first(where: { $0.name == succession.predecessor })
      else { continue }
      seals[ended.name] = try Self.seal(of: ended, succession, by: successions.current(ended.name))
    }
    self.seals = seals
  }

  private static func seal(of ended: Authority, _ succession: Succession, by successor: AuthorityName)
    throws(ProofRefusal) -> LogSeal
  {
    let signed: SignedCheckpoint
    do { signed = try SignedCheckpoint(decoding: succession.finalCheckpoint) } catch {
      throw ProofRefusal("the final checkpoint of \(ended.name) cannot be read: \(error)")
    }
    guard ended.owns(origin: signed.checkpoint.origin) else {
      throw ProofRefusal("the final checkpoint of \(ended.name) is one of the log \(signed.checkpoint.origin)")
    }
    return LogSeal(
      authority: ended.name, successor: successor, checkpoint: signed.checkpoint, note: succession.finalCheckpoint,
      effectiveFrom: succession.effectiveFrom)
  }

  public var all: [LogSeal] { seals.values.sorted { $0.authority < $1.authority } }
  public var isEmpty: Bool { seals.isEmpty }

  /// The seal of an authority's log; nil where it goes on.
  public func seal(of authority: AuthorityName) -> LogSeal? { seals[authority] }
  /// The seal of a log by its origin.
  public func seal(origin: String) -> LogSeal? { seals.values.first { sameBytes($0.checkpoint.origin, origin) } }
}

extension LogSeal {
  /// Whether the log signed its end itself, and not only the holders of the coalition's root.
  public func isSigned(under roster: VerifiedRoster) -> Bool {
    guard let signed = try? SignedCheckpoint(decoding: note) else { return false }
    return roster.authority(authority)?.keys
      .contains { $0.purpose == .checkpoint && signed.verify(originKey: $0.key) } ?? false
  }

  /// Whether a proof leads from an entry to the root of the final checkpoint. Neither index nor size stand under a
  /// signature, so nothing less will do.
  public func holds(_ entry: LogEntry, by proof: InclusionProof) -> Bool {
    proof.size == checkpoint.size && proof.root(from: entry.leafHash) == checkpoint.root
  }
}

extension StatementVerifier {
  /// When a statement that nobody else is known to have seen before had been seen, where proofs lead from it to the final
  /// checkpoint of its log: the holders of the coalition's root signed that.
  public func seen(_ signed: SignedStatement, at time: UnixTime, provenBy proofs: [InclusionProof]) -> UnixTime {
    seen(signed, at: time) { seal in proofs.contains { seal.holds(signed.entry, by: $0) } }
  }

  /// The same, where the caller knows what the proofs lead to.
  func seen(_ signed: SignedStatement, at time: UnixTime, isProven: (LogSeal) -> Bool) -> UnixTime {
    guard let name = roster.authority(uri: signed.issuer)?.name, let seal = sealedLogs.seal(of: name), isProven(seal)
    else { return time }
    return min(time, seal.effectiveFrom)
  }

  /// Why a statement of a log that ended counts for nothing by itself (V21): no proof leads from it to the final
  /// checkpoint, and nobody else is known to have seen it before.
  /// - Parameters:
  ///   - witnessedAt: when somebody else had seen it.
  ///   - isProven: whether a proof leads from it to the final checkpoint.
  public func isBeyondSeal(_ issuer: AuthorityName, witnessedAt: UnixTime?, isProven: (LogSeal) throws -> Bool) rethrows
    -> Bool
  {
    guard checks.applies(.v21), let seal = sealedLogs.seal(of: issuer) else { return false }
    return try !(witnessedAt.map { $0 < seal.effectiveFrom } ?? false) && !isProven(seal)
  }
}

extension LogChecks {
  /// V21: what a log that ended signs later moves nobody by itself, and is on record all the same.
  static func withinSeal(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    if proposal.isOutsideSeal {
      return [
        Violation(
          .v21,
          "the log of \(proposal.issuer.name) was restored from a backup, and the epoch that followed is not known to hold "
            + "this: it moves nobody until that is known")
      ]
    }
    guard proposal.isBeyondSeal else { return try opensRestored(proposal) + lostSight(proposal, view) }
    let successor = proposal.successions.current(proposal.issuer.name)
    return [
      Violation(
        .v21,
        "\(proposal.issuer.name) has ended and \(successor) acts in its place: its final checkpoint is not known to hold "
          + "this, and nobody is known to have seen it before")
    ]
  }

  /// V21: a checkpoint beyond the one that a log was sealed at.
  public func beyond(_ seal: LogSeal?, _ new: Checkpoint) -> Violation? {
    guard checks.applies(.v21), let seal, sameBytes(seal.checkpoint.origin, new.origin),
      new.size > seal.checkpoint.size
    else { return nil }
    return Violation(
      .v21,
      "the log \(new.origin) was sealed at size \(seal.checkpoint.size) and went on to \(new.size): what lies beyond "
        + "counts for nothing by itself")
  }
}
