import ControlAPI
import Glibc
import Synchronization

/// Who may do what at the control socket, by the kernel's word on who they are.
struct Rights: Sendable {
  private enum Principal: Hashable, Sendable {
    case user(UInt32)
    case group(UInt32)
  }

  private let readers: Set<Principal>
  private let operators: Set<Principal>
  private let administrators: Set<Principal>
  /// Officer numbers of a user.
  private let officers: [UInt32: Set<UInt64>]
  private let ownUser: UInt32
  /// Names that this machine does not know: whoever they mean has no right by them.
  let unknown: [String]

  /// - Parameters: entries "alice", "@group", "uid:1000" or "gid:1000"; of officers "alice=1" or "uid:1000=1".
  /// - Throws: `StartError` naming an entry that is none of these.
  init(
    readers: [String] = ["@amana-readers"], operators: [String] = ["@amana-operators"],
    administrators: [String] = ["@amana-admins"], officers: [String] = [], accounts: LocalAccounts = .read(),
    ownUser: UInt32 = geteuid()
  ) throws {
    var unknown: [String] = []
    func principals(_ entries: [String], _ key: String) throws -> Set<Principal> {
      var found: Set<Principal> = []
      for entry in entries {
        if let principal = try Self.principal(entry, key, accounts) {
          found.insert(principal)
        } else {
          unknown.append(entry)
        }
      }
      return found
    }
    self.readers = try principals(readers, "readers")
    self.operators = try principals(operators, "operators")
    self.administrators = try principals(administrators, "administrators")
    var numbers: [UInt32: Set<UInt64>] = [:]
    for entry in officers {
      let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let number = UInt64(parts[1]) else {
        throw StartError("rights.officers: \"\(entry)\" is not USER=NUMBER, e.g. alice=1 or uid:1000=1")
      }
      switch try Self.principal(String(parts[0]), "officers", accounts) {
      case .user(let user): numbers[user, default: []].insert(number)
      case .group: throw StartError("rights.officers: \"\(entry)\" is a group; an officer is one user")
      case nil: unknown.append(String(parts[0]))
      }
    }
    self.officers = numbers
    self.ownUser = ownUser
    self.unknown = unknown
  }

  /// Nil for a name that this machine does not know.
  private static func principal(_ entry: String, _ key: String, _ accounts: LocalAccounts) throws -> Principal? {
    let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, let number = UInt32(parts[1]) {
      if parts[0] == "uid" { return .user(number) }
      if parts[0] == "gid" { return .group(number) }
    }
    guard parts.count == 1, !entry.isEmpty, entry != "@" else {
      throw StartError("rights.\(key): \"\(entry)\" is none of NAME, @GROUP, uid:NUMBER, gid:NUMBER")
    }
    if entry.hasPrefix("@") { return accounts.group(String(entry.dropFirst())).map(Principal.group) }
    return accounts.user(entry).map(Principal.user)
  }

  /// The daemon's own user and root have every right: they can read its memory and its store anyway.
  func isOwn(_ caller: Caller) -> Bool { caller.userID == 0 || caller.userID == ownUser }

  private func stands(_ caller: Caller, in list: Set<Principal>) -> Bool {
    list.contains(.user(caller.userID)) || list.contains(.group(caller.groupID))
      || caller.groups.contains { list.contains(.group($0)) }
  }

  func allows(_ right: Right, _ caller: Caller) -> Bool {
    if isOwn(caller) { return true }
    let isOperator = stands(caller, in: operators)
    let isAdministrator = stands(caller, in: administrators)
    let isOfficer = officers[caller.userID] != nil
    switch right {
    case .read: return isOperator || isAdministrator || isOfficer || stands(caller, in: readers)
    case .readPersons: return isOperator || isOfficer
    case .operate: return isOperator
    case .approve: return isOfficer
    case .audit: return isOperator || isAdministrator
    case .administer: return isAdministrator
    }
  }

  /// Whether this user may hand in approvals of that officer.
  func allows(officer number: UInt64, _ caller: Caller) -> Bool {
    if let numbers = officers[caller.userID] { return numbers.contains(number) }
    return isOwn(caller)
  }
}

extension Rights {
  /// As the settings say.
  init(_ settings: Settings) throws {
    try self.init(
      readers: settings.readers, operators: settings.operators, administrators: settings.administrators,
      officers: settings.officers)
  }
}

/// The rights in force, which a reload replaces: every request is judged by those of its moment.
final class RightsInForce: Sendable {
  private let current: Mutex<Rights>

  init(_ rights: Rights) { current = Mutex(rights) }

  var rights: Rights { current.withLock { $0 } }

  func replace(_ rights: Rights) { current.withLock { $0 = rights } }
}

extension Right {
  /// Said to whoever lacks it; the same for everybody, so that it tells nothing about others.
  var refusal: Problem {
    let (who, how) = holders
    return Problem(
      status: 403, code: "not-permitted", title: "You may not do this",
      detail: "this needs the right \"\(rawValue)\", which \(who) have",
      next: "ask an administrator of this machine: \(how), then reload amanad and log in again")
  }

  private var holders: (who: String, how: String) {
    switch self {
    case .read: ("readers, operators, officers and administrators", "add you to rights.readers or group amana-readers")
    case .readPersons: ("operators and officers", "add you to rights.operators or group amana-operators")
    case .operate: ("operators", "add you to rights.operators or group amana-operators")
    case .approve: ("officers", "add YOUR-NAME=OFFICER-NUMBER to rights.officers")
    case .audit: ("operators and administrators", "add you to rights.administrators or group amana-admins")
    case .administer: ("administrators", "add you to rights.administrators or group amana-admins")
    }
  }
}
