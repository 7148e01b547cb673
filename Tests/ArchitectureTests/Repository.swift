import Foundation

/// A Swift file of the repository.
struct SourceFile: Sendable {
  /// Relative to the repository, e.g. "Sources/COSE/CBOR.swift".
  let path: String
  let text: String
  /// The text with comments and the words of literals blanked; line breaks stay.
  let code: String

  init(path: String, text: String) {
    self.path = path
    self.text = text
    code = SourceCode.of(text)
  }

  var room: String { path.split(separator: "/").dropFirst().first.map { String($0) } ?? "" }
  var lines: [Substring] { text.split(separator: "\n" as Character, omittingEmptySubsequences: false) }
  var lineCount: Int { lines.count - 1 }

  /// Places where a pattern stands in the code, as "path:line: match".
  func places(of pattern: Regex<Substring>) -> [String] {
    code.split(separator: "\n" as Character, omittingEmptySubsequences: false).enumerated().flatMap { number, line in
      line.matches(of: pattern).map { "\(path):\(number + 1): \($0.output)" }
    }
  }
}

/// The repository that these tests stand in.
enum Repository {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: path)), as: UTF8.self)
  }

  /// Every file below a folder whose name ends like that, sorted by path.
  static func files(below path: String, ending: String = ".swift") throws -> [SourceFile] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.appending(path: path).path)
    return try names.filter { $0.hasSuffix(ending) }.sorted().map {
      SourceFile(path: "\(path)/\($0)", text: try text("\(path)/\($0)"))
    }
  }

  static let sources = Result { try files(below: "Sources") }
  static let tests = Result { try files(below: "Tests") }
}
