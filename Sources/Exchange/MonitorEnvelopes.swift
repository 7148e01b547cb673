import ControlAPI
import Custody
import Foundation

/// What came by other ways than from the logs: bundles, statements and signed notes.
struct MonitorEnvelopes: Sendable {
  /// Files, folders of them, or URLs.
  let sources: [String]

  /// Takes what each holds. What gives nothing is told like a log that does not, and hinders nothing else.
  /// - Returns: a look for each source, and one for each file of a folder that could not be taken.
  /// - Throws: `MonitorError` where nothing can be kept on this machine.
  func take(_ intake: inout StatementIntake) async throws -> [MonitorLook] {
    var looks: [MonitorLook] = []
    for source in sources {
      let before = intake.new
      var look = Self.look(source)
      var bad: [MonitorLook] = []
      do {
        if let url = FetchURL(source) {
          try intake.take(file: await Self.fetch(url), from: source)
        } else {
          bad = try takeFiles(source, &intake)
        }
      } catch let error as MonitorError { throw error } catch { look.trouble = WebFailure(error) }
      look.statements = intake.new - before
      looks += [look] + bad
    }
    return looks
  }

  private static func look(_ source: String) -> MonitorLook { MonitorLook(url: plain(source, maximum: 1000)) }

  private static func fetch(_ url: FetchURL) async throws -> [UInt8] {
    let web = WebClient()
    do {
      let bytes = try await web.get(url, limit: StatementIntake.maximumFetched)
      await web.close()
      return bytes
    } catch {
      await web.close()
      throw error
    }
  }

  /// Takes a file, or those of a folder.
  /// - Returns: the files of the folder that could not be taken.
  private func takeFiles(_ path: String, _ intake: inout StatementIntake) throws -> [MonitorLook] {
    let manager = FileManager.default
    guard manager.fileExists(atPath: path) else { throw WebFailure("content", "it is not there") }
    guard let names = try? manager.contentsOfDirectory(atPath: path) else {
      try intake.take(file: Self.content(path), from: path)
      return []
    }
    var bad: [MonitorLook] = []
    for file in names.filter({ !$0.hasPrefix(".") }).sorted().map({ "\(path)/\($0)" }) {
      do {
        // A pipe that nobody named might never end.
        guard Self.isFile(file) else { throw WebFailure("content", "it is no file, or not there") }
        try intake.take(file: Self.content(file), from: file)
      } catch let failure as WebFailure {
        var look = Self.look(file)
        look.trouble = failure
        bad.append(look)
      }
    }
    return bad
  }

  private static func isFile(_ path: String) -> Bool {
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }

  private static func content(_ path: String) throws -> [UInt8] {
    let limit = Custody.Bundle.maximumByteCount
    guard let handle = FileHandle(forReadingAtPath: path) else { throw WebFailure("content", "it cannot be read") }
    defer { try? handle.close() }
    if let size = try? handle.seekToEnd(), size > limit { throw tooLarge }
    // What cannot be read from a place of choice has no end either.
    try? handle.seek(toOffset: 0)
    guard let data = try? handle.read(upToCount: limit + 1) else { throw WebFailure("content", "it cannot be read") }
    guard data.count <= limit else { throw tooLarge }
    return [UInt8](data)
  }

  private static let tooLarge = WebFailure("content", "it is larger than a bundle may be")
}
