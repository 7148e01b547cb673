public import Custody
import Foundation

extension DraftRequest {
  /// What goes to the people of each role, in bytes, by payload id.
  /// - Throws: `Problem` naming what cannot be taken.
  public func roleAnnexes(of event: Event) throws -> [String: [UInt8]] {
    guard let annexes, !annexes.isEmpty else { return [:] }
    guard Lifecycle.row(for: event.type)?.bearsManifest == true else {
      throw Problem.badRequest("annexes", "\(event.type.rawValue) names nobody, so nothing is sealed beside it")
    }
    let known = PayloadKind.ofRoles.map(\.id)
    var found: [String: [UInt8]] = [:]
    for (id, pieces) in annexes {
      guard known.contains(id) else {
        throw Problem.badRequest("annexes", "\"\(id)\" is none of \(known.joined(separator: ", "))")
      }
      let bytes = pieces.compactMap { Data(base64Encoded: $0) }
      guard bytes.count == pieces.count else { throw Problem.badRequest("annexes", "\(id) is not base64 with padding") }
      found[id] = bytes.flatMap { [UInt8]($0) }
    }
    return found
  }
}
