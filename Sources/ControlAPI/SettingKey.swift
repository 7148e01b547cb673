/// One setting: its name, what it may be, and a sentence. amanad's are `SettingKey.all`, the courier's
/// `SettingKey.courier`.
public struct SettingKey: Sendable {
  /// What a setting may be.
  public enum Kind: Sendable, Hashable {
    case path(maximum: Int)
    case choice([String])
    case number(ClosedRange<Int>)
    /// Where to listen: an IPv4 or IPv6 address, or a host's name.
    case address
    /// Local users, "name" or "uid:number", and groups, "@name" or "gid:number".
    case principals
    /// "user=number".
    case officers
    /// One local user, "name" or "uid:number".
    case user
    /// An http or https URL; some of them.
    case url
    case urls(maximum: Int)
  }

  /// With dots; in the file, each part is an object of its own.
  public let name: String
  public let kind: Kind
  /// Nil when it depends on the directory; `standardText` says how.
  public let standard: SettingValue?
  public let standardText: String
  /// Whether a change takes effect on reload; otherwise the daemon must be started again.
  public let isReloadable: Bool
  public let sentence: String
  /// Whose it is.
  var program = "amanad"

  public var components: [String] { name.split(separator: ".").map(String.init) }

  /// The environment variable of the same meaning.
  public var variable: String { Self.prefix(program) + name.map(Self.variableCharacter).joined().uppercased() }

  /// What the variables of a program begin with.
  static func prefix(_ program: String) -> String {
    program.map(variableCharacter).joined().uppercased() + "_"
  }

  private static func variableCharacter(_ character: Character) -> String {
    character.isLetter || character.isNumber ? String(character) : "_"
  }

  /// The allowed values in words.
  public var allowed: String {
    switch kind {
    case .path(let maximum): "a path of at most \(maximum) bytes"
    case .choice(let words): words.joined(separator: ", ")
    case .address: "an IP address or a host's name of at most 255 bytes"
    case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .principals: "a list of local users (\"alice\", \"uid:1000\") and groups (\"@amana-operators\", \"gid:1000\")"
    case .officers: "a list of \"user=number\", each user once"
    case .user: "a local user (\"alice\", \"uid:1000\")"
    case .url: "an http or https URL of at most 512 bytes, without user, password and fragment"
    case .urls(let maximum): "a list of at most \(maximum) http or https URLs, each once"
    }
  }

  public static func named(_ name: String) -> SettingKey? { all.first { $0.name == name } }

  /// The table as Markdown: docs/configuration.md holds it, and a test compares.
  public static var markdown: String { markdown(all) }

  /// A table of settings as Markdown.
  public static func markdown(_ keys: [SettingKey]) -> String {
    let rows = keys.map {
      "| `\($0.name)` | \($0.allowed) | \($0.standardText) | \($0.isReloadable ? "reload" : "restart") "
        + "| \($0.sentence) |"
    }
    return (["| key | allowed | default | change | what it is |", "|---|---|---|---|---|"] + rows).joined(
      separator: "\n")
  }

  /// The table for a terminal: `amanad --help`.
  public static var help: String { help(all) }

  /// A table of settings for a terminal.
  public static func help(_ keys: [SettingKey]) -> String {
    keys.map { "\($0.name) (\($0.standardText)): \($0.sentence) Allowed: \($0.allowed)." }.joined(separator: "\n\n")
  }
}

/// The value of a setting.
public enum SettingValue: Hashable, Sendable, CustomStringConvertible {
  case text(String)
  case number(Int)
  case list([String])

  public var description: String {
    switch self {
    case .text(let text): text
    case .number(let number): String(number)
    case .list(let list): list.isEmpty ? "(none)" : list.joined(separator: ", ")
    }
  }
}
