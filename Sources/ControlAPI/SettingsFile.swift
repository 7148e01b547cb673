import Configuration
import Foundation

/// A configuration file taken apart: a value for each known key with its line, and every mistake.
struct SettingsFile {
  static let maximumByteCount = 1 << 20

  /// A value and its line, and the lines of a list's elements.
  struct Entry {
    let value: SettingValue
    let line: Int
    let elementLines: [Int]
  }

  let path: String
  /// Those that may stand in it.
  private let keys: [SettingKey]
  private(set) var entries: [String: Entry] = [:]
  private(set) var mistakes: [SettingMistake] = []

  init(path: String, bytes: [UInt8], keys: [SettingKey] = SettingKey.all) {
    self.path = path
    self.keys = keys
    guard bytes.count <= Self.maximumByteCount else {
      add(1, nil, "it is larger than \(Self.maximumByteCount) bytes")
      return
    }
    do {
      let root = try ConfigTextReader.read(bytes)
      if case .object(let members) = root.content {
        take(members, below: [])
      } else {
        add(root.line, nil, "it is \(root.kind) and must be an object", "{\"log\": {\"level\": \"notice\"}, …}")
      }
    } catch {
      add(error.line, nil, "it is no JSON: \(error.why)")
    }
  }

  private mutating func add(_ line: Int, _ key: String?, _ detail: String, _ allowed: String? = nil) {
    mistakes.append(
      SettingMistake(source: .file(path, line: line), key: key, detail: detail, allowed: allowed))
  }

  private mutating func take(_ members: [ConfigText.Member], below parent: [String]) {
    var seen: [String: Int] = [:]
    for member in members {
      let components = parent + [member.key]
      let name = components.joined(separator: ".")
      if let line = seen.updateValue(member.line, forKey: member.key) {
        add(member.line, name, "it stands in line \(line) already")
      } else if !member.key.contains("."), let key = keys.first(where: { $0.name == name }) {
        take(member, key)
      } else if !member.key.contains("."), keys.contains(where: { $0.components.starts(with: components) }) {
        guard case .object(let inner) = member.value.content else {
          add(
            member.value.line, name, "it is \(member.value.kind) and must be an object", known(below: components))
          continue
        }
        take(inner, below: components)
      } else {
        add(member.line, name, "there is no such key", known(below: parent))
      }
    }
  }

  /// The keys that may stand here.
  private func known(below parent: [String]) -> String {
    var names: [String] = []
    for key in keys where key.components.starts(with: parent) {
      let name = key.components[parent.count]
      if !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: ", ")
  }

  private mutating func take(_ member: ConfigText.Member, _ key: SettingKey) {
    let line = member.value.line
    switch (key.kind, member.value.content) {
    case (.path, .text(let text)), (.choice, .text(let text)), (.user, .text(let text)), (.address, .text(let text)),
      (.url, .text(let text)):
      keep(key, .text(text), line)
    case (.number, .number(let literal)):
      guard let number = Int(literal) else { return add(line, key.name, "\(literal) is not allowed", key.allowed) }
      keep(key, .number(number), line)
    case (.principals, .list(let list)), (.officers, .list(let list)), (.urls, .list(let list)):
      let texts = list.compactMap { if case .text(let text) = $0.content { text } else { nil } }
      for element in list {
        if case .text = element.content { continue }
        add(element.line, key.name, "\(element.kind) is not allowed", key.allowed)
      }
      if texts.count == list.count { keep(key, .list(texts), line, list.map(\.line)) }
    default: add(line, key.name, "\(member.value.kind) is not allowed", key.allowed)
    }
  }

  private mutating func keep(_ key: SettingKey, _ value: SettingValue, _ line: Int, _ elementLines: [Int] = []) {
    let problems = key.problems(value)
    for (element, detail) in problems {
      add(element.map { elementLines[$0] } ?? line, key.name, detail, key.allowed)
    }
    if problems.isEmpty { entries[key.name] = Entry(value: value, line: line, elementLines: elementLines) }
  }

  /// What was found, as a source of swift-configuration.
  var provider: InMemoryProvider {
    let values = keys.compactMap { key in
      entries[key.name].map { (AbsoluteConfigKey(key.path), ConfigValue($0.value.content, isSecret: false)) }
    }
    return InMemoryProvider(name: path, values: Dictionary(values) { first, _ in first })
  }
}

extension SettingKey {
  /// The path of a key in every source of swift-configuration: below the program, which gives variables their prefix.
  var path: [String] { [program] + components }

  var type: ConfigType {
    switch kind {
    case .path, .choice, .user, .address, .url: .string
    case .number: .int
    case .principals, .officers, .urls: .stringArray
    }
  }
}

extension SettingValue {
  var content: ConfigContent {
    switch self {
    case .text(let text): .string(text)
    case .number(let number): .int(number)
    case .list(let list): .stringArray(list)
    }
  }

  init?(_ content: ConfigContent) {
    switch content {
    case .string(let text): self = .text(text)
    case .int(let number): self = .number(number)
    // An empty variable is an empty list, not a list of one empty text.
    case .stringArray(let list): self = .list(list == [""] ? [] : list)
    default: return nil
    }
  }
}

extension SettingsFile {
  /// Reads a file; one that is not there is empty, unless it was named.
  static func open(_ path: String, mustExist: Bool, keys: [SettingKey]) -> SettingsFile {
    guard FileManager.default.fileExists(atPath: path) || mustExist else {
      return SettingsFile(path: path, bytes: Array("{}".utf8), keys: keys)
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      return SettingsFile(path: path, unreadable: "it is missing or not readable")
    }
    defer { try? handle.close() }
    do {
      // Nothing is read from an empty file, which is no JSON either.
      let bytes = [UInt8](try handle.read(upToCount: maximumByteCount + 1) ?? Data())
      return SettingsFile(path: path, bytes: bytes, keys: keys)
    } catch {
      return SettingsFile(path: path, unreadable: "it cannot be read")
    }
  }

  private init(path: String, unreadable why: String) {
    self.init(path: path, bytes: Array("{}".utf8))
    mistakes.append(SettingMistake(source: .file(path, line: 0), key: nil, detail: why, allowed: nil))
  }
}
