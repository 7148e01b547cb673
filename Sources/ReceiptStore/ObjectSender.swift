import Custody
import OpenSSL
public import Roster

/// Who hands in an object. What is unfinished is kept for each sender by itself, so that nobody's wrong bytes get among
/// another's.
public struct ObjectSender: Sendable, Hashable {
  private static let byteCount = 16
  /// The beginning of the SHA-256 of its name, since a name holds a slash.
  private let mark: [UInt8]

  public init(_ name: AuthorityName) { mark = Array(SHA256.hash(Array(name.description.utf8)).prefix(Self.byteCount)) }

  /// The one to whom a part's file name belongs.
  init?(fileName: String) {
    guard let mark = decodeHexadecimal(fileName), mark.count == Self.byteCount else { return nil }
    self.mark = mark
  }

  var fileName: String { hexadecimal(mark) }
}
