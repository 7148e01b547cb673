import Foundation

/// The users and groups of this machine's own files. A directory service is not asked, so it can't grant a right; for its
/// users there are entries by number.
struct LocalAccounts: Sendable {
  private let users: [String: UInt32]
  private let groups: [String: UInt32]

  init(users: [String: UInt32], groups: [String: UInt32]) {
    self.users = users
    self.groups = groups
  }

  /// Reads passwd(5) and group(5).
  static func read(folder: String = "/etc") -> LocalAccounts {
    LocalAccounts(users: numbers("\(folder)/passwd"), groups: numbers("\(folder)/group"))
  }

  func user(_ name: String) -> UInt32? { users[name] }
  func group(_ name: String) -> UInt32? { groups[name] }

  /// Name and number are the first and the third field of both files. The first line for a name counts.
  private static func numbers(_ path: String) -> [String: UInt32] {
    guard let bytes = try? readFile(path, limit: 16 << 20) else { return [:] }
    var found: [String: UInt32] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count > 3, let number = UInt32(fields[2]), !fields[0].isEmpty else { continue }
      if found[String(fields[0])] == nil { found[String(fields[0])] = number }
    }
    return found
  }
}
