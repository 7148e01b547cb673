/// Where the value of a setting came from, or a mistake was found.
public enum SettingSource: Hashable, Sendable, CustomStringConvertible {
  case flag(String)
  case environment(String)
  /// Line 0 is the file as a whole.
  case file(String, line: Int)
  case standard

  public var description: String {
    switch self {
    case .flag(let flag): "flag \(flag)"
    case .environment(let variable): "environment \(variable)"
    case .file(let path, let line): line > 0 ? "\(path) line \(line)" : path
    case .standard: "default"
    }
  }
}

/// One mistake in the configuration: where, which key, what is wrong and what is allowed.
public struct SettingMistake: Hashable, Sendable, CustomStringConvertible {
  public let source: SettingSource
  public let key: String?
  public let detail: String
  public let allowed: String?

  public var description: String {
    "\(source): \(key.map { "\($0): " } ?? "")\(detail)\(allowed.map { "; allowed: \($0)" } ?? "")"
  }
}

/// The configuration cannot be used: every mistake in it.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
  public let mistakes: [SettingMistake]
  public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}

extension SettingKey {
  /// What is wrong with a value: the position in a list where there is one, and a sentence.
  func problems(_ value: SettingValue) -> [(element: Int?, detail: String)] {
    switch (kind, value) {
    case (.path(let maximum), .text(let path)): Self.path(path, maximum).map { [(nil, $0)] } ?? []
    case (.address, .text(let address)):
      address.isEmpty || address.utf8.count > 255 || address.contains(where: \.isWhitespace)
        ? [(nil, "\"\(address)\" is no address")] : []
    case (.choice(let words), .text(let word)): words.contains(word) ? [] : [(nil, "\"\(word)\" is not allowed")]
    case (.number(let range), .number(let number)):
      range.contains(number) ? [] : [(nil, "\(number) is out of range")]
    case (.principals, .list(let list)):
      list.indices.filter { !Self.isPrincipal(list[$0]) }.map { ($0, "\"\(list[$0])\" is no user and no group") }
    case (.officers, .list(let list)): Self.officers(list)
    case (.url, .text(let url)): FetchURL(url) == nil ? [(nil, "\"\(url)\" is no such URL")] : []
    case (.urls(let maximum), .list(let list)): Self.urls(list, maximum)
    case (.user, .text(let user)): Self.isUser(user[...]) ? [] : [(nil, "\"\(user)\" is no user")]
    default: [(nil, "it has the wrong type")]
    }
  }

  private static func path(_ path: String, _ maximum: Int) -> String? {
    guard !path.isEmpty, !path.utf8.contains(0) else { return "a path must not be empty" }
    return path.utf8.count <= maximum ? nil : "the path has \(path.utf8.count) bytes"
  }

  private static func urls(_ list: [String], _ maximum: Int) -> [(element: Int?, detail: String)] {
    guard list.count <= maximum else { return [(nil, "\(list.count) URLs stand here")] }
    var seen: Set<String> = []
    return list.indices.compactMap { index in
      guard FetchURL(list[index]) != nil else { return (index, "\"\(list[index])\" is no such URL") }
      return seen.insert(list[index]).inserted ? nil : (index, "\"\(list[index])\" stands here twice")
    }
  }

  private static func isPrincipal(_ text: String) -> Bool {
    if text.hasPrefix("@") { return isName(text.dropFirst()) }
    return isUser(text[...]) || text.wholeMatch(of: /gid:([0-9]+)/).flatMap { UInt32($0.output.1) } != nil
  }

  private static func isUser(_ text: Substring) -> Bool {
    isName(text) || text.wholeMatch(of: /uid:([0-9]+)/).flatMap { UInt32($0.output.1) } != nil
  }

  private static func isName(_ name: Substring) -> Bool {
    name.utf8.count <= 64 && name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.\-]*/) != nil
  }

  private static func officers(_ list: [String]) -> [(element: Int?, detail: String)] {
    var seen: Set<String> = []
    return list.indices.compactMap { index in
      guard let (user, _) = officer(list[index]) else { return (index, "\"\(list[index])\" is not user=number") }
      return seen.insert(user).inserted ? nil : (index, "user \(user) stands here twice")
    }
  }

  /// "alice=1" in its parts.
  static func officer(_ text: String) -> (user: String, number: UInt64)? {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, isUser(parts[0]), parts[1].allSatisfy({ $0.isASCII && $0.isNumber }),
      let number = UInt64(parts[1])
    else { return nil }
    return (String(parts[0]), number)
  }
}
