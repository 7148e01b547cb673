import COSE
import OpenSSL
import Roster

/// A closed list of codes with their texts, in one version: published as data (docs/codes.md).
public struct CodeList: Hashable, Sendable {
  /// One code. It is never taken out of a list again: what was signed with it stays readable.
  public struct Code: Hashable, Sendable {
    public let id: String
    /// The version of the list that brought it.
    public let since: UInt64
    /// Nobody is to write it any more; what holds it stays valid.
    public let isDeprecated: Bool
    /// What to write in its place.
    public let replacedBy: String?
    /// By language: a BCP 47 tag.
    public let texts: [String: String]

    public init(
      _ id: String, since: UInt64 = 1, isDeprecated: Bool = false, replacedBy: String? = nil, texts: [String: String]
    ) {
      self.id = id
      self.since = since
      self.isDeprecated = isDeprecated
      self.replacedBy = replacedBy
      self.texts = texts
    }
  }

  public static let schema = "amana-codes-1"
  /// In these every text is there; others may be.
  public static let requiredLanguages = ["ar", "ckb", "en"]

  public let name: String
  public let version: UInt64
  /// What the list is called, by language.
  public let texts: [String: String]
  /// In the order in which people are shown them.
  public let codes: [Code]
  /// SHA-256 of the file as it is published.
  public let digest: [UInt8]
  private let positions: [String: Int]

  public init(_ name: String, version: UInt64 = 1, texts: [String: String], codes: [Code]) {
    self.name = name
    self.version = version
    self.texts = texts
    self.codes = codes
    positions = Dictionary(codes.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    digest = SHA256.hash(Self.encoded(name, version, texts, codes))
  }

  public subscript(id: String) -> Code? { positions[id].map { codes[$0] } }

  /// Those that may be written.
  public var ids: [String] { codes.filter { !$0.isDeprecated }.map(\.id) }

  /// What a code means, in a language, or in English where that has no text; nil for a code that is not here.
  public func text(_ id: String, in language: String) -> String? {
    self[id].flatMap { $0.texts[language] ?? $0.texts["en"] }
  }

  /// What the list is called.
  public func title(in language: String) -> String { texts[language] ?? texts["en"] ?? name }

  /// The file as it is published.
  public func encoded() -> [UInt8] { Self.encoded(name, version, texts, codes) }
}

extension CodeList {
  /// How a roster names this version.
  public var reference: CodeListReference { CodeListReference(version: version, digest: digest) }

  /// Why it can't follow an earlier version of the same list, each in a sentence; empty when it can.
  public func problems(after earlier: CodeList) -> [String] {
    guard name == earlier.name, version > earlier.version else {
      return ["it is no later version of list \(earlier.name) than \(earlier.version)"]
    }
    let old: [String] = earlier.codes.compactMap { code in
      guard let now = self[code.id] else {
        return "the code \"\(code.id)\" of version \(earlier.version) is gone: keep it and set \"deprecated\" to true"
      }
      if now.since != code.since { return "the code \"\(code.id)\" must keep \"since\" \(code.since)" }
      return code.isDeprecated && !now.isDeprecated ? "the code \"\(code.id)\" was deprecated and stays so" : nil
    }
    let new = codes.filter { earlier[$0.id] == nil && $0.since <= earlier.version }
    return old + new.map { "the code \"\($0.id)\" is new: \"since\" must be later than \(earlier.version)" }
  }
}

/// How a roster names the version of a list: "2", or "2 sha256:…" with the digest of its file.
public struct CodeListReference: Hashable, Sendable, CustomStringConvertible {
  public let version: UInt64
  public let digest: [UInt8]?

  public init(version: UInt64, digest: [UInt8]? = nil) {
    self.version = version
    self.digest = digest
  }

  public init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let version = UInt64(first), version > 0, String(version) == first else {
      return nil
    }
    self.version = version
    guard parts.count > 1 else {
      digest = nil
      return
    }
    guard parts[1].hasPrefix(Self.algorithm),
      let digest = decodeHexadecimal(String(parts[1].dropFirst(Self.algorithm.count))), digest.count == 32
    else { return nil }
    self.digest = digest
  }

  private static let algorithm = "sha256:"

  public var description: String { "\(version)" + (digest.map { " \(Self.algorithm)\(hexadecimal($0))" } ?? "") }
}
