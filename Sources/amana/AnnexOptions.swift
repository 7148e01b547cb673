import ArgumentParser
import Custody
import Foundation

/// What goes sealed to the people of a role.
struct AnnexOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "ROLE=FILE, sealed to that role: medical, judicial, child-protection or property; repeat for each.")
  var annex: [String] = []

  /// In pieces that fit a request's strings.
  private static let pieceByteCount = 45_000

  /// By role, in base64; nil when nothing is named.
  func read(_ language: Language) throws -> [String: [String]]? {
    var found: [String: [String]] = [:]
    for item in annex {
      let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
      let roles = PayloadKind.ofRoles.map(\.id)
      guard parts.count == 2, roles.contains(parts[0]), found[parts[0]] == nil else {
        throw CommandFailure(
          Exit.usage,
          say(.annexUnknown, in: language, item, roles.joined(separator: separator(in: language))))
      }
      let bytes = try readFile(parts[1], limit: 32 << 20)
      found[parts[0]] = stride(from: 0, to: bytes.count, by: Self.pieceByteCount).map {
        Data(bytes[$0..<min($0 + Self.pieceByteCount, bytes.count)]).base64EncodedString()
      }
    }
    return found.isEmpty ? nil : found
  }
}
