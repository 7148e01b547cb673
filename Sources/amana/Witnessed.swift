import Custody
import Roster
import TransparencyLog

/// Who of those that a roster names as a log's witnesses cosigned a checkpoint of it, and how many must.
struct Witnessed {
  /// MEMBER/authority, in the roster's order; a cosignature that does not hold, or of anybody else, counts for nothing.
  let witnesses: [String]
  /// 0 where the roster names nobody.
  let quorum: UInt64

  /// - Parameter notes: the same checkpoint, each time with the cosignatures that it came with.
  init(_ notes: [SignedCheckpoint], _ logs: LogVerifier) {
    let named = notes.first.flatMap { note in
      logs.roster.body.authorities.first { $0.owns(origin: note.checkpoint.origin) }?.witnessing
    }
    guard let named else {
      (witnesses, quorum) = ([], 0)
      return
    }
    let found = Set(notes.flatMap { logs.cosignatures(in: $0) }.map(\.witness.name))
    witnesses = named.witnesses.filter(found.contains).map(\.description)
    quorum = named.quorum
  }
}

/// How far a log is cosigned, for people.
struct WitnessedLog {
  /// The newest checkpoint that is here.
  let newest: VerifyReport.CheckpointView
  /// The newest one here that enough witnesses cosigned; nil where none is.
  let covered: VerifyReport.CheckpointView?

  /// - Parameter checkpoints: of one log; nil where there are none.
  init?(_ checkpoints: [VerifyReport.CheckpointView]) {
    guard let newest = checkpoints.max(by: { $0.size < $1.size }) else { return nil }
    self.newest = newest
    covered = checkpoints.filter { $0.witnesses.count >= $0.quorum }.max { $0.size < $1.size }
  }

  func sentence(in language: Language) -> String {
    let (origin, size) = (newest.origin, String(newest.size))
    guard let covered else {
      return say(
        .verifyUnwitnessed, in: language, origin, size, String(newest.witnesses.count), String(newest.quorum))
    }
    return say(
      .verifyWitnessed, in: language, origin, String(covered.size), size,
      covered.witnesses.joined(separator: separator(in: language)))
  }
}
