import Custody
import Roster
import TransparencyLog

/// Who of those that a roster names as a log's witnesses cosigned a checkpoint of it, and how many must.
struct Witnessed {
  /// MEMBER/authority, in the roster's order; a cosignature that does not hold, or of anybody else, counts for nothing.
  let witnesses: [String]
  /// 0 where the roster names nobody.
  let quorum: UInt64

  var isEnough: Bool { witnesses.count >= quorum }

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
  let origin: String
  /// Entries of the newest checkpoint that is here.
  let size: UInt64
  /// Who cosigned it.
  let cosigned: Int
  let quorum: UInt64
  /// The newest checkpoint here that enough witnesses cosigned; nil where none is.
  let covered: (size: UInt64, witnesses: [String])?

  func sentence(in language: Language) -> String {
    guard let covered else {
      return say(.verifyUnwitnessed, in: language, origin, String(size), String(cosigned), String(quorum))
    }
    return say(
      .verifyWitnessed, in: language, origin, String(covered.size), String(size),
      covered.witnesses.joined(separator: separator(in: language)))
  }
}
