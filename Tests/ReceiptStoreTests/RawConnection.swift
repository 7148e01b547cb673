import Foundation

/// Why SQLite refused a statement of the second connection.
struct RawRefusal: Error {
  let message: String
}

/// A second connection to the store's file that knows nothing of the store: Python's sqlite3.
enum RawConnection {
  private static let script = """
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], timeout=10)
    try:
        for row in connection.execute(sys.argv[2]).fetchall():
            print(*["" if value is None else value for value in row], sep="\\t")
        connection.commit()
    except sqlite3.Error as error:
        print(error)
        sys.exit(1)
    """

  /// Runs one SQL statement and gives its rows, each a list of texts.
  @discardableResult
  static func run(_ path: String, _ sql: String) throws -> [[String]] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, path, sql]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = text.split(separator: "\n").map { String($0) }
    guard process.terminationStatus == 0 else { throw RawRefusal(message: lines.joined(separator: " ")) }
    return lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) } }
  }

  /// Runs many SQL statements.
  static func script(_ path: String, _ sql: String) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "script-\(UUID().uuidString).sql")
    try Data(sql.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(open(sys.argv[2]).read())",
      path,
      file.path,
    ]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw RawRefusal(message: "the script was refused") }
  }

  /// The message a statement is refused with; nil when it is not refused.
  static func refusal(_ path: String, _ sql: String) throws -> String? {
    do {
      try run(path, sql)
      return nil
    } catch let refusal as RawRefusal { return refusal.message }
  }
}
