import COSE
import ControlAPI
import Custody
import Roster
import TransparencyLog

/// Writes what a third party needs to see for itself, in one place: signed objects as files of their own, and in a bundle all
/// that belongs together, as `amana prove-fork` takes it.
struct MonitorEvidence: Sendable {
  let exercise: Bool
  let now: UnixTime

  private var writer: BundleWriter {
    BundleWriter(exercise: exercise, created: OffsetTime(unix: now), clear: false)
  }

  /// Both notes with the first entry in which the trees differ, each proven under its note.
  func leaves(of fork: LogForkProof, _ first: FolderTiles, _ second: FolderTiles) throws -> MonitorFinding.Proof? {
    let width = UInt64(TileAddress.width)
    var index: UInt64 = 0
    while index * width < first.size {
      guard let old = first.entries(index), let new = second.entries(index) else { return nil }
      guard let place = zip(old, new).enumerated().first(where: { $0.element.0 != $0.element.1 }) else {
        index += 1
        continue
      }
      let leaf = index * width + UInt64(place.offset)
      guard let one = try first.proof(place.element.0, at: leaf), let two = try second.proof(place.element.1, at: leaf)
      else { return nil }
      var writer = self.writer
      for note in [fork.first, fork.second] { writer.checkpoint(note.note.encoded()) }
      for proof in [one, two] { writer.proof(proof) }
      return MonitorFinding.Proof(name: MonitorFinding.bundleName, bytes: writer.bytes)
    }
    return nil
  }

  /// Both Signed Statements, and in a bundle with them their lists of slots.
  func files(of pair: DoubleRelease) -> [MonitorFinding.Proof] {
    var writer = self.writer
    for release in [pair.first, pair.second] {
      writer.statement(release.signed.message.bytes)
      writer.content(Content(slots: release.slots), of: release.signed.id)
    }
    return [
      .init(name: "first.cose", bytes: pair.first.signed.message.bytes),
      .init(name: "second.cose", bytes: pair.second.signed.message.bytes),
      .init(name: MonitorFinding.bundleName, bytes: writer.bytes),
    ]
  }
}

extension MonitorFinding {
  /// Two notes of one log that contradict each other. Where they have two sizes there is the proof that the later tree begins
  /// otherwise (its form is that of `GET /consistency`; the earlier root that it proves is in `root.hex`).
  static func fork(_ fork: LogForkProof, _ evidence: Proof? = nil) -> MonitorFinding {
    let (old, new) = (fork.first.checkpoint, fork.second.checkpoint)
    var files = [
      Proof(name: "first.note", bytes: fork.first.note.encoded()),
      Proof(name: "second.note", bytes: fork.second.note.encoded()),
    ]
    if let root = fork.root, let proof = fork.consistency {
      let answer = ConsistencyAnswer(from: proof.oldSize, to: proof.newSize, path: proof.path.map(\.bytes))
      files.append(Proof(name: "consistency.cbor", bytes: answer.encoded()))
      files.append(Proof(name: "root.hex", bytes: Array("\(hexadecimal(root.bytes))\n".utf8)))
    }
    if let evidence { files.append(evidence) }
    return MonitorFinding(.fork, of: old.origin, [old.origin, String(old.size), String(new.size)], proofs: files)
  }
}
