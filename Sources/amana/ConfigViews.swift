import ControlAPI

/// amana.config.check.
struct ConfigReport: Encodable {
  let file: String
  let mistakes: [MistakeView]
}

/// One mistake, as JSON says it.
struct MistakeView: Encodable {
  let source: String
  let line: Int?
  let key: String?
  let detail: String
  let allowed: String?

  init(_ mistake: SettingMistake) {
    (source, line) = mistake.source.parts
    (key, detail, allowed) = (mistake.key, mistake.detail, mistake.allowed)
  }
}

/// One setting, as JSON says it.
struct SettingView: Encodable {
  /// Text, a number, or a list of texts.
  enum Value: Encodable {
    case text(String)
    case number(Int)
    case list([String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      case .list(let list): try container.encode(list)
      }
    }
  }

  let key: String
  /// Absent for a default that depends on the directory.
  let value: Value?
  let source: String
  let line: Int?
  /// "reload" or "restart".
  let change: String

  init(_ key: SettingKey, _ effective: Settings.Effective?) {
    self.key = key.name
    change = key.isReloadable ? "reload" : "restart"
    (source, line) = (effective?.source ?? .standard).parts
    value = effective.map { effective in
      switch effective.value {
      case .text(let text): .text(text)
      case .number(let number): .number(number)
      case .list(let list): .list(list)
      }
    }
  }
}

extension SettingSource {
  /// "default", a flag, a variable or a file's path; and the line, where it has one.
  var parts: (source: String, line: Int?) {
    switch self {
    case .flag(let flag): (flag, nil)
    case .environment(let variable): (variable, nil)
    case .file(let path, let line): (path, line > 0 ? line : nil)
    case .standard: ("default", nil)
    }
  }
}
