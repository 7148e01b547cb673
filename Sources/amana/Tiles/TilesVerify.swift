import ArgumentParser
import ControlAPI
import Custody
import Foundation
import Roster
import TransparencyLog

/// Verifies a log that is kept as plain files, without a daemon.
struct TilesVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Verify a folder of tiles: every entry and hash, and who signed the checkpoint.",
    discussion: """
      Works offline. Every entry is hashed, every tile is made again from what lies beneath it, and the root must be the \
      checkpoint's. With --roster the checkpoint must be signed by its log's key as that roster lists it, and it is said who of \
      its witnesses cosigned it; without, nothing says whose log it is: exit code 3.
      """)
  @Argument(help: "The folder: where the file checkpoint is.") var folder: String
  @Option(name: .long, help: "A roster that you trust.") var roster: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.tiles.verify of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let logs = try roster.map { LogVerifier(roster: try readRoster($0, in: language)) }
    let source = TileFolder(path: folder)
    let (note, checkpoint) = try shown(source, logs)
    var verifier = TileVerifier()
    do {
      for file in TilePath.added(from: 0, to: checkpoint.size) {
        guard let bytes = source.part(of: file) else { throw TileVerifier.Refusal.form(file) }
        try verifier.take(file, bytes)
      }
      _ = try verifier.finish(checkpoint)
    } catch let refusal as TileVerifier.Refusal {
      throw CommandFailure(Exit.doesNotHold, say(.tilesDiffer, in: language, folder, refusal.place))
    }
    let witnessed = logs.map { Witnessed([note], $0) }
    let result = Result(
      result: logs == nil ? "cannot-tell" : "holds", origin: checkpoint.origin, size: checkpoint.size,
      root: hexadecimal(checkpoint.root.bytes), signatures: note.note.signatures.count,
      witnesses: witnessed?.witnesses, quorum: witnessed?.quorum)
    if json {
      try printJSON(.tilesVerify, result)
    } else {
      print(say(logs == nil ? .tilesWhole : .tilesHold, in: language, checkpoint.origin, String(checkpoint.size)))
      if let log = witnessed.flatMap({ log(checkpoint, $0) }) { print(log.sentence(in: language)) }
    }
    if logs == nil { throw CommandFailure(Exit.cannotTell) }
  }

  /// Nil where the roster names nobody to witness it.
  private func log(_ checkpoint: Checkpoint, _ witnessed: Witnessed) -> WitnessedLog? {
    guard witnessed.quorum > 0 else { return nil }
    return WitnessedLog([
      VerifyReport.CheckpointView(
        origin: checkpoint.origin, size: checkpoint.size, root: hexadecimal(checkpoint.root.bytes),
        witnesses: witnessed.witnesses, quorum: witnessed.quorum)
    ])
  }

  /// The checkpoint, and that its log signed it where a roster says which key that is.
  private func shown(_ source: TileFolder, _ logs: LogVerifier?) throws -> (SignedCheckpoint, Checkpoint) {
    let found: SignedCheckpoint?
    do { found = try source.checkpoint() } catch {
      throw CommandFailure(Exit.usage, say(.tilesFolder, in: speech.language, error.description))
    }
    guard let signed = found else {
      throw CommandFailure(Exit.usage, say(.fileMissing, in: speech.language, "\(folder)/checkpoint"))
    }
    guard let logs else { return (signed, signed.checkpoint) }
    do { return (signed, try logs.verify(checkpoint: signed.note.encoded()).checkpoint) } catch {
      throw CommandFailure(Exit.doesNotHold, say(.tilesUnsigned, in: speech.language, "\(folder)/checkpoint"))
    }
  }

  /// What was found.
  struct Result: Encodable {
    /// holds or cannot-tell.
    let result: String
    let origin: String
    let size: UInt64
    let root: String
    /// Signature lines of the checkpoint, whatever they are.
    let signatures: Int
    /// Who of its log's witnesses cosigned it; absent where no roster says who they are.
    let witnesses: [String]?
    /// How many of them must; 0 where the roster names none, absent without a roster.
    let quorum: UInt64?
  }
}
