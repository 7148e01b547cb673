import Foundation

/// A store's file opened by somebody else, with Python's sqlite3.
struct Database {
  let path: String
  let logs: String

  init(_ path: String, _ logs: String) {
    self.path = path
    self.logs = logs
  }

  /// Runs statements in order and returns the rows of the last, columns joined by a tab, bytes in hexadecimal.
  @discardableResult
  func run(_ statements: String...) throws -> [Substring] {
    let script = """
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1], timeout=20)
      for sql in sys.argv[2:]: rows = db.execute(sql).fetchall()
      db.commit(); db.close()
      for row in rows: print("\\t".join(v.hex() if isinstance(v, bytes) else str(v) for v in row))
      """
    let answer = try Command(Command.python, ["-c", script, path] + statements, logs: logs).finished()
    guard answer.code == 0 else { throw Stopped("\(statements): \(answer.errors)") }
    return answer.lines
  }

  /// Runs statements as somebody who has taken the guards away.
  func tamper(_ statements: String...) throws {
    for table in ["statement", "roster", "policy"] {
      for action in ["update", "delete"] { try run("DROP TRIGGER IF EXISTS \(table)_no_\(action)") }
    }
    for sql in statements { try run(sql) }
  }
}
