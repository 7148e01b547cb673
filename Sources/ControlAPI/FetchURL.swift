import Foundation

/// Where something is fetched from: a URL that an operator wrote. Nobody else's is ever one.
public struct FetchURL: Hashable, Sendable, CustomStringConvertible {
  public static let maximumByteCount = 512

  /// As it was written.
  public let text: String
  public var description: String { text }

  /// An absolute http or https URL in plain ASCII, without user, password and fragment.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.maximumByteCount, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
      let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme), let host = parts.host,
      !host.isEmpty, parts.user == nil, parts.password == nil, parts.fragment == nil,
      (1...65535).contains(parts.port ?? 443)
    else { return nil }
    self.text = text
  }
}
