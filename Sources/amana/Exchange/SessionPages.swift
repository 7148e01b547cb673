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

  /// Every draft that waits, oldest first: one that is not on the first page is a draft too.
  func waitingDrafts() async throws -> [DraftView] { try await all("/v1/drafts", [], as: DraftView.self) }

  /// Hands a file to the daemon piece by piece.
  func upload(_ path: String, file: FileSource) async throws -> [UInt8] {
    try await good(.post) {
      try await client.upload(path, length: file.length, contentType: "application/octet-stream") {
        try await file.next()
      }
    }.body
  }

  /// Takes what the daemon gives piece by piece.
  func download(_ path: String, take: @Sendable ([UInt8]) async throws -> Void) async throws {
    let language = language
    _ = try await good {
      try await client.download(
        path, began: { if $0.isExercise { Screen.beginExercise(in: language) } }, take: take)
    }
  }
}

/// The pieces of a file whose length was looked at once.
actor FileSource {
  let path: String
  let length: UInt64
  private let handle: FileHandle
  private var left: UInt64

  /// - Throws: `CommandFailure` when it cannot be read, is no regular file, or is longer than the limit.
  init(_ path: String, limit: UInt64) throws {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path)
    guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular,
      let size = (attributes[.size] as? NSNumber)?.uint64Value, let handle = FileHandle(forReadingAtPath: path)
    else { throw CommandFailure(Exit.usage, say(.fileMissing, in: .chosen, visible(path))) }
    guard size <= limit else {
      throw CommandFailure(Exit.usage, say(.fileTooLarge, in: .chosen, visible(path), String(limit)))
    }
    self.path = path
    self.handle = handle
    (length, left) = (size, size)
  }

  /// One that shrinks meanwhile is given up, so that nothing else is taken for it.
  func next() throws -> [UInt8]? {
    guard left > 0 else { return nil }
    let data = try? handle.read(upToCount: Int(min(left, 256 << 10)))
    guard let data, !data.isEmpty else {
      throw CommandFailure(Exit.usage, say(.fileUnreadable, in: .chosen, visible(path)))
    }
    left -= UInt64(data.count)
    return [UInt8](data)
  }
}

/// The system's clock, in seconds since 1970.
func now() -> Int64 { Int64(Date().timeIntervalSince1970) }
