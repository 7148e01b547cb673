import ArgumentParser
import ControlAPI
import Foundation
import TransparencyLog

/// Writes the log as plain files, or brings a folder of them up to date.
struct TilesExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write this log's checkpoint, entries and tiles as plain files.",
    discussion: """
      For a web server or an object store: FOLDER is the log's prefix, with checkpoint, tile/entries/… and tile/0/… \
      beneath. They hold digests and nothing else. A folder that was written before is brought up to date: only what is \
      new is fetched and put there, and the checkpoint comes last, when all of it leads to the root that it was signed over: \
      whoever reads meanwhile finds a whole log. A folder of another log is left as it is.
      """)
  @Argument(help: "The folder.") var folder: String
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.tiles.export of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let (session, language) = (connection.session, connection.language)
    let target = TileFolder(path: folder)
    let note = try await session.send(.get, "/v1/checkpoint")
    guard let newest = (try? SignedCheckpoint(decoding: note))?.checkpoint else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
    let result = try await export(to: target, newest, note, session)
    if json { return try printJSON(.tilesExport, result) }
    print(say(.tilesWritten, in: language, folder, result.origin, String(result.size), String(result.files)))
  }

  private func export(to target: TileFolder, _ newest: Checkpoint, _ note: [UInt8], _ session: Session) async throws
    -> Result
  {
    do {
      var (writer, old) = (TileWriter(), UInt64(0))
      if let shown = try target.checkpoint()?.checkpoint {
        guard shown.origin == newest.origin, shown.size <= newest.size, let known = target.writer(of: shown) else {
          throw TileFolderError.other(folder, holding: "\(shown.origin) at \(shown.size)")
        }
        (writer, old) = (known, shown.size)
      }
      var verifier = TileVerifier(continuing: writer)
      let files = TilePath.added(from: old, to: newest.size)
      for file in files {
        let bytes = try await session.send(.get, "/v1/tile?path=\(file.text)")
        try verifier.take(file, bytes)
        try target.write(file, bytes)
      }
      _ = try verifier.finish(newest)
      try target.finish(note, behind: files)
      return Result(origin: newest.origin, size: newest.size, files: files.count)
    } catch let error as TileFolderError {
      throw CommandFailure(Exit.doesNotHold, say(.tilesFolder, in: session.language, error.description))
    } catch let refusal as TileVerifier.Refusal {
      throw CommandFailure(Exit.doesNotHold, say(.tilesDiffer, in: session.language, folder, refusal.place))
    }
  }

  /// What was written.
  struct Result: Encodable {
    let origin: String
    /// Leaves that the folder's checkpoint covers.
    let size: UInt64
    /// Files that were new.
    let files: Int
  }
}

extension TileVerifier.Refusal {
  /// Which file does not hold.
  var place: String {
    switch self {
    case .form(let file), .hashes(let file): file.text
    case .root: "checkpoint"
    }
  }
}
