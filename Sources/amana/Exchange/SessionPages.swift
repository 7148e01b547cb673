import ControlAPI
import Foundation

extension Session {
  /// Every row of a list, page after page.
  /// - Parameters:
  ///   - limit: as many rows as are wanted.
  ///   - fits: which rows are wanted.
  func all<Row: Decodable>(
    _ path: String, _ filters: [String], as type: Row.Type, limit: Int = .max, where fits: (Row) -> Bool = { _ in true }
  ) async throws -> [Row] {
    var rows: [Row] = []
    var next: String? = "\(path)?\((filters + ["limit=\(min(limit, 1000))"]).joined(separator: "&"))"
    while let target = next, rows.count < limit, !Screen.isClosed {
      let response = try await answer(.get, target)
      guard let page = try? JSONDecoder().decode([Row].self, from: Data(response.body)) else {
        throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
      }
      rows += page.filter(fits)
      next = response.next
    }
    return Array(rows.prefix(limit))
  }

  /// Hands a file to the daemon piece by piece.
  func upload(_ path: String, file: FileHandle, length: UInt64) async throws -> [UInt8] {
    let source = FileSource(file)
    return try await good {
      try await client.upload(path, length: length, contentType: "application/octet-stream") { try source.next() }
    }.body
  }

  /// Takes what the daemon gives piece by piece.
  func download(_ path: String, take: @Sendable ([UInt8]) async throws -> Void) async throws {
    _ = try await good { try await client.download(path, take: take) }
  }
}

/// The pieces of a file.
private final class FileSource: Sendable {
  // The handle is used by one task, one piece after the other.
  nonisolated(unsafe) private let handle: FileHandle

  init(_ handle: FileHandle) { unsafe self.handle = handle }

  func next() throws -> [UInt8]? {
    let data = try unsafe handle.read(upToCount: 256 << 10) ?? Data()
    return data.isEmpty ? nil : [UInt8](data)
  }
}

/// The system's clock, in seconds since 1970.
func now() -> Int64 { Int64(Date().timeIntervalSince1970) }
